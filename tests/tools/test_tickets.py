"""Each tool when all goes well: what is sent, and what a model gets, in structure and in text."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import jsonschema
import pytest
from mcp.client import Client

from support.tickets import ticket_body
from support.tools import client_over, data_of, text_of

pytestmark = pytest.mark.anyio

URL = "https://acme.freshdesk.com/a/tickets/17"


class Recorder:
    """A network that gives one answer and keeps what was sent."""

    def __init__(self, answer: Callable[[], httpx.Response]) -> None:
        self._answer = answer
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return self._answer()

    @property
    def sent(self) -> Any:
        """The JSON of the only request."""
        [request] = self.requests
        return json.loads(request.content)


def answering(status: int, body: Any = None, headers: dict[str, str] | None = None) -> Recorder:
    return Recorder(lambda: httpx.Response(status, json=body, headers=headers))


async def validated_call(client: Client, tool: str, arguments: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """The structured content, checked against the tool's own output schema, and the text."""
    [schema] = [listed.output_schema for listed in (await client.list_tools()).tools if listed.name == tool]
    assert schema is not None
    result = await client.call_tool(tool, arguments)
    data = data_of(result)
    jsonschema.validate(data, schema)
    return data, text_of(result)


async def test_create_sends_what_was_given_and_the_defaults() -> None:
    network = answering(201, ticket_body(subject="Broken", due_by=None, fr_due_by=None))
    async with client_over(network) as client:
        arguments = {
            "subject": "Broken",
            "email": "ada@example.com",
            "description": "It fails:\nx < 1",
            "priority": 3,
            "status": 6,
            "cc_emails": ["bob@example.com"],
            "tags": ["export"],
        }
        data, text = await validated_call(client, "freshdesk_create_ticket", arguments)
    assert network.sent == arguments | {"description": "It fails:<br>x &lt; 1"}
    assert data["ticket"]["id"] == 17
    assert data["ticket"]["url"] == URL
    assert text.startswith("Created.\nTicket #17: Broken\n" + URL)


async def test_create_without_description_uses_the_subject() -> None:
    network = answering(201, ticket_body())
    async with client_over(network) as client:
        await client.call_tool("freshdesk_create_ticket", {"subject": "a < b", "email": "ada@example.com"})
    assert network.sent == {
        "subject": "a < b",
        "email": "ada@example.com",
        "description": "a &lt; b",
        "priority": 1,
        "status": 2,
    }


async def test_get_shows_the_whole_ticket_in_structure_and_in_text() -> None:
    attachment = {"id": 1, "name": "log.txt", "size": 12, "attachment_url": "https://files.example.com/log.txt"}
    network = answering(200, ticket_body(attachments=[attachment], status=9000, cc_emails=None))
    async with client_over(network) as client:
        data, text = await validated_call(client, "freshdesk_get_ticket", {"ticket_id": 17})
    assert data == {
        "ticket": {
            "id": 17,
            "url": URL,
            "subject": "The export stops at row 500",
            "status": 9000,
            "status_name": "Custom (9000)",
            "priority": 2,
            "priority_name": "Medium",
            "type": "Problem",
            "requester_id": 4100001,
            "responder_id": 4100900,
            "tags": ["export"],
            "due_by": "2026-03-05T09:00:00Z",
            "created_at": "2026-03-02T09:00:00Z",
            "updated_at": "2026-03-02T10:30:00Z",
            "source": 1,
            "fr_due_by": "2026-03-03T09:00:00Z",
            "custom_fields": {"cf_order": "A-12", "cf_vip": True},
            "attachments": [{"name": "log.txt", "size": 12, "url": "https://files.example.com/log.txt"}],
            "description": "It stops\nevery time",
        }
    }
    assert text == "\n".join(
        [
            "Ticket #17: The export stops at row 500",
            URL,
            "status: 9000 Custom (9000)",
            "priority: 2 Medium",
            "type: Problem",
            "requester_id: 4100001",
            "responder_id: 4100900",
            "tags: export",
            "due_by: 2026-03-05T09:00:00Z",
            "created_at: 2026-03-02T09:00:00Z",
            "updated_at: 2026-03-02T10:30:00Z",
            "source: 1",
            "fr_due_by: 2026-03-03T09:00:00Z",
            "cf_order: A-12",
            "cf_vip: True",
            "attachment: name: log.txt | size: 12 | url: https://files.example.com/log.txt",
            "description:",
            "It stops\nevery time",
        ]
    )


async def test_update_sends_only_what_was_given() -> None:
    network = answering(200, ticket_body(status=4))
    async with client_over(network) as client:
        data, text = await validated_call(client, "freshdesk_update_ticket", {"ticket_id": 17, "status": 4, "tags": []})
    assert network.requests[0].method == "PUT"
    assert network.sent == {"status": 4, "tags": []}
    assert data["ticket"]["status_name"] == "Resolved"
    assert text.startswith("Updated.\n")


async def test_delete_says_that_it_can_be_undone() -> None:
    network = Recorder(lambda: httpx.Response(204))
    async with client_over(network) as client:
        data, text = await validated_call(client, "freshdesk_delete_ticket", {"ticket_id": 17})
    assert network.requests[0].method == "DELETE"
    assert data["deleted_ticket_id"] == 17
    assert "restore" in data["note"]
    assert data["note"] in text


async def test_list_asks_for_one_page_and_tells_the_next() -> None:
    link = '<https://acme.freshdesk.com/api/v2/tickets?per_page=2&page=4>; rel="next"'
    network = answering(200, [ticket_body(id=1), ticket_body(id=2, subject=None, tags=None)], {"Link": link})
    async with client_over(network) as client:
        arguments = {"email": "ada+x@example.com", "page": 3, "per_page": 2, "order_type": "asc"}
        data, text = await validated_call(client, "freshdesk_list_tickets", arguments)
    sent = network.requests[0].url.params
    assert dict(sent) == {"email": "ada+x@example.com", "page": "3", "per_page": "2", "order_type": "asc"}
    assert [row["id"] for row in data["tickets"]] == [1, 2]
    assert data["next_page"] == 4
    assert "page=4" in text
    assert "30 days" in data["notes"][0]
    assert data["notes"][0] in text
    assert "#1 The export stops at row 500 | status: 2 Open | priority: 2 Medium" in text
    assert "#2 (no subject) |" in text


async def test_the_last_page_has_no_next_and_a_search_by_time_no_note() -> None:
    network = answering(200, [ticket_body()])
    async with client_over(network) as client:
        data, text = await validated_call(client, "freshdesk_list_tickets", {"updated_since": "2026-01-01"})
    assert "next_page" not in data
    assert "notes" not in data
    assert "No further page" in text


async def test_an_unknown_requester_has_an_empty_list_and_a_note() -> None:
    problem = {"field": "email", "message": "There is no contact matching the given email", "code": "invalid_value"}
    network = answering(400, {"description": "Validation failed", "errors": [problem]})
    async with client_over(network) as client:
        data, text = await validated_call(client, "freshdesk_list_tickets", {"email": "nobody@example.com"})
    assert data["tickets"] == []
    assert "no contact" in data["notes"][0]
    assert data["notes"][0] in text


async def test_another_refusal_of_a_list_stays_an_error() -> None:
    problem = {"field": "page", "message": "You cannot go beyond page 300.", "code": "invalid_value"}
    network = answering(400, {"description": "Validation failed", "errors": [problem]})
    async with client_over(network) as client:
        result = await client.call_tool("freshdesk_list_tickets", {"page": 300})
    assert result.is_error
