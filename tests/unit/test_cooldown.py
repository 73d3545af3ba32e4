"""The pauses after a 429, in virtual time. The waits of requests at a pause are in test_gate."""

import anyio
import pytest

from freshdesk_mcp_server.errors import RateLimit
from freshdesk_mcp_server.gateway.cooldown import DEFAULT_S, LONGEST_S, Cooldown, Pause
from freshdesk_mcp_server.gateway.gate import Passage
from freshdesk_mcp_server.gateway.operation import LimitedKind

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("virtual_time")]

CREATE, LIST, OTHER = LimitedKind.TICKET_CREATE, LimitedKind.TICKET_LIST, LimitedKind.OTHER
USED_UP, LEFT = RateLimit(50.0, 0.0), RateLimit(50.0, 12.0)


def paused_kinds(cooldown: Cooldown) -> set[LimitedKind]:
    return {kind for kind in LimitedKind if not all(pause.is_open for pause in cooldown.pauses_of(kind))}


def pause_of(seconds: float | None) -> Pause:
    pause = Pause()
    pause.begin(seconds)
    return pause


async def test_without_a_429_nothing_is_paused() -> None:
    assert paused_kinds(Cooldown()) == set()


@pytest.mark.parametrize(
    ("given", "seconds"),
    [(7.0, 7.0), (0.5, 0.5), (None, DEFAULT_S), (120.0, 120.0), (121.0, LONGEST_S), (1e9, LONGEST_S)],
)
async def test_a_pause_lasts_as_long_as_freshdesk_says_within_reason(given: float | None, seconds: float) -> None:
    assert pause_of(given).remaining_s == pytest.approx(seconds)


@pytest.mark.parametrize(("given", "told_s"), [(7.0, 7.0), (None, DEFAULT_S), (86_400.0, 86_400.0)])
async def test_the_seconds_of_freshdesk_are_told(given: float | None, told_s: float) -> None:
    pause = pause_of(given)
    assert pause.told_s == pytest.approx(told_s)
    await anyio.sleep(0.5)
    assert pause.told_s == pytest.approx(told_s - 0.5)


@pytest.mark.parametrize("limit", [USED_UP, None])
async def test_a_429_without_quota_left_pauses_the_whole_account(limit: RateLimit | None) -> None:
    cooldown = Cooldown()
    cooldown.begin(CREATE, 30.0, limit)
    assert paused_kinds(cooldown) == set(LimitedKind)


@pytest.mark.parametrize("kind", LimitedKind)
async def test_a_429_with_quota_left_pauses_requests_of_its_kind_alone(kind: LimitedKind) -> None:
    cooldown = Cooldown()
    cooldown.begin(kind, 30.0, LEFT)
    assert paused_kinds(cooldown) == {kind}
    await anyio.sleep(30)
    assert paused_kinds(cooldown) == set()


async def test_an_absurd_pause_ends_after_two_minutes_with_one_probe() -> None:
    pause = pause_of(86_400.0)
    assert await pause.enter(anyio.current_time() + 100) is Passage.NONE
    assert await pause.enter(anyio.current_time() + 600) is Passage.PROBE
    assert anyio.current_time() >= LONGEST_S - 0.001

    pause.begin(86_400.0)  # another 429
    pause.end_probe()
    assert pause.remaining_s == pytest.approx(LONGEST_S)

    assert await pause.enter(anyio.current_time() + 600) is Passage.PROBE
    pause.end_if_probed()
    pause.end_probe()
    assert pause.is_open
    assert pause.told_s == 0


@pytest.mark.parametrize("given", [0.0, 0.1])
async def test_a_short_retry_after_pauses_for_the_usual_backoff(given: float) -> None:
    pause, pauses = Pause(), []
    for _ in range(4):
        pause.begin(given)
        pauses.append(pause.remaining_s)
        await anyio.sleep(pause.remaining_s)
    for pause_s, longest_s in zip(pauses, [0.5, 1.0, 2.0, 4.0], strict=True):
        assert longest_s / 2 <= pause_s <= longest_s


async def test_after_a_pause_in_vain_one_request_probes() -> None:
    pause = pause_of(1.0)
    await anyio.sleep(1)
    assert await pause.enter(anyio.current_time() + 60) is Passage.OPEN
    pause.begin(1.0)
    pause.begin(1.0)  # to a request of the same moment
    assert await pause.enter(anyio.current_time() + 60) is Passage.PROBE
    pause.end_if_probed()
    pause.end_probe()
    assert pause.is_open


async def test_an_answer_ends_the_growth_of_pauses() -> None:
    pause = pause_of(0.0)
    for _ in range(5):
        await anyio.sleep(pause.remaining_s)
        pause.end_if_probed()
        pause.begin(0.0)
    assert pause.remaining_s <= 0.5


async def test_the_retry_after_of_a_probe_holds_for_all() -> None:
    pause = pause_of(600.0)
    await anyio.sleep(pause.remaining_s)
    pause.begin(50.0)
    assert pause.told_s == pytest.approx(50.0)
    pause.begin(40.0)  # to a request of the same moment
    assert pause.told_s == pytest.approx(50.0)


async def test_less_than_one_call_is_no_quota() -> None:
    cooldown = Cooldown()
    cooldown.begin(CREATE, 30.0, RateLimit(50.0, 0.5))
    assert paused_kinds(cooldown) == set(LimitedKind)
    cooldown = Cooldown()
    cooldown.begin(CREATE, 30.0, RateLimit(50.0, 1.0))
    assert paused_kinds(cooldown) == {CREATE}


async def test_an_answer_does_not_end_a_pause_that_still_lasts() -> None:
    pause = pause_of(86_400.0)
    pause.end_if_probed()  # of a request that was sent before
    assert not pause.is_open
