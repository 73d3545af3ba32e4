"""The look at an account's newest tickets, shared by all creates that look for their tickets.

A list costs one credit (https://developers.freshdesk.com/api/#list_all_tickets: includes cost two more). One list is in
flight at a time, and serves all creates that asked before it was sent. A ticket that may belong to a create is read
once. The create that asks for a list, or that has a request repeated, pays from its allowance. The choice of a ticket
is not here, but in ``tickets``.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import partial

import anyio

from freshdesk_client.api.agents import get_current_agent
from freshdesk_client.api.tickets import get_ticket, list_tickets
from freshdesk_client.models import OrderType, Ticket, TicketFilter, TicketOrderBy
from freshdesk_client.types import UNSET, Unset
from freshdesk_mcp_server.errors import FreshdeskError, NotFoundError
from freshdesk_mcp_server.gateway.operations.agents import GET_CURRENT_AGENT
from freshdesk_mcp_server.gateway.operations.tickets import GET_TICKET, LIST_TICKETS
from freshdesk_mcp_server.gateway.ratelimit import date_from
from freshdesk_mcp_server.gateway.recoveries.ledger import Ledger
from freshdesk_mcp_server.gateway.recoveries.listing import PAGE, Age, Creating, Listing
from freshdesk_mcp_server.gateway.recovery import Allowance, Ask
from freshdesk_mcp_server.gateway.reply import Reply

PACE_S = 2.5
"""Seconds between two lists of an account, for any number of creates."""
MOST_READS = 30
"""Tickets that are read after one list, at most."""
READS_AT_ONCE = 5
PRICE_OF_READ = 2
"""Credits for a ticket with its requester: https://developers.freshdesk.com/api/#view_a_ticket."""
SEES_ALL = 1
"""The ticket_scope of an agent who sees every ticket: https://developers.freshdesk.com/api/#agents."""


class Unseen(Enum):
    """The reason for a ticket that is not known."""

    NOT_THERE = auto()
    """Freshdesk has no ticket of that number."""
    HIDDEN = auto()
    """The ticket was not read, or this key may not read it."""


@dataclass(slots=True)
class _Shared:
    """The last list of a kind, and the time of the last failure; the holder of the lock asks for the next list."""

    filter: TicketFilter | Unset
    lock: anyio.Lock = field(default_factory=anyio.Lock)
    last: Listing | None = None
    failed_at: float = float("-inf")


@dataclass(frozen=True, slots=True)
class _Read:
    """The result of reading a ticket, and the time of the request."""

    ticket: Ticket | Unseen
    at: float


