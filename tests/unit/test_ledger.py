"""The ledger of an account's tickets, in virtual time: numbers, claims, and turns of equal creates."""

from datetime import UTC, datetime, timedelta
from typing import Any

import anyio
import pytest

from freshdesk_client.models import Ticket, TicketCreate
from freshdesk_mcp_server.gateway.recoveries.ledger import GIVEN_UP_S, MOST_CLAIMS, NUMBERS_FRESH_S, Ledger
from freshdesk_mcp_server.gateway.recoveries.listing import Mark
from freshdesk_mcp_server.gateway.recoveries.twins import Fields, Likeness, Twin

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("virtual_time")]

EMAIL = "ada@example.com"


def twin_of(*, subject: str = "toner", **given: Any) -> Twin:
    return Twin(EMAIL, subject, subject, "words", **given)


def fields_of(**given: Any) -> Fields:
    return Twin.of(TicketCreate.from_dict({"subject": "s", "status": 2, "priority": 1} | given)).fields


def ticket(number: int, subject: str = "toner", **given: Any) -> Ticket:
    content: dict[str, Any] = {"subject": subject, "description": "words", "requester": {"email": EMAIL}}
    return Ticket.from_dict({"id": number} | content | given)


def mark_of(ledger: Ledger) -> Mark:
    with ledger.creating(twin_of()) as create:
        return create.mark


# --- Numbers -----------------------------------------------------------------------------------------------------


async def test_a_new_ledger_knows_no_number() -> None:
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


async def test_a_mark_holds_the_numbers_at_the_start_of_its_create() -> None:
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


@pytest.mark.parametrize(("apart_s", "skew"), [(120, timedelta(seconds=120)), (121, None), (-121, None), (-3600, None)])
async def test_clocks_that_are_far_apart_prove_nothing(apart_s: float, skew: timedelta | None) -> None:
    made = datetime(2026, 3, 2, 12, 0, 0, tzinfo=UTC)
    ledger = Ledger()
    ledger.note_created(Ticket.from_dict({"id": 7, "created_at": made.isoformat()}), made + timedelta(seconds=apart_s))
    assert mark_of(ledger).skew == skew
    ledger.note_created(Ticket.from_dict({"id": 8, "created_at": made.isoformat()}), made)
    assert mark_of(ledger).skew == timedelta()


async def test_the_highest_number_is_known_while_a_create_is_under_way() -> None:
    ledger = Ledger()
    with ledger.creating(twin_of()) as create:
        ledger.note_numbers([9])
    assert (create.mark.highest, ledger.highest) == (0, 9)


# --- Claims ------------------------------------------------------------------------------------------------------


async def test_only_so_many_claims_are_kept_and_the_oldest_are_forgotten() -> None:
    ledger = Ledger()
    for number in range(MOST_CLAIMS + 1):
        ledger.claim(number)
    assert not ledger.is_claimed(0)
    assert ledger.is_claimed(1)
    assert ledger.is_claimed(MOST_CLAIMS)


async def test_a_ticket_is_as_like_another_create_under_way_as_it_is_like_the_likest() -> None:
    ledger = Ledger()
    with ledger.creating(twin_of()) as create, ledger.creating(twin_of(subject="ink")) as other:
        assert ledger.rival_likeness(ticket(7, "ink"), create) is Likeness.FULL
        assert ledger.rival_likeness(ticket(7, "ink"), other) is Likeness.SOME
        assert ledger.rival_likeness(ticket(7, "inks"), create) is Likeness.SOME
    assert ledger.rival_likeness(ticket(7, "ink"), create) is Likeness.NONE


async def test_a_ticket_that_is_older_or_of_another_source_is_not_of_another_create() -> None:
    ledger = Ledger()
    ledger.note_numbers([7])
    with ledger.creating(twin_of()) as create, ledger.creating(twin_of(subject="ink", source=3)):
        assert ledger.rival_likeness(ticket(7, "ink"), create) is Likeness.NONE
        assert ledger.rival_likeness(ticket(8, "ink", source=2), create) is Likeness.NONE
        assert ledger.rival_likeness(ticket(8, "ink", source=3), create) is Likeness.FULL


async def test_only_creates_that_are_looked_for_are_in_doubt() -> None:
    ledger = Ledger()
    with ledger.creating(twin_of()) as create:
        assert ledger.in_doubt == []
        create.in_doubt_since = anyio.current_time()
        assert ledger.in_doubt == [create]
    assert ledger.in_doubt == []


async def test_creates_that_were_given_up_are_counted_for_some_time() -> None:
    ledger, found = Ledger(), [ticket(7)]
    ledger.give_up(twin_of())
    await anyio.sleep(GIVEN_UP_S / 2)
    ledger.give_up(twin_of())
    counts = ledger.count_given_up(twin_of(), found), ledger.count_given_up(twin_of(subject="ink"), found)
    assert counts == (2, 0)
    await anyio.sleep(GIVEN_UP_S / 2)
    assert ledger.count_given_up(twin_of(), found) == 1


async def test_a_create_that_was_given_up_counts_for_a_ticket_that_may_be_its() -> None:
    ledger, urgent = Ledger(), fields_of(priority=4)
    ledger.give_up(twin_of(fields=urgent))
    assert ledger.count_given_up(twin_of(), [ticket(7, priority=1)]) == 0
    assert ledger.count_given_up(twin_of(), [ticket(7, priority=4)]) == 1
    assert ledger.count_given_up(twin_of(), [ticket(7)]) == 1
