"""The switches of tickets."""

from typing import Annotated, Literal

from pydantic import Field

from freshdesk_sandbox.resources.agents import AgentSwitches
from freshdesk_sandbox.resources.contacts import ContactSwitches
from freshdesk_sandbox.resources.conversations.switches import ConversationSwitches
from freshdesk_sandbox.resources.ticket_fields import FieldSwitches
from freshdesk_sandbox.switches import Count, Seconds, Switches

type TicketFeature = Literal["shared_ownership", "parent_child", "linked_tickets", "archive"]


class Edits(Switches):
    """The changes that a new ticket meets while it is stored, in this order.

    It is not established if Freshdesk cuts or refuses a long subject, nor if it keeps characters of four bytes.

    Attributes:
        drop_astral: take characters beyond U+FFFF, such as emoji, out of subject and description.
        subject_limit: characters after which a subject is cut; None cuts nothing.
        subject: the subject that a rule of the account puts in place of the one that was sent.
        subject_prefix: the text that a rule puts before the subject.
        description: the HTML that a rule puts in place of the one that was sent.
        description_before: HTML put before the description, as a template does.
        description_after: HTML put after the description, as a signature does.
        tags: tags that a rule adds.
        status: the status that a rule sets; priority, group_id, responder_id and source likewise.
        spam: the ticket is stored as spam, and so is in `filter=spam` alone.
    """

    drop_astral: bool = False
    subject_limit: Count | None = None
    subject: str | None = None
    subject_prefix: str = ""
    description: str | None = None
    description_before: str = ""
    description_after: str = ""
    tags: tuple[str, ...] = ()
    status: Count | None = None
    priority: Annotated[int, Field(ge=1, le=4)] | None = None
    group_id: Count | None = None
    responder_id: Count | None = None
    source: Count | None = None
    spam: bool = False


class Others(Switches):
    """Tickets that other people and programs make meanwhile.

    They come due from the first request on, and are stored before the next request is answered.

    Attributes:
        per_s: how many a second.
        sources: their sources in turn: 1 is e-mail, 2 the portal and the default of the API.
        twin_share: the share of them that repeats the newest ticket of a request. They have its requester, and subject
            and description as they were asked for.
    """

    per_s: Annotated[float, Field(ge=0, le=1000)] = 0.0
    sources: Annotated[tuple[Count, ...], Field(min_length=1)] = (1, 2)
    twin_share: Annotated[float, Field(ge=0, le=1)] = 0.0


class Archive(Switches):
    """The archive of an account that has the feature `archive`.

    Attributes:
        after_days: days after which a closed ticket that nobody touches is archived.
        plain_answer: the answer at the plain path of an archived ticket: 404, a redirect to the archive, or the ticket.
            The ticket can then be read and not written. None of them is established.
    """

    after_days: Count = 120
    plain_answer: Literal[200, 301, 404] = 404


class TicketLimits(Switches):
    """Requests a minute that may create, update or list tickets; None is no limit of its own."""

    create: Count | None = None
    update: Count | None = None
    list: Count | None = None


class TicketSwitches(AgentSwitches, ContactSwitches, ConversationSwitches, FieldSwitches):
    """The switches of tickets, and of the resources that tickets build on.

    Attributes:
        list_lag_s: seconds until a new ticket is in any list. By its number it is found at once.
        view_lag_s: seconds until a new ticket is found by its number; a 404 until then.
        filter_ignores_case: the filter `email` finds an address however it is written; else in small letters alone.
        filter_knows_other_emails: the filter `email` finds a contact by a secondary address too.
        filter_knows_agents: the filter `email` finds an agent who asked for help.
        may_create_tags: the agent of the key may use tags that no ticket has yet.
        accept_cc_on_update: an update takes cc_emails, which are not among its documented attributes.
        update_shows_old_due_times: an update answers with the due times from before it, unless it names them. That is
            documented of new accounts, which work them out seconds later.
        archive: the tickets that are archived, if the account has the feature.
        hidden_status: the answer to a request for a ticket that the agent may not see.
        edits: changes to each ticket that is stored.
        others: tickets that other people make.
    """

    list_lag_s: Seconds = 0.0
    view_lag_s: Seconds = 0.0
    filter_ignores_case: bool = True
    filter_knows_other_emails: bool = True
    filter_knows_agents: bool = True
    may_create_tags: bool = True
    accept_cc_on_update: bool = True
    update_shows_old_due_times: bool = False
    archive: Archive = Field(default_factory=Archive)
    hidden_status: Literal[403, 404] = 403
    edits: Edits = Field(default_factory=Edits)
    others: Others = Field(default_factory=Others)
