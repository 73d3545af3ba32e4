import re
from datetime import timedelta
from typing import Any

import pytest

from freshdesk_sandbox import Sandbox, Store, Ticket
from sandbox.helpers import Clock


@pytest.fixture
def store(clock: Clock) -> Store:
    return Sandbox(clock=clock).store


@pytest.fixture
def tickets(store: Store) -> list[Ticket]:
    return list(store.tickets.values())


def test_ids_count_from_one_in_the_order_of_creation(tickets: list[Ticket]) -> None:
    assert [ticket.id for ticket in tickets] == list(range(1, 61))
    assert [ticket.created_at for ticket in tickets] == sorted(ticket.created_at for ticket in tickets)


def test_no_ticket_was_updated_before_it_was_made_or_in_the_future(tickets: list[Ticket], clock: Clock) -> None:
    assert all(ticket.created_at <= ticket.updated_at <= clock() for ticket in tickets)


def test_ages_count_from_the_start(clock: Clock) -> None:
    first = Sandbox(clock=clock).store.tickets[60].created_at
    clock.advance(days=30)

    assert Sandbox(clock=clock).store.tickets[60].created_at == first + timedelta(days=30)


def test_ten_tickets_are_older_than_thirty_days(tickets: list[Ticket], clock: Clock) -> None:
    assert sum(ticket.created_at < clock() - timedelta(days=30) for ticket in tickets) == 10


def test_the_seed_holds_records_of_every_kind(tickets: list[Ticket], store: Store) -> None:
    texts = " ".join(f"{ticket.subject} {ticket.description}" for ticket in tickets)
    custom: list[Any] = [value for ticket in tickets for value in ticket.custom_fields.values()]

    assert len({ticket.requester_id for ticket in tickets}) >= 8
    assert sum(ticket.deleted for ticket in tickets) == sum(ticket.spam for ticket in tickets) == 3
    assert {2, 3, 4, 5, 6, 7, 8, 9000} == {ticket.status for ticket in tickets}
    assert {1, 2, 3, 4} == {ticket.priority for ticket in tickets}
    assert {"", None} <= {ticket.subject for ticket in tickets}
    assert {str, int, bool, type(None)} <= {type(value) for value in custom}
    assert all(re.search(script, texts) for script in ("[\u3040-\u30ff]", "[\u0600-\u06ff]", "[\U0001f300-\U0001faff]"))
    assert all(tag in texts for tag in ("<table>", "<ul>", "<a href=", "&amp;", "<blockquote>"))
    assert max(len(ticket.description or "") for ticket in tickets) > 5000
    assert any(ticket.cc_emails is None for ticket in tickets)
    assert any(ticket.is_escalated for ticket in tickets)
    assert any(ticket.attachments for ticket in tickets)
    assert any(ticket.associated_tickets_list for ticket in tickets)
    assert any(contact.email is None for contact in store.contacts.values())


def test_the_seed_holds_the_cases_that_a_caller_stumbles_over(tickets: list[Ticket]) -> None:
    thread = [one for ticket in tickets for one in ticket.conversations]
    files = [file for ticket in tickets for file in ticket.attachments]
    tags = [set(re.findall(r"<(\w+)", ticket.description or "")) for ticket in tickets]

    assert {"reply", "mail", "note", "forward", "survey"} == {one.kind for one in thread}
    assert any(one.failed_emails == one.to_emails for one in thread if one.kind == "reply" and one.failed_emails)
    assert any(one.failed_emails == one.cc_emails for one in thread if one.kind == "forward" and one.failed_emails)
    assert any(one.attachments for one in thread)
    assert any(" " in file.name for file in files)
    assert any(not file.name.isascii() for file in files)
    assert any((ticket.description or "").count('<img src="https://') > 1 for ticket in tickets)
    assert {"br"} in tags


def test_an_answer_that_the_times_speak_of_is_in_the_thread(tickets: list[Ticket]) -> None:
    for ticket in tickets:
        answers = [one.created_at for one in ticket.conversations if one.kind == "reply"]
        told = [ticket.stats["first_responded_at"], ticket.stats["agent_responded_at"]]
        assert told == ([answers[0], answers[-1]] if answers else [None, None]), ticket.id


def test_no_conversation_is_older_than_its_ticket_or_newer_than_its_last_change(tickets: list[Ticket]) -> None:
    for ticket in tickets:
        times = [one.created_at for one in ticket.conversations]
        assert times == sorted(times), ticket.id
        assert all(ticket.created_at <= time <= ticket.updated_at for time in times), ticket.id


def test_an_open_ticket_past_its_time_is_escalated(tickets: list[Ticket], clock: Clock) -> None:
    still_open = [ticket for ticket in tickets if ticket.status == 2 and not ticket.locked]
    late = [ticket for ticket in still_open if ticket.due_by and ticket.due_by < clock()]

    assert len(late) >= 3
    assert [ticket.id for ticket in still_open if ticket.is_escalated] == [ticket.id for ticket in late]


def test_every_reference_leads_somewhere(tickets: list[Ticket], store: Store) -> None:
    assert {ticket.requester_id for ticket in tickets} <= set(store.contacts)
    assert {ticket.company_id for ticket in tickets} - {None} <= set(store.companies)
    assert {number for ticket in tickets for number in ticket.associated_tickets_list} <= set(store.tickets)


def test_every_address_is_one_that_nobody_has(tickets: list[Ticket], store: Store) -> None:
    emails = [contact.email for contact in store.contacts.values() if contact.email]
    domains = {address.rpartition("@")[2] for address in emails}
    urls = re.findall(r"https?://([^/\"]+)", " ".join(ticket.description or "" for ticket in tickets))

    assert all(re.fullmatch(r"(.+\.)?example\.(com|org|net)", domain) for domain in [*domains, *urls])


def test_a_sandbox_may_start_empty(clock: Clock) -> None:
    store = Sandbox(clock=clock, seeded=False).store

    assert store.tickets == {}
    assert store.contacts == {}
