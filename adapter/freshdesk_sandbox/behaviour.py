"""How an account behaves where accounts of Freshdesk differ, or where nothing is established.

Here: all switches together, and their JSON twin. Not here: groups of them (switches.py), faults of single requests
(faults.py), times when everything fails (outages.py), and the code that each switch turns.

As shipped, each switch stands where recorded answers put it, and else in favour of the caller.
"""

from collections.abc import Mapping
from typing import Annotated, Final, Literal

from pydantic import Field, ValidationError

from freshdesk_sandbox.switches import Archive, Edits, Feature, Files, Form, Mail, Others, Seconds, SubLimits, Switches

_HEADER_VALUE: Final = r"^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$"


class Behaviour(Switches):
    """All switches of an account.

    Attributes:
        latency_s: seconds that each request takes before it has its effect; slept.
        list_lag_s: seconds until a new ticket is in any list. By its number it is found at once.
        view_lag_s: seconds until a new ticket is found by its number; a 404 until then.
        contact_lag_s: seconds until a new contact is known to the filter `email` of the list of tickets, which is a 400
            until then, and to the list of contacts.
        filter_ignores_case: the filter `email` finds an address however it is written; else in small letters alone.
        filter_knows_other_emails: the filter `email` finds a contact by a secondary address too.
        filter_knows_agents: the filter `email` finds an agent who asked for help.
        form: what the ticket form takes and demands.
        features: what the account's plan has of shared ownership (internal agents and groups), parents and children,
            linked tickets, and an archive.
        missing_feature_status: the answer to a field of a feature that it has not: 400 with `inaccessible_field`, which
            is documented, or 403 with `require_feature`, which is attested for whole endpoints.
        may_create_tags: the agent of the key may use tags that no ticket has yet.
        accept_cc_on_update: an update takes cc_emails, which are not among its documented attributes.
        update_shows_old_due_times: an update answers with the due times from before it, unless it names them, as is
            documented of new accounts, which work them out seconds later.
        text_keeps_lines: the plain texts of descriptions and bodies have a line for each `<br>` and each block, as a
            recorded ticket of a demonstration has; else a blank stands there.
        mail: what becomes of mails that are sent.
        files: how files are shown, and how long their links live.
        archive: which tickets are archived, if the account has the feature.
        ticket_scope: the tickets that the key's agent sees: 1 all, 2 those of the agent's groups and the agent's own,
            3 the agent's own.
        hidden_status: the answer to a request for a ticket that the agent may not see.
        date_ahead_s: seconds by which the Date header is ahead of `created_at`; below 0 it is behind, None leaves it
            out.
        sub_limits: limits of one kind of request.
        limit_window_s: seconds of a window of the rate limit, 60 at Freshdesk.
        limit_body: the body of a 429 of the rate limit: "empty" as attested, or a small "json" message.
        limit_retry_after: the Retry-After of such a 429: "real" is the seconds until the window ends, None leaves it
            out, and any other text is sent as it is.
        edits: changes to each ticket that is stored.
        others: tickets that other people make.
    """

    latency_s: Seconds = 0.0
    list_lag_s: Seconds = 0.0
    view_lag_s: Seconds = 0.0
    contact_lag_s: Seconds = 0.0
    filter_ignores_case: bool = True
    filter_knows_other_emails: bool = True
    filter_knows_agents: bool = True
    form: Form = Form()
    features: tuple[Feature, ...] = ()
    missing_feature_status: Literal[400, 403] = 400
    may_create_tags: bool = True
    accept_cc_on_update: bool = True
    update_shows_old_due_times: bool = False
    text_keeps_lines: bool = False
    mail: Mail = Mail()
    files: Files = Files()
    archive: Archive = Archive()
    ticket_scope: Literal[1, 2, 3] = 1
    hidden_status: Literal[403, 404] = 403
    date_ahead_s: Annotated[float, Field(ge=-86_400, le=86_400)] | None = 0.0
    sub_limits: SubLimits = SubLimits()
    limit_window_s: Annotated[float, Field(gt=0, le=3600)] = 60.0
    limit_body: Literal["empty", "json"] = "empty"
    limit_retry_after: Annotated[str, Field(pattern=_HEADER_VALUE)] | None = "real"
    edits: Edits = Edits()
    others: Others = Others()


def switches_from_json[S: Switches](kind: type[S], body: bytes) -> S:
    """Return the switches that a JSON object sets; those that it does not name stand as shipped.

    Raises:
        ValueError: it is no such object; says which values are wrong and why.
    """
    try:
        return kind.model_validate_json(body)
    except ValidationError as error:
        raise ValueError("; ".join(_complaint(one) for one in error.errors())) from None


def _complaint(error: Mapping[str, object]) -> str:
    place = error["loc"]
    names = ".".join(str(part) for part in place) if isinstance(place, tuple) else ""
    return f"{names or 'the body'}: {error['msg']}"
