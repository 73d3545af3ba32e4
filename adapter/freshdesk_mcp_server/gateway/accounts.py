"""Many accounts in one process: a gateway for each, opened when a request first names it.

Each has its own connections, cooldown, concurrency cap and claims, because each is a `Gateway` of its own; nothing is
shared but the code. Which account a request names is in a context variable: concurrent requests run in tasks of their
own and never see each other's.
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
"""Accounts whose gateway stays open although no call uses it; the least recently used ones beyond are closed."""
MOST_CONNECTIONS = 400
"""Of all accounts together: each is an open file, and no account knows of the others."""

type OpenAccount = Callable[[Account], AbstractAsyncContextManager[Gateway]]

_TOO_MANY = "All accounts of this server together have as many calls under way as it takes."

_account: ContextVar[Account] = ContextVar("account")


@contextmanager
def account_in_use(account: Account) -> Iterator[None]:
    """Make `account` the one that all calls in this task are about."""
    token = _account.set(account)
    try:
        yield
    finally:
        _account.reset(token)


def current_account() -> Account:
    """The account that the request under way has named; a LookupError outside of one is a defect."""
    return _account.get()


@dataclass(slots=True)
class _Open:
    """An open gateway, what closes it, and how many calls use it.

    `connections` is the most calls that it ever had at a time: its pool has no more, and keeps them.
    """

    gateway: Gateway
    context: AbstractAsyncContextManager[Gateway]
    users: int = 0
    connections: int = 0

    def enter(self) -> None:
        """One call more."""
        self.users += 1
        self.connections = max(self.connections, self.users)


class AccountsGateway:
    """A `Gateway` for whichever account the request under way has named."""

    def __init__(self, open_account: OpenAccount, most_idle: int, most_connections: int) -> None:
        self._open_account = open_account
        self._most_idle = most_idle
        self._most_connections = most_connections
        self._open: OrderedDict[Account, _Open] = OrderedDict()
        self._opening = anyio.Lock()

    async def call[T](self, operation: Operation[T], send: Send, *, recovery: Begin[T] | None = None) -> Reply[T]:
        """`Gateway.call`, on the account of the request."""
        async with self._gateway(operation.name) as gateway:
            return await gateway.call(operation, send, recovery=recovery)

    def interrupt(self) -> None:
        """`Gateway.interrupt`, on every account."""
        for entry in self._open.values():
            entry.gateway.interrupt()

    async def close(self) -> None:
        """Close every gateway."""
        with anyio.CancelScope(shield=True):
            await self._close_idle(most=0)

    @asynccontextmanager
    async def _gateway(self, operation: str) -> AsyncIterator[Gateway]:
        """The gateway of the request's account, which stays open as long as it is in use.

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
        """See to it that `account` may have one connection more, if its next call needs one."""
        entry = self._open.get(account)
        if entry is not None and entry.users < entry.connections:
            return
        # The last quarter is for accounts without a call, so that a few busy ones do not shut out all others.
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
"""The way to one account, or to the one that the request under way has named."""


@asynccontextmanager
async def open_accounts_gateway(
    open_account: OpenAccount, *, most_idle: int = MOST_IDLE, most_connections: int = MOST_CONNECTIONS
) -> AsyncIterator[AccountsGateway]:
    """A gateway to many accounts, each opened by `open_account` when it is first named."""
    gateway = AccountsGateway(open_account, most_idle, most_connections)
    try:
        yield gateway
    finally:
        await gateway.close()
