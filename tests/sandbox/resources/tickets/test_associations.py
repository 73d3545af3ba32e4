"""Parents and children, trackers and related tickets."""

from typing import Any

import httpx
import pytest

from freshdesk_sandbox import Behaviour, Sandbox
from sandbox.helpers import errors_of

pytestmark = pytest.mark.anyio

LEAST: dict[str, Any] = {"email": "new.person@example.com", "subject": "Late order", "description": "Where is it?"}
KEYS = ("association_type", "associated_tickets_list")


@pytest.fixture(autouse=True)
def _with_features(sandbox: Sandbox) -> None:
    sandbox.behaviour = Behaviour(features=("parent_child", "linked_tickets"))


async def make(api: httpx.AsyncClient, **values: Any) -> dict[str, Any]:
    response = await api.post("/tickets", json={**LEAST, **values})
    assert response.status_code == 201, response.text
    made: dict[str, Any] = response.json()
    return made


async def seen(api: httpx.AsyncClient, number: int) -> tuple[object, ...]:
    ticket = (await api.get(f"/tickets/{number}")).json()
    return tuple(ticket.get(key) for key in KEYS)


async def test_an_associated_ticket_keeps_both_keys_in_the_answer_to_an_update(
    api: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    sandbox.behaviour = Behaviour()

    changed = (await api.put("/tickets/49", json={"priority": 3})).json()

    assert (changed["association_type"], changed["associated_tickets_list"]) == (3, [50, 51])
    assert not set(KEYS) & set((await api.put("/tickets/31", json={"priority": 2})).json())


async def test_a_child_is_made_with_its_parent(api: httpx.AsyncClient) -> None:
    child = await make(api, parent_id=31)
    other = await make(api, parent_id=31)

    assert (child["association_type"], child["associated_tickets_list"]) == (2, [31])
    assert await seen(api, 31) == (1, [child["id"], other["id"]])


async def test_a_ticket_becomes_a_child(api: httpx.AsyncClient) -> None:
    changed = (await api.put("/tickets/33", json={"parent_id": 31})).json()

    assert (changed["association_type"], changed["associated_tickets_list"]) == (2, [31])
    assert await seen(api, 31) == (1, [33])


async def test_a_tracker_is_made_with_its_related_tickets(api: httpx.AsyncClient) -> None:
    tracker = await make(api, related_ticket_ids=[31, 33])

    assert (tracker["association_type"], tracker["associated_tickets_list"]) == (3, [31, 33])
    assert await seen(api, 31) == await seen(api, 33) == (4, [tracker["id"]])


async def test_the_list_counts_what_a_parent_or_a_tracker_has(api: httpx.AsyncClient) -> None:
    tracker = await make(api, related_ticket_ids=[31, 33])

    rows = {row["id"]: row for row in (await api.get("/tickets", params={"per_page": 100})).json()}

    assert (rows[tracker["id"]]["association_type"], rows[tracker["id"]]["associated_tickets_count"]) == (3, 2)
    assert (rows[31]["association_type"], rows[31]["associated_tickets_count"]) == (4, None)
    assert (rows[41]["association_type"], rows[41]["associated_tickets_count"]) == (None, None)


@pytest.mark.parametrize("related", [[400], [], [31, 400], [50], [27]], ids=str)
async def test_a_tracker_of_tickets_that_do_not_fit_is_refused_as_recorded(
    raw: httpx.AsyncClient, sandbox: Sandbox, related: list[int]
) -> None:
    response = await raw.post("/tickets", json={**LEAST, "related_ticket_ids": related})

    assert (response.status_code, response.json()) == (
        400,
        {
            "code": "cannot_create_tracker",
            "message": "Tracker ticket can't be created as related_ticket_ids are invalid",
        },
    )
    assert sandbox.statistics.tickets_made == 0


@pytest.mark.parametrize("related", ["31", [True], ["31"], [0]], ids=str)
async def test_related_tickets_are_a_list_of_numbers(raw: httpx.AsyncClient, related: object) -> None:
    response = await raw.post("/tickets", json={**LEAST, "related_ticket_ids": related})

    assert errors_of(response) == [("related_ticket_ids", "datatype_mismatch")]


async def test_related_tickets_are_named_in_a_create_alone(raw: httpx.AsyncClient) -> None:
    response = await raw.put("/tickets/31", json={"related_ticket_ids": [33]})

    assert errors_of(response) == [("related_ticket_ids", "invalid_field")]


@pytest.mark.parametrize(
    ("parent", "code"),
    [(4711, "invalid_value"), (50, "invalid_value"), (27, "invalid_value"), ("31", "datatype_mismatch")],
)
async def test_a_parent_that_does_not_fit_is_refused(raw: httpx.AsyncClient, parent: object, code: str) -> None:
    assert errors_of(await raw.post("/tickets", json={**LEAST, "parent_id": parent})) == [("parent_id", code)]


@pytest.mark.parametrize(("number", "parent"), [(33, 33), (50, 31)], ids=["itself", "has another association"])
async def test_a_ticket_that_cannot_be_a_child_is_refused(raw: httpx.AsyncClient, number: int, parent: int) -> None:
    response = await raw.put(f"/tickets/{number}", json={"parent_id": parent})

    assert errors_of(response) == [("parent_id", "invalid_value")]
