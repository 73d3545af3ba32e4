"""The waits of a request before it is sent: the pauses after a 429, the end of an outage, a slot.

An error raised here ends the call: the request was not sent, and no wait would help. The waits between the requests of
one call are not here, but in ``retry``.
"""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import anyio

from freshdesk_mcp_server.errors import (
    FreshdeskError,
    Outcome,
    OverloadedError,
    RateLimit,
    RateLimitedError,
    ReplyLostError,
    ServerFailureError,
    UnreachableError,
)
from freshdesk_mcp_server.gateway.admission import Admission
from freshdesk_mcp_server.gateway.cooldown import Cooldown, Pause
from freshdesk_mcp_server.gateway.gate import Gate, Passage
from freshdesk_mcp_server.gateway.operation import AnyOperation
from freshdesk_mcp_server.gateway.outage import PATIENCE_S, Outage
from freshdesk_mcp_server.gateway.retry import History

FAILURES = (ServerFailureError, UnreachableError, ReplyLostError)
"""The errors that count as failures of Freshdesk, or of the network to it."""
WINDOW_S = 60.0
"""Seconds of Freshdesk's window of the rate limit. The quota left in one window tells nothing of the next."""
FAILS_FOR_OTHERS = "It fails for the other calls of this server too, so nothing was sent."


class NotAdmittedError(Exception):
    """The request cannot be sent in time; `error` gives the reason, and ends the call."""

    def __init__(self, error: FreshdeskError) -> None:
        super().__init__()
        self.error = error


@dataclass(frozen=True, slots=True)
class Admitted:
    """A request that may be sent. `is_probe` is True if it probes an outage, while other requests wait."""

    operation: AnyOperation
    history: History
    is_probe: bool


class Entrance:
    """The waits before one account, and the results of requests that they depend on."""

    def __init__(self, admission: Admission) -> None:
        self._admission = admission
        self._cooldown = Cooldown()
        self._outage = Outage()
        self._rate_limit: RateLimit | None = None
        self._rate_limit_at = float("-inf")
        self._failure: FreshdeskError | None = None

    @property
    def rate_limit(self) -> RateLimit | None:
        """The account's rate limit, in requests a minute, from the last answer that named it; None before one."""
        return self._rate_limit

    def can_afford(self, share: float) -> bool:
        """Return True if `share` of the account's rate limit is left, or if that is not known."""
        limit = self._rate_limit
        if limit is None or anyio.current_time() - self._rate_limit_at >= WINDOW_S:
            return True
        return limit.remaining >= share * limit.total

    @asynccontextmanager
    async def request(
        self, operation: AnyOperation, history: History, deadline: float, *, is_look: bool
    ) -> AsyncIterator["Admitted"]:
        """Wait until one request of a call may be sent, and hold its slot as long as the block lasts.

        A look for a lost change has slots of its own.

        Raises:
            NotAdmittedError: The wait would end after `deadline` (of anyio's clock), or would outlast the patience with
                an outage.
        """
        gates = (*self._cooldown.pauses_of(operation.kind), self._outage.gate)
        while True:
            probed = await self._pass(gates, operation, history, deadline)
            try:
                if not await self._admission.acquire(deadline, is_look=is_look):
                    raise NotAdmittedError(OverloadedError(operation.name, outcome=Outcome.NOT_SENT))
                try:
                    # A gate may have closed during the wait for a slot.
                    if all(gate.is_open or gate in probed for gate in gates):
                        yield Admitted(operation, history, is_probe=self._outage.gate in probed)
                        return
                finally:
                    self._admission.release(is_look=is_look)
            finally:
                for gate in probed:
                    gate.end_probe()

    def pause_s(self, operation: AnyOperation) -> float:
        """Return the seconds until `operation` may be sent, after a 429."""
        return max(pause.remaining_s for pause in self._cooldown.pauses_of(operation.kind))

    def note(self, admitted: Admitted, error: FreshdeskError | None, limit: RateLimit | None) -> None:
        """Note the end of a request: its error, if any, and the rate limit of its answer."""
        if limit is not None:
            self._rate_limit, self._rate_limit_at = limit, anyio.current_time()
        if isinstance(error, FAILURES):
            self._failure = error
            _begin_patience(admitted.history)
            self._outage.note_failure(
                admitted.history,
                is_probe=admitted.is_probe,
                retry_after_s=error.retry_after_s,
                jitter=random.random(),  # noqa: S311  # spreads requests; nothing secret
            )
            return
        self._outage.note_answer()
        if isinstance(error, RateLimitedError):
            self._cooldown.begin(admitted.operation.kind, error.retry_after_s, limit)
            return
        for pause in self._cooldown.pauses_of(admitted.operation.kind):
            pause.end_if_probed()

    async def _pass(
        self, gates: tuple[Pause, Pause, Gate], operation: AnyOperation, history: History, deadline: float
    ) -> list[Gate]:
        """Wait for all gates, and return the gates that this request probes."""
        probed: list[Gate] = []
        try:
            while not all(gate.is_open or gate in probed for gate in gates):
                for gate in gates:
                    if gate not in probed:
                        await self._pass_one(gate, probed, operation, history, deadline)
        except BaseException:
            for gate in probed:
                gate.end_probe()
            raise
        return probed

    async def _pass_one(
        self, gate: Gate, probed: list[Gate], operation: AnyOperation, history: History, deadline: float
    ) -> None:
        is_pause = isinstance(gate, Pause)
        passage = await gate.enter(deadline if is_pause else min(deadline, _begin_patience(history)))
        if passage is Passage.PROBE:
            probed.append(gate)
        elif passage is Passage.NONE:
            raise NotAdmittedError(
                self._rate_limited(operation)
                if is_pause
                else history.last_error or fails_for_others(operation, self._failure)
            )

    def _rate_limited(self, operation: AnyOperation) -> RateLimitedError:
        told_s = max(pause.told_s for pause in self._cooldown.pauses_of(operation.kind))
        return RateLimitedError(
            operation.name, outcome=Outcome.NOT_SENT, retry_after_s=told_s, rate_limit=self._rate_limit
        )


def _begin_patience(history: History) -> float:
    """Return the end of the call's patience, in anyio's clock; it begins when the call first meets an outage."""
    if history.patient_until is None:
        history.patient_until = anyio.current_time() + PATIENCE_S
    return history.patient_until


def fails_for_others(operation: AnyOperation, failure: FreshdeskError | None) -> FreshdeskError:
    """Return the error of a request that was not sent because of the `failure` of another request."""
    about: dict[str, Any] = {"outcome": Outcome.NOT_SENT, "detail": FAILS_FOR_OTHERS}
    if isinstance(failure, UnreachableError):
        return UnreachableError(operation.name, reason=failure.reason, **about)
    return ServerFailureError(operation.name, status=failure.status if failure else None, **about)
