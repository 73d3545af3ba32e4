"""The recoveries of ticket operations: of a create whose answer was lost, and of a deletion.

Freshdesk has no idempotency key, so a recovery looks for the ticket itself. docs/decisions/0004 names the risks that
remain. The requests for lists are not here, but in ``lookout``.
"""

import re
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count, islice
from typing import Any, Literal, override

import anyio

from freshdesk_client.api.tickets import get_ticket
from freshdesk_client.models import Ticket
from freshdesk_mcp_server.errors import FreshdeskError, MethodNotAllowedError, NotFoundError
from freshdesk_mcp_server.gateway.operation import AnyOperation
from freshdesk_mcp_server.gateway.operations.tickets import CREATE_TICKET, GET_TICKET
from freshdesk_mcp_server.gateway.ratelimit import date_from
from freshdesk_mcp_server.gateway.recoveries.ledger import Ledger
from freshdesk_mcp_server.gateway.recoveries.listing import Age, Creating, Listing
from freshdesk_mcp_server.gateway.recoveries.lookout import PRICE_OF_READ, Lookout, Unseen
from freshdesk_mcp_server.gateway.recoveries.twins import Likeness, Twin
from freshdesk_mcp_server.gateway.recovery import (
    Allowance,
    Ask,
    Begin,
    Failure,
    Finding,
    Found,
    Means,
    Memory,
    Missing,
    Recovery,
)
from freshdesk_mcp_server.gateway.reply import Reply
from freshdesk_mcp_server.telemetry.events import CreateReconciled

SETTLE_S = 10.0
"""Seconds after which a ticket counts as absent: Freshdesk may store it late, and list it later."""
LOOK_EVERY_S = 3.4
"""Seconds between two looks of a create: four looks spread over `SETTLE_S`."""
MOST_NAMED = 5
MOST_UNLISTED = 5
"""Unlisted numbers, at most, that are read before a ticket counts as absent."""
CREDITS = 13
"""Credits for all looks of one create, beside the first reading of tickets: two rounds of lists, and a proof."""

_LOCATION = re.compile(r"/tickets/([0-9]{1,18})/?$")

NOT_LOOKED = (
    "It could not be looked for: Freshdesk did not list its newest tickets, or its rate limit is nearly used up."
)
NO_TIME = "There was no time to look for it long enough."
NOT_SEEN = "It was looked for, and no new ticket like it was seen."
TOO_MANY = "It was looked for, but there are more new tickets than were read."
NO_NUMBER = "It was looked for and not seen, but no older ticket shows which number it would have."
NOT_READ = "It was looked for and not seen, but Freshdesk did not show whether there is a newer ticket."
NOT_TOLD = "It was looked for and not seen, but Freshdesk did not tell whether this API key sees all tickets."
NOT_ALL = "It was looked for and not seen, but this API key does not see all tickets."


@dataclass(frozen=True, slots=True)
class _Sifted:
    """The tickets that fit a create in full, and the numbers of all tickets that may belong to it."""

    fitting: list[Ticket]
    candidates: list[int]


class TicketMemory(Memory):
    """The tickets of an account, as far as recoveries need them."""

    def __init__(self, means: Means) -> None:
        super().__init__(means)
        self.ledger = Ledger()
        self.lookout = Lookout(means.ask, self.ledger, means.can_afford)

    @override
    def note(self, operation: AnyOperation, reply: Reply[Any]) -> None:
        """Note the numbers of all tickets in a reply."""
        if operation is CREATE_TICKET:
            self.ledger.note_created(reply.value, date_from(reply.headers))
        else:
            tickets = reply.value if isinstance(reply.value, list) else [reply.value]
            self.ledger.note_numbers([ticket.id for ticket in tickets if isinstance(ticket, Ticket)])


def recover_creation(twin: Twin, kept: Callable[[], Reply[Ticket] | None] = lambda: None) -> Begin[Ticket]:
    """Return the recovery by which the ticket of `twin` is created once, even if Freshdesk's answer is lost.

    Creates with equal words take turns. `kept` is called when the turn comes; a reply of it replaces the create.
    """
    return lambda means: CreateRecovery(twin, kept, means)


def recover_deletion(ticket_id: int) -> Begin[Literal[True]]:
    """Return the recovery by which a deletion that failed succeeds if the ticket is found in the trash."""
    return lambda means: DeleteRecovery(ticket_id, means.ask)


