"""What a model sees of a ticket, above all of an awkward one."""

import json
from collections.abc import Iterator
from typing import Any

import attrs
import pytest
from mcp_types import CallToolResult, TextContent

from freshdesk_client.models import Ticket
from freshdesk_mcp_server.tools.schemas import LIST_RESULT, TICKET_RESULT
from freshdesk_mcp_server.tools.views import deleted_result, list_result, row_view, ticket_result, ticket_view

EVERY_KEY = [
    field.name.rstrip("_") for field in attrs.fields(Ticket) if field.name not in ("id", "additional_properties")
]

FULL: dict[str, Any] = {
    "id": 7,
    "subject": "The printer\nis on fire",
    "description": "<div>Help!</div>",
    "description_text": "Help!",
    "status": 2,
    "priority": 4,
    "source": 13,
    "type": "Incident",
    "requester_id": 80_000_000_001,
    "responder_id": 5,
    "group_id": 6,
    "company_id": 8,
    "product_id": 9,
    "support_email": "help@acme.example",
    "to_emails": ["help@acme.example"],
    "cc_emails": ["ada@example.com", "Bob <bob@example.com>"],
    "fwd_emails": [],
    "reply_cc_emails": ["ada@example.com"],
    "tags": ["hardware", "fire"],
    "custom_fields": {"cf_floor": 3, "cf_plan": "gold", "cf_paid": False, "cf_none": None, "cf_blank": ""},
    "attachments": [
        {"id": 1, "name": "fire.jpg", "size": 10, "attachment_url": "https://files.example/1"},
        {"id": 2, "name": "old.txt", "file_size": 20},
    ],
    "spam": False,
    "deleted": True,
    "is_escalated": True,
    "due_by": "2026-03-05T09:15:00+02:00",
    "created_at": "2026-03-02T09:15:00Z",
    "updated_at": "2026-03-02T09:15:00",
    "association_type": 1,
    "associated_tickets_list": [8, 9],
}


def ticket_url(ticket_id: int) -> str:
    return f"https://acme.freshdesk.com/a/tickets/{ticket_id}"


def view_of(payload: dict[str, Any]) -> dict[str, Any]:
    return ticket_view(Ticket.from_dict({"id": 7} | payload), ticket_url)


def text_of(result: CallToolResult) -> str:
    (content,) = result.content
    assert isinstance(content, TextContent)
    return content.text


def structure_of(result: CallToolResult) -> dict[str, Any]:
    structure: dict[str, Any] = json.loads(json.dumps(result.structured_content, allow_nan=False))
    return structure


def leaves(node: Any) -> Iterator[Any]:
    if isinstance(node, dict | list):
        for value in node.values() if isinstance(node, dict) else node:
            yield from leaves(value)
    else:
        yield node


def test_a_whole_ticket_is_shown_with_names_beside_codes_and_times_in_utc() -> None:
    assert view_of(FULL) == {
        "id": 7,
        "url": "https://acme.freshdesk.com/a/tickets/7",
        "subject": "The printer\nis on fire",
        "status": 2,
        "status_name": "Open",
        "priority": 4,
        "priority_name": "Urgent",
        "source": 13,
        "type": "Incident",
        "requester_id": 80_000_000_001,
        "responder_id": 5,
        "group_id": 6,
        "company_id": 8,
        "product_id": 9,
        "support_email": "help@acme.example",
        "to_emails": ["help@acme.example"],
        "cc_emails": ["ada@example.com", "Bob <bob@example.com>"],
        "reply_cc_emails": ["ada@example.com"],
        "tags": ["hardware", "fire"],
        "deleted": True,
        "is_escalated": True,
        "due_by": "2026-03-05T07:15:00Z",
        "created_at": "2026-03-02T09:15:00Z",
        "updated_at": "2026-03-02T09:15:00Z",
        "association_type": 1,
        "associated_tickets_list": [8, 9],
        "custom_fields": {"cf_floor": 3, "cf_plan": "gold", "cf_paid": False},
        "attachments": [
            {"name": "fire.jpg", "size": 10, "url": "https://files.example/1"},
            {"name": "old.txt", "size": 20},
        ],
        "description": "Help!",
    }


def test_a_row_is_what_one_needs_to_choose_and_no_more() -> None:
    row = row_view(Ticket.from_dict(FULL), ticket_url)
    assert row.items() <= view_of(FULL).items()
    assert row.keys().isdisjoint({"description", "custom_fields", "attachments", "cc_emails", "source"})


@pytest.mark.parametrize(
    "payload",
    [{}, dict.fromkeys(EVERY_KEY), dict.fromkeys(EVERY_KEY, ""), {key: [] for key in EVERY_KEY}],
    ids=["nothing but an id", "null everywhere", "blank everywhere", "empty lists everywhere"],
)
def test_a_ticket_of_which_nothing_is_known_is_its_number_and_its_page(payload: dict[str, Any]) -> None:
    bare = {"id": 7, "url": "https://acme.freshdesk.com/a/tickets/7", "subject": ""}
    assert view_of(payload) == bare
    text = text_of(ticket_result(Ticket.from_dict({"id": 7} | payload), ticket_url))
    assert text.split() == ["Ticket", "#7:", "(no", "subject)", bare["url"]]


