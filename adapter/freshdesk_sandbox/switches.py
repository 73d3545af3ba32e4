"""The groups of switches that make up the behaviour of an account, and what all of them have in common.

Here: their names, bounds and meaning. Not here: the behaviour as a whole and its JSON twin (behaviour.py), and the code
that each switch turns.
"""

from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from freshdesk_sandbox.account import CUSTOM_FIELDS, SOURCES

REQUIRABLE: Final = (
    *("subject", "description", "status", "priority", "source", "type"),
    *("group_id", "responder_id", "product_id", "company_id", *CUSTOM_FIELDS),
)


def _requirable(name: str) -> str:
    if name not in REQUIRABLE:
        raise ValueError(f"there is no field {name!r} to demand; there are {', '.join(REQUIRABLE)}")
    return name


type Seconds = Annotated[float, Field(ge=0, le=3600)]
type Count = Annotated[int, Field(ge=1)]
type FieldName = Annotated[str, AfterValidator(_requirable)]
type Nullable = Literal[
    "responder_id", "group_id", "product_id", "company_id", "email_config_id", "type", "due_by", "fr_due_by"
]
type Feature = Literal["shared_ownership", "parent_child", "linked_tickets", "archive"]
type RequestKind = Literal["create", "update", "list", "contacts"]


class Switches(BaseModel):
    """Values that do not change once they are made; a name or a value that does not belong is a ValueError."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False)


class Edits(Switches):
    """The changes that a new ticket meets while it is stored, in this order.

    Whether Freshdesk cuts or refuses a long subject, and what it does to characters of four bytes, is not established.

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


class SubLimits(Switches):
    """Requests a minute of one kind, beside the limit of the whole account; None is no limit of its own.

    The kinds are those with a limit in https://developers.freshdesk.com/api/#ratelimit: create a ticket, update a
    ticket, list tickets, list contacts. Growth has 80, 80, 20 and 20 of 200.
    """

    create: Count | None = None
    update: Count | None = None
    list: Count | None = None
    contacts: Count | None = None


class Others(Switches):
    """Tickets that other people and programs make meanwhile.

    They come due as the clock goes on, from the first request on, and are stored before the next request is answered.

    Attributes:
        per_s: how many a second.
        sources: their sources in turn: 1 is e-mail, 2 the portal and the default of the API.
        twin_share: the share of them that repeats the newest ticket made through this sandbox: requester, subject and
            description as they were asked for.
    """

    per_s: Annotated[float, Field(ge=0, le=1000)] = 0.0
    sources: Annotated[tuple[Count, ...], Field(min_length=1)] = (1, 2)
    twin_share: Annotated[float, Field(ge=0, le=1)] = 0.0


class Form(Switches):
    """The account's ticket form.

    Attributes:
        sources: the numbers of the account's sources.
        required: the fields that a create must give; custom fields by their names.
        required_for_closure: the fields that a ticket must have once it gets one of `closing_statuses`.
        closing_statuses: the statuses that close a ticket in this sense; that Resolved is one is not established.
        not_null: the fields that a create may not give as null, which is attested of the agent alone.
        decimals_from_text: a decimal is taken as the string that answers show it as, and as a number; else as a number
            alone.
    """

    sources: Annotated[tuple[Count, ...], Field(min_length=1)] = SOURCES
    required: tuple[FieldName, ...] = ("subject", "description")
    required_for_closure: tuple[FieldName, ...] = ()
    closing_statuses: tuple[Count, ...] = (4, 5)
    not_null: tuple[Nullable, ...] = ("responder_id",)
    decimals_from_text: bool = True


class Mail(Switches):
    """The delivery of mails that conversations send.

    Attributes:
        delivery_lag_s: seconds until answers show if a mail was delivered; its addresses are pending until then.
        counts_failures: `email_failure_count` counts the addresses that failed; recorded as null beside one that did,
            and as a number elsewhere.
    """

    delivery_lag_s: Seconds = 5.0
    counts_failures: bool = False


class Files(Switches):
    """The files of tickets and conversations.

    Attributes:
        size_key: the key of a file's size: recorded is `size`, documented for tickets `file_size`.
        thumbnails: images have a `thumb_url`, which is recorded of canned responses alone.
        link_lifetime_s: seconds until a link expires; recorded are 300, and some hours.
    """

    size_key: Literal["size", "file_size", "both"] = "size"
    thumbnails: bool = False
    link_lifetime_s: Annotated[float, Field(ge=1, le=86_400)] = 300.0


class Archive(Switches):
    """The archive of an account that has the feature `archive`.

    Attributes:
        after_days: days after which a closed ticket that nobody touches is archived.
        plain_answer: the answer to a request for an archived ticket by its plain path: 404, a redirect to the archive,
            or the ticket, which can then be read and not written. None of them is established.
    """

    after_days: Count = 120
    plain_answer: Literal[200, 301, 404] = 404
