"""What a model sees of a ticket, as structure: above all of an awkward one."""

from typing import Any

import attrs
import pytest

from freshdesk_client.models import Ticket
from freshdesk_mcp_server.tools.views import cut_texts, row_view, ticket_view
from support.tickets import CONVERSATION, FULL_TICKET, ticket_url

EVERY_KEY = [
    field.name.rstrip("_") for field in attrs.fields(Ticket) if field.name not in ("id", "additional_properties")
]
LIMIT = 4000


def view_of(payload: dict[str, Any]) -> dict[str, Any]:
    return ticket_view(Ticket.from_dict({"id": 7} | payload), ticket_url, LIMIT)


def test_a_whole_ticket_is_shown_with_names_beside_codes_and_times_in_utc() -> None:
    assert view_of(FULL_TICKET) == {
        "id": 7,
        "url": "https://acme.freshdesk.com/a/tickets/7",
        "subject": "The printer\nis on fire",
        "status": 2,
        "status_name": "Open",
        "priority": 4,
        "priority_name": "Urgent",
        "source": 13,
        "source_name": "WhatsApp",
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
        "flags": ["deleted", "is_escalated"],
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
    row = row_view(Ticket.from_dict(FULL_TICKET), LIMIT)
    whole = view_of(FULL_TICKET)
    assert {name: whole[name] for name in row} == row
    assert row.keys().isdisjoint({"url", "custom_fields", "attachments", "cc_emails", "source", "company_id"})


@pytest.mark.parametrize(
    "payload",
    [{}, dict.fromkeys(EVERY_KEY), dict.fromkeys(EVERY_KEY, ""), {key: [] for key in EVERY_KEY}],
    ids=["nothing but an id", "null everywhere", "blank everywhere", "empty lists everywhere"],
)
def test_a_ticket_of_which_nothing_is_known_is_its_number_and_its_page(payload: dict[str, Any]) -> None:
    bare = {"id": 7, "url": "https://acme.freshdesk.com/a/tickets/7", "subject": ""}
    assert view_of(payload) == bare


@pytest.mark.parametrize(
    ("payload", "shown"),
    [
        ({"status": 7}, {"status": 7, "status_name": "Custom"}),
        ({"status": 9000}, {"status": 9000, "status_name": "Custom"}),
        ({"priority": 9}, {"priority": 9, "priority_name": "Custom"}),
        ({"status": 5, "priority": 1}, {"status_name": "Closed", "priority_name": "Low"}),
        ({"source": 22}, {"source": 22, "source_name": "SMS"}),
        ({"source": 99}, {"source": 99, "source_name": "Custom"}),
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
        ({"spam": False, "deleted": None, "is_escalated": 1}, {"flags"}),
        ({"conversations": "x"}, {"conversations"}),
        ({"conversations": ["x", None]}, {"conversations"}),
        ({"company": "x", "requester": 5, "stats": []}, {"company", "requester", "stats"}),
        ({"tags": [None, {}]}, {"tags"}),
        ({"description_text": 7}, {"description"}),
        ({"description_text": True}, {"description"}),
        ({"description": ["x"]}, {"description"}),
        ({"mood": "good", "structured_description": {"x": 1}}, {"mood", "structured_description"}),
        ({"requester": {"twitter": "Ada"}, "stats": {}}, {"requester", "stats"}),
    ],
)
def test_a_value_that_cannot_be_shown_is_left_out(payload: dict[str, Any], absent: set[str]) -> None:
    assert view_of(payload).keys().isdisjoint(absent)


EMBEDS: dict[str, Any] = {
    "requester_id": 80,
    "requester": {"id": 80, "name": "Ada", "email": "ada@example.com", "mobile": None, "phone": None},
    "company": {"id": 8, "name": "Acme"},
    "stats": {"resolved_at": "2026-03-04T09:00:00Z", "closed_at": None},
    "conversations": [CONVERSATION, {"id": 61, "source": 2, "private": True, "incoming": False, "body": "<p>x</p>"}],
}


def test_what_is_embedded_is_shown_and_takes_the_place_of_its_id() -> None:
    view = view_of(EMBEDS)
    assert view["requester"] == {"id": 80, "name": "Ada", "email": "ada@example.com"}
    assert "requester_id" not in view
    assert view["company"] == {"id": 8, "name": "Acme"}
    assert view["stats"] == {"resolved_at": "2026-03-04T09:00:00Z"}
    assert view["conversations"] == [
        {
            "id": 60,
            "kind": "reply",
            "visibility": "public",
            "incoming": True,
            "user_id": 5,
            "from_email": "Ada <ada@example.com>",
            "to_emails": ["help@acme.example"],
            "created_at": "2026-03-02T10:00:00Z",
            "attachments": [{"name": "log.txt", "size": 5, "url": "https://files.example/3"}],
            "body": "First\nsecond",
        },
        {"id": 61, "kind": "note", "visibility": "private", "body": "<p>x</p>"},
    ]


def test_long_texts_are_cut_and_known_to_be() -> None:
    ticket = Ticket.from_dict(
        {"id": 7, "description_text": "x" * 30, "conversations": [CONVERSATION | {"body_text": "y" * 20}, CONVERSATION]}
    )
    view = ticket_view(ticket, ticket_url, 15)
    assert view["description"] == "x" * 15 + "…"
    assert [one["body"] for one in view["conversations"]] == ["y" * 15 + "…", "First\nsecond"]
    assert cut_texts(ticket, 15) == [("description", 30), ("conversation 60", 20)]
    assert cut_texts(ticket, 30) == []


@pytest.mark.parametrize("payload", [FULL_TICKET, {"id": 7}, {"id": 7, "status": 9000, "spam": True, "fwd_emails": []}])
def test_nothing_empty_is_shown_but_a_subject(payload: dict[str, Any]) -> None:
    view = view_of(payload) | {"subject": "x"}
    assert not any(value in (None, "", [], {}, False) for value in view.values())