@pytest.mark.parametrize(
    ("payload", "shown"),
    [
        ({"status": 7}, {"status": 7, "status_name": "Custom (7)"}),
        ({"status": 9000}, {"status": 9000, "status_name": "Custom (9000)"}),
        ({"priority": 9}, {"priority": 9, "priority_name": "Custom (9)"}),
        ({"status": 5, "priority": 1}, {"status_name": "Closed", "priority_name": "Low"}),
        ({"source": 22}, {"source": 22}),
        ({"due_by": "yesterday"}, {"due_by": "yesterday"}),
        ({"due_by": 1_772_442_900}, {"due_by": 1_772_442_900}),
        ({"created_at": "2026-03-02T09:15:00"}, {"created_at": "2026-03-02T09:15:00Z"}),
        ({"created_at": "2026-03-02T23:30:00-05:30"}, {"created_at": "2026-03-03T05:00:00Z"}),
        ({"created_at": "2026-03-02"}, {"created_at": "2026-03-02T00:00:00Z"}),
        ({"requester_id": "80"}, {"requester_id": "80"}),
        ({"tags": "urgent"}, {"tags": "urgent"}),
        ({"tags": ["a", None, {"b": 1}, "c", 4]}, {"tags": ["a", "c", 4]}),
        ({"type": 5}, {"type": 5}),
        ({"description": "<p>x</p>"}, {"description": "<p>x</p>"}),
        ({"description": "<p>x</p>", "description_text": ""}, {"description": "<p>x</p>"}),
        ({"is_escalated": 1}, {"is_escalated": 1}),
        ({"subject": 5}, {"subject": ""}),
        ({"subject": None}, {"subject": ""}),
        ({"custom_fields": {"cf_list": ["x", 1]}}, {"custom_fields": {"cf_list": ["x", 1]}}),
        ({"due_by": "9999-12-31T23:59:59-05:00"}, {"due_by": "9999-12-31T23:59:59-05:00"}),
        ({"created_at": "0001-01-01T00:00:00+05:00"}, {"created_at": "0001-01-01T00:00:00+05:00"}),
        ({"description": "<p>x</p>", "description_text": 7}, {"description": "<p>x</p>"}),
        ({"custom_fields": {"cf_zero": 0}}, {"custom_fields": {"cf_zero": 0}}),
    ],
)
def test_a_value_that_was_not_expected_is_shown_as_well_as_it_can_be(
    payload: dict[str, Any], shown: dict[str, Any]
) -> None:
    view = view_of(payload)
    assert {name: view[name] for name in shown} == shown


@pytest.mark.parametrize(
    ("payload", "absent"),
    [
        ({"status": "2"}, {"status", "status_name"}),
        ({"status": {"id": 2}}, {"status", "status_name"}),
        ({"priority": 1.5}, {"priority", "priority_name"}),
        ({"type": {"name": "x"}}, {"type"}),
        ({"custom_fields": []}, {"custom_fields"}),
        ({"custom_fields": "x"}, {"custom_fields"}),
        ({"custom_fields": {}}, {"custom_fields"}),
        ({"custom_fields": {"cf_a": None, "cf_b": ""}}, {"custom_fields"}),
        ({"attachments": "x"}, {"attachments"}),
        ({"attachments": ["x", None]}, {"attachments"}),
        ({"spam": False, "deleted": None}, {"spam", "deleted"}),
        ({"tags": [None, {}]}, {"tags"}),
        ({"description_text": 7}, {"description"}),
        ({"description_text": True}, {"description"}),
        ({"description": ["x"]}, {"description"}),
        ({"mood": "good", "structured_description": {"x": 1}}, {"mood", "structured_description"}),
        ({"requester": {"name": "Ada"}, "stats": {}}, {"requester", "stats"}),
    ],
)
def test_a_value_that_cannot_be_shown_is_left_out(payload: dict[str, Any], absent: set[str]) -> None:
    assert view_of(payload).keys().isdisjoint(absent)
    ticket_result(Ticket.from_dict({"id": 7} | payload), ticket_url)


