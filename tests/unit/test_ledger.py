"""The ledger of an account's tickets, in virtual time: numbers, claims, and turns of equal creates."""

from datetime import UTC, datetime, timedelta
from typing import Any

import anyio
import pytest

from freshdesk_client.models import Ticket
from freshdesk_mcp_server.gateway.recoveries.ledger import GIVEN_UP_S, MOST_CLAIMS, NUMBERS_FRESH_S, Ledger
from freshdesk_mcp_server.gateway.recoveries.listing import Mark
from freshdesk_mcp_server.gateway.recoveries.twins import Twin

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("virtual_time")]

EMAIL = "ada@example.com"


def twin_of(*, subject: str = "toner") -> Twin:
    return Twin(EMAIL, subject, subject, "words")


def ticket(number: int, subject: str = "toner") -> Ticket:
    content: dict[str, Any] = {"subject": subject, "description": "words", "requester": {"email": EMAIL}}
    return Ticket.from_dict({"id": number} | content)


def mark_of(ledger: Ledger) -> Mark:
    with ledger.creating(twin_of()) as create:
        return create.mark


# --- Numbers -----------------------------------------------------------------------------------------------------


async def test_at_first_no_number_is_known() -> None:
    assert mark_of(Ledger()) == Mark(highest=0, newest=None)


async def test_the_highest_number_of_any_answer_counts_and_tells_nothing_of_the_newest() -> None:
    ledger = Ledger()
    for numbers in ([7], [3, 5], []):
        ledger.note_numbers(numbers)
    assert mark_of(ledger) == Mark(highest=7, newest=None)


async def test_a_number_beyond_the_newest_is_the_newest() -> None:
    ledger = Ledger()
    ledger.note_numbers([7], hold_newest=True)
    ledger.note_numbers([9])
    ledger.note_numbers([8])
    assert mark_of(ledger) == Mark(highest=9, newest=9)


async def test_the_newest_number_is_forgotten_after_some_time() -> None:
    ledger = Ledger()
    ledger.note_numbers([7], hold_newest=True)
    await anyio.sleep(NUMBERS_FRESH_S)
    assert mark_of(ledger) == Mark(highest=7, newest=7)
    await anyio.sleep(1)
    assert mark_of(ledger) == Mark(highest=7, newest=None)
    ledger.note_numbers([6], hold_newest=True)
    assert mark_of(ledger) == Mark(highest=7, newest=7)


async def test_a_mark_is_of_when_its_create_began() -> None:
    ledger = Ledger()
    ledger.note_numbers([7], hold_newest=True)
    with ledger.creating(twin_of()) as create:
        ledger.note_numbers([8], hold_newest=True)
    assert create.mark == Mark(highest=7, newest=7)


async def test_the_answer_to_a_create_shows_the_newest_number_and_how_far_the_clocks_are_apart() -> None:
    ledger, answered = Ledger(), datetime(2026, 3, 2, 12, 0, 15, tzinfo=UTC)
    ledger.note_created(Ticket.from_dict({"id": 7, "created_at": "2026-03-02T12:00:00Z"}), answered)
    assert mark_of(ledger) == Mark(highest=7, newest=7, skew=timedelta(seconds=15))
    ledger.note_created(Ticket.from_dict({"id": 8}), answered)
    ledger.note_created(Ticket.from_dict({"id": 9, "created_at": "2026-03-02T12:00:00Z"}), None)
    assert mark_of(ledger) == Mark(highest=9, newest=9, skew=timedelta(seconds=15))


# --- Claims ------------------------------------------------------------------------------------------------------


async def test_only_so_many_claims_are_kept_and_the_oldest_are_forgotten() -> None:
    ledger = Ledger()
    for number in range(MOST_CLAIMS + 1):
        ledger.claim(number)
    assert not ledger.is_claimed(0)
    assert ledger.is_claimed(1)
    assert ledger.is_claimed(MOST_CLAIMS)


async def test_a_ticket_that_is_word_for_word_that_of_another_create_under_way_is_its() -> None:
    ledger = Ledger()
    with ledger.creating(twin_of()) as create, ledger.creating(twin_of(subject="ink")) as other:
        assert ledger.is_of_another(ticket(7, "ink"), create)
        assert not ledger.is_of_another(ticket(7, "ink"), other)
        assert not ledger.is_of_another(ticket(7), create)
        assert not ledger.is_of_another(ticket(7, "inks"), create)
    assert not ledger.is_of_another(ticket(7, "ink"), create)


async def test_only_creates_that_are_looked_for_are_in_doubt() -> None:
    ledger = Ledger()
    with ledger.creating(twin_of()) as create:
        assert ledger.in_doubt == []
        create.in_doubt_since = anyio.current_time()
        assert ledger.in_doubt == [create]
    assert ledger.in_doubt == []


async def test_tickets_that_were_given_up_are_counted_for_some_time() -> None:
    ledger = Ledger()
    ledger.give_up(twin_of())
    await anyio.sleep(GIVEN_UP_S / 2)
    ledger.give_up(twin_of())
    assert (ledger.count_given_up(twin_of()), ledger.count_given_up(twin_of(subject="ink"))) == (2, 0)
    await anyio.sleep(GIVEN_UP_S / 2)
    assert ledger.count_given_up(twin_of()) == 1