class CreateRecovery(Recovery[Ticket]):
    """The recovery of one create, which looks for its ticket."""

    def __init__(self, twin: Twin, kept: Callable[[], Reply[Ticket] | None], means: Means) -> None:
        memory = means.memory(TicketMemory)
        self._twin = twin
        self._kept = kept
        self._ledger = memory.ledger
        self._lookout = memory.lookout
        self._observer = means.observer
        self._allowance = Allowance(CREDITS)
        self._create: Creating

    @override
    @asynccontextmanager
    async def turn(self, deadline: float) -> AsyncIterator[Reply[Ticket] | None]:
        """Wait for the turn of the create, and note it as under way until it has ended."""
        async with self._ledger.turns.turn(self._twin.key, CREATE_TICKET.name, deadline):
            if (reply := self._kept()) is not None:
                yield reply
                return
            # The create begins with its turn: an equal ticket made before belongs to another call.
            with self._ledger.creating(self._twin) as self._create:
                try:
                    yield None
                finally:
                    self._lookout.forget_unless_needed(self._create)

    @override
    def note_made(self, reply: Reply[Ticket]) -> None:
        """Claim the ticket for this call, so that no other call takes it."""
        self._ledger.claim(reply.value.id)

    @override
    def note_unsure(self) -> None:
        """Note the create as given up: a ticket like it may not belong to an equal create."""
        self._ledger.give_up(self._twin)

    @override
    async def find(self, failure: Failure, deadline: float) -> Found[Ticket] | Missing | None:
        """Look for the ticket by the number in the answer, else among the account's newest tickets."""
        if not failure.error.is_unsure:
            return None
        if self._create.in_doubt_since is None:
            self._create.in_doubt_since = failure.sent_at
        found = await self._by_location(failure, deadline) or await self._by_looking(failure, deadline)
        if isinstance(found, Found):
            self._ledger.claim(found.value.id)
        self._observer(CreateReconciled("found" if isinstance(found, Found) else found.finding.name.lower()))
        return found

    async def _by_location(self, failure: Failure, deadline: float) -> Found[Ticket] | None:
        """Read the ticket in the Location of a 201: https://developers.freshdesk.com/api/#create_ticket."""
        location = _LOCATION.search(failure.headers.get("location", "")) if failure.error.status == 201 else None
        number = int(location[1]) if location else 0
        if number <= self._create.mark.highest or self._ledger.is_claimed(number):
            return None
        ticket = await self._read(number, failure.sent_at, deadline)
        if isinstance(ticket, Ticket) and self._likeness(ticket) is not Likeness.NONE:
            return Found(ticket)
        return None

    async def _by_looking(self, failure: Failure, deadline: float) -> Found[Ticket] | Missing:
        since = anyio.current_time()
        settled_at = since + SETTLE_S
        is_first = True
        while True:
            listing = await self._lookout.newest(since, deadline, self._allowance)
            if listing is None:
                return Missing(Finding.NOT_KNOWN, NOT_LOOKED)
            if found := self._taken_from(self._sift(listing.rows, listing)):
                return found
            if is_first:
                settled_at, is_first = max(settled_at, listing.sent_at + LOOK_EVERY_S), False
            elif listing.sent_at >= settled_at:
                return await self._conclude(listing, failure, deadline)
            since = max(listing.sent_at + LOOK_EVERY_S, anyio.current_time())
            if since >= deadline:
                return Missing(Finding.NOT_KNOWN, NO_TIME)
            await anyio.sleep_until(since)

    async def _conclude(self, listing: Listing, failure: Failure, deadline: float) -> Found[Ticket] | Missing:
        """Look among the spam too, which other lists omit, and return the result of all looks."""
        spam = await self._lookout.spam(listing.sent_at, deadline, self._allowance)
        if spam is None:
            return Missing(Finding.NOT_KNOWN, NOT_LOOKED)
        sifted = [self._sift(one.rows, one) for one in (listing, spam)]
        if found := self._taken_from(*sifted):
            return found
        if candidates := [number for one in sifted for number in one.candidates]:
            return _perhaps(candidates)
        if not (listing.holds_all_since(self._create) and spam.holds_all_since(self._create)):
            return Missing(Finding.NOT_KNOWN, TOO_MANY)
        return await self._make_sure(listing, spam, deadline) if failure.may_resend else _ABSENT

    async def _make_sure(self, listing: Listing, spam: Listing, deadline: float) -> Found[Ticket] | Missing:
        """Prove that the ticket is absent, before it is sent again.

        Reads the unlisted numbers, up to a number that does not exist.
        """
        before = max(one.known_before(self._create) or 0 for one in (listing, spam))
        if not before:
            return Missing(Finding.NOT_KNOWN, NO_NUMBER)
        numbers = self._unlisted(before, listing, spam)
        gap = [number for number in islice(numbers, MOST_UNLISTED + 1) if number <= self._ledger.highest]
        if len(gap) > MOST_UNLISTED:
            return Missing(Finding.NOT_KNOWN, TOO_MANY)
        candidates: list[int] = []
        for number in islice(self._unlisted(before, listing, spam), MOST_UNLISTED + 1):
            ticket = await self._read(number, listing.sent_at, deadline)
            if isinstance(ticket, Ticket):
                sifted = self._sift([ticket], listing)
                if found := self._taken_from(sifted):
                    return found
                candidates += sifted.candidates
            elif number > self._ledger.highest:
                return _perhaps(candidates) if candidates else await self._if_all_seen(ticket, deadline)
            elif ticket is Unseen.HIDDEN:
                candidates.append(number)
        return _perhaps(candidates) if candidates else Missing(Finding.NOT_KNOWN, TOO_MANY)

    async def _if_all_seen(self, beyond: Unseen, deadline: float) -> Missing:
        """Return ABSENT if Freshdesk has no number `beyond` those seen, and the key sees every ticket."""
        if beyond is Unseen.HIDDEN:
            return Missing(Finding.NOT_KNOWN, NOT_READ)
        sees_all = await self._lookout.sees_all(deadline, self._allowance)
        return _ABSENT if sees_all else Missing(Finding.NOT_KNOWN, NOT_TOLD if sees_all is None else NOT_ALL)

    def _unlisted(self, before: int, *listings: Listing) -> Iterator[int]:
        """Return the unlisted numbers after `before`, without an end: ticket numbers grow by one."""
        listed = {row.id for listing in listings for row in listing.rows}
        return (number for number in count(before + 1) if number not in listed and not self._ledger.is_claimed(number))

    async def _read(self, number: int, since: float, deadline: float) -> Ticket | Unseen:
        if not self._allowance.take(PRICE_OF_READ):
            return Unseen.HIDDEN
        await self._lookout.read([number], since, deadline, self._allowance)
        ticket = self._lookout.ticket(number)
        if isinstance(ticket, Ticket):
            self._allowance.give_back(PRICE_OF_READ)  # the first reading of a candidate is free
        return ticket

    def _sift(self, tickets: Iterable[Ticket], listing: Listing) -> _Sifted:
        sifted = _Sifted(fitting=[], candidates=[])
        for row in tickets:
            age = listing.age(row, self._create)
            if age is Age.OLD or self._ledger.is_claimed(row.id) or not self._create.twin.may_have_source(row):
                continue
            ticket = self._lookout.ticket(row.id)
            likeness = self._likeness(ticket) if isinstance(ticket, Ticket) else Likeness.SOME
            if likeness is Likeness.NONE:
                continue
            sifted.candidates.append(row.id)
            if likeness is Likeness.FULL and age is Age.NEW and isinstance(ticket, Ticket):
                sifted.fitting.append(ticket)
        return sifted

    def _likeness(self, ticket: Ticket) -> Likeness:
        own, rival = self._create.twin.likeness(ticket), self._ledger.rival_likeness(ticket, self._create)
        return Likeness.NONE if own <= Likeness.SOME and rival >= Likeness.CLOSE else own

    def _taken_from(self, *sifted: _Sifted) -> Found[Ticket] | None:
        """Return the ticket to take; among equal tickets, one stays for each given-up create."""
        fitting = sorted((ticket for one in sifted for ticket in one.fitting), key=lambda ticket: ticket.id)
        others = self._ledger.count_given_up(self._create.twin, fitting)
        if len(fitting) <= others:
            return None
        return Found(fitting[-1] if others else fitting[0])


