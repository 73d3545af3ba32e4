"""The structure of a ticket for a model, above all of an awkward ticket."""

from typing import Any

import attrs
import pytest

from freshdesk_client.models import Ticket
from freshdesk_mcp_server.tools.tickets.showing import Showing
from freshdesk_mcp_server.tools.tickets.views import changed_view, row_view, ticket_view
from support.tickets import CONVERSATION, FULL_TICKET, NOW, ticket_url

EVERY_KEY = [
    field.name.rstrip("_") for field in attrs.fields(Ticket) if field.name not in ("id", "additional_properties")
]
LIMIT = 4000


def view_of(payload: dict[str, Any], *asked: str) -> dict[str, Any]:
    return ticket_view(Ticket.from_dict({"id": 7} | payload), ticket_url, Showing(NOW, LIMIT, frozenset(asked)))


def test_a_whole_ticket_is_shown_with_names_beside_codes_and_times_in_utc() -> None:
    assert view_of(FULL_TICKET) == {
        "id": 7,
        "url": "https://acme.freshdesk.com/a/tickets/7",
        "subject": "The printer\nis on fire",
        "status": 2,
        "status_name": "In the trash (was Open)",
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
        "association_type_name": "parent",
        "associated_tickets_list": [8, 9],
        "custom_fields": {"cf_floor": 3, "cf_plan": "gold", "cf_paid": False},
        "attachments": [
            {"name": "fire.jpg", "content_type": "image/jpeg", "size": 10, "url": "https://files.example/1"},
            {"name": "old.txt", "size": 20},
        ],
        "description": "Help!",
    }


def test_a_row_has_the_values_for_a_choice_and_no_more() -> None:
    row = row_view(Ticket.from_dict(FULL_TICKET), Showing(NOW, LIMIT))
    whole = view_of(FULL_TICKET)
    times = {"due_by": "2026-03-05T07:15Z", "created_at": "2026-03-02T09:15Z", "updated_at": "2026-03-02T09:15Z"}
    assert {name: whole[name] for name in row} | times == row
    assert row.keys().isdisjoint({"url", "custom_fields", "attachments", "cc_emails", "source", "company_id"})


@pytest.mark.parametrize(
    "payload",
    [{}, dict.fromkeys(EVERY_KEY), dict.fromkeys(EVERY_KEY, ""), {key: [] for key in EVERY_KEY}],
    ids=["nothing but an id", "null everywhere", "blank everywhere", "empty lists everywhere"],
)
def test_a_ticket_of_which_nothing_is_known_is_its_number_and_its_page(payload: dict[str, Any]) -> None:
    bare = {"id": 7, "url": "https://acme.freshdesk.com/a/tickets/7", "subject": ""}
    no_type = {"type": None} if payload.get("type", "") is None else {}
    assert view_of(payload) == bare | no_type


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
        ({"description": "<p>x &amp; y</p>"}, {"description": "x & y"}),
        ({"description": "<p>x</p>", "description_text": ""}, {"description": "x"}),
        ({"type": None}, {"type": None}),
        ({"status": 2, "spam": True}, {"status": 2, "status_name": "Spam (was Open)"}),
        ({"status": 9000, "deleted": True}, {"status": 9000, "status_name": "In the trash (was Custom)"}),
        ({"association_type": 4}, {"association_type": 4, "association_type_name": "related"}),
        ({"internal_agent_id": 84, "internal_group_id": 15}, {"internal_agent_id": 84, "internal_group_id": 15}),
        ({"email_failure_count": 1}, {"email_failure_count": 1}),
        ({"subject": 5}, {"subject": ""}),
        ({"subject": None}, {"subject": ""}),
        ({"custom_fields": {"cf_list": ["x", 1]}}, {"custom_fields": {"cf_list": ["x", 1]}}),
        ({"due_by": "9999-12-31T23:59:59-05:00"}, {"due_by": "9999-12-31T23:59:59-05:00"}),
        ({"created_at": "0001-01-01T00:00:00+05:00"}, {"created_at": "0001-01-01T00:00:00+05:00"}),
        ({"description": "<p>x</p>", "description_text": 7}, {"description": "x"}),
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
        ({"association_type": 9}, {"association_type_name"}),
        ({"association_type": "1"}, {"association_type_name"}),
        ({"subject": "x"}, {"type"}),
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
    "company_id": 8,
}


def test_embedded_values_are_shown_and_take_the_place_of_their_ids() -> None:
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
            "attachments": [
                {"name": "log.txt", "content_type": "text/plain", "size": 5, "url": "https://files.example/3"}
            ],
            "body": "First\nsecond",
        },
        {"id": 61, "kind": "note", "visibility": "private", "body": "x"},
    ]


