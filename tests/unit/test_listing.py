"""The age of the tickets of a list, compared with a create."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from freshdesk_client.models import Ticket
from freshdesk_mcp_server.gateway.recoveries.listing import PAGE, Age, Creating, Listing, Mark
from freshdesk_mcp_server.gateway.recoveries.twins import Twin

SENT = datetime(2026, 3, 2, 12, 0, 0, tzinfo=UTC)
"""The time of sending of the create, by the clock of Freshdesk's answers; its list was answered 20 seconds later."""
UNKNOWN, NUMBERED = Mark(highest=0, newest=None), Mark(highest=7, newest=7)


def create_with(mark: Mark) -> Creating:
    return Creating(Twin("ada@example.com", "s", "s", "w"), mark, in_doubt_since=100.0)


def row(number: int, after_s: float | None = 0.0, **changes: Any) -> Ticket:
    created = None if after_s is None else (SENT + timedelta(seconds=after_s)).isoformat()
    return Ticket.from_dict({"id": number, "created_at": created} | changes)


def listing(*rows: Ticket, is_dated: bool = True) -> Listing:
    now = SENT + timedelta(seconds=20) if is_dated else None
    return Listing(sent_at=119.0, answered_at=120.0, now=now, rows=rows)


@pytest.mark.parametrize(
    ("after_s", "age"),
    [
        (1, Age.NEW),
        (0, Age.NEW),
        (-10, Age.NEW),
        (-11, Age.DOUBTFUL),
        (-120, Age.DOUBTFUL),
        (-121, Age.OLD),
        (140, Age.NEW),
        (141, Age.DOUBTFUL),
        (3600, Age.DOUBTFUL),
        (None, Age.DOUBTFUL),
    ],
)
def test_without_a_number_freshdesk_s_clock_tells_the_age(after_s: float | None, age: Age) -> None:
    assert listing().age(row(8, after_s), create_with(UNKNOWN)) is age
    assert listing().age(row(8, after_s), create_with(Mark(highest=7, newest=None))) is age


@pytest.mark.parametrize("after_s", [-3600, 0, 3600, None])
@pytest.mark.parametrize("is_dated", [True, False])
def test_a_number_that_was_seen_before_is_old_whatever_the_clocks_say(after_s: float | None, *, is_dated: bool) -> None:
    for mark in (NUMBERED, Mark(highest=7, newest=None)):
        assert listing(is_dated=is_dated).age(row(7, after_s), create_with(mark)) is Age.OLD


def test_a_number_beyond_the_newest_is_never_old() -> None:
    ages = [listing().age(row(8, after_s), create_with(NUMBERED)) for after_s in (0, -15, -100, -3600, None)]
    assert ages == [Age.NEW, Age.DOUBTFUL, Age.DOUBTFUL, Age.DOUBTFUL, Age.DOUBTFUL]
    assert listing(is_dated=False).age(row(8, -1e6), create_with(NUMBERED)) is Age.NEW


def test_clocks_with_a_known_skew_are_compared_without_it() -> None:
    ahead = Mark(highest=7, newest=7, skew=timedelta(seconds=60))
    ages = [listing().age(row(8, after_s), create_with(ahead)) for after_s in (-60, -70, -71, 0)]
    assert ages == [Age.NEW, Age.NEW, Age.DOUBTFUL, Age.NEW]


def test_clocks_that_are_too_far_apart_prove_nothing() -> None:
    apart = create_with(Mark(highest=7, newest=None, skew=None))
    assert [listing().age(row(8, after_s), apart) for after_s in (-3600, 0, 3600)] == [Age.DOUBTFUL] * 3
    assert listing().age(row(7), apart) is Age.OLD


@pytest.mark.parametrize(("after_s", "age"), [(140, Age.OLD), (141, Age.DOUBTFUL)])
def test_a_ticket_of_the_future_makes_every_age_doubtful(after_s: float, age: Age) -> None:
    assert listing(row(9, after_s)).age(row(8, -3600), create_with(UNKNOWN)) is age


@pytest.mark.parametrize(("after_s", "age"), [(-121, Age.DOUBTFUL), (-86_400, Age.DOUBTFUL), (-86_401, Age.OLD)])
def test_a_ticket_with_the_subject_that_was_asked_for_is_old_after_a_day(after_s: float, age: Age) -> None:
    assert listing().age(row(8, after_s, subject="other"), create_with(UNKNOWN)) is Age.OLD
    assert listing().age(row(8, after_s, subject=" s \U0001f642"), create_with(UNKNOWN)) is age


@pytest.mark.parametrize(
    ("rows", "mark", "known"),
    [
        ([], UNKNOWN, None),
        ([row(9)], UNKNOWN, None),
        ([row(9), row(5, -3600), row(4, -7200)], UNKNOWN, 5),
        ([row(9), row(5, -3600)], NUMBERED, 7),
        ([], NUMBERED, 7),
        ([row(9), row(8, -3600)], Mark(highest=7, newest=None), 8),
        ([row(9), row(8, -3600)], Mark(highest=7, newest=None, skew=None), 7),
    ],
)
def test_the_highest_number_that_is_older_than_a_create(rows: list[Ticket], mark: Mark, known: int | None) -> None:
    assert listing(*rows).known_before(create_with(mark)) == known


@pytest.mark.parametrize("moment", ["2026-03-02T12:00:00Z", "2026-03-02T13:00:00+01:00", "2026-03-02T12:00:00"])
def test_a_time_in_any_form_counts(moment: str) -> None:
    assert listing().age(Ticket.from_dict({"id": 8, "created_at": moment}), create_with(UNKNOWN)) is Age.NEW


def test_a_create_that_was_sent_at_the_beginning_of_time_has_an_age_too() -> None:
    create = create_with(UNKNOWN)
    create.in_doubt_since = 0.0
    seen = Listing(0.0, 20.0, SENT + timedelta(seconds=20), ())
    assert seen.age(row(8, -11), create) is Age.DOUBTFUL


def full(first: int, after_s: float = 0.0) -> list[Ticket]:
    return [row(number, after_s) for number in range(first + PAGE - 1, first - 1, -1)]


@pytest.mark.parametrize(
    ("rows", "mark", "is_dated", "holds_all"),
    [
        ([], UNKNOWN, True, True),
        ([row(8)], UNKNOWN, True, True),
        ([row(8)], NUMBERED, False, True),
        ([row(8)], UNKNOWN, False, False),
        ([row(8)], Mark(highest=7, newest=None), False, False),
        (full(8), NUMBERED, True, False),
        (full(7), NUMBERED, True, True),
        (full(8), UNKNOWN, True, False),
        ([*full(9), row(8, -3600)], UNKNOWN, True, True),
    ],
)
def test_a_list_holds_all_that_can_be_of_a_create_if_it_reaches_back_far_enough(
    rows: list[Ticket], mark: Mark, *, is_dated: bool, holds_all: bool
) -> None:
    assert listing(*rows, is_dated=is_dated).holds_all_since(create_with(mark)) is holds_all
