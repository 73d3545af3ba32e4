"""The loop around every call of a generated function.

A call has one deadline. Each round waits (``entrance``), sends one request, translates its error (``translate``),
emits events, and decides on the next round (``retry``). After a failed write, its recovery (``recovery``) looks for the
change. Rules of single resources are not here, but in ``operations`` and ``recoveries``.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import anyio

from freshdesk_client import Client
from freshdesk_client.api.agents import get_current_agent
from freshdesk_mcp_server.errors import (
    ErrorCode,
    FreshdeskError,
    InterruptedCallError,
    Outcome,
    RateLimitedError,
)
from freshdesk_mcp_server.gateway.admission import Admission
from freshdesk_mcp_server.gateway.attempt import Attempt, attempt_in_progress
from freshdesk_mcp_server.gateway.entrance import (
    FAILURES,
    Admitted,
    Entrance,
    NotAdmittedError,
    fails_for_others,
)
from freshdesk_mcp_server.gateway.operation import Effect, Operation
from freshdesk_mcp_server.gateway.operations.agents import GET_CURRENT_AGENT
from freshdesk_mcp_server.gateway.ratelimit import rate_limit_from
from freshdesk_mcp_server.gateway.recovery import Begin, Failure, Found, Means, Memory, Missing, Recovery, Send
from freshdesk_mcp_server.gateway.reply import Reply
from freshdesk_mcp_server.gateway.retry import History, decide
from freshdesk_mcp_server.gateway.translate import error_from_exception, unreadable_reply
from freshdesk_mcp_server.telemetry.events import (
    CANCELLED,
    AttemptFinished,
    CooldownBegan,
    Observer,
    RetryScheduled,
)
from freshdesk_mcp_server.telemetry.tally import note_request
from freshdesk_mcp_server.telemetry.tracing import Span, attempt_span, describe_attempt

LOOKING_SHARE = 0.2
"""Share of the rate limit; while less is left, no look for a lost change is sent."""


@dataclass(frozen=True, slots=True)
class CallLimits:
    """The limits of one call, and of the calls together.

    `deadline_s` limits a whole call, waits included. `max_attempts` limits its requests, looks not counted.
    `max_in_flight` limits simultaneous requests, and `max_waiting` the further calls that wait.
    """

    deadline_s: float
    max_attempts: int
    max_in_flight: int
    max_waiting: int


@dataclass(slots=True)
class _Call[T]:
    """A call under way.

    `scope` ends the call early; it is shielded while the result of a sent request is unknown. `may_repeat` is called
    before each request after the first, and may forbid it.
    """

    operation: Operation[T]
    deadline: float
    recovery: Recovery[T]
    scope: anyio.CancelScope = field(default_factory=anyio.CancelScope)
    history: History = field(default_factory=History)
    is_look: bool = False
    may_repeat: Callable[[], bool] = lambda: True
    attempt: Attempt | None = None
    sent_at: float = 0.0

    def interrupted(self) -> InterruptedCallError:
        """Return the error of a call that is ended early."""
        history = self.history
        outcome = Outcome.REFUSED if history.attempts else Outcome.NOT_SENT
        is_unsure = bool(history.unsure_attempts or self.attempt)
        if self.operation.effect is not Effect.READ and is_unsure:
            outcome = Outcome.UNKNOWN
        is_repeatable = self.operation.effect is not Effect.WRITE
        error = InterruptedCallError(self.operation.name, outcome=outcome, repeatable=is_repeatable)
        error.attempts = history.attempts
        return error


class Gateway:
    """All calls to Freshdesk for one account."""

    def __init__(
        self,
        client: Client,
        limits: CallLimits,
        observer: Observer,
        memories: Sequence[type[Memory]] = (),
    ) -> None:
        self._client = client
        self._limits = limits
        self._observer = observer
        self._admission = Admission(in_flight=limits.max_in_flight, waiting=limits.max_waiting)
        self._entrance = Entrance(self._admission)
        self._means = Means(self._ask, lambda: self._entrance.can_afford(LOOKING_SHARE), observer)
        for kind in memories:
            self._means.memory(kind)
        self._under_way: set[anyio.CancelScope] = set()

    async def call[T](self, operation: Operation[T], send: Send, *, recovery: Begin[T] | None = None) -> Reply[T]:
        """Call a generated function, repeat it where that is safe, and return its answer.

        A write that was sent is not cancelled with its caller: it ends when its result is known, or at its deadline.
        `recovery` looks for a change whose answer was lost.

        Raises:
            FreshdeskError: The call failed, and is not repeated any more.
        """
        begun = recovery(self._means) if recovery else Recovery[T]()
        try:
            with self._interruptible(operation, begun) as call:
                async with begun.turn(call.deadline) as made:
                    return await self._made(call, send) if made is None else made
            raise call.interrupted()
        except FreshdeskError as error:
            error.speak_of(operation.guidance)
            raise

    def interrupt(self) -> None:
        """End all calls under way; the error of each states its known outcome."""
        for scope in [*self._under_way]:
            scope.cancel()

    async def _made[T](self, call: _Call[T], send: Send) -> Reply[T]:
        """Make the change, and report the result to the recovery."""
        try:
            reply = await self._repeat(call, send)
        except BaseException as error:
            if (error if isinstance(error, FreshdeskError) else call.interrupted()).is_unsure:
                call.recovery.note_unsure()
            raise
        call.recovery.note_made(reply)
        return reply

    @contextmanager
    def _interruptible[T](self, operation: Operation[T], recovery: Recovery[T]) -> Iterator[_Call[T]]:
        call = _Call(operation, anyio.current_time() + self._limits.deadline_s, recovery)
        call.history.is_sent_once = operation.sends
        with self._admission.call(operation.name), call.scope:
            self._under_way.add(call.scope)
            try:
                yield call
            finally:
                self._under_way.discard(call.scope)

    async def _ask[T](
        self, operation: Operation[T], send: Send, deadline: float, may_repeat: Callable[[], bool] = lambda: True
    ) -> Reply[T]:
        """Send a reading request on behalf of a call under way; repeat it only while the rate limit affords that."""

        def may_go_on() -> bool:
            return self._entrance.can_afford(LOOKING_SHARE) and may_repeat()

        return await self._repeat(_Call(operation, deadline, Recovery[T](), is_look=True, may_repeat=may_go_on), send)

    async def _repeat[T](self, call: _Call[T], send: Send) -> Reply[T]:
        history = call.history
        while True:
            try:
                return await self._attempt(call, send)
            except NotAdmittedError as refusal:
                raise history.final(refusal.error) from None
            except FreshdeskError as error:
                found = await self._recover(call, error)
                if isinstance(found, Found):
                    return Reply(found.value, {}, history.attempts, recovered=True)
                history.note(error, found)
                call.attempt = None
                call.scope.shield = bool(history.unsure_attempts)
                decision = decide(
                    error,
                    history,
                    max_attempts=self._limits.max_attempts,
                    time_left_s=call.deadline - anyio.current_time(),
                    jitter=random.random(),  # noqa: S311  # spreads callers in time; nothing secret
                )
                if not (decision.repeat and call.may_repeat()):
                    raise
            self._observer(RetryScheduled(call.operation.name, history.attempts, decision.wait_s))
            await anyio.sleep(decision.wait_s)

    async def _recover[T](self, call: _Call[T], error: FreshdeskError) -> Found[T] | Missing | None:
        failure = Failure(
            error,
            headers=call.attempt.headers if call.attempt else {},
            sent_at=call.sent_at,
            may_resend=call.history.allows_resend(error),
            is_in_doubt=bool(call.history.unsure_attempts),
        )
        return await call.recovery.find(failure, call.deadline)

    async def _attempt[T](self, call: _Call[T], send: Send) -> Reply[T]:
        operation = call.operation
        async with self._entrance.request(operation, call.history, call.deadline, is_look=call.is_look) as admitted:
            if admitted.is_probe and operation.effect is Effect.WRITE:
                await self._probe_for(call, admitted)
            call.scope.shield = operation.effect is not Effect.READ
            reply = await self._send(call, operation, admitted, send)
            call.attempt = None
            for memory in [*self._means.memories.values()]:
                memory.note(operation, reply)
            return reply

    async def _probe_for(self, call: _Call[Any], admitted: Admitted) -> None:
        """Probe with a reading request, since a write that fails as a probe would leave its result unknown.

        Raises:
            FreshdeskError: Freshdesk still fails; the write was not sent.
        """
        harmless = replace(admitted, operation=GET_CURRENT_AGENT)
        try:
            await self._send(
                call, GET_CURRENT_AGENT, harmless, lambda client: get_current_agent.asyncio_detailed(client=client)
            )
        except FAILURES as error:
            raise fails_for_others(call.operation, error) from None
        except FreshdeskError:
            """Freshdesk answers, so the outage is over."""
        finally:
            call.attempt = None

    async def _send[T](self, call: _Call[Any], operation: Operation[T], admitted: Admitted, send: Send) -> Reply[T]:
        """Send one request, and report its end to the entrance, the observer and the trace."""
        call.sent_at = anyio.current_time()
        call.history.attempts += 1
        time_left_s = call.deadline - call.sent_at
        call.attempt = attempt = Attempt(operation, call.history.attempts, time_left_s)
        with attempt_span(operation.name) as span:
            try:
                reply = await self._exchange(attempt, operation, send, call.sent_at)
            except FreshdeskError as error:
                error.attempts = call.history.attempts
                self._take_in(attempt, admitted, error)
                self._tell(call, attempt, span, error.code, error.reason)
                raise
            except anyio.get_cancelled_exc_class():
                self._tell(call, attempt, span, CANCELLED)
                raise
            self._take_in(attempt, admitted)
            self._tell(call, attempt, span, None)
        return reply

    async def _exchange[T](self, attempt: Attempt, operation: Operation[T], send: Send, sent_at: float) -> Reply[T]:
        """Return the answer to one request, or raise its failure as one of our errors."""
        try:
            with attempt_in_progress(attempt), anyio.fail_after(attempt.time_left_s):
                response = await send(self._client)
        except FreshdeskError:
            raise
        except Exception as error:
            translated = error_from_exception(attempt, error)
            if translated is None:
                raise
            # The text of a chained cause may hold a URL with an address, or a value of a ticket.
            raise translated from None
        value = operation.read(response, attempt.asked_for)
        if value is None or (operation.has_no_content and not attempt.is_done):
            raise unreadable_reply(attempt)
        return Reply(value, response.headers, attempt.number, sent_at)

    def _tell(
        self, call: _Call[Any], attempt: Attempt, span: Span, code: str | None, reason: str | None = None
    ) -> None:
        """Report one request to the observer and the trace."""
        limit = self._entrance.rate_limit
        note_request(attempt.request_id)
        event = AttemptFinished(
            operation=attempt.operation.name,
            attempt=attempt.number,
            duration_s=anyio.current_time() - call.sent_at,
            status=attempt.status,
            freshdesk_request_id=attempt.request_id,
            code=code,
            rate_limit_remaining=limit.remaining if limit else None,
            reason=reason,
        )
        describe_attempt(span, event)
        self._observer(event)
        if code == ErrorCode.RATE_LIMITED:
            self._observer(CooldownBegan(self._entrance.pause_s(attempt.operation)))

    def _take_in(self, attempt: Attempt, admitted: Admitted, error: FreshdeskError | None = None) -> None:
        """Report the end of one request to the entrance, for the other calls."""
        self._entrance.note(admitted, error, rate_limit_from(attempt.headers))
        if isinstance(error, RateLimitedError):
            error.rate_limit = self._entrance.rate_limit
