"""The runtime of tools, in their MCP context: the gateway, the policy of the operator, the address of the account."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import anyio
from mcp.server.auth.middleware.auth_context import get_access_token
from mcp.server.mcpserver import Context
from mcp.shared.exceptions import MCPError

from freshdesk_mcp_server.errors import FreshdeskMCPError, ShuttingDownError
from freshdesk_mcp_server.gateway import AnyGateway
from freshdesk_mcp_server.gateway.translate import clean
from freshdesk_mcp_server.settings import Confirmation
from freshdesk_mcp_server.telemetry.events import CANCELLED, Event, Observer
from freshdesk_mcp_server.telemetry.tally import counting_requests
from freshdesk_mcp_server.tools.kit.choice import EVERYTHING, Choice
from freshdesk_mcp_server.tools.kit.undelivered import Undelivered

LONGEST_CLIENT = 60
MOST_QUESTIONS = 100
"""Questions to people that may be open at a time over connections; each waits for two minutes."""
PROTOCOL_ERROR = "protocol_error"
"""The code of a call whose client breaks its declaration; the model gets no result."""


class CallsUnderWay:
    """Counts the running tool calls, and ends them early when the server has to end."""

    def __init__(self) -> None:
        self._scopes: set[anyio.CancelScope] = set()
        self._none = anyio.Event()
        self._interruptions: list[Callable[[], None]] = []

    @property
    def count(self) -> int:
        """The number of running calls."""
        return len(self._scopes)

    @contextmanager
    def call(self) -> Iterator[None]:
        """Count a call for as long as the block lasts.

        Raises:
            ShuttingDownError: The server ends, and the call has not reached Freshdesk.
        """
        with anyio.CancelScope() as scope:
            self._scopes.add(scope)
            try:
                yield
            finally:
                self._scopes.discard(scope)
                if not self._scopes:
                    self._none.set()
                    self._none = anyio.Event()
        if scope.cancelled_caught:
            raise ShuttingDownError

    async def wait_for_none(self) -> None:
        """Wait until no call runs."""
        while self._scopes:
            await self._none.wait()

    @contextmanager
    def interrupted_by(self, interrupt: Callable[[], None]) -> Iterator[None]:
        """Register `interrupt`, which ends the work of calls elsewhere, each with an error of its own."""
        self._interruptions.append(interrupt)
        try:
            yield
        finally:
            self._interruptions.remove(interrupt)

    async def end(self, within_s: float) -> None:
        """End all running calls: those at Freshdesk with their known outcome, then the rest."""
        for interrupt in self._interruptions:
            interrupt()
        with anyio.move_on_after(within_s):
            await self.wait_for_none()
        for scope in [*self._scopes]:
            scope.cancel()


@dataclass(frozen=True, slots=True)
class ToolPolicy:
    """The limits that an operator sets to the tools.

    Attributes:
        confirm: The need of a person's confirmation before a deletion.
        choice: The tools that are granted.
    """

    confirm: Confirmation = Confirmation.ASK
    choice: Choice = EVERYTHING


@dataclass(frozen=True, slots=True)
class Runtime:
    """The parts of a server that live as long as the server: one gateway for any number of clients.

    `portal_url` gives the address of the account that the present request works on, without a slash at the end.
    `choice` is that of a client's stream (/sse), whose requests make none of their own.
    """

    gateway: AnyGateway
    portal_url: Callable[[], str]
    observer: Observer
    calls: CallsUnderWay = field(default_factory=CallsUnderWay)
    undelivered: Undelivered = field(default_factory=Undelivered)
    policy: ToolPolicy = field(default_factory=ToolPolicy)
    choice: Choice | None = None
    questions: anyio.Semaphore = field(default_factory=lambda: anyio.Semaphore(MOST_QUESTIONS))


@dataclass(slots=True)
class Ending:
    """The end of a call: `code` None is a success; the code that runs the call may set another."""

    code: str | None = None


ToolContext = Context[Runtime, Any]


def runtime_from(context: ToolContext) -> Runtime:
    """Return the runtime that the lifespan of the server made."""
    return context.request_context.lifespan_context


@contextmanager
def observed_call(context: ToolContext, create_event: Callable[..., Event]) -> Iterator[Ending]:
    """Observe a call for as long as the block, and report its end, its cost and its caller to the observer.

    `create_event` takes them by the names of the fields that `ToolCallFinished` and `TicketRead` have in common.
    """
    runtime = runtime_from(context)
    params = context.session.client_params
    token = get_access_token()
    ending = Ending()
    started = time.perf_counter()
    with runtime.calls.call(), counting_requests() as sent:
        try:
            yield ending
        except BaseException as error:
            ending.code = _code_of(error)
            raise
        finally:
            runtime.observer(
                create_event(
                    duration_s=time.perf_counter() - started,
                    code=ending.code,
                    attempts=sent.count,
                    freshdesk_request_id=sent.last_id,
                    client=clean(params.client_info.name)[:LONGEST_CLIENT] or None if params else None,
                    caller=token.client_id if token else None,
                )
            )


def _code_of(error: BaseException) -> str:
    if isinstance(error, FreshdeskMCPError):
        return error.code
    return PROTOCOL_ERROR if isinstance(error, MCPError) else CANCELLED
