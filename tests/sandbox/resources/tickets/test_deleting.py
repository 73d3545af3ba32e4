import httpx
import pytest

from freshdesk_sandbox import Sandbox

pytestmark = pytest.mark.anyio


async def test_a_delete_is_answered_with_204_and_no_content_type(api: httpx.AsyncClient) -> None:
    response = await api.delete("/tickets/31")

    assert (response.status_code, response.content) == (204, b"")
    assert response.headers["status"] == "204 No Content"
    assert "content-type" not in response.headers


async def test_a_deleted_ticket_can_be_read_and_says_so(api: httpx.AsyncClient) -> None:
    await api.delete("/tickets/31")
    response = await api.get("/tickets/31")

    assert response.status_code == 200
    assert response.json()["deleted"] is True
    assert 31 in [row["id"] for row in (await api.get("/tickets", params={"filter": "deleted"})).json()]


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("state", ["deleted", "spam"])
async def test_writing_to_trash_or_spam_is_a_405(
    raw: httpx.AsyncClient, sandbox: Sandbox, state: str, method: str
) -> None:
    number = next(ticket.id for ticket in sandbox.store.tickets.values() if getattr(ticket, state))

    response = await raw.request(method, f"/tickets/{number}", json={"priority": 2})

    assert response.status_code == 405
    assert response.headers["allow"] == "GET"
    assert response.json() == {"message": f"{method} method is not allowed. It should be one of these method(s): GET"}


async def test_a_restored_ticket_can_be_written_again(api: httpx.AsyncClient, raw: httpx.AsyncClient) -> None:
    await api.delete("/tickets/31")
    response = await raw.put("/tickets/31/restore")

    assert (response.status_code, response.content) == (204, b"")
    assert "deleted" not in (await api.get("/tickets/31")).json()
    assert (await api.put("/tickets/31", json={"priority": 1})).status_code == 200


async def test_restoring_a_ticket_that_was_not_deleted_changes_nothing(raw: httpx.AsyncClient) -> None:
    before = (await raw.get("/tickets/31")).json()

    assert (await raw.put("/tickets/31/restore")).status_code == 204
    assert (await raw.get("/tickets/31")).json() == before


@pytest.mark.parametrize(("method", "path"), [("DELETE", "/tickets/4711"), ("PUT", "/tickets/4711/restore")])
async def test_an_unknown_ticket_is_a_blank_404(raw: httpx.AsyncClient, method: str, path: str) -> None:
    response = await raw.request(method, path)

    assert (response.status_code, response.content) == (404, b" ")
