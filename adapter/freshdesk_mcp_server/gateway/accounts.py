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

from freshdesk_client.models import Ticket
from freshdesk_mcp_server.gateway.call import Gateway
from freshdesk_mcp_server.gateway.operation import Operation
from freshdesk_mcp_server.gateway.recoveries.twins import Twin
from freshdesk_mcp_server.gateway.recovery import Send
from freshdesk_mcp_server.gateway.reply import Reply
from freshdesk_mcp_server.settings import Account

MOST_IDLE = 100
"""Accounts whose gateway stays open although no call uses it; the least recently used ones beyond are closed."""

type OpenAccount = Callable[[Account], AbstractAsyncContextManager[Gateway]]

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
    """An open gateway, what closes it, and how many calls use it."""

    gateway: Gateway
    context: AbstractAsyncContextManager[Gateway]
    users: int = 0


class AccountsGateway:
    """A `Gateway` for whichever account the request under way has named."""

    def __init__(self, open_account: OpenAccount, most_idle: int) -> None:
        self._open_account = open_account
        self._most_idle = most_idle
        self._open: OrderedDict[Account, _Open] = OrderedDict()
        self._opening = anyio.Lock()

    async def call[T](self, operation: Operation, send: Send[T]) -> Reply[T]:
        """`Gateway.call`, on the account of the request."""
        async with self._gateway() as gateway:
            return await gateway.call(operation, send)

    async def create_ticket(
        self, twin: Twin, send: Send[Ticket], *, kept: Callable[[], Reply[Ticket] | None] = lambda: None
    ) -> Reply[Ticket]:
        """`Gateway.create_ticket`, on the account of the request."""
        async with self._gateway() as gateway:
            return await gateway.create_ticket(twin, send, kept=kept)

    async def delete_ticket(self, ticket_id: int, send: Send[None]) -> Reply[None]:
        """`Gateway.delete_ticket`, on the account of the request."""
        async with self._gateway() as gateway:
            return await gateway.delete_ticket(ticket_id, send)

    def interrupt(self) -> None:
        """`Gateway.interrupt`, on every account."""
        for entry in self._open.values():
            entry.gateway.interrupt()

    async def close(self) -> None:
        """Close every gateway."""
        with anyio.CancelScope(shield=True):
            await self._close_idle(most=0)

    @asynccontextmanager
    async def _gateway(self) -> AsyncIterator[Gateway]:
        """The gateway of the request's account, which stays open as long as it is in use."""
        account = current_account()
        async with self._opening:
            if account not in self._open:
                context = self._open_account(account)
                self._open[account] = _Open(await context.__aenter__(), context)
            entry = self._open[account]
            entry.users += 1
        self._open.move_to_end(account)
        try:
            yield entry.gateway
        finally:
            entry.users -= 1
            with anyio.CancelScope(shield=True):
                await self._close_idle(most=self._most_idle)

    async def _close_idle(self, *, most: int) -> None:
        idle = [account for account, entry in self._open.items() if not entry.users]
        for account in idle[: max(0, len(idle) - most)]:
            entry = self._open.pop(account)
            await entry.context.__aexit__(None, None, None)


type AnyGateway = Gateway | AccountsGateway
"""The way to one account, or to the one that the request under way has named."""


@asynccontextmanager
async def open_accounts_gateway(
    open_account: OpenAccount, *, most_idle: int = MOST_IDLE
) -> AsyncIterator[AccountsGateway]:
    """A gateway to many accounts, each opened by `open_account` when it is first named."""
    gateway = AccountsGateway(open_account, most_idle)
    try:
        yield gateway
    finally:
        await gateway.close()