@pytest.mark.parametrize(
    ("asked", "payload", "shown"),
    [
        ("requester", {"requester": None}, {"requester": None}),
        ("company", {"company": None}, {"company": None}),
        ("company", {}, {"company": None}),
        ("stats", {"stats": {}}, {"stats": {}}),
        (
            "stats",
            {"stats": {"resolved_at": None, "closed_at": "2026-03-04T09:00:00Z"}},
            {"stats": {"resolved_at": None, "closed_at": "2026-03-04T09:00:00Z"}},
        ),
        ("conversations", {"conversations": []}, {"conversations_total": 0, "conversations": []}),
        ("conversations", {}, {"conversations_total": 0, "conversations": []}),
    ],
)
def test_a_requested_value_is_shown_even_if_it_is_empty(
    asked: str, payload: dict[str, Any], shown: dict[str, Any]
) -> None:
    view = view_of(payload, asked)
    assert {name: view[name] for name in shown} == shown
    assert view_of(payload).keys().isdisjoint(shown.keys() - {"stats"})
    row = row_view(Ticket.from_dict({"id": 7} | payload), Showing(NOW, LIMIT, frozenset({asked})))
    assert (asked in row) is (asked in ("requester", "stats"))


@pytest.mark.parametrize(("count", "total"), [(0, 0), (9, 9), (10, "10 or more")])
def test_the_total_of_conversations_is_told_where_it_is_known(count: int, total: object) -> None:
    assert view_of({"conversations": [CONVERSATION] * count}, "conversations")["conversations_total"] == total


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({"delivery_details": {"failed_emails": ["ada@example.com"]}}, {"failed_emails": ["ada@example.com"]}),
        ({"delivery_details": {"pending_emails": ["ada@example.com"]}}, {"pending_emails": ["ada@example.com"]}),
        ({"email_failure_count": 1, "delivery_details": None}, {"email_failure_count": 1}),
        (
            {"email_failure_count": 1, "delivery_details": {"failed_emails": ["ada@example.com"]}},
            {"failed_emails": ["ada@example.com"]},
        ),
        ({"email_failure_count": 0, "delivery_details": {"failed_emails": [], "pending_emails": []}}, {}),
        ({"email_failure_count": "x", "delivery_details": ["x"]}, {}),
        ({"delivery_details": {"failed_emails": None, "pending_emails": "x"}}, {"pending_emails": "x"}),
    ],
)
def test_a_conversation_says_whom_it_did_not_reach(changes: dict[str, Any], shown: dict[str, Any]) -> None:
    (one,) = view_of({"conversations": [CONVERSATION | changes]})["conversations"]
    names = ("failed_emails", "pending_emails", "email_failure_count")
    assert {name: one[name] for name in names if name in one} == shown


@pytest.mark.parametrize(
    ("text", "markup", "shown"),
    [
        ("one two", "<div>one two</div>", "one two"),
        ("onetwo", "<div>one<br>two</div>", "one\ntwo"),
        ("ab\nc", "<div>a<br>b</div><div>c</div>", "a\nb\nc"),
        ("one\ntwo", "<div>one<br>two</div>", "one\ntwo"),
        ("a\n\n\nb\nc", "<div>a b</div><div>c</div>", "a\n\n\nb\nc"),
        ("x", None, "x"),
        ("", "<p>x</p>", "x"),
    ],
)
def test_lines_that_the_plain_text_of_freshdesk_has_lost_are_those_of_the_html(
    text: str, markup: str | None, shown: str
) -> None:
    view = view_of(
        {
            "description_text": text,
            "description": markup,
            "conversations": [{"id": 60, "body_text": text, "body": markup}],
        }
    )
    assert [view["description"], view["conversations"][0]["body"]] == [shown, shown]


def test_pictures_among_the_lines_are_counted() -> None:
    markup = "<div>see<img src='cid:1'><IMG src='cid:2'></div>"
    view = view_of({"description_text": "see", "description": markup, "conversations": [{"id": 60, "body": "<img>"}]})
    assert view["inline_images"] == 2
    assert view["conversations"] == [{"id": 60, "inline_images": 1}]
    assert "inline_images" not in view_of({"description_text": "see", "description": "<div>see</div>"})


def test_the_link_of_a_file_has_no_blank_and_stands_once() -> None:
    link = 'https://files.example/a b/é"<c>.pdf?Expires=1&Signature=x~y%20z'
    attachment = {"id": 1, "name": "a b.pdf", "attachment_url": link, "thumb_url": "https://files.example/small"}
    view = view_of({"attachments": [attachment], "conversations": [CONVERSATION | {"attachments": [attachment]}]})
    assert view["attachments"] == [
        {"name": "a b.pdf", "url": "https://files.example/a%20b/%C3%A9%22%3Cc%3E.pdf?Expires=1&Signature=x~y%20z"}
    ]
    assert view["conversations"][0]["attachments"] == [{"name": "a b.pdf"}]


