"""Times with a zone: Freshdesk's times are in UTC, so a time without a zone counts as UTC."""

from datetime import UTC, datetime


def with_zone(moment: datetime) -> datetime:
    """Return `moment` with a zone: its own, or else UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def in_utc(moment: datetime) -> datetime:
    """Return `moment` in UTC.

    Raises:
        OverflowError: It is on the first or the last day of the calendar, in another zone.
    """
    return with_zone(moment).astimezone(UTC)
