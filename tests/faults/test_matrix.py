"""Every fault on every effect, before and after the change is made: the caller's result, and the sandbox's requests.

A family is the expected end for a kind of fault. An accident is one fault of a family. A row is an accident on an
effect.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from email.utils import format_datetime
from typing import Any, get_args

import anyio
import pytest
from mcp_types import CallToolResult

from faults.stack import START, TICKET_ID, Stack, stack
from freshdesk_mcp_server.errors import ErrorCode, FreshdeskError, InterruptedCallError, OverloadedError
from freshdesk_mcp_server.gateway.cooldown import DEFAULT_S
from freshdesk_mcp_server.gateway.gate import SPREAD_S
from freshdesk_mcp_server.gateway.recoveries.lookout import PACE_S
from freshdesk_mcp_server.gateway.recoveries.tickets import LOOK_EVERY_S
from freshdesk_mcp_server.gateway.retry import FIRST_BACKOFF_S
from freshdesk_sandbox import Fault
from freshdesk_sandbox.faults import Body, Drop
from support.answers import MARK
from support.gateways import API_KEY
from support.network import Refusal, connect_timeout, no_tls, pool_timeout, refused
from support.operations import KNOWN, READS, TABLE, UNKNOWN, WRITES, ToolCall
from support.operations import Row as TableRow
from support.tools import data_of, error_of, text_of

pytestmark = [
    pytest.mark.slow("faults"),
    pytest.mark.anyio,
    # trio warns of an unfinished generator, and httpx leaves one when a body cannot be decoded.
    pytest.mark.filterwarnings("ignore:Async generator 'httpx\\.:ResourceWarning"),
]

FOR_EVER = 1000
PATIENT_S = 30
"""Longer than a read may last (20 s), shorter than a call (45 s)."""


# --- Effects -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Effect:
    """A tool call of the table, and the request that it makes."""

    row: TableRow
    call: ToolCall

    @property
    def name(self) -> str:
        return self.call.name

    @property
    def method(self) -> str:
        return self.row.method

    @property
    def path(self) -> str:
        return self.row.sandbox_path

    @property
    def is_create(self) -> bool:
        """True if a second equal request would make a second thing."""
        return self.row.operation in WRITES

    @property
    def is_write(self) -> bool:
        return self.row.operation not in READS

    def is_done(self, at: Stack) -> bool:
        """Return True if the requested change was made."""
        return self.call.count(at.sandbox) > 0


EFFECTS = tuple(Effect(row, call) for row in TABLE for call in row.calls)
CREATES = tuple(effect for effect in EFFECTS if effect.is_create)


# --- Ends --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ending:
    """The end of a call: its result, the requests that `reached` the sandbox, and `looks` for a lost ticket.

    `code` and `outcome` are None for a success. `tickets` are for a create; nothing else ever makes one.
    """

    attempts: int
    reached: int
    looks: int
    tickets: int
    code: ErrorCode | None = None
    outcome: str | None = None
    recovered: bool = False


def done(attempts: int, *, reached: int | None = None, looks: int = 0, recovered: bool = False) -> Ending:
    """Return a success after `attempts`."""
    return Ending(attempts, attempts if reached is None else reached, looks, tickets=1, recovered=recovered)


def failed(
    code: str, outcome: str, attempts: int, *, reached: int | None = None, looks: int = 0, tickets: int = 0
) -> Ending:
    """Return a failure after `attempts`."""
    return Ending(attempts, attempts if reached is None else reached, looks, tickets, ErrorCode(code), outcome)


MANY = 3
"""The least number of looks, where patience alone bounds them."""
FOUND = done(1, looks=2, recovered=True)
"""Found by one list and the ticket itself."""
NAMED = done(1, looks=1, recovered=True)
"""Found by the Location of the answer."""
DONE_ALREADY = done(2, looks=1, recovered=True)
LOOKED = 5
"""Four lists of the newest tickets, spread over ten seconds, and one of the spam."""
MADE_SURE = LOOKED + 2
"""The same, the next number, and the scope of the key, before a create is sent again."""
LOOKING_S = 3 * LOOK_EVERY_S

type Family = dict[str, Ending]
"""The ends by case; the most exact counts: "create, stored", "any, stored", "create", "any"."""

NOT_CONNECTED: Family = {"any": done(2, reached=1)}
NEVER_CONNECTED: Family = {"any": failed("unreachable", "not_sent", 8, reached=0)}
TURNED_AWAY: Family = {"any": done(2)}
ALWAYS_TURNED_AWAY: Family = {"any": failed("rate_limited", "refused", 8)}
TURNED_AWAY_TWICE: Family = {"any": failed("rate_limited", "refused", 2)}
TURNED_AWAY_FOR_LONG: Family = {"any": failed("rate_limited", "refused", 1)}
FAILS: Family = {
    "any": done(2),
    "delete, stored": DONE_ALREADY,
    "create": done(2, looks=MADE_SURE),
    "create, stored": FOUND,
}
ALWAYS_FAILS: Family = {
    "read": failed("server_failure", "refused", 8),
    "idempotent write": failed("server_failure", "unknown", 8),
    "create": failed("server_failure", "unknown", 2, looks=MADE_SURE + LOOKED),
    "create, stored": FOUND,
}
FAILS_FOR_LONG: Family = {
    "read": failed("server_failure", "refused", 1),
    "idempotent write": failed("server_failure", "unknown", 1),
    "create": failed("server_failure", "unknown", 1, looks=MADE_SURE),
    "create, stored": FOUND,
}
CANNOT_BE_LOOKED_FOR: Family = {
    "create": failed("server_failure", "unknown", 1, looks=MANY),
    "create, stored": failed("server_failure", "unknown", 1, looks=MANY, tickets=1),
}
RESET: Family = {
    "any": done(2),
    "delete, stored": DONE_ALREADY,
    "create": failed("reply_lost", "unknown", 1, looks=LOOKED),
    "create, stored": FOUND,
}
ALWAYS_RESET: Family = {
    "read": failed("reply_lost", "refused", 8),
    "idempotent write": failed("reply_lost", "unknown", 8),
    "create": failed("reply_lost", "unknown", 1, looks=LOOKED),
    "create, stored": FOUND,
}
CUT_IN_SUCCESS: Family = {
    "any": done(2),
    "delete": DONE_ALREADY,  # it has no body: cut before the answer
    "create": NAMED,
}
SILENT: Family = {
    "any": done(2),
    "delete, stored": DONE_ALREADY,
    "create": failed("reply_lost", "unknown", 1, looks=LOOKED),
    "create, stored": FOUND,
}
ALWAYS_SILENT: Family = {
    "read": failed("reply_lost", "refused", 3),
    "idempotent write": failed("reply_lost", "unknown", 3),
    "create": failed("reply_lost", "unknown", 1, looks=LOOKED),
    "create, stored": FOUND,
}
LATE: Family = {"any": done(2), "create": done(1, looks=5, recovered=True)}  # by the fourth list
DRIPS: Family = {
    "read": failed("reply_lost", "refused", 1),
    "update": failed("reply_lost", "applied", 1),
    "delete": done(1),  # it has no body
    "create": failed("reply_lost", "applied", 1, tickets=1),
}
STALLS: Family = {"any": done(2), "delete": done(1), "create": NAMED}
UNREADABLE: Family = {
    "read": failed("unreadable_reply", "refused", 1),
    "idempotent write": failed("unreadable_reply", "applied", 1),
    "create": FOUND,
}
TOO_LARGE: Family = {
    "read": failed("reply_too_large", "refused", 1),
    "idempotent write": failed("reply_too_large", "applied", 1),
    "create": FOUND,
}
UNREADABLE_BUT_FOR_204: Family = UNREADABLE | {"delete": done(1)}
UNREADABLE_BODY: Family = UNREADABLE_BUT_FOR_204 | {"create": NAMED}
SEEN_IN_TRASH = done(1, looks=1, recovered=True)
"""Found by reading the ticket, after a success that proves no deletion."""
NOT_FRESHDESK: Family = {
    "read": failed("foreign_reply", "refused", 1),
    "update": failed("foreign_reply", "unknown", 1),
    "delete": failed("foreign_reply", "unknown", 1, looks=1),
    "delete, stored": SEEN_IN_TRASH,
    "create": failed("foreign_reply", "unknown", 1, looks=LOOKED),
    "create, stored": FOUND,
}
NOT_ITS_BODY: Family = NOT_FRESHDESK | {"delete, stored": done(1), "create, stored": NAMED}


def is_refused(code: str) -> Family:
    """Return the family of a refusal by Freshdesk."""
    return {"any": failed(code, "refused", 1)}


# --- Accidents ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Accident:
    """One fault, or the end of a request before it reaches the sandbox.

    `stored` is True if the change is made before the fault; both values are tried where both are possible. `wait_s` are
    the least and the most seconds that the call waits, without looks. `looks_fail` is True if looks fail too.
    """

    name: str
    family: Family
    fault: Fault | None = None
    refusal: Refusal | None = None
    times: int = 1
    stored: tuple[bool, ...] = (False,)
    wait_s: tuple[float, float] | None = None
    retry_after_s: float | None = None
    looks_fail: bool = False
    effects: tuple[Effect, ...] = EFFECTS

    def arrange(self, effect: Effect, *, stored: bool, at: Stack) -> None:
        """Plan the accident for the requests of `effect`."""
        if self.refusal:
            at.network.refuse_next(self.refusal, times=self.times)
        if self.fault:
            when: Any = "after" if stored else "before"
            at.sandbox.faults.add(
                replace(self.fault, method=effect.method, path=effect.path, times=self.times, when=when)
            )
        if self.looks_fail:
            at.sandbox.faults.add(Fault(method="GET", status=503, times=FOR_EVER))


def rate_limit(
    name: str,
    retry_after: str | None,
    wait_s: tuple[float, float],
    family: Family = TURNED_AWAY,
    *,
    times: int = 1,
    retry_after_s: float | None = None,
) -> Accident:
    """Return the accident of a 429 with this Retry-After."""
    fault = Fault(status=429, headers={"Retry-After": retry_after})
    return Accident(f"429, {name}", family, fault, times=times, wait_s=wait_s, retry_after_s=retry_after_s)


def after(seconds: float, *, times: int = 1) -> tuple[float, float]:
    """Return the bounds of a wait of `seconds`, with the jitter that spreads callers."""
    return times * seconds, times * (seconds + FIRST_BACKOFF_S + SPREAD_S)


def at(seconds: float) -> str:
    """Return a Retry-After in the form of a date."""
    return format_datetime(START + timedelta(seconds=seconds), usegmt=True)


AT_ONCE = (0.0, 0.0)
BOTH = (False, True)
STORED = (True,)
UNTOLD = (DEFAULT_S, DEFAULT_S + FIRST_BACKOFF_S + SPREAD_S)
"""The wait after a 429 without a Retry-After."""

AGAIN = (FIRST_BACKOFF_S / 2, FIRST_BACKOFF_S)
"""The wait before a second attempt."""
AGAIN_AFTER_PAUSE = (FIRST_BACKOFF_S / 2, FIRST_BACKOFF_S + SPREAD_S)
PERSISTENT = (15.75, 31.5)
"""All waits of eight attempts."""

NOT_REACHED = (
    Accident("refused", NOT_CONNECTED, refusal=refused, wait_s=AGAIN),
    Accident("refused for ever", NEVER_CONNECTED, refusal=refused, times=FOR_EVER, wait_s=PERSISTENT),
    Accident("connect timeout", NOT_CONNECTED, refusal=connect_timeout, wait_s=(5, 5 + FIRST_BACKOFF_S)),
    Accident("no TLS", NOT_CONNECTED, refusal=no_tls, wait_s=AGAIN),
    Accident("no TLS for ever", NEVER_CONNECTED, refusal=no_tls, times=FOR_EVER),
    Accident("pool timeout", NOT_CONNECTED, refusal=pool_timeout, wait_s=(20, 20 + FIRST_BACKOFF_S)),
)
LOST = (
    Accident("reset before the answer", RESET, Fault(drop="before_answer"), stored=BOTH),
    Accident("reset for ever", ALWAYS_RESET, Fault(drop="before_answer"), times=FOR_EVER, stored=BOTH),
    Accident("reset in a success", CUT_IN_SUCCESS, Fault(drop="mid_body"), stored=STORED),
    Accident("reset in a 503", FAILS, Fault(status=503, drop="mid_body"), stored=BOTH),
    Accident("reset in a 403", is_refused("forbidden"), Fault(status=403, drop="mid_body")),
    Accident("no answer in time", SILENT, Fault(delay_s=PATIENT_S, drop="before_answer"), stored=BOTH),
    Accident(
        "never an answer", ALWAYS_SILENT, Fault(delay_s=PATIENT_S, drop="before_answer"), times=FOR_EVER, stored=BOTH
    ),
    Accident("done only when nobody waits", LATE, Fault(delay_s=PATIENT_S)),
    Accident("drips past the deadline", DRIPS, Fault(drip_s=2), stored=STORED),
    Accident("stalls in the body", STALLS, Fault(drip_s=25), stored=STORED),
)
REFUSED = (
    Accident("400 with fields", is_refused("validation_failed"), Fault(status=400)),
    Accident("400 without fields", is_refused("validation_failed"), Fault(status=400, body="json")),
    Accident("400 without a body", is_refused("validation_failed"), Fault(status=400, body="empty")),
    Accident("401", is_refused("authentication_failed"), Fault(status=401)),
    Accident("403", is_refused("forbidden"), Fault(status=403)),
    Accident("403 HTML", is_refused("blocked"), Fault(status=403, body="html")),
    Accident("403 of a plan", is_refused("feature_unavailable"), Fault(status=403, code="require_feature")),
    Accident("403 of an account", is_refused("account_suspended"), Fault(status=403, code="account_suspended")),
    Accident("403 of an agent", is_refused("agent_locked"), Fault(status=403, code="password_lockout")),
    Accident("404 empty", is_refused("not_found"), Fault(status=404, body="empty")),
    Accident("404 blank", is_refused("not_found"), Fault(status=404, body="blank")),
    Accident("405", is_refused("method_not_allowed"), Fault(status=405)),
    Accident("406", is_refused("unexpected_status"), Fault(status=406)),
    Accident("409", is_refused("conflict"), Fault(status=409)),
    Accident("415", is_refused("unsupported_media_type"), Fault(status=415)),
    Accident("418", is_refused("unexpected_status"), Fault(status=418)),
    Accident(
        "302 to a login page",
        is_refused("unexpected_status"),
        Fault(status=302, body="html", headers={"Location": "https://acme.freshdesk.com/support/login"}),
    ),
    Accident("304", is_refused("unexpected_status"), Fault(status=304)),
    Accident("401 broken gzip", is_refused("authentication_failed"), Fault(status=401, body="broken_gzip")),
)
RATE_LIMITED = (
    rate_limit("integer", "7", after(7)),
    rate_limit("decimal", "1.5", after(1.5)),
    rate_limit("date", at(20), after(20)),
    rate_limit("date in the past", at(-3600), AGAIN_AFTER_PAUSE),
    rate_limit("zero", "0", AGAIN_AFTER_PAUSE),
    rate_limit("huge", "86400", AT_ONCE, TURNED_AWAY_FOR_LONG, retry_after_s=86_400),
    rate_limit("date in ten days", at(864_000), AT_ONCE, TURNED_AWAY_FOR_LONG, retry_after_s=864_000),
    rate_limit("as long as the deadline", "45", AT_ONCE, TURNED_AWAY_FOR_LONG, retry_after_s=45),
    rate_limit("more digits than a number has", "9" * 400, UNTOLD),
    rate_limit("negative", "-5", UNTOLD),
    rate_limit("garbage", "soon", UNTOLD),
    rate_limit("not a number", "NaN", UNTOLD),
    rate_limit("absent", None, UNTOLD),
    rate_limit("for ever", "2", (14, 38), ALWAYS_TURNED_AWAY, times=FOR_EVER, retry_after_s=2),
    rate_limit("for ever, 30 s each", "30", after(30), TURNED_AWAY_TWICE, times=FOR_EVER, retry_after_s=30),
    rate_limit("for ever, absent", None, (17, 36), ALWAYS_TURNED_AWAY, times=FOR_EVER),
)
FAILING = (
    *(
        Accident(f"{status}{' HTML' * (status == 502)}", FAILS, fault, stored=BOTH, wait_s=AGAIN)
        for status in (500, 502, 503, 504, 520)
        for fault in [Fault(status=status, body="html" if status == 502 else "real")]
    ),
    Accident("500 for ever", ALWAYS_FAILS, Fault(status=500), times=FOR_EVER, stored=BOTH, wait_s=PERSISTENT),
    Accident("503 for ever", ALWAYS_FAILS, Fault(status=503), times=FOR_EVER, stored=BOTH, wait_s=PERSISTENT),
    Accident(
        "503 with Retry-After", FAILS, Fault(status=503, headers={"Retry-After": "3"}), stored=BOTH, wait_s=(3, 3.5)
    ),
    Accident(
        "503 with a long Retry-After",
        FAILS_FOR_LONG,
        Fault(status=503, headers={"Retry-After": "60"}),
        stored=BOTH,
        wait_s=AT_ONCE,
        retry_after_s=60,
    ),
    Accident(
        "503, the look for the ticket too",
        CANNOT_BE_LOOKED_FOR,
        Fault(status=503),
        stored=BOTH,
        looks_fail=True,
        effects=CREATES,
    ),
)
SUCCEEDED_UNREADABLY = (
    Accident("another 2xx", UNREADABLE | {"delete": SEEN_IN_TRASH}, Fault(status=202), stored=STORED),
    Accident("204", NOT_FRESHDESK | {"delete, stored": done(1)}, Fault(status=204), stored=STORED),
    *(
        Accident(f"success, {body}", family, Fault(body=body), stored=STORED)
        for body in get_args(Body.__value__)
        if body not in ("real", "huge")
        for family in [NOT_ITS_BODY if body in ("html", "empty", "blank") else UNREADABLE_BODY]
    ),
    Accident("200 HTML", NOT_FRESHDESK, Fault(status=200, body="html"), stored=STORED),
    Accident(
        "200 broken gzip", UNREADABLE | {"delete": SEEN_IN_TRASH}, Fault(status=200, body="broken_gzip"), stored=STORED
    ),
    Accident("success, huge", TOO_LARGE | {"delete": done(1), "create": NAMED}, Fault(body="huge"), stored=STORED),
    Accident("200 huge", TOO_LARGE | {"delete": SEEN_IN_TRASH}, Fault(status=200, body="huge"), stored=STORED),
    Accident("200 from something that is not Freshdesk", NOT_FRESHDESK, Fault(status=200, body="html")),
)
ACCIDENTS = (*NOT_REACHED, *LOST, *REFUSED, *RATE_LIMITED, *FAILING, *SUCCEEDED_UNREADABLY)


# --- The rows ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """An accident on an effect."""

    accident: Accident
    effect: Effect
    stored: bool
    id: str = field(init=False)

    def __post_init__(self) -> None:
        when = (" - stored" if self.stored else " - not stored") if self.effect.is_write else ""
        object.__setattr__(self, "id", f"{self.accident.name} - {self.effect.name}{when}")

    @property
    def ending(self) -> Ending:
        cases = (*self.effect.call.cases, "any")
        if self.stored:
            cases = (*(f"{case}, stored" for case in cases), *cases)
        known = [self.accident.family[case] for case in cases if case in self.accident.family]
        assert known, f"say in the family of {self.accident.name!r} how {cases[0]!r} ends: tests/faults/test_matrix.py"
        ending = known[0]
        return ending if self.effect.is_create else replace(ending, tickets=0)


def all_rows() -> Iterator[Row]:
    for accident in ACCIDENTS:
        for effect in accident.effects:
            moments = accident.stored if effect.is_write else accident.stored[:1]
            yield from (Row(accident, effect, stored) for stored in moments)


ROWS = tuple(all_rows())


@pytest.mark.parametrize("row", ROWS, ids=[row.id for row in ROWS])
async def test_the_result_after_a_fault_is_true_and_no_change_is_made_twice(row: Row) -> None:
    effect, accident, ending = row.effect, row.accident, row.ending
    async with stack() as at:
        accident.arrange(effect, stored=row.stored, at=at)
        result = await at.call(effect.call.tool, **effect.call.arguments(TICKET_ID))
        elapsed_s = anyio.current_time()

    assert seen(row, result, at) == ending
    if ending.looks != MANY:
        assert at.network.reached == Counter({effect.method: ending.reached}) + Counter(GET=ending.looks)
    assert at.network.reached.total() == sum(at.sandbox.statistics.requests.values())
    assert at.network.open_connections == 0
    check_truth(row, at)
    if result.is_error:
        check_error(row, result)
    if accident.wait_s:
        least_s, most_s = AT_ONCE if ending == FOUND else accident.wait_s
        if effect.is_create and accident.family is ALWAYS_FAILS:
            least_s, most_s = AT_ONCE if ending == FOUND else AGAIN
        settling_s = LOOKING_S * (ending.looks // LOOKED)
        paced_s = PACE_S * (ending.looks > MADE_SURE)  # the first look of a second round
        slack_s = 0.001  # rounding of floating point
        assert least_s + settling_s - slack_s <= elapsed_s <= most_s + settling_s + paced_s + slack_s
    else:
        assert elapsed_s <= 45.001


def seen(row: Row, result: CallToolResult, at: Stack) -> Ending:
    """Return the actual end of a call, in the terms of the expected one."""
    effect = row.effect
    attempts, made = at.attempts(effect.row.operation.name), effect.call.count(at.sandbox) if effect.is_create else 0
    own = at.network.reached[effect.method]
    looks = at.network.reached["GET"] if effect.is_write else 0
    if not result.is_error:
        return Ending(attempts, own, looks, made, recovered=data_of(result).get("recovered", False))
    error = error_of(result)
    assert error["attempts"] == attempts
    looks = row.ending.looks if looks >= MANY == row.ending.looks else looks
    return Ending(attempts, own, looks, made, ErrorCode(error["code"]), error["outcome"])


def check_truth(row: Row, at: Stack) -> None:
    """Check that a change was made exactly if the caller was told so."""
    effect, outcome = row.effect, row.ending.outcome
    if effect.is_write and outcome != "unknown":
        assert effect.is_done(at) == (outcome in (None, "applied"))


def check_error(row: Row, result: CallToolResult) -> None:
    """Check that the error is complete, as structure and as text, and holds no secret."""
    error, text = error_of(result), text_of(result)
    assert error["hint"]
    assert f"Error {error['code']}: {error['message']}" in text
    assert error.get("retry_after_s") == row.accident.retry_after_s
    if row.effect.is_create and error["outcome"] in ("unknown", "applied"):
        assert not error["retryable"]
    if row.accident.name == "400 with fields":
        assert [problem["field"] for problem in error["fields"]] == ["subject"]
    for secret in (API_KEY, KNOWN, UNKNOWN, MARK, "acme.freshdesk.com", "<html"):
        assert secret not in text + json.dumps(error)


# --- Completeness ------------------------------------------------------------------------------------------------


def test_no_row_expects_a_second_ticket() -> None:
    assert {row.ending.tickets for row in ROWS} == {0, 1}


def test_every_row_has_a_name_of_its_own() -> None:
    assert [name for name, times in Counter(row.id for row in ROWS).items() if times > 1] == []


def test_there_is_a_row_for_every_body_and_every_cut_that_the_sandbox_knows() -> None:
    faults = [accident.fault for accident in ACCIDENTS if accident.fault]
    assert {fault.body for fault in faults} == set(get_args(Body.__value__))
    assert {fault.drop for fault in faults} == {None, *get_args(Drop.__value__)}


def test_there_is_a_row_for_every_error_that_can_come_from_the_wire() -> None:
    assert {row.ending.code for row in ROWS} - {None} == {error.code for error in leaves(FreshdeskError)} - {
        OverloadedError.code,
        InterruptedCallError.code,
    }


def test_there_is_a_row_for_every_outcome() -> None:
    assert {row.ending.outcome for row in ROWS} == {None, "not_sent", "refused", "unknown", "applied"}


def test_every_accident_that_is_not_about_creates_meets_every_effect() -> None:
    for accident in ACCIDENTS:
        met = {row.effect.name for row in ROWS if row.accident is accident}
        assert met == {effect.name for effect in (CREATES if accident.looks_fail else EFFECTS)}, accident.name


def leaves(error_class: type[FreshdeskError]) -> Iterator[type[FreshdeskError]]:
    """Yield the classes that are raised, without those that only group others."""
    subclasses = error_class.__subclasses__()
    if not subclasses:
        yield error_class
    for subclass in subclasses:
        yield from leaves(subclass)
