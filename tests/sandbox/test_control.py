from typing import Any

import httpx
import pytest

from freshdesk_sandbox import Behaviour, Edits, Form, Others, Outage, Sandbox, SubLimits
from freshdesk_sandbox.registry import RESOURCES
from sandbox.helpers import Clock

pytestmark = pytest.mark.anyio

HOST = "https://example.freshdesk.com"
LEAST = {"email": "new.person@example.com", "subject": "s", "description": "d"}


def url(name: str) -> str:
    return f"{HOST}/_sandbox/{name}"


async def test_statistics_count_requests_answers_and_records(raw: httpx.AsyncClient) -> None:
    await raw.post("/tickets", json=LEAST)
    await raw.get("/tickets/3")
    await raw.get("/tickets/4")
    await raw.get("/tickets/4711")
    await raw.get("/elsewhere")

    statistics = (await raw.get(url("statistics"))).json()
    counts = {name: statistics.pop(name) for resource in RESOURCES for name in resource.counts}
    assert statistics == {
        "requests": {"POST /api/v2/tickets": 1, "GET /api/v2/tickets/{id}": 3, "GET (other)": 1},
        "statuses": {"201": 1, "200": 2, "404": 2},
        "faults_served": 0,
        "credits_spent": 5,
        "in_flight_max": 1,
    }
    assert {"tickets_made": 1, "tickets": 61, "contacts_made": 1}.items() <= counts.items()


async def test_a_reset_brings_back_the_first_state(raw: httpx.AsyncClient, sandbox: Sandbox, clock: Clock) -> None:
    await raw.post("/tickets", json=LEAST)
    await raw.delete("/tickets/31")
    await raw.post(url("faults"), json={"faults": [{"status": 503}]})
    clock.advance(days=400)

    response = await raw.post(url("reset"))

    statistics = (await raw.get(url("statistics"))).json()
    assert response.status_code == 204
    assert (statistics["tickets"], statistics["tickets_made"], statistics["requests"]) == (60, 0, {})
    assert (await raw.get("/tickets/31")).json().get("deleted") is None
    assert len((await raw.get("/tickets")).json()) == 30
    assert sandbox.faults.as_json()["faults"] == []


async def test_faults_can_be_planned_looked_at_and_cleared(raw: httpx.AsyncClient) -> None:
    planned = await raw.post(
        url("faults"),
        json={"faults": [{"status": 503, "times": 2, "path": "/api/v2/tickets", "headers": {"retry-after": "2"}}]},
    )
    first = await raw.get("/tickets")
    left = (await raw.get(url("faults"))).json()
    cleared = await raw.delete(url("faults"))

    assert (planned.status_code, first.status_code, cleared.status_code) == (200, 503, 204)
    assert first.headers["retry-after"] == "2"
    assert [fault["times"] for fault in left["faults"]] == [1]
    assert (await raw.get("/tickets")).status_code == 200


async def test_random_faults_can_be_planned(raw: httpx.AsyncClient) -> None:
    plan = {"random": {"seed": 1, "rate": 1, "faults": [{"status": 500}]}}

    shown = (await raw.post(url("faults"), json=plan)).json()

    assert (shown["random"]["seed"], shown["random"]["rate"]) == (1, 1)
    assert [(await raw.get("/tickets/1")).status_code for _ in range(3)] == [500] * 3


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({}, "faults, random or both"),
        ({"fault": []}, "faults, random or both"),
        ({"faults": {}}, "faults must be a list"),
        ({"faults": ["503"]}, "a fault must be an object"),
        ({"faults": [{"kind": 503}]}, "a fault must be an object with some of times, method, path"),
        ({"faults": [{"status": 5}]}, "status must be a whole number from 200 to 599, not 5"),
        ({"faults": [{"body": "xml"}]}, "body must be one of real, json, html"),
        ({"faults": [{"path": "/tickets"}]}, "path must be one of null, /api/v2/tickets"),
        ({"random": {"rate": 0.5}}, "random must be an object with seed, rate and faults"),
        ({"random": {"seed": 1, "rate": 2, "faults": [{}]}}, "rate must be between 0 and 1"),
        ({"random": {"seed": 1, "rate": 0.5, "faults": []}}, "at least one fault"),
        ({"random": {"seed": "x", "rate": 0.5, "faults": [{}]}}, "seed must be a whole number"),
        ({"faults": [{"status": 503}], "random": {}}, "random must be an object"),
    ],
)
async def test_an_invalid_plan_of_faults_is_refused_whole(
    raw: httpx.AsyncClient, sandbox: Sandbox, body: dict[str, Any], says: str
) -> None:
    response = await raw.post(url("faults"), json=body)

    assert response.status_code == 400
    assert says in response.json()["message"]
    assert sandbox.faults.as_json() == {"faults": [], "random": None}


async def test_a_plan_of_faults_that_is_no_json_is_refused(raw: httpx.AsyncClient) -> None:
    assert (await raw.post(url("faults"), content=b"{")).status_code == 400


