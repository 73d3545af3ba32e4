"""The ledger of an account's tickets, in virtual time: numbers, claims, and turns of equal creates."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import anyio
import pytest
import trio.testing

from freshdesk_client.models import Ticket
from freshdesk_mcp_server.errors import Outcome, OverloadedError
from freshdesk_mcp_server.gateway.recoveries.ledger import GIVEN_UP_S, MOST_CLAIMS, NUMBERS_FRESH_S, Ledger
from freshdesk_mcp_server.gateway.recoveries.listing import Mark
from freshdesk_mcp_server.gateway.recoveries.twins import Twin

pytestmark = pytest.mark.anyio

EMAIL = "ada@example.com"


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": trio.testing.MockClock(autojump_threshold=0)}


def twin_of(*, subject: str = "toner") -> Twin:
    return Twin(EMAIL, subject, subject, "words")


def ticket(number: int, subject: str = "toner") -> Ticket:
    content: dict[str, Any] = {"subject": subject, "description": "words", "requester": {"email": EMAIL}}
    return Ticket.from_dict({"id": number} | content)


def mark_of(ledger: Ledger) -> Mark:
    with ledger.creating(twin_of()) as create:
        return create.mark


# --- Numbers -----------------------------------------------------------------------------------------------------


async def test_at_first_no_number_is_known() -> None:
    assert mark_of(Ledger()) == Mark(highest=0, newest=None)


async def test_the_highest_number_of_any_answer_counts_and_tells_nothing_of_the_newest() -> None:
    ledger = Ledger()
    for numbers in ([7], [3, 5], []):
        ledger.note_numbers(numbers)
    assert mark_of(ledger) == Mark(highest=7, newest=None)


async def test_a_number_beyond_the_newest_is_the_newest() -> None:
    ledger = Ledger()
    ledger.note_numbers([7], hold_newest=True)
    ledger.note_numbers([9])
    ledger.note_numbers([8])
    assert mark_of(ledger) == Mark(highest=9, newest=9)


async def test_the_newest_number_is_forgotten_after_some_time() -> None:
    ledger = Ledger()
    ledger.note_numbers([7], hold_newest=True)
    await anyio.sleep(NUMBERS_FRESH_S)
    assert mark_of(ledger) == Mark(highest=7, newest=7)
    await anyio.sleep(1)
    assert mark_of(ledger) == Mark(highest=7, newest=None)
    ledger.note_numbers([6], hold_newest=True)
    assert mark_of(ledger) == Mark(highest=7, newest=7)


async def test_a_mark_is_of_when_its_create_began() -> None:
    ledger = Ledger()
    ledger.note_numbers([7], hold_newest=True)
    with ledger.creating(twin_of()) as create:
        ledger.note_numbers([8], hold_newest=True)
    assert create.mark == Mark(highest=7, newest=7)


async def test_the_answer_to_a_create_shows_the_newest_number_and_how_far_the_clocks_are_apart() -> None:
    ledger, answered = Ledger(), datetime(2026, 3, 2, 12, 0, 15, tzinfo=UTC)
    ledger.note_created(Ticket.from_dict({"id": 7, "created_at": "2026-03-02T12:00:00Z"}), answered)
    assert mark_of(ledger) == Mark(highest=7, newest=7, skew=timedelta(seconds=15))
    ledger.note_created(Ticket.from_dict({"id": 8}), answered)
    ledger.note_created(Ticket.from_dict({"id": 9, "created_at": "2026-03-02T12:00:00Z"}), None)
    assert mark_of(ledger) == Mark(highest=9, newest=9, skew=timedelta(seconds=15))


# --- Claims ------------------------------------------------------------------------------------------------------


async def test_only_so_many_claims_are_kept_and_the_oldest_are_forgotten() -> None:
    ledger = Ledger()
    for number in range(MOST_CLAIMS + 1):
        ledger.claim(number)
    assert not ledger.is_claimed(0)
    assert ledger.is_claimed(1)
    assert ledger.is_claimed(MOST_CLAIMS)


async def test_a_ticket_that_is_word_for_word_that_of_another_create_under_way_is_its() -> None:
    ledger = Ledger()
    with ledger.creating(twin_of()) as create, ledger.creating(twin_of(subject="ink")) as other:
        assert ledger.is_of_another(ticket(7, "ink"), create)
        assert not ledger.is_of_another(ticket(7, "ink"), other)
        assert not ledger.is_of_another(ticket(7), create)
        assert not ledger.is_of_another(ticket(7, "inks"), create)
    assert not ledger.is_of_another(ticket(7, "ink"), create)


async def test_only_creates_that_are_looked_for_are_in_doubt() -> None:
    ledger = Ledger()
    with ledger.creating(twin_of()) as create:
        assert ledger.in_doubt == []
        create.in_doubt_since = anyio.current_time()
        assert ledger.in_doubt == [create]
    assert ledger.in_doubt == []


async def test_tickets_that_were_given_up_are_counted_for_some_time() -> None:
    ledger = Ledger()
    ledger.give_up(twin_of())
    await anyio.sleep(GIVEN_UP_S / 2)
    ledger.give_up(twin_of())
    assert (ledger.count_given_up(twin_of()), ledger.count_given_up(twin_of(subject="ink"))) == (2, 0)
    await anyio.sleep(GIVEN_UP_S / 2)
    assert ledger.count_given_up(twin_of()) == 1


# --- Turns -------------------------------------------------------------------------------------------------------


class Creates:
    """Creates of one process, each under way for a second, and the times at which they began."""

    def __init__(self) -> None:
        self.ledger = Ledger()
        self.starts: list[tuple[str, float]] = []
        self.under_way: list[Twin] = []
        self._began = anyio.current_time()

    async def run(self, name: str, twin: Twin, deadline_s: float = 45.0) -> None:
        async with self.ledger.turn(twin, anyio.current_time() + deadline_s):
            assert twin not in self.under_way
            self.under_way.append(twin)
            self.starts.append((name, anyio.current_time() - self._began))
            try:
                await anyio.sleep(1)
            finally:
                self.under_way.remove(twin)


def approximately(starts: list[tuple[str, float]]) -> list[tuple[str, object]]:
    return [(name, pytest.approx(start, abs=0.001)) for name, start in starts]


async def test_identical_creates_go_one_after_the_other() -> None:
    creates = Creates()
    async with anyio.create_task_group() as tasks:
        for name in "abc":
            tasks.start_soon(creates.run, name, twin_of())
            await anyio.wait_all_tasks_blocked()
    assert creates.starts == approximately([("a", 0), ("b", 1), ("c", 2)])
    assert creates.ledger._turns == {}


async def test_different_ones_do_not_wait() -> None:
    creates = Creates()
    async with anyio.create_task_group() as tasks:
        for name in "abc":
            tasks.start_soon(creates.run, name, twin_of(subject=name))
            await anyio.wait_all_tasks_blocked()
    assert creates.starts == approximately([("a", 0), ("b", 0), ("c", 0)])
    assert creates.ledger._turns == {}


@pytest.mark.parametrize("anyio_backend", ["asyncio", "trio"])
async def test_one_that_comes_while_a_turn_is_handed_over_does_not_overtake(anyio_backend: str) -> None:
    del anyio_backend
    ledger, order = Ledger(), list[str]()
    deadline = anyio.current_time() + 45

    async def run(name: str, then: Callable[[], object] = lambda: None) -> None:
        async with ledger.turn(twin_of(), deadline):
            order.append(f"{name} begins")
            await anyio.wait_all_tasks_blocked()
            order.append(f"{name} ends")
        then()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(run, "a", lambda: tasks.start_soon(run, "c"))
        tasks.start_soon(run, "b")
    assert order[0::2] == [entry.replace("ends", "begins") for entry in order[1::2]]
    assert {order[0][0], order[2][0]} == {"a", "b"}
    assert order[4:] == ["c begins", "c ends"]
    assert ledger._turns == {}


async def test_a_turn_is_waited_for_until_the_deadline_and_no_longer() -> None:
    creates, started = Creates(), anyio.current_time()
    async with anyio.create_task_group() as tasks:
        for name in "ab":
            tasks.start_soon(creates.run, name, twin_of())
            await anyio.wait_all_tasks_blocked()
        with pytest.raises(OverloadedError) as caught:
            await creates.run("c", twin_of(), 1.5)
        assert anyio.current_time() - started == pytest.approx(1.5, abs=0.001)
        assert (caught.value.operation, caught.value.outcome) == ("create_ticket", Outcome.NOT_SENT)
    assert creates.starts == approximately([("a", 0), ("b", 1)])
    assert creates.ledger._turns == {}


async def test_a_create_that_fails_or_is_cancelled_leaves_its_turn_to_the_next() -> None:
    creates = Creates()

    async def fail() -> None:
        with pytest.raises(KeyError):
            async with creates.ledger.turn(twin_of(), anyio.current_time() + 45):
                raise KeyError

    await fail()
    assert creates.ledger._turns == {}
    async with anyio.create_task_group() as tasks:
        with anyio.move_on_after(0.25):
            await creates.run("cancelled", twin_of())
        tasks.start_soon(creates.run, "next", twin_of())
    assert creates.starts == approximately([("cancelled", 0), ("next", 0.25)])
    assert creates.ledger._turns == {}


async def test_a_create_that_is_cancelled_while_it_waits_leaves_nothing_behind() -> None:
    creates = Creates()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(creates.run, "a", twin_of())
        await anyio.wait_all_tasks_blocked()
        with anyio.move_on_after(0.25) as scope:
            await creates.run("cancelled", twin_of())
        assert scope.cancelled_caught
        tasks.start_soon(creates.run, "b", twin_of())
    assert creates.starts == approximately([("a", 0), ("b", 1)])
    assert creates.ledger._turns == {}


@pytest.mark.parametrize("anyio_backend", ["asyncio", "trio"])
async def test_neither_does_one_that_is_cancelled_before_it_can_wait(anyio_backend: str) -> None:
    del anyio_backend
    ledger = Ledger()
    with anyio.CancelScope() as scope:
        scope.cancel()
        async with ledger.turn(twin_of(), anyio.current_time() + 45):
            pytest.fail("its turn never comes")
    assert ledger._turns == {}


@pytest.mark.parametrize("anyio_backend", ["asyncio", "trio"])
async def test_neither_does_one_whose_turn_comes_as_it_is_cancelled(anyio_backend: str) -> None:
    del anyio_backend
    ledger, scope = Ledger(), anyio.CancelScope()

    async def run() -> None:
        with scope:
            async with ledger.turn(twin_of(), anyio.current_time() + 45):
                await anyio.lowlevel.checkpoint()

    async with anyio.create_task_group() as tasks:
        async with ledger.turn(twin_of(), anyio.current_time() + 45):
            tasks.start_soon(run)
            await anyio.wait_all_tasks_blocked()
        scope.cancel()
    assert ledger._turns == {}