class DeleteRecovery(Recovery[Literal[True]]):
    """The recovery of one deletion, which looks for the ticket in the trash."""

    def __init__(self, ticket_id: int, ask: Ask) -> None:
        self._ticket_id = ticket_id
        self._ask = ask

    @override
    async def find(self, failure: Failure, deadline: float) -> Found[Literal[True]] | Missing | None:
        """Read the ticket if a 2xx proved nothing, or if Freshdesk refused and an earlier request may have deleted it.

        Freshdesk shows a ticket in the trash as deleted. A ticket that it does not show may never have existed.
        """
        is_refused = isinstance(failure.error, NotFoundError | MethodNotAllowedError)
        is_no_proof = failure.error.is_unsure and failure.error.status is not None and failure.error.status < 300
        if not (is_no_proof or (failure.is_in_doubt and is_refused)):
            return None
        ticket = await _read_ticket(self._ask, self._ticket_id, deadline)
        if ticket is None:
            return None
        return Found(value=True) if ticket.deleted is True else Missing(Finding.NOT_DONE)


_ABSENT = Missing(Finding.ABSENT, NOT_SEEN)


def _perhaps(numbers: Iterable[int]) -> Missing:
    named = tuple(sorted(set(numbers)))
    told = ", ".join(f"#{number}" for number in named[:MOST_NAMED])
    more = f" and {len(named) - MOST_NAMED} more" if len(named) > MOST_NAMED else ""
    return Missing(Finding.PERHAPS, f"It was looked for: {told}{more} is new and may be it.", named[:MOST_NAMED])


async def _read_ticket(ask: Ask, number: int, deadline: float) -> Ticket | None:
    try:
        reply = await ask(GET_TICKET, lambda client: get_ticket.asyncio_detailed(number, client=client), deadline)
    except FreshdeskError:
        return None
    return reply.value
