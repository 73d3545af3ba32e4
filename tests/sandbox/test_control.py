from typing import Any

import httpx
import pytest

from freshdesk_sandbox import Sandbox
from sandbox.helpers import Clock

pytestmark = pytest.mark.anyio

HOST = "https://example.freshdesk.com"
LEAST = {"email": "new.person@example.com", "subject": "s", "description": "d"}


def url(name: str) -> str:
    return f"{HOST}/_sandbox/{name}"


async def test_statistics_say_what_was_asked_and_made(raw: httpx.AsyncClient) -> None:
    await raw.post("/tickets", json=LEAST)
    await raw.get("/tickets/3")
    await raw.get("/tickets/4")
    await raw.get("/tickets/4711")
    await raw.get("/elsewhere")

    assert (await raw.get(url("statistics"))).json() == {
        "requests": {"POST /api/v2/tickets": 1, "GET /api/v2/tickets/{id}": 3, "GET (other)": 1},
        "statuses": {"201": 1, "200": 2, "404": 2},
        "tickets_made": 1,
        "tickets": 61,
        "contacts_made": 1,
        "faults_served": 0,
        "in_flight_max": 1,
    }


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
        ({"faults": [{"code": 503}]}, "a fault must be an object with some of times, method, path"),
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
async def test_a_plan_that_cannot_be_is_refused_whole(
    raw: httpx.AsyncClient, sandbox: Sandbox, body: dict[str, Any], says: str
) -> None:
    response = await raw.post(url("faults"), json=body)

    assert response.status_code == 400
    assert says in response.json()["message"]
    assert sandbox.faults.as_json() == {"faults": [], "random": None}


async def test_a_plan_that_is_no_json_is_refused(raw: httpx.AsyncClient) -> None:
    assert (await raw.post(url("faults"), content=b"{")).status_code == 400


async def test_control_needs_no_key_and_costs_nothing(raw: httpx.AsyncClient) -> None:
    assert (await raw.get(url("statistics"), auth=("nobody", "X"))).status_code == 200
    assert (await raw.get("/tickets/1")).headers["x-ratelimit-remaining"] == "699.0"


@pytest.mark.parametrize(("method", "name"), [("GET", "reset"), ("PUT", "faults"), ("GET", "other"), ("GET", "")])
async def test_other_control_requests_are_a_404(raw: httpx.AsyncClient, method: str, name: str) -> None:
    assert (await raw.request(method, url(name))).status_code == 404


@pytest.mark.parametrize(
    ("method", "name"),
    [("POST", "reset"), ("GET", "statistics"), ("GET", "faults"), ("POST", "faults"), ("DELETE", "faults")],
)
async def test_without_control_there_is_nothing_there(clock: Clock, method: str, name: str) -> None:
    sandbox = Sandbox(clock=clock)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(sandbox), auth=("sandbox-api-key", "X")) as client:
        response = await client.request(method, url(name))

    assert (response.status_code, response.content) == (404, b" ")