@pytest.mark.parametrize(
    ("due_by", "more", "overdue"),
    [
        ("2026-03-02T12:00:30Z", {}, None),
        ("2026-03-02T12:00:31Z", {}, None),
        ("2026-03-02T12:00:29Z", {}, "1 min"),
        ("2026-03-02T11:01:00Z", {}, "59 min"),
        ("2026-03-02T11:00:30Z", {}, "1 h"),
        ("2026-02-28T12:00:31Z", {}, "47 h"),
        ("2026-02-28T12:00:30Z", {}, "2 d"),
        ("2026-02-21T12:00:00+02:00", {}, "9 d"),
        ("2026-02-21T12:00:00Z", {"status": 3}, "9 d"),
        ("2026-02-21T12:00:00Z", {"status": 9000}, "9 d"),
        ("2026-02-21T12:00:00Z", {"status": None}, "9 d"),
        ("2026-02-21T12:00:00Z", {"status": 4}, None),
        ("2026-02-21T12:00:00Z", {"status": 5}, None),
        ("2026-02-21T12:00:00Z", {"deleted": True}, None),
        ("2026-02-21T12:00:00Z", {"spam": True}, None),
        ("long ago", {}, None),
        (None, {}, None),
        ("0001-01-01T00:00:00+05:00", {}, None),
    ],
)
def test_how_long_a_ticket_is_overdue_is_reckoned(due_by: object, more: dict[str, Any], overdue: str | None) -> None:
    payload = {"status": 2, "due_by": due_by} | more
    assert view_of(payload).get("overdue") == overdue
    assert row_view(Ticket.from_dict({"id": 7} | payload), Showing(NOW, LIMIT)).get("overdue") == overdue


def test_a_row_has_no_telephone_numbers() -> None:
    requester = {"id": 80, "name": "Ada", "email": "ada@example.com", "mobile": "1", "phone": "2"}
    row = row_view(Ticket.from_dict({"id": 7, "requester": requester}), Showing(NOW, LIMIT))
    assert row["requester"] == {"id": 80, "name": "Ada", "email": "ada@example.com"}


def test_a_changed_ticket_shows_the_requested_values_and_those_that_may_have_moved() -> None:
    asked = {"tags": [], "type": "Incident", "custom_fields": {"cf_plan": "gold", "cf_none": None}, "source": 13}
    view = changed_view(view_of(FULL_TICKET | {"tags": []}), asked)
    assert view == {
        "id": 7,
        "url": "https://acme.freshdesk.com/a/tickets/7",
        "subject": "The printer\nis on fire",
        "status": 2,
        "status_name": "In the trash (was Open)",
        "priority": 4,
        "priority_name": "Urgent",
        "due_by": "2026-03-05T07:15:00Z",
        "updated_at": "2026-03-02T09:15:00Z",
        "tags": [],
        "type": "Incident",
        "custom_fields": {"cf_plan": "gold", "cf_none": None},
        "source": 13,
        "source_name": "WhatsApp",
    }
    assert changed_view(view_of({}), {"responder_id": 5, "cc_emails": ["a@b.cc"]}) == {
        "id": 7,
        "url": "https://acme.freshdesk.com/a/tickets/7",
        "subject": "",
        "responder_id": None,
        "cc_emails": [],
    }


def test_long_texts_are_cut_and_known_to_be() -> None:
    ticket = Ticket.from_dict(
        {
            "id": 7,
            "description_text": "x" * 30,
            "conversations": [CONVERSATION | {"body_text": "y" * 20, "body": None}, CONVERSATION],
        }
    )
    showing = Showing(NOW, 15)
    view = ticket_view(ticket, ticket_url, showing)
    assert view["description"] == "x" * 15 + "…"
    assert [one["body"] for one in view["conversations"]] == ["y" * 15 + "…", "First\nsecond"]
    assert showing.cut == [("description", 30), ("conversation 60", 20)]
    uncut = Showing(NOW, 30)
    ticket_view(ticket, ticket_url, uncut)
    assert uncut.cut == []


@pytest.mark.parametrize("payload", [FULL_TICKET, {"id": 7}, {"id": 7, "status": 9000, "spam": True, "fwd_emails": []}])
def test_nothing_empty_is_shown_but_a_subject(payload: dict[str, Any]) -> None:
    view = view_of(payload) | {"subject": "x"}
    assert not any(value in (None, "", [], {}, False) for value in view.values())
