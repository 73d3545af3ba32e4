"""The switches that concern no resource, and bounds of switches."""

from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import anyio
import httpx
import pytest

from freshdesk_sandbox import API_KEY, Behaviour, Sandbox
from sandbox.helpers import BASE_URL, START, Clock

pytestmark = pytest.mark.anyio

NEW = "new.person@example.com"


async def make(api: httpx.AsyncClient, **values: Any) -> dict[str, Any]:
    response = await api.post("/tickets", json={"email": NEW, "subject": "Late", "description": "Where?"} | values)
    assert response.status_code == 201, response.text
    made: dict[str, Any] = response.json()
    return made


@pytest.mark.parametrize("ahead_s", [0, 90, -90, 0.7])
async def test_answers_may_be_dated_by_another_clock_than_tickets(
    api: httpx.AsyncClient, sandbox: Sandbox, ahead_s: float
) -> None:
    sandbox.behaviour = Behaviour(date_ahead_s=ahead_s)

    response = await api.post("/tickets", json={"email": NEW, "subject": "s", "description": "d"})

    dated = parsedate_to_datetime(response.headers["date"])
    assert dated == START + timedelta(seconds=int(ahead_s))
    assert response.json()["created_at"] == "2026-03-02T09:15:00Z"


async def test_answers_may_have_no_date(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.behaviour = Behaviour(date_ahead_s=None)

    assert "date" not in (await api.get("/tickets/1")).headers
    assert "date" not in (await api.get("/tickets/4711")).headers


@pytest.mark.parametrize(
    "wrong",
    [
        {"latency_s": -1},
        {"latency_s": float("nan")},
        {"latency_s": True},
        {"ticket_scope": 0},
        {"hidden_status": 405},
        {"limit_retry_after": "a\nb"},
        {"limit_window_s": 0},
        {"unknown": 1},
    ],
)
def test_an_invalid_switch_is_refused_by_name(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Behaviour(**wrong)


@pytest.mark.usefixtures("virtual_time")
class TestInVirtualTime:
    async def test_a_request_may_take_its_time_before_it_has_its_effect(self, clock: Clock) -> None:
        sandbox = Sandbox(clock=clock, behaviour=Behaviour(latency_s=30))
        transport = httpx.ASGITransport(sandbox)
        async with httpx.AsyncClient(transport=transport, base_url=BASE_URL, auth=(API_KEY, "X")) as client:
            with anyio.move_on_after(29):
                await make(client)
            left_after_s = anyio.current_time()
            made_by_then = sandbox.statistics.tickets_made
            await make(client)

        assert (left_after_s, made_by_then) == (29, 0)
        assert anyio.current_time() == 59
