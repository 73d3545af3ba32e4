"""GET one ticket."""

import uuid
from typing import Any

import httpx
import pytest

from freshdesk_sandbox import Sandbox
from sandbox.helpers import VIEW_KEYS, errors_of

pytestmark = pytest.mark.anyio


async def viewed(api: httpx.AsyncClient, number: int, include: str | None = None) -> dict[str, Any]:
    response = await api.get(f"/tickets/{number}", params={} if include is None else {"include": include})
    assert response.status_code == 200, response.text
    ticket: dict[str, Any] = response.json()
    return ticket


async def test_every_ticket_of_the_seed_can_be_viewed_with_the_recorded_keys(
    api: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    optional = {"form_id", "associated_tickets_list", "deleted"}
    for number in sandbox.store.tickets:
        assert set(await viewed(api, number)) - optional == VIEW_KEYS


async def test_embeds_come_when_asked_for(api: httpx.AsyncClient) -> None:
    ticket = await viewed(api, 13, "conversations,requester,company,stats")

    assert ticket["requester"]["email"] == "priya.raman@example.com"
    assert ticket["company"] == {"id": 158003104315, "name": "Bright Pixel Studio"}
    assert ticket["stats"]["pending_since"] is not None
    assert [one["private"] for one in ticket["conversations"]] == [False, False, True, False]


async def test_only_the_oldest_ten_conversations_come(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    conversations = (await viewed(api, 25, "conversations"))["conversations"]

    times = [one["created_at"] for one in conversations]
    assert len(sandbox.store.tickets[25].conversations) == 12
    assert len(conversations) == 10
    assert times == sorted(times)


async def test_a_ticket_without_company_has_a_null_company(api: httpx.AsyncClient) -> None:
    assert (await viewed(api, 2, "company"))["company"] is None


@pytest.mark.parametrize("include", ["description", "stats,", "everything"])
async def test_an_embed_that_does_not_exist_is_refused(api: httpx.AsyncClient, include: str) -> None:
    response = await api.get("/tickets/1", params={"include": include})

    assert errors_of(response) == [("include", "invalid_value")]


async def test_an_unknown_parameter_is_refused(api: httpx.AsyncClient) -> None:
    assert errors_of(await api.get("/tickets/1", params={"fields": "id"})) == [("fields", "invalid_field")]


async def test_an_answer_has_the_recorded_headers(api: httpx.AsyncClient) -> None:
    headers = (await api.get("/tickets/1")).headers

    assert headers["content-type"] == "application/json; charset=utf-8"
    assert headers["status"] == "200 OK"
    assert headers["x-freshdesk-api-version"] == "latest=v2; requested=v2"
    assert headers["cache-control"] == "no-store"
    assert headers["pragma"] == "no-cache"
    assert headers["expires"] == "Wed, 13 Oct 2010 00:00:00 UTC"
    assert headers["date"] == "Mon, 02 Mar 2026 09:15:00 GMT"
    assert headers["server"] == "cloudflare"
    assert headers["vary"] == "accept-encoding"
    assert str(uuid.UUID(headers["x-request-id"])) == headers["x-request-id"]


async def test_each_answer_has_its_own_request_id(api: httpx.AsyncClient) -> None:
    seen = {(await api.get("/tickets/1")).headers["x-request-id"] for _ in range(3)}

    assert len(seen) == 3


async def test_an_id_that_is_unknown_is_a_blank_404_without_the_version(raw: httpx.AsyncClient) -> None:
    for path in ("/tickets/4711", "/tickets/0", "/tickets/abc", "/tickets/999999999999999999999"):
        response = await raw.get(path)

        assert (response.status_code, response.content) == (404, b" ")
        assert response.headers["content-type"] == "application/json; charset=utf-8"
        assert response.headers["status"] == "404 Not Found"
        assert "x-freshdesk-api-version" not in response.headers
        assert "x-ratelimit-remaining" in response.headers
