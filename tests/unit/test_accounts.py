"""The gateway of each account: it is opened once, kept while in use, and closed when other accounts were used since."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio
import anyio.lowlevel
import pytest

from freshdesk_mcp_server.errors import Outcome, OverloadedError
from freshdesk_mcp_server.gateway import account_in_use, open_accounts_gateway
from freshdesk_mcp_server.gateway.accounts import OpenAccount
from freshdesk_mcp_server.gateway.operations.tickets import GET_TICKET
from freshdesk_mcp_server.settings import Account, parse_account

pytestmark = pytest.mark.anyio

ACME, GLOBEX, INITECH = (parse_account(name, f"key-of-{name}") for name in ("acme", "globex", "initech"))


class Book:
    """The order of openings and closings, and gateways that answer with their account once they may."""

    def __init__(self) -> None:
        self.entries: list[tuple[str, str]] = []
        self.may_answer = anyio.Event()

    @asynccontextmanager
    async def open(self, account: Account) -> AsyncIterator[Any]:
        name = account.domain.partition(".")[0]
        self.entries.append(("open", name))
        await anyio.lowlevel.checkpoint()
        yield _Named(name, self.may_answer)
        self.entries.append(("close", name))


class _Named:
    def __init__(self, name: str, may_answer: anyio.Event) -> None:
        self.name = name
        self.may_answer = may_answer

    async def call(self, *_: object, recovery: object = None) -> str:
        assert recovery is None
        await self.may_answer.wait()
        return self.name


async def whose(gateway: Any, account: Account) -> str:
    with account_in_use(account):
        answer: str = await gateway.call(GET_TICKET, None)
        return answer


def book_that_answers() -> tuple[Book, OpenAccount]:
    book = Book()
    book.may_answer.set()
    return book, book.open


async def test_each_call_goes_to_the_account_of_its_task() -> None:
    _, open_account = book_that_answers()
    answers: list[tuple[Account, str]] = []

    async def ask(account: Account) -> None:
        answers.append((account, await whose(gateway, account)))

    async with open_accounts_gateway(open_account) as gateway, anyio.create_task_group() as tasks:
        for account in (ACME, GLOBEX, INITECH) * 20:
            tasks.start_soon(ask, account)
    assert len(answers) == 60
    assert all(account.domain == f"{name}.freshdesk.com" for account, name in answers)


async def test_an_account_is_opened_once_and_closed_at_the_end() -> None:
    book, open_account = book_that_answers()
    async with open_accounts_gateway(open_account) as gateway, anyio.create_task_group() as tasks:
        for _ in range(10):
            tasks.start_soon(whose, gateway, ACME)
    assert book.entries == [("open", "acme"), ("close", "acme")]


async def test_each_key_to_an_account_has_a_gateway_of_its_own() -> None:
    book, open_account = book_that_answers()
    async with open_accounts_gateway(open_account) as gateway:
        await whose(gateway, ACME)
        await whose(gateway, parse_account("acme", "another-key"))
    assert book.entries.count(("open", "acme")) == 2


async def test_the_least_recently_used_account_is_closed() -> None:
    book, open_account = book_that_answers()
    async with open_accounts_gateway(open_account, most_idle=2) as gateway:
        for account in (ACME, GLOBEX, ACME, INITECH):
            await whose(gateway, account)
        assert book.entries[-1] == ("close", "globex")
        await whose(gateway, GLOBEX)
        assert book.entries[-2:] == [("open", "globex"), ("close", "acme")]


async def test_an_account_in_use_is_never_closed() -> None:
    book = Book()
    async with open_accounts_gateway(book.open, most_idle=0) as gateway, anyio.create_task_group() as tasks:
        for account in (ACME, ACME, GLOBEX):
            tasks.start_soon(whose, gateway, account)
        await anyio.wait_all_tasks_blocked()
        assert book.entries == [("open", "acme"), ("open", "globex")]
        book.may_answer.set()
    assert sorted(book.entries[2:]) == [("close", "acme"), ("close", "globex")]


async def test_idle_accounts_are_closed_for_the_connections_of_another() -> None:
    book, open_account = book_that_answers()
    async with open_accounts_gateway(open_account, most_connections=2) as gateway:
        for account in (ACME, GLOBEX, ACME, INITECH):
            await whose(gateway, account)
        assert book.entries[-2:] == [("close", "globex"), ("open", "initech")]


async def test_all_accounts_together_have_a_bound_on_connections() -> None:
    book = Book()
    async with open_accounts_gateway(book.open, most_connections=2) as gateway:
        async with anyio.create_task_group() as tasks:
            for account in (ACME, GLOBEX):
                tasks.start_soon(whose, gateway, account)
            await anyio.wait_all_tasks_blocked()
            for account in (INITECH, ACME):
                with pytest.raises(OverloadedError, match="All accounts") as refused:
                    await whose(gateway, account)
                assert (refused.value.outcome, refused.value.retryable) == (Outcome.NOT_SENT, True)
            book.may_answer.set()
        assert await whose(gateway, INITECH) == "initech"


async def test_one_busy_account_leaves_connections_to_the_others() -> None:
    book = Book()
    async with open_accounts_gateway(book.open, most_connections=4) as gateway, anyio.create_task_group() as tasks:
        for _ in range(3):
            tasks.start_soon(whose, gateway, ACME)
        await anyio.wait_all_tasks_blocked()
        with pytest.raises(OverloadedError):
            await whose(gateway, ACME)
        tasks.start_soon(whose, gateway, GLOBEX)
        await anyio.wait_all_tasks_blocked()
        assert book.entries == [("open", "acme"), ("open", "globex")]
        book.may_answer.set()


async def test_a_call_that_is_cancelled_leaves_nothing_in_use() -> None:
    book = Book()
    async with open_accounts_gateway(book.open, most_idle=0) as gateway:
        with anyio.move_on_after(0):
            await whose(gateway, ACME)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(whose, gateway, ACME)
            await anyio.wait_all_tasks_blocked()
            tasks.cancel_scope.cancel()
        assert book.entries[-1] == ("close", "acme")


async def test_a_call_outside_of_a_tool_call_is_a_defect() -> None:
    _, open_account = book_that_answers()
    async with open_accounts_gateway(open_account) as gateway:
        with pytest.raises(LookupError):
            await gateway.call(GET_TICKET, None)  # type: ignore[arg-type]  # never sent
