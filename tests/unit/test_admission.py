"""Bounds on calls and on simultaneous requests, in virtual time."""

import anyio
import pytest

from freshdesk_mcp_server.errors import Outcome, OverloadedError
from freshdesk_mcp_server.gateway.admission import LOOKS_IN_FLIGHT, Admission

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("virtual_time")]


def in_s(seconds: float) -> float:
    return anyio.current_time() + seconds


async def hold(admission: Admission, seconds: float, *, deadline_s: float = 45.0) -> bool:
    """Hold a slot for some seconds; return False if none was free in time."""
    if not await admission.acquire(in_s(deadline_s)):
        return False
    try:
        await anyio.sleep(seconds)
    finally:
        admission.release()
    return True


@pytest.mark.parametrize(("in_flight", "waiting"), [(1, 0), (1, 1), (2, 3)])
def test_more_calls_than_the_bound_are_refused(in_flight: int, waiting: int) -> None:
    admission = Admission(in_flight=in_flight, waiting=waiting)
    calls = [admission.call("get_ticket") for _ in range(in_flight + waiting)]
    for call in calls:
        call.__enter__()
    with pytest.raises(OverloadedError) as caught, admission.call("create_ticket"):
        pytest.fail("one too many")
    assert (caught.value.operation, caught.value.outcome) == ("create_ticket", Outcome.NOT_SENT)
    assert (caught.value.attempts, caught.value.retryable) == (0, True)

    calls[0].__exit__(None, None, None)
    with admission.call("get_ticket"):
        pass


def test_a_call_that_fails_frees_its_place() -> None:
    admission = Admission(in_flight=1, waiting=0)
    for _ in range(3):
        with pytest.raises(KeyError), admission.call("get_ticket"):
            raise KeyError


def test_a_refused_call_frees_no_place() -> None:
    admission = Admission(in_flight=1, waiting=0)
    with admission.call("get_ticket"):
        for _ in range(3):
            with pytest.raises(OverloadedError), admission.call("get_ticket"):
                pytest.fail("one too many")


async def test_simultaneous_requests_are_bounded() -> None:
    admission, running, most = Admission(in_flight=3, waiting=0), 0, 0

    async def run() -> None:
        nonlocal running, most
        assert await admission.acquire(in_s(45))
        running += 1
        most = max(most, running)
        await anyio.sleep(1)
        running -= 1
        admission.release()

    started = anyio.current_time()
    async with anyio.create_task_group() as tasks:
        for _ in range(9):
            tasks.start_soon(run)
    assert (most, running) == (3, 0)
    assert anyio.current_time() - started == pytest.approx(3)


async def test_a_slot_is_waited_for_until_the_deadline_and_no_longer() -> None:
    admission, started = Admission(in_flight=1, waiting=0), anyio.current_time()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(hold, admission, 10)
        await anyio.wait_all_tasks_blocked()
        assert not await hold(admission, 1, deadline_s=5)
        assert anyio.current_time() - started == pytest.approx(5)

        assert await hold(admission, 1, deadline_s=6)
        assert anyio.current_time() - started == pytest.approx(11)


async def test_a_cancelled_request_frees_its_slot_and_so_does_one_that_waits() -> None:
    admission, started = Admission(in_flight=1, waiting=0), anyio.current_time()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(hold, admission, 30)
        await anyio.wait_all_tasks_blocked()
        with anyio.move_on_after(5) as waiting:
            await hold(admission, 1)
        assert waiting.cancelled_caught
        tasks.cancel_scope.cancel()
    assert await hold(admission, 1, deadline_s=0.5)
    assert anyio.current_time() - started == pytest.approx(6)


async def test_a_deadline_of_the_caller_is_not_taken_for_an_overload() -> None:
    admission = Admission(in_flight=1, waiting=0)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(hold, admission, 30)
        await anyio.wait_all_tasks_blocked()
        with pytest.raises(TimeoutError):
            with anyio.fail_after(5):
                await hold(admission, 1)
        tasks.cancel_scope.cancel()


async def test_a_look_does_not_wait_for_the_slots_of_calls() -> None:
    admission = Admission(in_flight=1, waiting=0)
    assert await admission.acquire(in_s(45))
    for _ in range(LOOKS_IN_FLIGHT):
        assert await admission.acquire(in_s(0.1), is_look=True)
    assert not await admission.acquire(in_s(0.1), is_look=True)
    admission.release(is_look=True)
    assert await admission.acquire(in_s(0.1), is_look=True)
    assert not await admission.acquire(in_s(0.1))
