"""The loop around every call of a generated function.

One deadline, a place among the calls under way, the account's cooldown, one translated attempt, a decision about the
next, and events. A create has one step more: before it is sent again, or given up, its ticket is looked for
(``reconcile``).
"""

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import cast

import anyio

from freshdesk_client import Client
from freshdesk_client.api.tickets import list_tickets
from freshdesk_client.models import ApiError, OrderType, Ticket, TicketOrderBy
from freshdesk_client.types import Response
from freshdesk_mcp_server.errors import FreshdeskError, Outcome, RateLimit, RateLimitedError
from freshdesk_mcp_server.gateway.admission import Admission
from freshdesk_mcp_server.gateway.attempt import Attempt, attempt_in_progress
from freshdesk_mcp_server.gateway.cooldown import Cooldown
from freshdesk_mcp_server.gateway.operation import CREATE_TICKET, LIST_TICKETS, Operation
from freshdesk_mcp_server.gateway.ratelimit import rate_limit_from
from freshdesk_mcp_server.gateway.reconcile import NEWEST, Finding, Reconciler, Twin
from freshdesk_mcp_server.gateway.reply import Reply
from freshdesk_mcp_server.gateway.retry import History, decide
from freshdesk_mcp_server.gateway.translate import error_from_exception, unreadable_reply
from freshdesk_mcp_server.telemetry.events import (
    AttemptFinished,
    CooldownBegan,
    CreateReconciled,
    Observer,
    RetryScheduled,
)
from freshdesk_mcp_server.telemetry.tally import note_request
from freshdesk_mcp_server.telemetry.tracing import Span, attempt_span, describe_attempt

MOST_LIST_ATTEMPTS = 2
"""Requests for one look: it is itself a part of a call that has gone wrong, and its cost is bounded."""

type Send[T] = Callable[[Client], Awaitable[Response[ApiError | T]]]
"""Calls the generated ``asyncio_detailed`` of an operation with the client it is handed; called once per attempt."""
type Look[T] = Callable[[], Awaitable[T | Finding]]
"""Looks for what a lost answer would have said."""


@dataclass(frozen=True, slots=True)
class CallLimits:
    """What one call may cost, and how many there may be.

    `deadline_s` is for one call in all, waits included; `max_attempts` are the requests it may send, looks not counted.
    `max_in_flight` requests run at a time, and `max_waiting` further calls may wait.
    """

    deadline_s: float
    max_attempts: int
    max_in_flight: int
    max_waiting: int


