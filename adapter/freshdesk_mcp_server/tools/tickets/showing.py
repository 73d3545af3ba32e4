"""The terms on which one result shows tickets: its time, the length of texts, and the embedded parts asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from freshdesk_client.models import Ticket
from freshdesk_mcp_server.gateway.ratelimit import date_from
from freshdesk_mcp_server.tools.kit.plain import images_in, text_from_html
from freshdesk_mcp_server.tools.kit.untrusted import shortened
from freshdesk_mcp_server.tools.kit.values import View, in_utc, without_empty
from freshdesk_mcp_server.tools.tickets.arguments import DESCRIPTION_LIMIT
from freshdesk_mcp_server.tools.tickets.codes import CLOSED, RESOLVED


def now_from(headers: Mapping[str, str]) -> datetime:
    """Return the time of an answer by Freshdesk's clock, which decides on due times; else by that of this machine."""
    return date_from(headers) or datetime.now(UTC)


MOST_MARKUP = 1_000_000
"""Characters of HTML that are read for one result: each takes time, even if few are shown."""
LEAST_VALUE_LIMIT = 300


@dataclass(slots=True)
class LeftOut:
    """Other values than texts that are not shown whole: names with numbers, and the limit that shows all of them."""

    named: list[str] = field(default_factory=list)
    enough: int = 0


@dataclass(frozen=True, slots=True)
class Showing:
    """The terms of one result, and its cuts.

    `cut` has the name and the length in characters of each text that was longer than `limit`. `left_out` is the same
    for all other values. `markup_read` counts the characters of HTML that were read.
    """

    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    limit: int = DESCRIPTION_LIMIT
    asked: frozenset[str] = frozenset()
    cut: list[tuple[str, int]] = field(default_factory=list)
    left_out: LeftOut = field(default_factory=LeftOut)
    markup_read: list[int] = field(default_factory=list)

    @property
    def value_limit(self) -> int:
        """Characters of a value, or of the items of a list, that are shown."""
        return max(self.limit, LEAST_VALUE_LIMIT)

    def leave_out(self, named: str, enough: int = 0) -> None:
        """Note a value that is not shown whole, and the limit that would show it."""
        self.left_out.named.append(named)
        self.left_out.enough = max(self.left_out.enough, enough)

    @property
    def time(self) -> str:
        """`now` to the minute."""
        return in_utc(self.now).strftime("%Y-%m-%dT%H:%MZ")

    def text(self, part: str, name: str, text: object, markup: object) -> View:
        """Return a text under the name `part`, cut, and the number of pictures among its lines."""
        read = self._read(markup, name)
        whole = _whole(text, read)
        if len(whole) > self.limit:
            self.cut.append((name, len(whole)))
        images = images_in(read)
        return without_empty({part: shortened(whole, self.limit), "inline_images": images})

    def _read(self, markup: object, name: str) -> str:
        """Return the part of `markup` that may still be read for this result."""
        given = markup if isinstance(markup, str) else ""
        read = given[: MOST_MARKUP - sum(self.markup_read)]
        self.markup_read.append(len(read))
        if len(read) < len(given):
            self.leave_out(f"{name} ({len(read):,} of {len(given):,} characters of HTML read)")
        return read

    def overdue(self, ticket: Ticket) -> str | None:
        """Return the time since a ticket was due (``25 min``, ``7 h``, ``9 d``); None if it is done, trash or spam."""
        is_settled = ticket.status in (RESOLVED, CLOSED) or ticket.deleted is True or ticket.spam is True
        if is_settled or not isinstance(ticket.due_by, datetime):
            return None
        try:
            late = in_utc(self.now) - in_utc(ticket.due_by)
        except OverflowError:
            return None
        return _span(late) if late > timedelta() else None


def _whole(text: object, markup: str) -> str:
    """Return Freshdesk's own plain text, or that of the HTML if the other is missing or has fewer lines.

    Freshdesk's own text joins lines that only ``<br>`` separates.
    """
    given = text if isinstance(text, str) else ""
    derived = text_from_html(markup)
    return derived if not given or _count_lines(derived) > _count_lines(given) else given


def _count_lines(text: str) -> int:
    return sum(1 for line in text.splitlines() if line.strip())


def _span(late: timedelta) -> str:
    minutes = max(1, int(late.total_seconds()) // 60)
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{late.days} d"
