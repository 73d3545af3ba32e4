"""The gate that requests wait at, in virtual time."""

import math
from typing import Any

import anyio
import pytest

from freshdesk_mcp_server.gateway.gate import SPREAD_S, Gate, Passage

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("virtual_time")]


class Crowd:
    """Requests at a gate; each notes its passage and the time."""

    def __init__(self, gate: Gate, *, deadline_s: float = 1e6) -> None:
        self._gate = gate
        self._began = anyio.current_time()
        self._deadline = self._began + deadline_s
        self.passages: list[tuple[Passage, Any]] = []

    async def come(self) -> None:
        passage = await self._gate.enter(self._deadline)
        self.passages.append((passage, anyio.current_time() - self._began))

    @property
    def ways(self) -> list[Passage]:
        return [passage for passage, _ in self.passages]


def closed_for(seconds: float, *, wants_probe: bool = False) -> Gate:
    gate = Gate()
    gate.close(seconds, wants_probe=wants_probe)
    return gate


async def test_an_open_gate_lets_everybody_through_at_once() -> None:
    crowd = Crowd(Gate(), deadline_s=0.001)
    await crowd.come()
    assert crowd.passages == [(Passage.OPEN, 0.0)]


async def test_a_closed_gate_opens_by_itself_and_spreads_the_waiting_requests() -> None:
    crowd = Crowd(closed_for(7))
    async with anyio.create_task_group() as tasks:
        for _ in range(20):
            tasks.start_soon(crowd.come)
    times = {time for _, time in crowd.passages}
    assert crowd.ways == [Passage.OPEN] * 20
    assert len(times) == 20
    assert all(7 <= time <= 7 + SPREAD_S + 1e-6 for time in times)


async def test_the_longer_of_two_closings_counts() -> None:
    gate = closed_for(30)
    gate.close(7, wants_probe=False)
    assert gate.remaining_s == pytest.approx(30)
    gate.close(60, wants_probe=False)
    assert gate.remaining_s == pytest.approx(60)


async def test_a_waiting_request_waits_for_a_longer_closing_too() -> None:
    gate = closed_for(7)
    crowd = Crowd(gate)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(crowd.come)
        await anyio.sleep(3)
        gate.close(20, wants_probe=False)
    assert crowd.passages == [(Passage.OPEN, pytest.approx(23, abs=2 * SPREAD_S))]


async def test_a_gate_that_is_opened_lets_the_waiting_through() -> None:
    gate = closed_for(7)
    crowd = Crowd(gate)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(crowd.come)
        await anyio.sleep(3)
        gate.open()
    assert crowd.passages == [(Passage.OPEN, pytest.approx(3, abs=SPREAD_S))]


@pytest.mark.parametrize("deadline_s", [0.0, 3.0, 7.0, 7.0 + SPREAD_S])
async def test_no_wait_is_begun_that_cannot_end_before_the_deadline(deadline_s: float) -> None:
    crowd = Crowd(closed_for(7), deadline_s=deadline_s)
    await crowd.come()
    assert crowd.passages == [(Passage.NONE, 0.0)]


async def test_a_wait_that_gets_too_long_is_ended() -> None:
    gate = closed_for(7)
    crowd = Crowd(gate, deadline_s=20)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(crowd.come)
        await anyio.sleep(3)
        gate.close(60, wants_probe=False)
    assert crowd.passages == [(Passage.NONE, pytest.approx(3, abs=SPREAD_S))]


async def test_a_gate_that_wants_a_probe_lets_one_request_through() -> None:
    gate = closed_for(7, wants_probe=True)
    crowd = Crowd(gate)
    async with anyio.create_task_group() as tasks:
        for _ in range(5):
            tasks.start_soon(crowd.come)
        await anyio.sleep(10)
        assert crowd.ways == [Passage.PROBE]
        gate.open()
        gate.end_probe()
        await anyio.sleep(1)
        assert crowd.ways == [Passage.PROBE, *[Passage.OPEN] * 4]


async def test_a_probe_that_fails_closes_the_gate_again_and_the_next_one_probes() -> None:
    gate = closed_for(7, wants_probe=True)
    crowd = Crowd(gate)
    async with anyio.create_task_group() as tasks:
        for _ in range(3):
            tasks.start_soon(crowd.come)
        await anyio.sleep(10)
        gate.close(5, wants_probe=True)
        gate.end_probe()
        await anyio.sleep(4)
        assert crowd.ways == [Passage.PROBE]
        await anyio.sleep(2)
        assert crowd.ways == [Passage.PROBE] * 2
        tasks.cancel_scope.cancel()


async def test_a_probe_that_ends_without_news_leaves_its_place_to_the_next() -> None:
    gate = closed_for(7, wants_probe=True)
    crowd = Crowd(gate)
    async with anyio.create_task_group() as tasks:
        for _ in range(2):
            tasks.start_soon(crowd.come)
        await anyio.sleep(10)
        gate.end_probe()
        await anyio.sleep(1)
        assert crowd.ways == [Passage.PROBE] * 2
        assert not gate.is_open


async def test_a_request_that_waits_for_a_probe_gives_up_at_the_deadline() -> None:
    gate = closed_for(0, wants_probe=True)
    assert await gate.enter(math.inf) is Passage.PROBE
    crowd = Crowd(gate, deadline_s=20)
    await crowd.come()
    assert crowd.ways == [Passage.NONE]
    assert crowd.passages[0][1] <= 20 + SPREAD_S
