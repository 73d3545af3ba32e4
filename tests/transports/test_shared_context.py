"""`shared_context`: a context that every client enters, and that exists once."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager

import anyio
import anyio.lowlevel
import pytest

from freshdesk_mcp_server.server import shared_context

pytestmark = pytest.mark.anyio


class Resource:
    """A resource that counts its openings and closings; it can be made to fail at either."""

    def __init__(self) -> None:
        self.opened = self.closed = 0
        self.fails_to_open = self.fails_to_close = False

    @asynccontextmanager
    async def open(self) -> AsyncIterator[int]:
        await anyio.lowlevel.checkpoint()  # gives way, so that others may come in between
        if self.fails_to_open:
            raise ConnectionError("cannot be opened")
        self.opened += 1
        try:
            yield self.opened
        finally:
            await anyio.lowlevel.checkpoint()
            self.closed += 1
            if self.fails_to_close:
                raise ConnectionError("cannot be closed")


type Enter = Callable[[], AbstractAsyncContextManager[int]]


@pytest.fixture
def resource() -> Resource:
    return Resource()


@pytest.fixture
def enter(resource: Resource) -> Enter:
    return shared_context(resource.open)


async def test_no_context_is_made_before_the_first_user(resource: Resource, enter: Enter) -> None:
    enter()
    assert (resource.opened, resource.closed) == (0, 0)


async def test_many_users_at_a_time_get_the_same_context(resource: Resource, enter: Enter) -> None:
    values = []
    all_inside = anyio.Event()

    async def use() -> None:
        async with enter() as value:
            values.append(value)
            if len(values) == 20:
                all_inside.set()
            await all_inside.wait()

    async with anyio.create_task_group() as tasks:
        for _ in range(20):
            tasks.start_soon(use)
    assert values == [1] * 20
    assert (resource.opened, resource.closed) == (1, 1)


async def test_the_context_is_closed_after_the_last_user(resource: Resource, enter: Enter) -> None:
    first, second = enter(), enter()
    await first.__aenter__()
    await second.__aenter__()
    await first.__aexit__(None, None, None)
    assert resource.closed == 0
    await second.__aexit__(None, None, None)
    assert resource.closed == 1


async def test_a_user_after_the_last_gets_a_new_context(resource: Resource, enter: Enter) -> None:
    for expected in (1, 2):
        async with enter() as value, enter() as same:
            assert value == same == expected
    assert (resource.opened, resource.closed) == (2, 2)


async def test_a_user_during_the_close_gets_a_new_context(resource: Resource, enter: Enter) -> None:
    values = []

    async def use() -> None:
        async with enter() as value:
            values.append(value)

    async with AsyncExitStack() as stack:
        await stack.enter_async_context(enter())
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(stack.aclose)
            tasks.start_soon(use)
    assert values in ([1], [2])
    assert resource.opened == resource.closed == values[0]


async def test_a_failure_to_open_is_raised_and_the_next_user_tries_again(resource: Resource, enter: Enter) -> None:
    resource.fails_to_open = True
    for _ in range(2):
        with pytest.raises(ConnectionError, match="cannot be opened"):
            async with enter():
                pytest.fail("entered nothing")
    resource.fails_to_open = False
    async with enter() as value:
        assert value == 1
    assert (resource.opened, resource.closed) == (1, 1)


async def test_a_failure_to_close_is_raised_and_the_next_user_gets_a_new_context(
    resource: Resource, enter: Enter
) -> None:
    resource.fails_to_close = True
    with pytest.raises(ConnectionError, match="cannot be closed"):
        async with enter():
            pass
    resource.fails_to_close = False
    async with enter() as value:
        assert value == 2


async def test_a_user_that_fails_leaves_the_context_to_the_others(resource: Resource, enter: Enter) -> None:
    async with enter():
        with pytest.raises(ValueError, match="of the user"):
            async with enter():
                raise ValueError("of the user")
        assert resource.closed == 0
    assert resource.closed == 1


async def test_a_cancelled_user_closes_the_context(resource: Resource, enter: Enter) -> None:
    with anyio.CancelScope() as scope:
        async with enter():
            scope.cancel()
            await anyio.sleep_forever()
    assert (resource.opened, resource.closed) == (1, 1)


async def test_a_user_cancelled_while_another_opens_does_no_harm() -> None:
    opening, go_on = anyio.Event(), anyio.Event()
    closed = []

    @asynccontextmanager
    async def slow() -> AsyncIterator[str]:
        opening.set()
        await go_on.wait()
        yield "resource"
        closed.append(True)

    enter = shared_context(slow)

    async def use() -> None:
        async with enter() as value:
            assert value == "resource"

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(use)
        await opening.wait()
        with anyio.move_on_after(0) as scope:
            async with enter():
                pytest.fail("entered what is not open")
        assert scope.cancelled_caught
        go_on.set()
    assert closed == [True]
