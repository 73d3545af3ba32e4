"""Turns of equal calls, in virtual time."""

from collections.abc import Callable

import anyio
import pytest

from freshdesk_mcp_server.errors import Outcome, OverloadedError
from freshdesk_mcp_server.gateway.turns import Turns

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("virtual_time")]


class Creates:
    """Creates of one process, each under way for a second, and the times of their starts."""

    def __init__(self) -> None:
        self.turns = Turns[str]()
        self.starts: list[tuple[str, float]] = []
        self.under_way: list[str] = []
        self._began = anyio.current_time()

    async def run(self, name: str, key: str, deadline_s: float = 45.0) -> None:
        async with self.turns.turn(key, "create_ticket", anyio.current_time() + deadline_s):
            assert key not in self.under_way
            self.under_way.append(key)
            self.starts.append((name, anyio.current_time() - self._began))
            try:
                await anyio.sleep(1)
            finally:
                self.under_way.remove(key)


def approximately(starts: list[tuple[str, float]]) -> list[tuple[str, object]]:
    return [(name, pytest.approx(start, abs=0.001)) for name, start in starts]


async def test_identical_creates_go_one_after_the_other() -> None:
    creates = Creates()
    async with anyio.create_task_group() as tasks:
        for name in "abc":
            tasks.start_soon(creates.run, name, "key")
            await anyio.wait_all_tasks_blocked()
    assert creates.starts == approximately([("a", 0), ("b", 1), ("c", 2)])
    assert creates.turns.count == 0


async def test_different_creates_do_not_wait() -> None:
    creates = Creates()
    async with anyio.create_task_group() as tasks:
        for name in "abc":
            tasks.start_soon(creates.run, name, name)
            await anyio.wait_all_tasks_blocked()
    assert creates.starts == approximately([("a", 0), ("b", 0), ("c", 0)])
    assert creates.turns.count == 0


@pytest.mark.parametrize("anyio_backend", ["asyncio", "trio"])
async def test_a_create_that_comes_while_a_turn_is_handed_over_does_not_overtake(anyio_backend: str) -> None:
    del anyio_backend
    turns, order = Turns[str](), list[str]()
    deadline = anyio.current_time() + 45

    async def run(name: str, then: Callable[[], object] = lambda: None) -> None:
        async with turns.turn("key", "create_ticket", deadline):
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
    assert turns.count == 0


async def test_a_turn_is_waited_for_until_the_deadline_and_no_longer() -> None:
    creates, started = Creates(), anyio.current_time()
    async with anyio.create_task_group() as tasks:
        for name in "ab":
            tasks.start_soon(creates.run, name, "key")
            await anyio.wait_all_tasks_blocked()
        with pytest.raises(OverloadedError) as caught:
            await creates.run("c", "key", 1.5)
        assert anyio.current_time() - started == pytest.approx(1.5, abs=0.001)
        assert (caught.value.operation, caught.value.outcome) == ("create_ticket", Outcome.NOT_SENT)
    assert creates.starts == approximately([("a", 0), ("b", 1)])
    assert creates.turns.count == 0


async def test_a_create_that_fails_or_is_cancelled_leaves_its_turn_to_the_next() -> None:
    creates = Creates()

    async def fail() -> None:
        with pytest.raises(KeyError):
            async with creates.turns.turn("key", "create_ticket", anyio.current_time() + 45):
                raise KeyError

    await fail()
    assert creates.turns.count == 0
    async with anyio.create_task_group() as tasks:
        with anyio.move_on_after(0.25):
            await creates.run("cancelled", "key")
        tasks.start_soon(creates.run, "next", "key")
    assert creates.starts == approximately([("cancelled", 0), ("next", 0.25)])
    assert creates.turns.count == 0


async def test_a_create_that_is_cancelled_while_it_waits_leaves_nothing_behind() -> None:
    creates = Creates()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(creates.run, "a", "key")
        await anyio.wait_all_tasks_blocked()
        with anyio.move_on_after(0.25) as scope:
            await creates.run("cancelled", "key")
        assert scope.cancelled_caught
        tasks.start_soon(creates.run, "b", "key")
    assert creates.starts == approximately([("a", 0), ("b", 1)])
    assert creates.turns.count == 0


@pytest.mark.parametrize("anyio_backend", ["asyncio", "trio"])
async def test_a_create_that_is_cancelled_before_it_can_wait_leaves_nothing_behind(anyio_backend: str) -> None:
    del anyio_backend
    turns = Turns[str]()
    with anyio.CancelScope() as scope:
        scope.cancel()
        async with turns.turn("key", "create_ticket", anyio.current_time() + 45):
            pytest.fail("its turn never comes")
    assert turns.count == 0


@pytest.mark.parametrize("anyio_backend", ["asyncio", "trio"])
async def test_a_create_whose_turn_comes_as_it_is_cancelled_leaves_nothing_behind(anyio_backend: str) -> None:
    del anyio_backend
    turns, scope = Turns[str](), anyio.CancelScope()

    async def run() -> None:
        with scope:
            async with turns.turn("key", "create_ticket", anyio.current_time() + 45):
                await anyio.lowlevel.checkpoint()

    async with anyio.create_task_group() as tasks:
        async with turns.turn("key", "create_ticket", anyio.current_time() + 45):
            tasks.start_soon(run)
            await anyio.wait_all_tasks_blocked()
        scope.cancel()
    assert turns.count == 0