async def test_the_behaviour_can_be_set_looked_at_and_set_back(raw: httpx.AsyncClient, sandbox: Sandbox) -> None:
    shown = await raw.put(url("behaviour"), json={"list_lag_s": 5, "edits": {"tags": ["seen"]}, "date_ahead_s": None})

    assert (shown.status_code, shown.json()) == (200, (await raw.get(url("behaviour"))).json())
    assert sandbox.behaviour == Behaviour(list_lag_s=5, edits=Edits(tags=("seen",)), date_ahead_s=None)
    await raw.put(url("behaviour"), json={})
    assert sandbox.behaviour == Behaviour()


async def test_every_switch_shown_can_be_set_as_it_is_shown(raw: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.behaviour = Behaviour(
        others=Others(per_s=2, sources=(1,)),
        sub_limits=SubLimits(list=20),
        form=Form(required=("cf_order_number",), not_null=("type",)),
        features=("archive", "parent_child"),
    )

    shown = (await raw.get(url("behaviour"))).json()

    assert (await raw.put(url("behaviour"), json=shown)).json() == shown


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b'{"list_lag": 1}', "list_lag: Extra inputs are not permitted"),
        (b'{"list_lag_s": -1}', "list_lag_s: Input should be greater than or equal to 0"),
        (b'{"list_lag_s": "1"}', "list_lag_s: Input should be a valid number"),
        (b'{"edits": {"priority": 5}}', "edits.priority: Input should be less than or equal to 4"),
        (b'{"ticket_scope": 4}', "ticket_scope: Input should be 1, 2 or 3"),
        (b'{"limit_retry_after": "1\\r\\nx: y"}', "limit_retry_after: String should match pattern"),
        (b'{"others": {"sources": []}}', "others.sources: Tuple should have at least 1 item"),
        (b"{", "the body: Invalid JSON"),
    ],
)
async def test_an_invalid_behaviour_is_refused_whole(
    raw: httpx.AsyncClient, sandbox: Sandbox, body: bytes, says: str
) -> None:
    response = await raw.put(url("behaviour"), content=body)

    assert response.status_code == 400
    assert says in response.json()["message"]
    assert sandbox.behaviour == Behaviour()


async def test_an_outage_can_be_planned_looked_at_and_ended(raw: httpx.AsyncClient, clock: Clock) -> None:
    planned = await raw.post(url("outages"), json={"starts_in_s": 2, "lasts_s": 10, "how": "fails"})
    clock.advance(seconds=5)
    during = await raw.get("/tickets/1")
    left = (await raw.get(url("outages"))).json()
    ended = await raw.delete(url("outages"))

    assert (planned.status_code, ended.status_code) == (200, 204)
    assert during.status_code in {502, 503, 504}
    assert [(one["how"], one["starts_in_s"], one["lasts_s"]) for one in left] == [("fails", 0, 7)]
    assert (await raw.get("/tickets/1")).status_code == 200


async def test_an_invalid_outage_is_refused(raw: httpx.AsyncClient) -> None:
    response = await raw.post(url("outages"), json={"how": "hangs"})

    assert response.status_code == 400
    assert "lasts_s: Field required; how: Input should be 'fails', 'cuts' or 'refuses'" in response.json()["message"]


async def test_a_reset_brings_back_the_first_behaviour_and_ends_outages(clock: Clock) -> None:
    sandbox = Sandbox(clock=clock, control=True, behaviour=Behaviour(date_ahead_s=None))
    sandbox.behaviour = Behaviour()
    sandbox.outages.add(Outage(lasts_s=10))

    async with httpx.AsyncClient(transport=httpx.ASGITransport(sandbox), auth=("sandbox-api-key", "X")) as client:
        await client.post(url("reset"))
        response = await client.get(f"{HOST}/api/v2/tickets/1")

    assert response.status_code == 200
    assert "date" not in response.headers


async def test_control_needs_no_key_and_costs_nothing(raw: httpx.AsyncClient) -> None:
    assert (await raw.get(url("statistics"), auth=("nobody", "X"))).status_code == 200
    assert (await raw.get("/tickets/1")).headers["x-ratelimit-remaining"] == "699.0"


@pytest.mark.parametrize(("method", "name"), [("GET", "reset"), ("PUT", "faults"), ("GET", "other"), ("GET", "")])
async def test_an_unknown_control_request_is_a_404(raw: httpx.AsyncClient, method: str, name: str) -> None:
    assert (await raw.request(method, url(name))).status_code == 404


@pytest.mark.parametrize(
    ("method", "name"),
    [
        ("POST", "reset"),
        ("GET", "statistics"),
        *((method, "faults") for method in ("GET", "POST", "DELETE")),
        *((method, "behaviour") for method in ("GET", "PUT")),
        *((method, "outages") for method in ("GET", "POST", "DELETE")),
    ],
)
async def test_without_control_the_control_paths_are_not_found(clock: Clock, method: str, name: str) -> None:
    sandbox = Sandbox(clock=clock)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(sandbox), auth=("sandbox-api-key", "X")) as client:
        response = await client.request(method, url(name))

    assert (response.status_code, response.content) == (404, b" ")
