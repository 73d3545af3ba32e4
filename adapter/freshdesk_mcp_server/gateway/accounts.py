"""Many accounts in one process: a gateway for each, opened when a tool call first names the account.

Accounts share no connections, cooldowns, limits or claims, since each has its own `Gateway`. A context variable holds
the account of a tool call: concurrent tool calls run in separate tasks and never see each other's account.
"""

from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

import anyio

from freshdesk_mcp_server.errors import Outcome, OverloadedError
from freshdesk_mcp_server.gateway.gateway import Gateway
from freshdesk_mcp_server.gateway.operation import Operation
from freshdesk_mcp_server.gateway.recovery import Begin, Send
from freshdesk_mcp_server.gateway.reply import Reply
from freshdesk_mcp_server.settings import Account

MOST_IDLE = 100
"""Idle accounts whose gateways stay open. The least recently used ones beyond that number are closed."""
MOST_CONNECTIONS = 400
"""Connections of all accounts together: each is an open file, and no account knows of the others."""

type OpenAccount = Callable[[Account], AbstractAsyncContextManager[Gateway]]

_TOO_MANY = "All accounts of this server together have as many calls under way as it takes."

_account: ContextVar[Account] = ContextVar("account")


@contextmanager
def account_in_use(account: Account) -> Iterator[None]:
    """Make `account` the account of all calls in this task."""
    token = _account.set(account)
    try:
        yield
    finally:
        _account.reset(token)


def current_account() -> Account:
    """Return the account of the tool call under way.

    Raises:
        LookupError: No tool call is under way in this task, which is a defect.
    """
    return _account.get()


@dataclass(slots=True)
class _Open:
    """An open gateway, the context that closes it, and the number of calls that use it.

    `connections` is the highest number of simultaneous calls so far: the pool keeps at most as many connections.
    """

    gateway: Gateway
    context: AbstractAsyncContextManager[Gateway]
    users: int = 0
    connections: int = 0

    def enter(self) -> None:
        """Count one more call."""
        self.users += 1
        self.connections = max(self.connections, self.users)


class AccountsGateway:
    """A `Gateway` for the account of the tool call under way."""

    def __init__(self, open_account: OpenAccount, most_idle: int, most_connections: int) -> None:
        self._open_account = open_account
        self._most_idle = most_idle
        self._most_connections = most_connections
        self._open: OrderedDict[Account, _Open] = OrderedDict()
        self._opening = anyio.Lock()

    async def call[T](self, operation: Operation[T], send: Send, *, recovery: Begin[T] | None = None) -> Reply[T]:
        """Make the call as `Gateway.call` does, on the account of the tool call."""
        async with self._gateway(operation.name) as gateway:
            return await gateway.call(operation, send, recovery=recovery)

    def interrupt(self) -> None:
        """Interrupt the calls of every account, as `Gateway.interrupt` does."""
        for entry in self._open.values():
            entry.gateway.interrupt()

    async def close(self) -> None:
        """Close every gateway."""
        with anyio.CancelScope(shield=True):
            await self._close_idle(most=0)

    @asynccontextmanager
    async def _gateway(self, operation: str) -> AsyncIterator[Gateway]:
        """Yield the gateway of the tool call's account, which stays open as long as it is in use.

        Raises:
            OverloadedError: All accounts together have too many calls under way.
        """
        account = current_account()
        async with self._opening:
            await self._make_room(account, operation)
            if account not in self._open:
                context = self._open_account(account)
                self._open[account] = _Open(await context.__aenter__(), context)
            entry = self._open[account]
            entry.enter()
        self._open.move_to_end(account)
        try:
            yield entry.gateway
        finally:
            entry.users -= 1
            with anyio.CancelScope(shield=True):
                await self._close_idle(most=self._most_idle)

    async def _make_room(self, account: Account, operation: str) -> None:
        """Close idle gateways until `account` may have one more connection, if its next call needs one.

        Raises:
            OverloadedError: All gateways that are left are in use.
        """
        entry = self._open.get(account)
        if entry is not None and entry.users < entry.connections:
            return
        # A few busy accounts would shut out all others without a quarter for accounts that have no call.
        most = self._most_connections * 3 // 4 if entry is not None and entry.users else self._most_connections
        idle = [one for one, held in self._open.items() if not held.users and one != account]
        while sum(held.connections for held in self._open.values()) >= most and idle:
            await self._close(idle.pop(0))
        if sum(held.connections for held in self._open.values()) >= most:
            raise OverloadedError(operation, outcome=Outcome.NOT_SENT, detail=_TOO_MANY)

    async def _close_idle(self, *, most: int) -> None:
        idle = [account for account, entry in self._open.items() if not entry.users]
        for account in idle[: max(0, len(idle) - most)]:
            await self._close(account)

    async def _close(self, account: Account) -> None:
        entry = self._open.pop(account, None)
        if entry is not None:
            with anyio.CancelScope(shield=True):
                await entry.context.__aexit__(None, None, None)


type AnyGateway = Gateway | AccountsGateway
"""The gateway of one account, or of the account that the tool call under way names."""


@asynccontextmanager
async def open_accounts_gateway(
    open_account: OpenAccount, *, most_idle: int = MOST_IDLE, most_connections: int = MOST_CONNECTIONS
) -> AsyncIterator[AccountsGateway]:
    """Yield a gateway to many accounts; `open_account` opens each when a tool call first names it."""
    gateway = AccountsGateway(open_account, most_idle, most_connections)
    try:
        yield gateway
    finally:
        await gateway.close()
