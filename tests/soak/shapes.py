"""Shapes of creates that meet a fault after Freshdesk stored them: the behaviour of the account, and the faults.

The switches of an account are in freshdesk_sandbox, the table in shape_rows.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from freshdesk_sandbox import Behaviour, Edits, Fault, Others, Outage, SubLimits

LAG_S: Final = 6.0
LATE_S: Final = 4.0
HANG_S: Final = 25.0
"""Longer than the default read timeout."""
OUTAGE_S: Final = 3.0
ENTERPRISE: Final = 700
GROWTH: Final = 200
TRIAL: Final = 50

KNOWN: Final = "emily.dean@example.com"
OTHER: Final = "emily@private.example.org"
CASED: Final = "Emily.Dean@Example.com"
AGENT: Final = "sam.agent@example.com"
FOREIGN_GROUP: Final = 158000119999

ON_CREATE: Final[dict[str, Any]] = {"method": "POST", "path": "/api/v2/tickets"}

type Faults = tuple[tuple[str, Callable[[int], Fault]], ...]
"""Kinds of faults by name; each makes the fault that the request with a number meets."""


def _status(number: int) -> int:
    return (502, 503, 504)[number % 3]


STORED: Final[Faults] = (
    ("5xx", lambda number: Fault(when="after", status=_status(number), **ON_CREATE)),
    ("cut", lambda _: Fault(when="after", drop="before_answer", **ON_CREATE)),
)
HUNG: Final[Faults] = (("hang", lambda _: Fault(when="after", delay_s=HANG_S, **ON_CREATE)),)
LATE: Final[Faults] = (
    ("5xx", lambda number: Fault(when="later", delay_s=LATE_S, status=_status(number), **ON_CREATE)),
    ("cut", lambda _: Fault(when="later", delay_s=LATE_S, drop="before_answer", **ON_CREATE)),
    ("hang", lambda _: Fault(when="before", delay_s=HANG_S, **ON_CREATE)),
)
AS_SHIPPED: Final = Behaviour()
NEWCOMER: Final = "newcomer"


@dataclass(frozen=True, slots=True)
class Shape:
    """One shape: the behaviour of the account, the requests, and the faults.

    `email` is the requester of every create. NEWCOMER is one of its own for each. None is a newcomer for every other
    create, and a known contact for the rest. `subject` makes the subject of a create from its marker.
    """

    name: str
    behaviour: Behaviour = AS_SHIPPED
    faults: Faults = STORED
    email: str | None = None
    subject: Callable[[str], str] = lambda marker: f"The printer on floor 2 is out {marker}"
    credits_: int = ENTERPRISE
    outage: Outage | None = None


def _edited(name: str, **edits: Any) -> Shape:
    return Shape(name, Behaviour(edits=Edits(**edits)))


def _outage(how: str) -> Shape:
    outage = Outage.model_validate({"starts_in_s": 0.1, "lasts_s": OUTAGE_S, "how": how, "stored_share": 0.5})
    return Shape(f"outage-{how}", faults=(), outage=outage)


SHAPES: Final = (
    Shape("plain", faults=STORED + HUNG),
    Shape("late-list", Behaviour(list_lag_s=LAG_S)),
    Shape("late-contact", Behaviour(contact_lag_s=LAG_S), email=NEWCOMER),
    Shape("other-email", Behaviour(filter_knows_other_emails=False), email=OTHER),
    Shape("cased-email", Behaviour(filter_ignores_case=False), email=CASED),
    Shape("agent-email", Behaviour(filter_knows_agents=False), email=AGENT),
    Shape(
        "long-subject",
        Behaviour(edits=Edits(subject_limit=255)),
        subject=lambda marker: f"{'The printer on floor 2 is out. ' * 9}{marker}",
    ),
    Shape(
        "emoji",
        Behaviour(edits=Edits(drop_astral=True)),
        subject=lambda marker: f"\U0001f5a8 The printer is out \U0001f62d {marker}",
    ),
    _edited("signature", description_after="<p>-- <br>Harbour Coffee</p>"),
    _edited("template", description_before="<p>Thank you for writing to us.</p>"),
    _edited("renamed", subject="New request"),
    _edited("prefixed", subject_prefix="[Floor 2] "),
    _edited("described", description="<p>See the form.</p>"),
    _edited("rewritten", subject="New request", description="<p>See the form.</p>"),
    _edited("retagged", tags=("new",), status=3, priority=4, group_id=FOREIGN_GROUP),
    _edited("spam", spam=True),
    Shape("hidden-403", Behaviour(ticket_scope=2)),
    Shape("hidden-404", Behaviour(ticket_scope=3, hidden_status=404)),
    Shape("date-ahead", Behaviour(date_ahead_s=60)),
    Shape("date-behind", Behaviour(date_ahead_s=-60)),
    Shape("no-date", Behaviour(date_ahead_s=None)),
    Shape("late-store", faults=LATE),
    Shape("growth", Behaviour(sub_limits=SubLimits(create=80, update=80, list=20, contacts=20)), credits_=GROWTH),
    Shape("create-limit", Behaviour(sub_limits=SubLimits(create=40))),
    Shape("trial", credits_=TRIAL),
    Shape("limit-untold", Behaviour(limit_retry_after=None), credits_=GROWTH),
    Shape("limit-absurd", Behaviour(limit_retry_after="86400"), credits_=GROWTH),
    Shape("others", Behaviour(others=Others(per_s=5))),
    Shape("twins", Behaviour(others=Others(per_s=20, sources=(1,), twin_share=1))),
    *(_outage(how) for how in ("fails", "cuts", "refuses")),
)


def all_rows() -> Iterator[tuple[Shape, str, Callable[[int], Fault] | None]]:
    """Yield every shape with every kind of fault, by the name of the row."""
    for shape in SHAPES:
        if not shape.faults:
            yield shape, shape.name, None
        for kind, fault in shape.faults:
            yield shape, f"{shape.name}/{kind}", fault
