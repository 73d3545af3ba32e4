"""The tickets that a request may see or write: lags, scope, trash and spam."""

from typing import Any

import httpx
import pytest

from freshdesk_sandbox import Behaviour, Sandbox
from sandbox.helpers import Clock

pytestmark = pytest.mark.anyio

NEW = "new.person@example.com"

KNOWN = "emily.dean@example.com"

AGENT_ID = 158017609801

GROUP_ID = 158000114201


async def make(api: httpx.AsyncClient, **values: Any) -> dict[str, Any]:
    response = await api.post("/tickets", json={"email": NEW, "subject": "Late", "description": "Where?"} | values)
    assert response.status_code == 201, response.text
    made: dict[str, Any] = response.json()
    return made


async def listed(api: httpx.AsyncClient, **params: Any) -> list[int]:
    response = await api.get("/tickets", params=params | {"per_page": 100})
    assert response.status_code == 200, response.text
    return [row["id"] for row in response.json()]


async def test_a_ticket_is_in_lists_and_found_by_its_number_at_once(api: httpx.AsyncClient) -> None:
    await make(api)

    assert 61 in await listed(api)
    assert 61 in await listed(api, email=NEW)
    assert (await api.get("/tickets/61")).status_code == 200


async def test_lists_may_lag_while_the_number_works_at_once(
    api: httpx.AsyncClient, sandbox: Sandbox, clock: Clock
) -> None:
    sandbox.behaviour = Behaviour(list_lag_s=5)
    clock.advance(milliseconds=900)  # counted from the store, not from created_at, which is in whole seconds
    await make(api)

    clock.advance(seconds=4.9)
    early = [await listed(api), await listed(api, email=NEW), await listed(api, updated_since="2020-01-01")]
    assert not [ids for ids in early if 61 in ids]
    assert (await api.get("/tickets/61")).status_code == 200

    clock.advance(seconds=0.1)
    assert 61 in await listed(api)


async def test_a_lag_is_over_for_tickets_of_the_seed(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.behaviour = Behaviour(list_lag_s=3600, view_lag_s=3600, contact_lag_s=3600)

    assert 60 in await listed(api)
    assert (await api.get("/tickets/60")).status_code == 200
    assert await listed(api, email=KNOWN)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_a_number_may_be_unknown_for_a_while(
    api: httpx.AsyncClient, sandbox: Sandbox, clock: Clock, method: str
) -> None:
    sandbox.behaviour = Behaviour(view_lag_s=2)
    await make(api)
    body = {"priority": 2} if method == "PUT" else None

    early = await api.request(method, "/tickets/61", json=body)
    assert (early.status_code, early.content) == (404, b" ")
    assert 61 in await listed(api)
    clock.advance(seconds=2)
    assert (await api.request(method, "/tickets/61", json=body)).is_success


@pytest.mark.parametrize(
    ("scope", "values", "is_seen"),
    [
        (1, {}, True),
        (2, {}, False),
        (2, {"group_id": GROUP_ID}, True),
        (2, {"responder_id": AGENT_ID}, True),
        (3, {}, False),
        (3, {"group_id": GROUP_ID}, False),
        (3, {"responder_id": AGENT_ID}, True),
        (3, {"responder_id": AGENT_ID + 1}, False),
    ],
)
async def test_an_agent_sees_the_tickets_of_its_scope(
    api: httpx.AsyncClient, sandbox: Sandbox, scope: int, values: dict[str, Any], is_seen: bool
) -> None:
    sandbox.behaviour = Behaviour.model_validate({"ticket_scope": scope})

    await make(api, **values)

    assert (61 in await listed(api)) is is_seen
    assert (61 in await listed(api, email=NEW)) is is_seen
    assert (await api.get("/tickets/61")).is_success is is_seen


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_a_ticket_out_of_scope_is_forbidden_or_not_there(
    api: httpx.AsyncClient, sandbox: Sandbox, method: str
) -> None:
    await make(api)
    sandbox.behaviour = Behaviour(ticket_scope=3)
    forbidden = await api.request(method, "/tickets/61", json={"priority": 2})
    sandbox.behaviour = Behaviour(ticket_scope=3, hidden_status=404)
    absent = await api.request(method, "/tickets/61", json={"priority": 2})

    assert (forbidden.status_code, forbidden.json()["code"]) == (403, "access_denied")
    assert (absent.status_code, absent.content) == (404, b" ")
    assert sandbox.store.tickets[61].priority == 1


async def test_a_number_that_nobody_has_is_a_404_whatever_the_scope(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.behaviour = Behaviour(ticket_scope=3)

    assert (await api.get("/tickets/4711")).status_code == 404


@pytest.mark.parametrize(("trash", "verb"), [("spam", "PUT"), ("spam", "DELETE"), ("deleted", "PUT")])
async def test_a_write_to_a_ticket_that_can_only_be_read_names_the_one_method(
    api: httpx.AsyncClient, sandbox: Sandbox, trash: str, verb: str
) -> None:
    number = next(ticket.id for ticket in sandbox.store.tickets.values() if getattr(ticket, trash))

    response = await api.request(verb, f"/tickets/{number}", json={"priority": 2})

    assert response.status_code == 405
    assert response.json() == {"message": f"{verb} method is not allowed. It should be one of these method(s): GET"}
