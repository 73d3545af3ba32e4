"""The beginning and the end of an outage, in virtual time. The waits of requests are in test_gate."""

import anyio
import pytest

from freshdesk_mcp_server.gateway.outage import LONGEST_PAUSE_S, PATIENCE_S, Outage

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("virtual_time")]


def fail(outage: Outage, call: object, *, is_probe: bool = False, retry_after_s: float | None = None) -> None:
    outage.note_failure(call, is_probe=is_probe, retry_after_s=retry_after_s, jitter=1.0)


async def test_repeated_failures_of_one_call_begin_no_outage() -> None:
    outage = Outage()
    for _ in range(8):
        fail(outage, "a")
    assert outage.gate.is_open


async def test_failures_of_two_calls_in_a_row_begin_an_outage() -> None:
    outage = Outage()
    fail(outage, "a")
    fail(outage, "b")
    assert not outage.gate.is_open


async def test_failures_of_two_calls_with_an_answer_between_them_begin_no_outage() -> None:
    outage = Outage()
    fail(outage, "a")
    outage.note_answer()
    fail(outage, "b")
    assert outage.gate.is_open


async def test_any_answer_ends_an_outage() -> None:
    outage = Outage()
    fail(outage, "a")
    fail(outage, "b")
    outage.note_answer()
    assert outage.gate.is_open
    fail(outage, "a")
    assert outage.gate.is_open


async def test_requests_under_way_at_its_beginning_do_not_prolong_an_outage() -> None:
    outage = Outage()
    for call in range(20):
        fail(outage, call)
    assert outage.gate.remaining_s == pytest.approx(0.5)


async def test_failed_probes_are_further_and_further_apart_up_to_a_bound() -> None:
    outage = Outage()
    fail(outage, "a")
    fail(outage, "b")
    pauses = []
    for _ in range(6):
        await anyio.sleep(outage.gate.remaining_s)
        fail(outage, "c", is_probe=True)
        pauses.append(outage.gate.remaining_s)
    assert pauses == pytest.approx([1.0, 2.0, 4.0, LONGEST_PAUSE_S, LONGEST_PAUSE_S, LONGEST_PAUSE_S])


@pytest.mark.parametrize(("given", "seconds"), [(0.0, 0.5), (3.0, 3.0), (86_400.0, PATIENCE_S)])
async def test_a_longer_retry_after_counts_up_to_the_patience_of_a_call(given: float, seconds: float) -> None:
    outage = Outage()
    fail(outage, "a")
    fail(outage, "b", retry_after_s=given)
    assert outage.gate.remaining_s == pytest.approx(seconds)
