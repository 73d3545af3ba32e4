"""Each tool in success: the request, and the result for a model, in structure and in text."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import jsonschema
import pytest
from mcp.client import Client

from freshdesk_mcp_server.tools.kit.untrusted import LEGEND, NOTE
from freshdesk_mcp_server.tools.tickets.notes import LINKS_EXPIRE, MAY_MAIL, NAME_OF_NEW
from freshdesk_mcp_server.tools.tickets.tools import BOTH, NO_FURTHER_PAGE, ONLY_30_DAYS, WITHOUT_SPAM
from support.tickets import CONVERSATION, ticket_body
from support.tools import client_over, data_of, text_of

pytestmark = pytest.mark.anyio

URL = "https://acme.freshdesk.com/a/tickets/17"


class Recorder:
    """A network that gives one answer and keeps its requests."""

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
    """Return the structured content, checked against the tool's own output schema, and the text."""
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
            "name": "Ada",
            "type": "Problem",
            "source": 3,
            "responder_id": 5,
            "group_id": 6,
            "due_by": "2026-03-05T09:00:00Z",
            "custom_fields": {"cf_order": "A-12", "cf_vip": True, "cf_floor": 3, "cf_note": None},
        }
        data, text = await validated_call(client, "freshdesk_create_ticket", arguments)
    assert network.sent == arguments | {"description": "It fails:<br>x &lt; 1"}
    assert data["ticket"]["id"] == 17
    assert data["ticket"]["url"] == URL
    assert data["ticket"]["requester"] == {"id": 4100001, "name": "Ada", "email": "ada@example.com"}
    assert data["notes"][:2] == [MAY_MAIL, NAME_OF_NEW]
    assert text.startswith(
        f"Created.\n{MAY_MAIL}\n{NAME_OF_NEW}\nTicket #17 {URL}\nnow: 2026-03-02T12:00Z\n{LEGEND}\nsubject: > Broken\n"
    )
    assert "requester: > id 4100001, name Ada, email ada@example.com\n" in text


async def test_create_shows_the_requester_whom_freshdesk_tells_rather_than_what_was_given() -> None:
    known = {"id": 4100001, "name": "Ada Byron", "email": "byron@example.com"}
    async with client_over(answering(201, ticket_body(requester=known))) as client:
        data, text = await validated_call(
            client, "freshdesk_create_ticket", {"subject": "Broken", "email": "ada@example.com"}
        )
    assert data["ticket"]["requester"] == known
    assert "The name counts" not in text


@pytest.mark.parametrize(
    ("due_by", "told"),
    [
        ("2026-12-04 17:00", ["due_by had no offset and was read as UTC: 2026-12-04T17:00:00Z."]),
        ("2026-12-04T17:00:00+02:00", []),
        ("2026-03-02T12:00:00Z", ["due_by 2026-03-02T12:00:00Z is in the past."]),
        (
            "2025-12-04",
            [
                "due_by had no offset and was read as UTC: 2025-12-04T00:00:00Z.",
                "due_by 2025-12-04T00:00:00Z is in the past.",
            ],
        ),
    ],
)
async def test_a_due_time_says_how_it_was_read_and_that_it_is_past(due_by: str, told: list[str]) -> None:
    network = Recorder(lambda: httpx.Response(201, json=ticket_body()))
    async with client_over(network) as client:
        created, created_text = await validated_call(
            client, "freshdesk_create_ticket", {"subject": "x", "email": "ada@example.com", "due_by": due_by}
        )
    async with client_over(answering(200, ticket_body())) as client:
        updated, updated_text = await validated_call(
            client, "freshdesk_update_ticket", {"ticket_id": 17, "due_by": due_by}
        )
    for data, text in ((created, created_text), (updated, updated_text)):
        assert [note for note in data["notes"] if note.startswith("due_by")] == told
        assert [line for line in text.splitlines() if line.startswith("due_by ")] == told


