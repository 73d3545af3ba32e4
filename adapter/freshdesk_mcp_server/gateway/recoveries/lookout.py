"""The look at an account's newest tickets, shared by all creates that wait for one.

Each list is one credit (https://developers.freshdesk.com/api/#list_all_tickets: includes cost two more), is in flight
once, and serves whoever asked before it was sent. A ticket that may be of a create is read once.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum, auto

import anyio

from freshdesk_client.api.agents import get_current_agent
from freshdesk_client.api.tickets import get_ticket, list_tickets
from freshdesk_client.models import OrderType, Ticket, TicketFilter, TicketOrderBy
from freshdesk_client.types import UNSET, Unset
from freshdesk_mcp_server.errors import FreshdeskError, NotFoundError
from freshdesk_mcp_server.gateway.operation import GET_CURRENT_AGENT, GET_TICKET, LIST_TICKETS
from freshdesk_mcp_server.gateway.ratelimit import date_from
from freshdesk_mcp_server.gateway.recoveries.ledger import Ledger
from freshdesk_mcp_server.gateway.recoveries.listing import PAGE, Age, Listing
from freshdesk_mcp_server.gateway.recovery import Ask
from freshdesk_mcp_server.gateway.reply import Reply

PACE_S = 2.5
"""Seconds between two lists of an account, however many creates wait for one."""
MOST_READS = 30
"""Tickets that are read after one list."""
READS_AT_ONCE = 5
SEES_ALL = 1
"""The ticket_scope of an agent who sees every ticket: https://developers.freshdesk.com/api/#agents."""


class Unseen(Enum):
    """Why a ticket is not known."""

    NOT_THERE = auto()
    """Freshdesk has none of that number."""
    HIDDEN = auto()
    """It was not read, or this key may not read it."""


@dataclass(slots=True)
class _Shared:
    """The last list of a kind, and when one failed; whoever holds the lock asks for the next."""

    filter: TicketFilter | Unset
    lock: anyio.Lock = field(default_factory=anyio.Lock)
    last: Listing | None = None
    failed_at: float = float("-inf")


class Lookout:
    """Lists and reads tickets for the creates that `ledger` knows to be in doubt.

    `can_afford` says whether enough of the account's rate limit is left for a request that nobody asked for.
    """

    def __init__(self, ask: Ask, ledger: Ledger, can_afford: Callable[[], bool]) -> None:
        self._ask = ask
        self._ledger = ledger
        self._can_afford = can_afford
        self._newest = _Shared(UNSET)
        self._spam = _Shared(TicketFilter.SPAM)
        self._tickets: dict[int, Ticket | Unseen] = {}
        self._scope: int | None = None

    async def newest(self, since: float, deadline: float) -> Listing | None:
        """The newest tickets, by a list that was sent at `since` or later; None if there is none before `deadline`."""
        return await self._list(self._newest, since, deadline)

    async def spam(self, since: float, deadline: float) -> Listing | None:
        """The newest tickets that are marked as spam, which no other list shows; as `newest`."""
        return await self._list(self._spam, since, deadline)

    def ticket(self, number: int) -> Ticket | Unseen:
        """The ticket of that number, as far as it has been read."""
        return self._tickets.get(number, Unseen.HIDDEN)

    async def read(self, numbers: Iterable[int], deadline: float) -> None:
        """Read those of the tickets that have not been read, with their requesters."""
        limiter = anyio.CapacityLimiter(READS_AT_ONCE)

        async def read_one(number: int) -> None:
            async with limiter:
                if self._can_afford():
                    await self._read(number, deadline)

        async with anyio.create_task_group() as tasks:
            for number in [one for one in numbers if not isinstance(self.ticket(one), Ticket)][:MOST_READS]:
                tasks.start_soon(read_one, number)

    async def sees_all(self, deadline: float) -> bool:
        """Whether the key sees every ticket of the account; asked once."""
        if self._scope is None:
            try:
                reply = await self._ask(
                    GET_CURRENT_AGENT, lambda client: get_current_agent.asyncio_detailed(client=client), deadline
                )
            except FreshdeskError:
                return False
            scope = reply.value.ticket_scope
            self._scope = scope if isinstance(scope, int) else 0
        return self._scope == SEES_ALL

    def forget_unless_needed(self) -> None:
        """Drop what was read as soon as no more than one create is in doubt: nobody else needs those words."""
        if len(self._ledger.in_doubt) <= 1:
            self._tickets.clear()
            self._newest.last = self._spam.last = None

    async def _list(self, shared: _Shared, since: float, deadline: float) -> Listing | None:
        with anyio.move_on_at(deadline):
            async with shared.lock:
                if shared.last is not None and shared.last.sent_at >= since:
                    return shared.last
                if shared.failed_at > since or not self._can_afford():
                    return None
                if shared.last is not None:
                    await anyio.sleep_until(shared.last.sent_at + PACE_S)
                return await self._list_now(shared, deadline)
        return None

    async def _list_now(self, shared: _Shared, deadline: float) -> Listing | None:
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
            )
        except FreshdeskError:
            shared.failed_at = anyio.current_time()
            return None
        shared.last = listing = _listing_from(reply)
        self._ledger.note_numbers([row.id for row in listing.rows], hold_newest=shared is self._newest)
        await self.read([row.id for row in listing.rows if self._may_be_of_a_create(row, listing)], deadline)
        return listing

    async def _read(self, number: int, deadline: float) -> None:
        try:
            reply = await self._ask(
                GET_TICKET,
                lambda client: get_ticket.asyncio_detailed(number, client=client, include="requester"),
                deadline,
            )
            self._tickets[number] = reply.value
        except NotFoundError:
            self._tickets[number] = Unseen.NOT_THERE
        except FreshdeskError:
            self._tickets[number] = Unseen.HIDDEN

    def _may_be_of_a_create(self, row: Ticket, listing: Listing) -> bool:
        return not self._ledger.is_claimed(row.id) and any(
            listing.age(row, create) is not Age.OLD and create.twin.may_have_source(row)
            for create in self._ledger.in_doubt
        )


def _listing_from(reply: Reply[list[Ticket]]) -> Listing:
    return Listing(reply.sent_at, anyio.current_time(), date_from(reply.headers), tuple(reply.value))