class Gateway:
    """The only way to Freshdesk, for one account."""

    def __init__(self, client: Client, limits: CallLimits, observer: Observer) -> None:
        self._client = client
        self._limits = limits
        self._observer = observer
        self._admission = Admission(in_flight=limits.max_in_flight, waiting=limits.max_waiting)
        self._cooldown = Cooldown()
        self._reconciler = Reconciler()
        self._rate_limit: RateLimit | None = None

    async def call[T](self, operation: Operation, send: Send[T]) -> Reply[T]:
        """Call a generated function, again if need be and harm cannot be done, and give its answer or one error.

        Raises:
            FreshdeskError: Whatever went wrong on the way or at Freshdesk, once it is final.
        """
        with self._admission.call(operation.name):
            return await self._repeat(operation, send, self._deadline())

    async def create_ticket(self, twin: Twin, send: Send[Ticket]) -> Reply[Ticket]:
        """Create the ticket that `twin` describes, once, even if Freshdesk's answer is lost.

        Raises:
            FreshdeskError: As `call`; the outcome is unknown only if looking for the ticket did not tell either.
        """
        deadline = self._deadline()
        with self._admission.call(CREATE_TICKET.name):
            async with self._reconciler.turn(twin, deadline):
                # Since its turn came, not since it was asked for: an equal ticket made in between is another's.
                look = self._look_for(twin, started=anyio.current_time(), deadline=deadline)
                try:
                    reply = await self._repeat(CREATE_TICKET, send, deadline, look=look)
                except FreshdeskError as error:
                    if error.outcome is Outcome.APPLIED:  # its caller is told that it was made: it is not another's
                        self._reconciler.give_up(twin)
                    raise
                self._reconciler.claim(reply.value.id)
                return reply

    def _look_for(self, twin: Twin, *, started: float, deadline: float) -> Look[Ticket]:
        async def look() -> Ticket | Finding:
            found = await self._reconciler.look_twice(
                twin, lambda: self._list_newest(twin.email, deadline), started=started, deadline=deadline
            )
            self._observer(CreateReconciled("found" if isinstance(found, Ticket) else found.name.lower()))
            return found

        return look

    def _deadline(self) -> float:
        return anyio.current_time() + self._limits.deadline_s

    async def _list_newest(self, email: str, deadline: float) -> Reply[list[Ticket]]:
        return await self._repeat(
            LIST_TICKETS,
            lambda client: list_tickets.asyncio_detailed(
                client=client,
                email=email,
                order_by=TicketOrderBy.CREATED_AT,
                order_type=OrderType.DESC,
                include="description",
                per_page=NEWEST,
            ),
            deadline,
            max_attempts=MOST_LIST_ATTEMPTS,
        )

    async def _repeat[T](
        self,
        operation: Operation,
        send: Send[T],
        deadline: float,
        *,
        max_attempts: int | None = None,
        look: Look[T] | None = None,
    ) -> Reply[T]:
        history = History()
        while True:
            try:
                return await self._attempt(operation, history, send, deadline)
            except FreshdeskError as error:
                error.attempts = history.attempts
                if history.unsure_attempts and isinstance(error, operation.done_if):
                    return Reply(cast("T", None), {}, history.attempts, recovered=True)
                finding = await look() if look and error.is_unsure else None
                if finding is not None and not isinstance(finding, Finding):
                    return Reply(finding, {}, history.attempts, recovered=True)
                history.note(error, finding)
                decision = decide(
                    error,
                    history,
                    max_attempts=max_attempts or self._limits.max_attempts,
                    time_left_s=deadline - anyio.current_time(),
                    jitter=random.random(),  # noqa: S311  # spreads callers in time; nothing secret
                    finding=finding,
                )
                if not decision.repeat:
                    raise
            self._observer(RetryScheduled(operation.name, history.attempts, decision.wait_s))
            await anyio.sleep(decision.wait_s)

    async def _attempt[T](self, operation: Operation, history: History, send: Send[T], deadline: float) -> Reply[T]:
        if not await self._cooldown.wait(deadline):
            raise RateLimitedError(
                operation.name,
                outcome=Outcome.NOT_SENT,
                retry_after_s=self._cooldown.remaining_s,
                rate_limit=self._rate_limit,
            )
        async with self._admission.request(operation.name, deadline):
            started = anyio.current_time()
            history.attempts += 1
            attempt = Attempt(operation, history.attempts, time_left_s=deadline - started)
            with attempt_span(operation.name) as span:
                try:
                    reply = await self._exchange(attempt, send)
                except FreshdeskError as error:
                    self._finish(attempt, span, started, error)
                    raise
                self._finish(attempt, span, started)
                return reply

    async def _exchange[T](self, attempt: Attempt, send: Send[T]) -> Reply[T]:
        """One request and its answer, or the one error that stands for whatever came instead."""
        try:
            with attempt_in_progress(attempt), anyio.fail_after(attempt.time_left_s):
                response = await send(self._client)
        except FreshdeskError:
            raise
        except Exception as error:
            translated = error_from_exception(attempt, error)
            if translated is None:
                raise
            # Not chained: the text of the cause may hold a URL with an address, or a value of a ticket.
            raise translated from None
        value = response.parsed
        if isinstance(value, ApiError) or not attempt.operation.is_readable(response):
            raise unreadable_reply(attempt)
        return Reply(value, response.headers, attempt.number)  # type: ignore[arg-type]  # is_readable has seen to None

    def _finish(self, attempt: Attempt, span: Span, started: float, error: FreshdeskError | None = None) -> None:
        self._rate_limit = rate_limit_from(attempt.headers) or self._rate_limit
        note_request(attempt.request_id)
        event = AttemptFinished(
            operation=attempt.operation.name,
            attempt=attempt.number,
            duration_s=anyio.current_time() - started,
            status=attempt.status,
            freshdesk_request_id=attempt.request_id,
            code=error.code if error else None,
            rate_limit_remaining=self._rate_limit.remaining if self._rate_limit else None,
        )
        describe_attempt(span, event)
        self._observer(event)
        if isinstance(error, RateLimitedError):
            error.rate_limit = self._rate_limit
            self._cooldown.begin(error.retry_after_s)
            self._observer(CooldownBegan(self._cooldown.remaining_s))
