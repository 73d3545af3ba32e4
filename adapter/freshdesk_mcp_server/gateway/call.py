"""The loop around every call of a generated function: one deadline, translated attempts, a retry decision, events."""

import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import anyio

from freshdesk_client import Client
from freshdesk_client.models import ApiError
from freshdesk_client.types import Response
from freshdesk_mcp_server.errors import FreshdeskError
from freshdesk_mcp_server.gateway.attempt import Attempt, attempt_in_progress
from freshdesk_mcp_server.gateway.operation import Operation
from freshdesk_mcp_server.gateway.retry import RetryDecision, decide
from freshdesk_mcp_server.gateway.translate import error_from_exception, unreadable_reply
from freshdesk_mcp_server.telemetry.events import AttemptFinished, Observer


@dataclass(frozen=True, slots=True)
class CallLimits:
    """How long one call may take in all, waits included, in seconds, and how many requests it may send."""

    deadline_s: float
    max_attempts: int


@dataclass(frozen=True, slots=True)
class Reply[T]:
    """A readable 2xx answer: the parsed value, the headers, and how many requests it took."""

    value: T
    headers: Mapping[str, str]
    attempts: int


class Gateway:
    """The only way to Freshdesk, for one account."""

    def __init__(self, client: Client, limits: CallLimits, observer: Observer) -> None:
        self._client = client
        self._limits = limits
        self._observer = observer

    async def call[T](
        self, operation: Operation, send: Callable[[Client], Awaitable[Response[ApiError | T]]]
    ) -> Reply[T]:
        """Call a generated function, again if need be and harm cannot be done, and give its answer or one error.

        `send` calls the generated ``asyncio_detailed`` of `operation` with the client it is handed; it is called once
        for each attempt.

        Raises:
            FreshdeskError: Whatever went wrong on the way or at Freshdesk, once it is final.
        """
        deadline = anyio.current_time() + self._limits.deadline_s
        number = 0
        while True:
            number += 1
            started = anyio.current_time()
            attempt = Attempt(operation, number, time_left_s=deadline - started)
            try:
                reply = await self._attempt(attempt, send)
            except FreshdeskError as error:
                error.attempts = number
                decision = self._decide(error, attempt, deadline - anyio.current_time())
                self._tell(attempt, started, error, decision)
                if not decision.repeat:
                    raise
                await anyio.sleep(decision.wait_s)
            else:
                self._tell(attempt, started)
                return reply

    async def _attempt[T](
        self, attempt: Attempt, send: Callable[[Client], Awaitable[Response[ApiError | T]]]
    ) -> Reply[T]:
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
        if isinstance(value, ApiError) or not attempt.operation.is_readable(value):
            raise unreadable_reply(attempt)
        return Reply(value, response.headers, attempt.number)  # type: ignore[arg-type]  # is_readable has seen to None

    def _decide(self, error: FreshdeskError, attempt: Attempt, time_left_s: float) -> RetryDecision:
        return decide(
            error,
            attempt=attempt.number,
            max_attempts=self._limits.max_attempts,
            time_left_s=time_left_s,
            jitter=random.random(),  # noqa: S311  # spreads callers in time; nothing secret
        )

    def _tell(
        self,
        attempt: Attempt,
        started: float,
        error: FreshdeskError | None = None,
        decision: RetryDecision | None = None,
    ) -> None:
        self._observer(
            AttemptFinished(
                operation=attempt.operation.name,
                attempt=attempt.number,
                duration_s=anyio.current_time() - started,
                status=attempt.status,
                request_id=attempt.request_id,
                code=error.code if error else None,
                retry_in_s=decision.wait_s if decision and decision.repeat else None,
            )
        )