class Lookout:
    """Lists and reads tickets for the creates in doubt of `ledger`.

    `can_afford` returns True if enough of the account's rate limit is left for a look.
    """

    def __init__(self, ask: Ask, ledger: Ledger, can_afford: Callable[[], bool]) -> None:
        self._ask = ask
        self._ledger = ledger
        self._can_afford = can_afford
        self._newest = _Shared(UNSET)
        self._spam = _Shared(TicketFilter.SPAM)
        self._reads: dict[int, _Read] = {}
        self._reading = anyio.Lock()
        self._scope: int | None = None
        self._asking = anyio.Lock()

    async def newest(self, since: float, deadline: float, allowance: Allowance) -> Listing | None:
        """Return the newest tickets, from a list sent at `since` or later; None without one before `deadline`."""
        return await self._list(self._newest, since, deadline, allowance)

    async def spam(self, since: float, deadline: float, allowance: Allowance) -> Listing | None:
        """Return the newest tickets marked as spam, which no other list shows; otherwise like `newest`."""
        return await self._list(self._spam, since, deadline, allowance)

    def ticket(self, number: int) -> Ticket | Unseen:
        """Return the ticket of that number, if it was read and is there."""
        read = self._reads.get(number)
        return read.ticket if read else Unseen.HIDDEN

    async def read(self, numbers: Sequence[int], since: float, deadline: float, allowance: Allowance) -> None:
        """Read the tickets, with their requesters, that were not read yet, or not found before `since`."""
        with anyio.move_on_at(deadline):
            async with self._reading:
                unread = [number for number in numbers if not self._is_known(number, since)][:MOST_READS]
                await self._read_all(unread, deadline, allowance)

    async def sees_all(self, deadline: float, allowance: Allowance) -> bool | None:
        """Return True if the key sees every ticket of the account; None without an answer before `deadline`.

        Freshdesk is asked until it answers once.
        """
        with anyio.move_on_at(deadline):
            async with self._asking:
                if self._scope is None and self._can_afford() and allowance.take(1):
                    self._scope = await self._ask_scope(deadline, allowance)
        return None if self._scope is None else self._scope == SEES_ALL

    def forget_unless_needed(self, ending: Creating) -> None:
        """Drop all tickets read, unless a create other than `ending` is in doubt: nothing else needs their words."""
        if all(create is ending for create in self._ledger.in_doubt):
            self._reads.clear()
            self._newest.last = self._spam.last = None

    async def _ask_scope(self, deadline: float, allowance: Allowance) -> int | None:
        try:
            reply = await self._ask(
                GET_CURRENT_AGENT,
                lambda client: get_current_agent.asyncio_detailed(client=client),
                deadline,
                partial(allowance.take, 1),
            )
        except FreshdeskError:
            return None
        scope = reply.value.ticket_scope
        return scope if isinstance(scope, int) else 0

    async def _list(self, shared: _Shared, since: float, deadline: float, allowance: Allowance) -> Listing | None:
        with anyio.move_on_at(deadline):
            async with shared.lock:
                if shared.last is not None and shared.last.sent_at >= since:
                    return shared.last
                if shared.failed_at > since or not self._can_afford():
                    return None
                if shared.last is not None:
                    await anyio.sleep_until(shared.last.sent_at + PACE_S)
                return await self._list_now(shared, deadline, allowance) if allowance.take(1) else None
        return None

    async def _list_now(self, shared: _Shared, deadline: float, allowance: Allowance) -> Listing | None:
        try:
            reply = await self._ask(
                LIST_TICKETS,
                lambda client: list_tickets.asyncio_detailed(
                    client=client,
                    filter_=shared.filter,
                    order_by=TicketOrderBy.CREATED_AT,
                    order_type=OrderType.DESC,
                    per_page=PAGE,
                ),
                deadline,
                partial(allowance.take, 1),
            )
        except FreshdeskError:
            shared.failed_at = anyio.current_time()
            return None
        shared.last = listing = _listing_from(reply)
        self._ledger.note_numbers([row.id for row in listing.rows], hold_newest=shared is self._newest)
        possible = [row.id for row in listing.rows if self._may_be_of_a_create(row, listing)]
        await self.read(possible, listing.sent_at, deadline, allowance)
        return listing

    def _is_known(self, number: int, since: float) -> bool:
        read = self._reads.get(number)
        return read is not None and (
            isinstance(read.ticket, Ticket) or (read.ticket is Unseen.NOT_THERE and read.at >= since)
        )

    async def _read_all(self, numbers: Sequence[int], deadline: float, allowance: Allowance) -> None:
        async def read_in_turn(queue: Iterator[int]) -> None:
            for number in queue:
                # The first reading costs no allowance: the create does not decide the number of new tickets.
                if self._can_afford() and (number not in self._reads or allowance.take(PRICE_OF_READ)):
                    await self._read(number, deadline, allowance)

        queue = iter(numbers)
        async with anyio.create_task_group() as tasks:
            for _ in range(min(READS_AT_ONCE, len(numbers))):
                tasks.start_soon(read_in_turn, queue)

    async def _read(self, number: int, deadline: float, allowance: Allowance) -> None:
        asked_at = anyio.current_time()
        self._reads[number] = _Read(Unseen.HIDDEN, asked_at)
        self._reads[number] = _Read(await self._seen(number, deadline, allowance), asked_at)

    async def _seen(self, number: int, deadline: float, allowance: Allowance) -> Ticket | Unseen:
        try:
            reply = await self._ask(
                GET_TICKET,
                lambda client: get_ticket.asyncio_detailed(number, client=client, include="requester"),
                deadline,
                partial(allowance.take, PRICE_OF_READ),
            )
        except NotFoundError:
            return Unseen.NOT_THERE
        except FreshdeskError:
            return Unseen.HIDDEN
        return reply.value

    def _may_be_of_a_create(self, row: Ticket, listing: Listing) -> bool:
        return not self._ledger.is_claimed(row.id) and any(
            listing.age(row, create) is not Age.OLD and create.twin.may_have_source(row)
            for create in self._ledger.in_doubt
        )


def _listing_from(reply: Reply[list[Ticket]]) -> Listing:
    return Listing(reply.sent_at, anyio.current_time(), date_from(reply.headers), tuple(reply.value))
