"""Closed tickets that nobody has touched for long: gone from the list, and read at a path of their own."""

from datetime import timedelta
from typing import Any, Literal

import httpx
import pytest

from freshdesk_sandbox import Archive, Behaviour, Sandbox
from sandbox.helpers import VIEW_KEYS, Clock, check_against_specification

pytestmark = pytest.mark.anyio

SENTENCE = "The Archive Tickets feature(s) is/are not supported in your plan. Please upgrade your account to use it."


@pytest.fixture
def archiving(sandbox: Sandbox) -> Sandbox:
    sandbox.behaviour = Behaviour(features=("archive",))
    return sandbox


async def listed(api: httpx.AsyncClient, **params: Any) -> list[int]:
    rows = (await api.get("/tickets", params={"updated_since": "2020-01-01", "per_page": 100, **params})).json()
    return [row["id"] for row in rows]


async def test_an_account_without_the_feature_archives_nothing(raw: httpx.AsyncClient) -> None:
    archived = await raw.get("/tickets/archived/1")

    assert (archived.status_code, archived.json()) == (403, {"code": "require_feature", "message": SENTENCE})
    assert (await raw.get("/tickets/1")).status_code == 200
    assert 1 in await listed(raw)


@pytest.mark.usefixtures("archiving")
async def test_an_archived_ticket_is_read_at_its_own_path_alone(raw: httpx.AsyncClient) -> None:
    archived = await raw.get("/tickets/archived/1")
    plain = await raw.get("/tickets/1")

    assert archived.status_code == 200
    assert set(archived.json()) == {*VIEW_KEYS, "archived"}
    assert archived.json()["archived"] is True
    assert (plain.status_code, plain.content) == (404, b" ")
    assert 1 not in await listed(raw)
    assert 1 not in await listed(raw, email="emily.dean@example.com")


@pytest.mark.usefixtures("archiving")
@pytest.mark.parametrize("method", ["PUT", "DELETE"])
async def test_an_archived_ticket_cannot_be_written(raw: httpx.AsyncClient, method: str) -> None:
    assert (await raw.request(method, "/tickets/1", json={"priority": 2})).status_code == 404
    assert (await raw.put("/tickets/archived/1", json={"priority": 2})).status_code == 405


@pytest.mark.usefixtures("archiving")
@pytest.mark.parametrize("number", [60, 3, 4711])
async def test_the_path_of_the_archive_finds_archived_tickets_alone(raw: httpx.AsyncClient, number: int) -> None:
    response = await raw.get(f"/tickets/archived/{number}")

    assert (response.status_code, response.content) == (404, b" ")


async def test_a_closed_ticket_is_archived_after_its_days(
    api: httpx.AsyncClient, archiving: Sandbox, clock: Clock
) -> None:
    archiving.behaviour = Behaviour(features=("archive",), archive=Archive(after_days=10))
    await api.put("/tickets/60", json={"status": 5})
    await api.put("/tickets/59", json={"status": 4})

    clock.advance(days=10, seconds=-1)
    assert 60 in await listed(api)
    clock.advance(seconds=1)
    assert 60 not in await listed(api)
    assert 59 in await listed(api)
    assert archiving.store.tickets[60].updated_at == clock() - timedelta(days=10)


@pytest.mark.usefixtures("archiving")
async def test_a_view_of_an_archived_ticket_can_include_conversations(raw: httpx.AsyncClient) -> None:
    response = await raw.get("/tickets/archived/1", params={"include": "conversations,requester"})

    assert {"conversations", "requester"} <= set(response.json())


@pytest.mark.usefixtures("archiving")
async def test_an_archived_ticket_is_deleted_for_good(raw: httpx.AsyncClient) -> None:
    gone = await raw.delete("/tickets/archived/1")

    assert (gone.status_code, gone.content) == (204, b"")
    assert (await raw.get("/tickets/archived/1")).status_code == 404
    assert 1 not in await listed(raw, filter="deleted")


@pytest.mark.parametrize("answer", [200, 301])
async def test_an_account_may_answer_for_an_archived_ticket_at_the_plain_path_too(
    raw: httpx.AsyncClient, sandbox: Sandbox, answer: Literal[200, 301]
) -> None:
    sandbox.behaviour = Behaviour(features=("archive",), archive=Archive(plain_answer=answer))

    plain = await raw.get("/tickets/1")

    assert plain.status_code == answer
    if answer == 200:
        check_against_specification(plain)
        assert plain.json()["archived"] is True
        assert (await raw.put("/tickets/1", json={"priority": 2})).status_code == 405
    else:
        assert (await raw.get(plain.headers["location"])).json()["id"] == 1