def test_text_and_structure_of_a_ticket_hold_the_same() -> None:
    result = ticket_result(Ticket.from_dict(FULL), ticket_url, lead="Created.")
    structure, text = structure_of(result), text_of(result)
    assert structure == {"ticket": view_of(FULL)}
    assert text.splitlines() == [
        "Created.",
        "Ticket #7: The printer is on fire",
        "https://acme.freshdesk.com/a/tickets/7",
        "status: 2 Open",
        "priority: 4 Urgent",
        "type: Incident",
        "requester_id: 80000000001",
        "responder_id: 5",
        "group_id: 6",
        "company_id: 8",
        "tags: hardware, fire",
        "due_by: 2026-03-05T07:15:00Z",
        "created_at: 2026-03-02T09:15:00Z",
        "updated_at: 2026-03-02T09:15:00Z",
        "deleted: True",
        "is_escalated: True",
        "source: 13",
        "product_id: 9",
        "support_email: help@acme.example",
        "to_emails: help@acme.example",
        "cc_emails: ada@example.com, Bob <bob@example.com>",
        "reply_cc_emails: ada@example.com",
        "association_type: 1",
        "associated_tickets_list: 8, 9",
        "cf_floor: 3",
        "cf_plan: gold",
        "cf_paid: False",
        "attachment: name: fire.jpg | size: 10 | url: https://files.example/1",
        "attachment: name: old.txt | size: 20",
        "description:",
        "Help!",
    ]


def test_text_and_structure_of_a_list_hold_the_same() -> None:
    tickets = [Ticket.from_dict(FULL), Ticket.from_dict({"id": 8, "status": 9000, "tags": ["a"], "spam": True})]
    result = list_result(tickets, ticket_url, page=2, next_page=3, notes=["A note."])
    structure, text = structure_of(result), text_of(result)
    rows = [row_view(ticket, ticket_url) for ticket in tickets]
    assert structure == {"tickets": rows, "page": 2, "next_page": 3, "notes": ["A note."]}
    head, first, second, note = text.splitlines()
    assert head == ("2 ticket(s) on page 2. More: page=3. A ticket's page: https://acme.freshdesk.com/a/tickets/<id>")
    assert first.startswith("#7 The printer is on fire | status: 2 Open | priority: 4 Urgent | type: Incident | ")
    for value in leaves({name: value for name, value in rows[0].items() if name not in ("url", "subject")}):
        assert str(value) in first
    assert second == "#8 (no subject) | status: 9000 Custom (9000) | tags: a | spam: True"
    assert note == "A note."


def test_an_empty_last_page_says_so() -> None:
    result = list_result([], ticket_url, page=1, next_page=None, notes=[])
    assert structure_of(result) == {"tickets": [], "page": 1}
    assert text_of(result).startswith("0 ticket(s) on page 1. No further page.")


def test_a_deletion_says_that_it_can_be_undone() -> None:
    result = deleted_result(7)
    note = "The ticket is in the trash; an agent can restore it in Freshdesk."
    assert structure_of(result) == {"deleted_ticket_id": 7, "note": note}
    assert text_of(result) == f"Deleted ticket 7. {note}"


LOST = "Freshdesk's answer was lost, but the change was found to have been made, once."


@pytest.mark.parametrize(("lead", "head"), [("", ""), ("Created.", "Created. ")])
def test_a_ticket_that_was_found_after_a_lost_answer_says_so(lead: str, head: str) -> None:
    result = ticket_result(Ticket.from_dict(FULL), ticket_url, lead=lead, recovered=True)
    assert structure_of(result) == {"ticket": view_of(FULL), "recovered": True}
    assert text_of(result).splitlines()[0] == f"{head}{LOST}"


def test_so_does_a_deletion_that_was_found_done() -> None:
    result = deleted_result(7, recovered=True)
    note = "The ticket is in the trash; an agent can restore it in Freshdesk."
    assert structure_of(result) == {"deleted_ticket_id": 7, "note": note, "recovered": True}
    assert text_of(result) == f"Deleted ticket 7. {LOST} {note}"


@pytest.mark.parametrize("payload", [FULL, {"id": 7}, {"id": 7, "status": 9000, "spam": True, "fwd_emails": []}])
def test_nothing_empty_is_shown_but_a_subject(payload: dict[str, Any]) -> None:
    view = view_of(payload) | {"subject": "x"}
    assert not any(value in (None, "", [], {}, False) for value in view.values())


def test_a_subject_of_many_lines_cannot_pass_for_other_lines() -> None:
    ticket = Ticket.from_dict({"id": 7, "status": 2, "subject": "x\r\n#8 y | status: 5 Closed\u2028z"})
    text = text_of(list_result([ticket], ticket_url, page=1, next_page=None, notes=[]))
    assert text.splitlines()[1:] == ["#7 x #8 y | status: 5 Closed z | status: 2 Open"]


def test_what_is_shown_keeps_to_the_output_schema() -> None:
    assert TICKET_RESULT["anyOf"] == [{"required": ["ticket"]}, {"required": ["error"]}]
    described = TICKET_RESULT["properties"]["ticket"]["properties"]
    types: dict[str, type | tuple[type, ...]] = {"integer": int, "string": str, "array": list}
    for name, schema in described.items():
        assert isinstance(view_of(FULL)[name], types[schema["type"]])
    assert LIST_RESULT["properties"]["tickets"]["items"] is TICKET_RESULT["properties"]["ticket"]
