"""Times with and without a zone."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from freshdesk_mcp_server.gateway.times import in_utc, with_zone

NAIVE = datetime(2026, 3, 2, 9, 0, 0)  # noqa: DTZ001
EAST = datetime(2026, 3, 2, 11, 0, 0, tzinfo=timezone(timedelta(hours=2)))


def test_a_time_without_a_zone_counts_as_utc() -> None:
    assert with_zone(NAIVE) == in_utc(NAIVE) == NAIVE.replace(tzinfo=UTC)


def test_a_time_with_a_zone_keeps_it_until_it_is_converted() -> None:
    assert with_zone(EAST).utcoffset() == timedelta(hours=2)
    assert in_utc(EAST).isoformat() == "2026-03-02T09:00:00+00:00"


def test_the_ends_of_the_calendar_cannot_be_converted() -> None:
    with pytest.raises(OverflowError):
        in_utc(datetime.max.replace(tzinfo=timezone(timedelta(hours=-2))))
