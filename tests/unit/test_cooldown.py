"""The pause after a 429, in virtual time."""

import anyio
import pytest
import trio.testing

from freshdesk_mcp_server.gateway.cooldown import DEFAULT_S, LONGEST_S, SPREAD_S, Cooldown

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": trio.testing.MockClock(autojump_threshold=0)}


def in_s(seconds: float) -> float:
    return anyio.current_time() + seconds


def cooldown_of(seconds: float | None) -> Cooldown:
    cooldown = Cooldown()
    cooldown.begin(seconds)
    return cooldown


async def waited_s(cooldown: Cooldown, *, deadline_s: float = 1e6) -> float:
    started = anyio.current_time()
    assert await cooldown.wait(started + deadline_s)
    return anyio.current_time() - started


async def test_without_a_429_nobody_waits() -> None:
    cooldown = Cooldown()
    assert cooldown.remaining_s == 0.0
    assert await waited_s(cooldown, deadline_s=0.001) == 0.0


@pytest.mark.parametrize(
    ("given", "seconds"),
    [(7.0, 7.0), (0.5, 0.5), (0.0, 0.0), (None, DEFAULT_S), (3600.0, 3600.0), (3601.0, LONGEST_S), (1e9, LONGEST_S)],
)
async def test_it_lasts_as_long_as_freshdesk_says_within_reason(given: float | None, seconds: float) -> None:
    assert cooldown_of(given).remaining_s == pytest.approx(seconds)


@pytest.mark.parametrize(("first", "second", "seconds"), [(30.0, 7.0, 30.0), (7.0, 30.0, 30.0), (30.0, None, 30.0)])
async def test_the_longer_of_two_counts(first: float | None, second: float | None, seconds: float) -> None:
    cooldown = cooldown_of(first)
    cooldown.begin(second)
    assert cooldown.remaining_s == pytest.approx(seconds)


async def test_it_is_counted_from_when_it_began() -> None:
    cooldown = cooldown_of(10.0)
    await anyio.sleep(4)
    assert cooldown.remaining_s == pytest.approx(6.0)
    cooldown.begin(7.0)
    assert cooldown.remaining_s == pytest.approx(7.0)
    await anyio.sleep(8)
    assert cooldown.remaining_s == 0.0


async def test_the_waiting_go_on_soon_after_it_but_not_all_at_once() -> None:
    cooldown, ends = cooldown_of(10.0), list[float]()
    started = anyio.current_time()

    async def wait() -> None:
        assert await cooldown.wait(in_s(45))
        ends.append(anyio.current_time() - started)

    async with anyio.create_task_group() as tasks:
        for _ in range(50):
            tasks.start_soon(wait)
    assert all(10.0 <= end <= 10.0 + SPREAD_S + 1e-6 for end in ends)
    assert len(set(ends)) == 50
    assert max(ends) - min(ends) > SPREAD_S / 2


async def test_who_waits_when_it_gets_longer_waits_for_that_too() -> None:
    cooldown, ends = cooldown_of(10.0), list[float]()

    async def wait() -> None:
        ends.append(await waited_s(cooldown))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(wait)
        await anyio.sleep(9)
        cooldown.begin(20.0)
    assert 29.0 <= ends[0] <= 29.0 + SPREAD_S + 1e-6


@pytest.mark.parametrize("deadline_s", [0.0, 1.0, 10.0, 10.0 + SPREAD_S])
async def test_nobody_begins_a_wait_that_does_not_end_before_the_deadline(deadline_s: float) -> None:
    cooldown, started = cooldown_of(10.0), anyio.current_time()
    assert not await cooldown.wait(in_s(deadline_s))
    assert anyio.current_time() == started


async def test_a_wait_that_just_fits_is_begun() -> None:
    assert await waited_s(cooldown_of(10.0), deadline_s=10.0 + SPREAD_S + 0.01) <= 10.0 + SPREAD_S + 0.01


async def test_a_wait_that_gets_too_long_is_not_gone_on_with() -> None:
    cooldown, ends = cooldown_of(10.0), list[tuple[bool, float]]()
    started = anyio.current_time()

    async def wait() -> None:
        may_go_on = await cooldown.wait(in_s(20))
        ends.append((may_go_on, anyio.current_time() - started))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(wait)
        await anyio.sleep(9)
        cooldown.begin(60.0)
    ((may_go_on, after_s),) = ends
    assert not may_go_on
    assert 10.0 <= after_s <= 10.0 + SPREAD_S + 1e-6
