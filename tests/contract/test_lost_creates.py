"""Creates without an answer: found, sent again once, or reported as unknown; in virtual time."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import anyio
import httpx
import pytest

from freshdesk_client.api.tickets import create_ticket
from freshdesk_client.models import Ticket, TicketCreate
from freshdesk_mcp_server.errors import (
    ForbiddenError,
    ForeignReplyError,
    FreshdeskError,
    Outcome,
    RateLimitedError,
    ReplyLostError,
    ServerFailureError,
    UnreachableError,
    UnreadableReplyError,
    ValidationFailedError,
)
from freshdesk_mcp_server.gateway import Gateway, Reply
from freshdesk_mcp_server.gateway.operations.tickets import CREATE_TICKET, CREATION, LIST_TICKETS
from freshdesk_mcp_server.gateway.recoveries.ledger import NUMBERS_FRESH_S
from freshdesk_mcp_server.gateway.recoveries.lookout import PACE_S
from freshdesk_mcp_server.gateway.recoveries.tickets import (
    MOST_UNLISTED,
    NO_NUMBER,
    NO_TIME,
    NOT_ALL,
    NOT_LOOKED,
    NOT_READ,
    NOT_SEEN,
    SETTLE_S,
    TOO_MANY,
    recover_creation,
)
from freshdesk_mcp_server.gateway.recoveries.twins import LONGEST_SUBJECT, Twin
from freshdesk_mcp_server.gateway.retry import FIRST_BACKOFF_S
from support.answers import MARK, Answer, body_lost, fails, silent, status, unreadable
from support.helpdesk import Helpdesk, Stored
from support.operations import EMAIL, NEW, call, call_on, error_of, gateway_to

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("virtual_time")]

LOOKS = 4
"""Lists of the newest tickets before a ticket counts as absent; a list of the spam follows them."""


FAILED = {str(code): status(code) for code in (500, 502, 503, 504, 520)} | {"502, body lost": body_lost(502)}
TIMED_OUT = {
    "no answer in time": fails(httpx.ReadTimeout, after_s=20),
    "not sent in time": fails(httpx.WriteTimeout, after_s=20),
}
CUT_OFF = {
    "reset": fails(httpx.ReadError),
    "reset while writing": fails(httpx.WriteError),
    "closed without an answer": fails(httpx.RemoteProtocolError),
}
UNREADABLE = {
    **{repr(content): unreadable(content) for content in (b"", b"{", b"<html>", b"7", b'{"id": "7"}', b"\xff")},
    "body lost": body_lost(),
    "body lost in a timeout": body_lost(error_class=httpx.ReadTimeout),
}
LOST = {**FAILED, **TIMED_OUT, **CUT_OFF, **UNREADABLE}


def each(faults: dict[str, Answer]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("fault", faults.values(), ids=[*faults])


# --- Found -------------------------------------------------------------------------------------------------------


@each(LOST)
@pytest.mark.parametrize(("late_s", "looks"), [(0.0, 1), (3.0, 2), (9.0, 4)])
async def test_a_create_whose_answer_was_lost_is_found_and_not_sent_again(
    fault: Answer, late_s: float, looks: int
) -> None:
    helpdesk = Helpdesk(Stored(fault, late_s + 20 * (fault in TIMED_OUT.values())))
    reply = await call(CREATE_TICKET, helpdesk)
    assert (reply.value.id, reply.attempts, reply.recovered) == (101, 1, True)
    assert helpdesk.counts == (1, looks)
    assert helpdesk.reads == ["101"]


async def test_a_look_is_one_list_of_the_newest_tickets_of_the_account_and_costs_one_credit() -> None:
    helpdesk = Helpdesk(Stored(status(502)))
    await call(CREATE_TICKET, helpdesk)
    assert dict(helpdesk.lists[0].url.params) == {"order_by": "created_at", "order_type": "desc", "per_page": "100"}
    assert helpdesk.credits == 1 + 1 + 2  # the create, the list, the ticket with its requester


async def test_a_201_that_names_its_ticket_is_read_by_that_name() -> None:
    helpdesk = Helpdesk(Stored(body_lost(201, Location="https://acme.freshdesk.com/api/v2/tickets/101")))
    reply = await call(CREATE_TICKET, helpdesk)
    assert (reply.value.id, reply.recovered) == (101, True)
    assert (helpdesk.counts, helpdesk.reads) == ((1, 0), ["101"])


@pytest.mark.parametrize("location", ["", "/tickets/", "/tickets/x", "https://evil.example/tickets/9/edit"])
async def test_a_location_that_is_none_is_not_read(location: str) -> None:
    helpdesk = Helpdesk(Stored(body_lost(201, Location=location)))
    assert (await call(CREATE_TICKET, helpdesk)).value.id == 101
    assert (helpdesk.counts, helpdesk.reads) == ((1, 1), ["101"])


@pytest.mark.parametrize(
    "edits",
    [
        {"description": f"<p>\n{MARK}</p>"},
        {"subject": f" {MARK} "},
        {"requester": {"id": 5, "email": EMAIL.upper()}},
        {"type": "Question", "group_id": 5, "source": None},
        {"spam": True},
    ],
)
async def test_a_ticket_that_is_surely_of_the_create_is_found_despite_changes_of_freshdesk(
    edits: dict[str, Any],
) -> None:
    helpdesk = Helpdesk(Stored(status(503), edits=edits))
    reply = await call(CREATE_TICKET, helpdesk)
    assert (reply.value.id, reply.attempts, reply.recovered) == (101, 1, True)


@pytest.mark.parametrize("skew_s", [-9, 9])
async def test_clocks_that_are_a_little_apart_do_not_matter(skew_s: float) -> None:
    helpdesk = Helpdesk(Stored(status(503)), skew_s=skew_s)
    assert (await call(CREATE_TICKET, helpdesk)).value.id == 101


@pytest.mark.parametrize("skew_s", [-100, -15, 15, 100, None])
async def test_a_number_above_all_that_were_seen_is_new_whatever_the_clocks_say(skew_s: float | None) -> None:
    helpdesk = Helpdesk(None, Stored(status(503)), skew_s=skew_s)
    async with gateway_to(helpdesk) as gateway:
        await call_on(gateway, CREATE_TICKET)
        reply = await call_on(gateway, CREATE_TICKET)
    assert (reply.value.id, reply.attempts, reply.recovered) == (102, 1, True)


# --- Absent ------------------------------------------------------------------------------------------------------


@each(FAILED)
async def test_a_create_that_failed_and_is_absent_is_sent_again_once(fault: Answer) -> None:
    helpdesk, started = Helpdesk(fault), anyio.current_time()
    reply = await call(CREATE_TICKET, helpdesk)
    assert (reply.value.id, reply.attempts, reply.recovered) == (101, 2, False)
    assert helpdesk.counts == (2, LOOKS + 1)
    assert SETTLE_S <= anyio.current_time() - started <= SETTLE_S + 1 + FIRST_BACKOFF_S

    helpdesk = Helpdesk(fault, Stored(fault))
    reply = await call(CREATE_TICKET, helpdesk)
    assert (reply.value.id, reply.attempts, reply.recovered) == (101, 2, True)
    assert helpdesk.counts == (2, LOOKS + 1 + 1)

    helpdesk = Helpdesk(fault, fault)
    error = await error_of(CREATE_TICKET, helpdesk, max_attempts=10)
    assert (type(error), error.outcome, error.hint) == (ServerFailureError, Outcome.UNKNOWN, CREATION.check)
    assert (error.attempts, error.retryable) == (2, False)
    assert NOT_SEEN in error.message
    assert helpdesk.counts == (2, 2 * (LOOKS + 1))
    assert helpdesk.credits <= 15


@each({**TIMED_OUT, **CUT_OFF})
async def test_a_create_whose_answer_was_lost_and_that_is_absent_is_reported(fault: Answer) -> None:
    helpdesk = Helpdesk(fault)
    error = await error_of(CREATE_TICKET, helpdesk)
    assert (type(error), error.outcome, error.hint) == (ReplyLostError, Outcome.UNKNOWN, CREATION.check)
    assert (error.attempts, error.retryable) == (1, False)
    assert NOT_SEEN in error.message
    assert helpdesk.counts == (1, LOOKS + 1)


@each(UNREADABLE)
async def test_a_success_that_cannot_be_read_and_is_absent_is_not_told_as_made(fault: Answer) -> None:
    helpdesk = Helpdesk(fault)
    error = await error_of(CREATE_TICKET, helpdesk)
    assert type(error) in (UnreadableReplyError, ForeignReplyError, ReplyLostError)
    assert (error.outcome, error.status) == (Outcome.UNKNOWN, 201)
    assert error.hint.startswith(CREATION.check)
    assert (error.attempts, error.retryable) == (1, False)


async def test_no_look_depends_on_whether_freshdesk_knows_the_requester() -> None:
    helpdesk = Helpdesk(Stored(fails(httpx.ReadError)))
    await call(CREATE_TICKET, helpdesk)
    assert "email" not in helpdesk.lists[0].url.params


async def test_looks_are_spread_over_ten_seconds() -> None:
    helpdesk = Helpdesk(status(503))
    await call(CREATE_TICKET, helpdesk)
    *newest, spam = helpdesk.list_times
    assert newest[-1] - newest[0] >= SETTLE_S
    assert all(later - earlier >= PACE_S for earlier, later in pairwise(newest))
    assert helpdesk.lists[-1].url.params["filter"] == "spam"
    assert spam >= newest[-1]


async def test_before_it_is_sent_again_the_next_number_is_read_and_the_key_is_asked_once_what_it_sees() -> None:
    helpdesk = Helpdesk(None, status(503), None, status(503))
    async with gateway_to(helpdesk) as gateway:
        for _ in range(3):
            await call_on(gateway, CREATE_TICKET)
    assert helpdesk.reads == ["102", "agents/me", "103"]


# --- Perhaps it, or not known ------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [status(503), fails(httpx.ReadError)], ids=["503", "reset"])
@pytest.mark.parametrize(
    "edits",
    [
        {"subject": "[Urgent] renamed by a rule"},
        {"description": "<div>replaced by a template</div>"},
        {"description": f"<div>{MARK}</div><div>--<br>Sent by Acme</div>"},
        {"requester": {"id": 6, "email": "primary@example.com"}},
        {"requester": None, "subject": f"RE: {MARK}", "description": None},
        {"subject": f"{MARK} \U0001f642"},
        {"priority": 4},
        {"tags": ["automated"], "status": 6},
    ],
)
async def test_a_new_ticket_of_which_a_part_agrees_may_be_of_the_create(fault: Answer, edits: dict[str, Any]) -> None:
    helpdesk = Helpdesk(Stored(fault, edits=edits))
    error = await error_of(CREATE_TICKET, helpdesk)
    assert (error.outcome, error.candidates, error.hint) == (Outcome.UNKNOWN, (101,), CREATION.candidates)
    assert "#101" in error.message
    assert helpdesk.counts[0] == 1
    assert helpdesk.reads == ["101"]


async def test_an_older_equal_ticket_is_not_taken_where_the_clocks_leave_a_doubt() -> None:
    helpdesk = Helpdesk(status(503))
    helpdesk.add(created_s=-60, subject=MARK, description=MARK, requester={"email": EMAIL})
    error = await error_of(CREATE_TICKET, helpdesk)
    assert (error.outcome, error.candidates, helpdesk.counts[0]) == (Outcome.UNKNOWN, (101,), 1)


@pytest.mark.parametrize(
    "fields",
    [
        {"created_s": -86_500, "subject": MARK, "description": MARK, "requester": {"email": EMAIL}},
        {"created_s": -130, "subject": f"{MARK}?", "description": MARK, "requester": {"email": EMAIL}},
        {"source": 1, "subject": MARK, "description": MARK, "requester": {"email": EMAIL}},
        {"subject": "No toner", "description": "Since Monday", "requester": {"email": "ada@example.com"}},
    ],
)
async def test_the_ticket_of_another_requester_does_not_prevent_absence(fields: dict[str, Any]) -> None:
    helpdesk = Helpdesk(status(503))
    helpdesk.add(**fields)
    reply = await call(CREATE_TICKET, helpdesk)
    assert (reply.value.id, reply.attempts, helpdesk.counts[0]) == (102, 2, 2)


@pytest.mark.parametrize("scope", [2, 3, None])
async def test_absence_proves_nothing_to_a_key_that_does_not_see_all(scope: int | None) -> None:
    helpdesk = Helpdesk(Stored(status(503), edits={"hidden": True}), scope=scope)
    error = await error_of(CREATE_TICKET, helpdesk)
    assert (error.outcome, helpdesk.counts[0]) == (Outcome.UNKNOWN, 1)
    assert NOT_ALL in error.message


async def test_a_number_that_no_list_shows_is_read() -> None:
    helpdesk = Helpdesk(None, Stored(status(503), edits={"deleted": True}), lists=[status(200, content=b"[]")] * 5)
    async with gateway_to(helpdesk) as gateway:
        await call_on(gateway, CREATE_TICKET)
        reply = await call_on(gateway, CREATE_TICKET)
    assert (reply.value.id, reply.recovered, helpdesk.counts[0]) == (102, True, 2)


async def test_without_a_clock_and_without_a_number_absence_is_not_known() -> None:
    helpdesk = Helpdesk(status(503), skew_s=None)
    error = await error_of(CREATE_TICKET, helpdesk)
    assert (error.outcome, helpdesk.counts[0]) == (Outcome.UNKNOWN, 1)
    assert TOO_MANY in error.message


async def test_more_new_tickets_than_one_list_holds_may_hide_a_ticket() -> None:
    helpdesk = Helpdesk(status(503))
    for _ in range(120):
        helpdesk.add(source=1)
    error = await error_of(CREATE_TICKET, helpdesk)
    assert (error.outcome, helpdesk.counts[0]) == (Outcome.UNKNOWN, 1)
    assert TOO_MANY in error.message


@each(LOST)
@pytest.mark.parametrize(
    "lists",
    [
        [status(403)],
        [status(400)],
        [unreadable(b"{}")],
        [status(503)] * 20,
        [fails(httpx.ReadError), *[fails(httpx.ConnectError)] * 20],
        [status(429, Retry_After="60")],
        [None, status(403)],
        [None, *[status(503)] * 20],
    ],
)
async def test_without_a_look_that_tells_nothing_is_sent_again(fault: Answer, lists: Sequence[Answer | None]) -> None:
    helpdesk = Helpdesk(fault, lists=lists)
    error = await error_of(CREATE_TICKET, helpdesk)
    assert error.outcome in (Outcome.UNKNOWN, Outcome.APPLIED)
    assert (error.attempts, error.retryable) == (1, False)
    assert NOT_LOOKED in error.message
    assert helpdesk.counts[0] == 1


async def test_below_a_fifth_of_the_rate_limit_nothing_is_looked_for() -> None:
    helpdesk = Helpdesk(status(503), limit=(50, 9))
    error = await error_of(CREATE_TICKET, helpdesk)
    assert (error.outcome, helpdesk.counts) == (Outcome.UNKNOWN, (1, 0))
    assert NOT_LOOKED in error.message

    helpdesk = Helpdesk(status(503), limit=(50, 10))
    assert (await call(CREATE_TICKET, helpdesk)).attempts == 2


# --- The rest of the call ----------------------------------------------------------------------------------------


async def test_a_create_that_met_a_429_has_no_unknown_outcome() -> None:
    helpdesk = Helpdesk(status(429), fails(httpx.ConnectError), status(503))
    reply = await call(CREATE_TICKET, helpdesk)
    assert (reply.value.id, reply.attempts, reply.recovered) == (101, 4, False)
    assert helpdesk.counts == (4, LOOKS + 1)


async def test_a_create_that_may_be_sent_again_and_meets_a_429_is_sent_once_more() -> None:
    helpdesk = Helpdesk(status(503), status(429, Retry_After="2"), fails(httpx.ConnectError))
    reply = await call(CREATE_TICKET, helpdesk)
    assert (reply.value.id, reply.attempts, helpdesk.counts[0]) == (101, 4, 4)


@pytest.mark.parametrize(
    ("last", "error_class", "attempts"),
    [
        (status(400), ValidationFailedError, 2),
        (status(403), ForbiddenError, 2),
        (status(429), RateLimitedError, 8),
        (fails(httpx.ConnectError), UnreachableError, 8),
    ],
)
async def test_a_refusal_says_nothing_of_an_earlier_create_that_may_have_made_the_ticket(
    last: Answer, error_class: type[FreshdeskError], attempts: int
) -> None:
    helpdesk = Helpdesk(status(503), *[last] * 10)
    error = await error_of(CREATE_TICKET, helpdesk)
    assert (type(error), error.outcome, error.hint) == (error_class, Outcome.UNKNOWN, CREATION.check)
    assert "earlier attempt" in error.message
    assert not error.retryable
    assert error.attempts <= attempts


async def test_looks_are_within_the_deadline_of_the_call() -> None:
    helpdesk, started = Helpdesk(status(503, after_s=40)), anyio.current_time()
    error = await error_of(CREATE_TICKET, helpdesk, deadline_s=45, read_timeout_s=60)
    assert (error.outcome, error.attempts, helpdesk.counts) == (Outcome.UNKNOWN, 1, (1, 2))
    assert NO_TIME in error.message
    assert anyio.current_time() - started <= 45

    helpdesk, started = Helpdesk(status(503), lists=[silent, silent]), anyio.current_time()
    error = await error_of(CREATE_TICKET, helpdesk, deadline_s=45)
    assert (type(error), error.outcome, helpdesk.counts) == (ServerFailureError, Outcome.UNKNOWN, (1, 1))
    assert anyio.current_time() - started == pytest.approx(45)


async def test_a_create_does_not_take_the_ticket_of_another() -> None:
    helpdesk = Helpdesk(None, status(503))
    async with gateway_to(helpdesk) as gateway:
        first = await call_on(gateway, CREATE_TICKET)
        second = await call_on(gateway, CREATE_TICKET)
    assert (first.value.id, second.value.id) == (101, 102)
    assert (second.attempts, second.recovered) == (2, False)


async def test_identical_creates_whose_answers_are_lost_get_a_ticket_each() -> None:
    lost = Stored(status(503, after_s=1))
    helpdesk, numbers = Helpdesk(lost, lost, lost), list[int]()

    async def run() -> None:
        reply = await call_on(gateway, CREATE_TICKET)
        assert (reply.attempts, reply.recovered) == (1, True)
        numbers.append(reply.value.id)

    async with gateway_to(helpdesk) as gateway, anyio.create_task_group() as tasks:
        for _ in range(3):
            tasks.start_soon(run)
    assert numbers == [101, 102, 103]
    assert helpdesk.counts == (3, 3)


async def test_an_answer_to_something_else_raises_the_number_that_counts_as_seen() -> None:
    """A number in any answer before the create is older than the create."""
    helpdesk = Helpdesk(status(503))
    helpdesk.add(created_s=-1, subject=MARK, description=MARK, requester={"email": EMAIL})
    async with gateway_to(helpdesk) as gateway:
        await call_on(gateway, LIST_TICKETS)
        reply = await call_on(gateway, CREATE_TICKET)
    assert (reply.value.id, reply.attempts) == (102, 2)


# --- The creates of others ---------------------------------------------------------------------------------------


async def create_on(gateway: Gateway, **changes: Any) -> Reply[Ticket] | FreshdeskError:
    """Create the ticket with `changes` of arguments, and return the reply or the error."""
    body = TicketCreate.from_dict(NEW.to_dict() | changes)
    try:
        return await gateway.call(
            CREATE_TICKET,
            lambda client: create_ticket.asyncio_detailed(client=client, body=body),
            recovery=recover_creation(Twin.of(body)),
        )
    except FreshdeskError as error:
        return error


def told(end: Reply[Ticket] | FreshdeskError) -> int | Outcome:
    """Return the number of the created ticket, or the outcome of the error."""
    return end.outcome if isinstance(end, FreshdeskError) else end.value.id


async def told_at_once(gateway: Gateway, *creates: dict[str, Any]) -> list[int | Outcome]:
    """Return the ends of creates that begin at once, in this order."""
    ends: dict[int, int | Outcome] = {}

    async def run(number: int) -> None:
        ends[number] = told(await create_on(gateway, **creates[number]))

    async with anyio.create_task_group() as tasks:
        for number in range(len(creates)):
            tasks.start_soon(run, number)
            await anyio.sleep(0.01)
    return [ends[number] for number in range(len(creates))]


OTHER: dict[str, Any] = {"subject": "No light", "description": "In the hall", "email": "other@example.com"}
FOREIGN: dict[str, Any] = OTHER | {"requester": {"email": "other@example.com"}, "email": None}
LONG = "x" * LONGEST_SUBJECT


@pytest.mark.parametrize("other_end", [status(503, after_s=1), None])
@pytest.mark.parametrize(
    ("one", "other", "edits"),
    [
        ({"source": 3}, {"source": 2}, {}),
        ({"subject": f"{LONG} one"}, {"subject": f"{LONG} two"}, {"subject": LONG}),
        ({"priority": 1}, {"priority": 4}, {}),
        ({"subject": "a b"}, {"subject": "ab"}, {}),
    ],
)
async def test_creates_whose_tickets_look_alike_are_neither_doubled_nor_mixed_up(
    one: dict[str, Any], other: dict[str, Any], edits: dict[str, Any], other_end: Answer | None
) -> None:
    stored = Stored(status(503, after_s=1), edits=edits)
    helpdesk = Helpdesk(stored, replace(stored, answer=other_end, slow_s=14))
    async with gateway_to(helpdesk) as gateway:
        assert await told_at_once(gateway, one, other) == [101, 102]
    assert helpdesk.counts[0] == 2


async def test_a_ticket_may_be_of_a_create_that_ended_unknown_and_is_not_another_s() -> None:
    for changes in ({}, {"priority": 4, "tags": ["vip"]}):
        helpdesk = Helpdesk(Stored(status(503)), fails(httpx.ReadError), lists=[status(403)])
        async with gateway_to(helpdesk) as gateway:
            assert told(await create_on(gateway)) is Outcome.UNKNOWN
            second = await create_on(gateway, **changes)
        assert isinstance(second, ReplyLostError)
        assert (second.outcome, second.candidates) == (Outcome.UNKNOWN, (101,))


async def test_beside_the_ticket_of_a_create_that_ended_unknown_one_with_its_own_arguments_is_found() -> None:
    helpdesk = Helpdesk(Stored(status(503)), Stored(status(503)), lists=[status(403)])
    async with gateway_to(helpdesk) as gateway:
        assert told(await create_on(gateway)) is Outcome.UNKNOWN
        assert told(await create_on(gateway, priority=4)) == 102


async def test_a_create_that_is_interrupted_keeps_its_claim() -> None:
    helpdesk = Helpdesk(Stored(silent), fails(httpx.ReadError))
    async with gateway_to(helpdesk) as gateway:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(create_on, gateway)
            await anyio.sleep(1)
            gateway.interrupt()
        assert told(await create_on(gateway)) is Outcome.UNKNOWN


async def test_a_location_that_names_the_ticket_of_another_is_not_believed() -> None:
    helpdesk = Helpdesk(body_lost(201, Location="https://acme.freshdesk.com/api/v2/tickets/100"))
    assert (await error_of(CREATE_TICKET, helpdesk)).outcome is Outcome.UNKNOWN


async def test_a_create_that_ends_meanwhile_leaves_the_others_their_tickets_read() -> None:
    helpdesk = Helpdesk(status(503))
    for _ in range(3):
        helpdesk.add(**FOREIGN)

    async def create_others(gateway: Gateway) -> None:
        for number in range(8):
            await anyio.sleep(1)
            await create_on(gateway, **OTHER | {"subject": f"Lamp {number}"})

    async with gateway_to(helpdesk) as gateway, anyio.create_task_group() as tasks:
        tasks.start_soon(create_others, gateway)
        end = await create_on(gateway)
    assert isinstance(end, Reply)
    assert sorted(helpdesk.reads) == ["101", "102", "103", f"{end.value.id}", "agents/me"]


async def test_a_create_that_ends_while_a_number_is_read_does_no_harm() -> None:
    absent = [status(404, after_s=3)]

    async def late(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/102") and absent:
            return await absent.pop()(request)
        return await helpdesk(request)

    helpdesk = Helpdesk(Stored(None, slow_s=12), status(503), Stored(status(503)))
    async with gateway_to(late) as gateway:
        assert await told_at_once(gateway, OTHER, {}) == [101, 102]


# --- Numbers, where lists and clocks tell nothing ----------------------------------------------------------------


async def test_a_ticket_that_is_listed_late_is_found_by_its_number() -> None:
    helpdesk = Helpdesk(Stored(status(503), after_s=1), list_lag_s=15)
    assert (await call(CREATE_TICKET, helpdesk)).value.id == 101
    assert helpdesk.counts[0] == 1


async def test_a_ticket_behind_that_of_another_create_is_found_by_its_number() -> None:
    helpdesk = Helpdesk(Stored(status(503), numbered_s=1), list_lag_s=15)
    async with gateway_to(helpdesk) as gateway:
        assert await told_at_once(gateway, {}, OTHER) == [102, 101]
    assert helpdesk.counts[0] == 2


@pytest.mark.parametrize("how", [{"deleted": True}, {}])
async def test_a_ticket_behind_unlisted_tickets_of_others_is_found_by_its_number(how: dict[str, Any]) -> None:
    helpdesk = Helpdesk(Stored(status(503), edits=how), list_lag_s=15)
    for _ in range(MOST_UNLISTED - 1):
        helpdesk.add(**FOREIGN, **how)
    assert (await call(CREATE_TICKET, helpdesk)).value.id == 105
    assert helpdesk.counts[0] == 1


async def test_more_unlisted_numbers_than_are_read_may_hide_a_ticket() -> None:
    helpdesk = Helpdesk(status(503))
    for _ in range(MOST_UNLISTED + 1):
        helpdesk.add(**FOREIGN, deleted=True)
    error = await error_of(CREATE_TICKET, helpdesk)
    assert (error.outcome, helpdesk.counts[0]) == (Outcome.UNKNOWN, 1)
    assert TOO_MANY in error.message


async def test_a_gap_of_millions_of_numbers_is_neither_read_nor_named() -> None:
    helpdesk = Helpdesk(status(503))
    helpdesk.add(**FOREIGN, number=3_000_000)
    error = await error_of(CREATE_TICKET, helpdesk)
    assert (error.outcome, error.candidates, helpdesk.reads) == (Outcome.UNKNOWN, (), ["3000000"])
    assert TOO_MANY in error.message


@pytest.mark.parametrize("fault", [status(503), Stored(status(503), edits={"deleted": True})], ids=["absent", "stored"])
async def test_without_any_older_number_absence_is_not_known(fault: Answer | Stored) -> None:
    helpdesk = Helpdesk(fault, empty=True)
    error = await error_of(CREATE_TICKET, helpdesk)
    assert (error.outcome, helpdesk.counts[0], helpdesk.reads) == (Outcome.UNKNOWN, 1, [])
    assert NO_NUMBER in error.message


@pytest.mark.parametrize("answer", [status(403), status(503), fails(httpx.ReadError)])
async def test_without_an_answer_that_the_next_number_does_not_exist_absence_is_not_known(answer: Answer) -> None:
    helpdesk = Helpdesk(status(503), reads={"101": answer})
    error = await error_of(CREATE_TICKET, helpdesk)
    assert (error.outcome, error.candidates, helpdesk.counts[0]) == (Outcome.UNKNOWN, (), 1)
    assert NOT_READ in error.message


@pytest.mark.parametrize("skew_s", [121, 140, 3600, -140, -3600])
async def test_clocks_that_are_far_apart_leave_a_doubt(skew_s: float) -> None:
    helpdesk = Helpdesk(Stored(status(503)), skew_s=skew_s)
    error = await error_of(CREATE_TICKET, helpdesk)
    assert (error.outcome, error.candidates, helpdesk.counts[0]) == (Outcome.UNKNOWN, (101,), 1)


@pytest.mark.parametrize("skew_s", [-140, -3600, 300])
async def test_the_strange_date_of_one_answer_makes_no_later_ticket_old(skew_s: float) -> None:
    helpdesk = Helpdesk(None, Stored(status(503)), skew_s=skew_s)
    async with gateway_to(helpdesk) as gateway:
        await create_on(gateway)
        helpdesk.skew_s = 0
        await anyio.sleep(NUMBERS_FRESH_S + 10)
        end = await create_on(gateway, **OTHER)
    assert (told(end), helpdesk.counts[0]) == (Outcome.UNKNOWN, 2)


# --- Costs -------------------------------------------------------------------------------------------------------


async def test_the_repetitions_of_looks_are_within_the_bound_too() -> None:
    helpdesk, failed = Helpdesk(status(503), status(503)), list[httpx.Request]()

    async def every_other(request: httpx.Request) -> httpx.Response:
        if request.method == "GET" and len(failed) <= len(helpdesk.lists) + len(helpdesk.reads):
            failed.append(request)
            return httpx.Response(503)
        return await helpdesk(request)

    error = await error_of(CREATE_TICKET, every_other)
    assert (error.outcome, len(failed) > 0) == (Outcome.UNKNOWN, True)
    assert helpdesk.credits + sum(1 + ("include" in request.url.params) for request in failed) <= 15


async def test_below_a_fifth_of_the_rate_limit_no_look_is_repeated() -> None:
    helpdesk = Helpdesk(status(503), lists=[status(503)] * 20, limit=(50, 10))

    async def run_low(request: httpx.Request) -> httpx.Response:
        response = await helpdesk(request)
        if request.method == "GET":
            response.headers["X-RateLimit-Remaining"] = "9"
        return response

    assert (await error_of(CREATE_TICKET, run_low)).outcome is Outcome.UNKNOWN
    assert helpdesk.counts == (1, 1)


async def test_no_create_waits_beyond_its_deadline_for_the_question_of_another() -> None:
    slow = Stored(None, slow_s=24)  # after which its equal has its turn, and 21 seconds
    helpdesk, started = Helpdesk(slow, status(503), status(503), reads={"agents/me": silent}), anyio.current_time()
    ended: dict[str, float] = {}

    async def run(name: str, delay_s: float, changes: dict[str, Any]) -> None:
        await anyio.sleep(delay_s)
        await create_on(gateway, **changes)
        ended[name] = anyio.current_time() - started

    async with gateway_to(helpdesk, deadline_s=45, read_timeout_s=60) as gateway, anyio.create_task_group() as tasks:
        tasks.start_soon(run, "slow", 0, {})
        tasks.start_soon(run, "its equal", 0.01, {})
        tasks.start_soon(run, "asks first", 20, OTHER)
    assert ended == pytest.approx({"slow": 24, "its equal": 45.01, "asks first": 65})