async def test_the_time_is_that_of_freshdesk_and_without_one_that_of_this_machine() -> None:
    late = ticket_body(due_by="2020-01-01T00:00:00Z")
    for date, overdue in (("Thu, 02 Jan 2020 03:00:00 GMT", "27 h"), ("nonsense", None)):
        async with client_over(answering(200, late, {"Date": date})) as client:
            data, _ = await validated_call(client, "freshdesk_get_ticket", {"ticket_id": 17})
        assert overdue is None or (data["ticket"]["overdue"], data["now"]) == (overdue, "2020-01-02T03:00Z")
        assert data["now"].endswith("Z")
    assert int(data["ticket"]["overdue"].removesuffix(" d")) > 2000


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
            "status_name": "Custom",
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
            "source_name": "Email",
            "fr_due_by": "2026-03-03T09:00:00Z",
            "custom_fields": {"cf_order": "A-12", "cf_vip": True},
            "attachments": [{"name": "log.txt", "size": 12, "url": "https://files.example.com/log.txt"}],
            "description": "It stops\nevery time",
        },
        "now": "2026-03-02T12:00Z",
        "untrusted": ["ticket.subject", "ticket.description", "ticket.custom_fields", "ticket.attachments"],
        "notes": [LINKS_EXPIRE, NOTE],
    }
    assert text == "\n".join(
        [
            LINKS_EXPIRE,
            f"Ticket #17 {URL}",
            "now: 2026-03-02T12:00Z",
            LEGEND,
            "subject: > The export stops at row 500",
            "status: 9000 Custom",
            "priority: 2 Medium",
            "type: Problem",
            "requester_id: 4100001",
            "responder_id: 4100900",
            "tags: export",
            "due_by: 2026-03-05T09:00:00Z",
            "created_at: 2026-03-02T09:00:00Z",
            "updated_at: 2026-03-02T10:30:00Z",
            "source: 1 Email",
            "fr_due_by: 2026-03-03T09:00:00Z",
            "cf_order: > A-12",
            "cf_vip: > true",
            "attachment: > log.txt, 12 bytes, https://files.example.com/log.txt",
            "description:",
            "> It stops",
            "> every time",
        ]
    )


@pytest.mark.parametrize(
    "include", [["conversations", "requester"], '["conversations", "requester"]', "conversations, requester"]
)
async def test_get_embeds_the_requested_parts(include: object) -> None:
    network = answering(200, ticket_body(conversations=[CONVERSATION]))
    async with client_over(network) as client:
        data, _ = await validated_call(client, "freshdesk_get_ticket", {"ticket_id": 17, "include": include})
    assert dict(network.requests[0].url.params) == {"include": "conversations,requester"}
    assert data["ticket"]["conversations"][0]["body"] == "First\nsecond"
    assert data["ticket"]["conversations_total"] == 1
    assert data["ticket"]["requester"] is None


async def test_get_cuts_a_description_at_the_requested_limit() -> None:
    network = answering(200, ticket_body(description_text="x" * 5000, description=None))
    async with client_over(network) as client:
        cut, text = await validated_call(client, "freshdesk_get_ticket", {"ticket_id": 17})
        whole, _ = await validated_call(client, "freshdesk_get_ticket", {"ticket_id": 17, "description_limit": 5000})
    assert cut["ticket"]["description"] == "x" * 4000 + "…"
    assert "description_limit=5000" in cut["notes"][0]
    assert cut["notes"][0] in text
    assert whole["ticket"]["description"] == "x" * 5000


async def test_update_sends_only_what_was_given() -> None:
    network = answering(200, ticket_body(status=4))
    async with client_over(network) as client:
        data, text = await validated_call(client, "freshdesk_update_ticket", {"ticket_id": 17, "status": 4, "tags": []})
    assert network.requests[0].method == "PUT"
    assert network.sent == {"status": 4, "tags": []}
    assert data["ticket"]["status_name"] == "Resolved"
    assert data["asked_for"] == ["status", "tags"]
    assert text == "\n".join(
        [
            "Updated.",
            "Not as asked for: tags. A rule of the account may have set it.",
            MAY_MAIL,
            f"Ticket #17 {URL}",
            "now: 2026-03-02T12:00Z",
            LEGEND,
            "status: 4 Resolved",
            "tags: export",
            "Not asked for:",
            "subject: > The export stops at row 500",
            "priority: 2 Medium",
            "due_by: 2026-03-05T09:00:00Z",
            "updated_at: 2026-03-02T10:30:00Z",
        ]
    )


async def test_update_sends_all_that_was_given() -> None:
    network = answering(200, ticket_body())
    changes = {
        "subject": "Broken",
        "priority": 3,
        "status": 6,
        "cc_emails": ["bob@example.com"],
        "type": "Problem",
        "source": 3,
        "responder_id": 5,
        "group_id": 6,
        "due_by": "2026-03-05T09:00:00Z",
        "custom_fields": {"cf_order": None},
    }
    async with client_over(network) as client:
        await validated_call(client, "freshdesk_update_ticket", {"ticket_id": 17, "description": "a < b", **changes})
    assert network.sent == changes | {"description": "a &lt; b"}


async def test_a_text_that_was_just_written_is_cut_in_the_result() -> None:
    network = Recorder(lambda: httpx.Response(201, json=ticket_body(description_text="x" * 5000, description=None)))
    async with client_over(network) as client:
        created, _ = await validated_call(
            client, "freshdesk_create_ticket", {"subject": "x", "email": "ada@example.com"}
        )
    network = answering(200, ticket_body(description_text="x" * 5000, description=None))
    async with client_over(network) as client:
        asked, _ = await validated_call(client, "freshdesk_update_ticket", {"ticket_id": 17, "description": "x"})
        other, _ = await validated_call(client, "freshdesk_update_ticket", {"ticket_id": 17, "status": 4})
    assert (len(created["ticket"]["description"]), len(asked["ticket"]["description"])) == (501, 501)
    assert "description" not in other["ticket"]


async def test_delete_reports_that_it_can_be_undone() -> None:
    network = Recorder(lambda: httpx.Response(204))
    async with client_over(network) as client:
        data, text = await validated_call(client, "freshdesk_delete_ticket", {"ticket_id": 17})
    assert network.requests[0].method == "DELETE"
    assert data["deleted_ticket_id"] == 17
    assert "restore" in data["notes"][0]
    assert data["notes"][0] in text


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
    assert "\n1 | 2 Open | 2 Medium | Problem | 4100001 | 4100900 | | export | 2026-03-05T09:00 | " in text
    assert "| > The export stops at row 500\n" in text
    assert "| > (no subject)\n" in text


async def test_list_sends_all_that_was_given() -> None:
    network = answering(200, [])
    arguments = {
        "requester_id": 80,
        "company_id": 8,
        "filter": "deleted",
        "order_by": "due_by",
        "include": ["requester", "stats"],
        "per_page": 5,
    }
    async with client_over(network) as client:
        await validated_call(client, "freshdesk_list_tickets", arguments)
    assert dict(network.requests[0].url.params) == {
        "requester_id": "80",
        "company_id": "8",
        "filter": "deleted",
        "order_by": "due_by",
        "order_type": "desc",
        "include": "requester,stats",
        "page": "1",
        "per_page": "5",
    }


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({}, BOTH),
        ({"filter": "watching"}, ONLY_30_DAYS),
        ({"updated_since": "2026-01-01T00:00:00Z"}, WITHOUT_SPAM),
        ({"updated_since": "2026-01-01T00:00:00Z", "filter": "deleted"}, None),
    ],
)
async def test_a_list_says_what_it_leaves_out(arguments: dict[str, Any], told: str | None) -> None:
    async with client_over(answering(200, [])) as client:
        data, text = await validated_call(client, "freshdesk_list_tickets", arguments)
    assert data.get("notes", []) == ([told] if told else [])
    assert told is None or told in text.splitlines()


async def test_a_time_of_a_list_without_an_offset_says_how_it_was_read() -> None:
    async with client_over(answering(200, [])) as client:
        data, text = await validated_call(client, "freshdesk_list_tickets", {"updated_since": "2026-01-01"})
    assert data["notes"][1] == "updated_since had no offset and was read as UTC: 2026-01-01T00:00:00Z."
    assert data["notes"][1] in text


async def test_the_last_page_has_no_next_page() -> None:
    network = answering(200, [ticket_body(description_text="x")])
    async with client_over(network) as client:
        data, text = await validated_call(client, "freshdesk_list_tickets", {"updated_since": "2026-01-01T00:00:00Z"})
    assert "next_page" not in data
    assert data["notes"] == [WITHOUT_SPAM, NOTE]
    assert "No further page" in text


async def test_no_page_beyond_the_last_is_offered() -> None:
    link = '<https://acme.freshdesk.com/api/v2/tickets?page=301>; rel="next"'
    async with client_over(answering(200, [ticket_body()], {"Link": link})) as client:
        data, text = await validated_call(client, "freshdesk_list_tickets", {"page": 300})
    assert "next_page" not in data
    assert "page=301" not in text
    assert NO_FURTHER_PAGE in data["notes"]
    assert NO_FURTHER_PAGE in text


async def test_an_unknown_requester_has_an_empty_list_and_a_note() -> None:
    problem = {"field": "email", "message": "There is no contact matching the given email", "code": "invalid_value"}
    network = answering(400, {"description": "Validation failed", "errors": [problem]})
    async with client_over(network) as client:
        data, text = await validated_call(client, "freshdesk_list_tickets", {"email": "nobody@example.com"})
    assert data["tickets"] == []
    assert "no contact" in data["notes"][0]
    assert data["notes"][0] in text


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ("page", "You cannot go beyond page 300."),
        ("email", "It should be in the 'valid email address' format"),
    ],
)
async def test_another_refusal_of_a_list_stays_an_error(field: str, message: str) -> None:
    problem = {"field": field, "message": message, "code": "invalid_value"}
    network = answering(400, {"description": "Validation failed", "errors": [problem]})
    async with client_over(network) as client:
        result = await client.call_tool("freshdesk_list_tickets", {"page": 300})
    assert result.is_error
