"""Results that did not reach their callers, in virtual time."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import anyio
import pytest
from mcp.server.auth.middleware.auth_context import auth_context_var
from mcp.server.auth.middleware.bearer_auth import AuthenticatedUser
from mcp.server.auth.provider import AccessToken

from freshdesk_mcp_server.errors import FreshdeskError, Outcome, ReplyLostError, ValidationFailedError
from freshdesk_mcp_server.gateway import Reply
from freshdesk_mcp_server.tools.kit.undelivered import KEPT_S, MOST_KEPT, Delivery, Take, Undelivered, delivered_by

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("virtual_time")]

ASKED = {"subject": "No toner", "email": "ada@example.com"}


class Desk:
    """Makes a thing with each call, in a second that no cancellation shortens; or raises `error`."""

    def __init__(self, error: FreshdeskError | None = None) -> None:
        self.undelivered = Undelivered()
        self._turn = anyio.Lock()
        self.made = 0
        self._error = error

    async def _make(self, kept: Take[int]) -> Reply[int]:
        async with self._turn:
            if (reply := kept()) is not None:
                return reply
            with anyio.CancelScope(shield=True):
                await anyio.sleep(1)
        self.made += 1
        if self._error:
            raise self._error
        return Reply(self.made, {}, 1)

    async def call(self, arguments: dict[str, Any] = ASKED, operation: str = "create_ticket") -> tuple[int, bool]:
        reply = await self.undelivered.once(operation, arguments, self._make)
        return reply.value, reply.recovered

    async def call_and_leave(self, arguments: dict[str, Any] = ASKED) -> None:
        with anyio.move_on_after(0.5) as scope:
            await self.call(arguments)
        assert scope.cancelled_caught


@contextmanager
def caller(client_id: str, subject: str | None = None) -> Iterator[None]:
    token = AccessToken(token="x", client_id=client_id, scopes=[], subject=subject)
    reset = auth_context_var.set(AuthenticatedUser(token))
    try:
        yield
    finally:
        auth_context_var.reset(reset)


async def test_a_change_whose_result_reached_its_caller_is_made_again_on_request() -> None:
    desk = Desk()
    assert [await desk.call(), await desk.call()] == [(1, False), (2, False)]


async def test_the_result_of_a_cancelled_call_is_given_to_an_equal_call_once() -> None:
    desk = Desk()
    await desk.call_and_leave()
    assert [await desk.call(), await desk.call()] == [(1, True), (2, False)]


async def test_an_equal_call_that_comes_meanwhile_waits_for_the_result() -> None:
    desk, results = Desk(), list[tuple[int, bool]]()

    async def repeat() -> None:
        results.append(await desk.call())

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(desk.call_and_leave)
        await anyio.sleep(0.7)
        tasks.start_soon(repeat)
    assert (results, desk.made) == ([(1, True)], 1)


async def test_a_result_that_is_lost_a_second_time_is_kept_again() -> None:
    desk = Desk()
    await desk.call_and_leave()
    with anyio.CancelScope() as scope:
        scope.cancel()
        await desk.call()
    with delivered_by(Delivery(is_open=lambda: False)):
        assert await desk.call() == (1, True)
    assert await desk.call() == (1, True)
    assert desk.made == 1


@pytest.mark.parametrize("after_s", [KEPT_S + 1, 3600])
async def test_an_undelivered_result_is_kept_for_a_minute(after_s: float) -> None:
    desk = Desk()
    await desk.call_and_leave()
    await anyio.sleep(after_s)
    assert await desk.call() == (2, False)


@pytest.mark.parametrize("other", [{}, ASKED | {"subject": "No ink"}, ASKED | {"tags": ["a"]}])
async def test_a_call_that_differs_in_anything_is_another(other: dict[str, Any]) -> None:
    desk = Desk()
    await desk.call_and_leave()
    assert await desk.call(other) == (2, False)
    assert await desk.call(operation="add_note") == (3, False)


async def test_a_result_is_given_to_its_own_caller_only() -> None:
    desk = Desk()
    with caller("token-1", "ada@acme"):
        await desk.call_and_leave()
    for other in (("token-2", "ada@acme"), ("token-1", "bob@acme"), ("token-1", None)):
        with caller(*other):
            assert (await desk.call())[1] is False
    assert (await desk.call())[1] is False
    with caller("token-1", "ada@acme"):
        assert await desk.call() == (1, True)


async def test_a_failure_that_may_have_made_the_change_is_kept_too() -> None:
    desk = Desk(ReplyLostError("create_ticket", outcome=Outcome.UNKNOWN))
    await desk.call_and_leave()
    with pytest.raises(ReplyLostError):
        await desk.call()
    assert desk.made == 1
    with pytest.raises(ReplyLostError):
        await desk.call()
    assert desk.made == 2


async def test_a_failure_that_made_nothing_is_not_kept() -> None:
    desk = Desk(ValidationFailedError("create_ticket", outcome=Outcome.REFUSED))
    await desk.call_and_leave()
    with pytest.raises(ValidationFailedError):
        await desk.call()
    assert desk.made == 2


async def test_a_result_whose_client_has_gone_before_its_last_byte_is_kept() -> None:
    desk, is_open = Desk(), True
    with delivered_by(Delivery(is_open=lambda: is_open)):
        assert await desk.call() == (1, False)
        is_open = False  # while the answer is written
    assert await desk.call() == (1, True)


async def test_a_result_that_was_sent_whole_is_not_kept() -> None:
    desk, is_open = Desk(), True
    with delivered_by(Delivery(is_open=lambda: is_open)):
        await desk.call()
    is_open = False
    assert await desk.call() == (2, False)


async def test_kept_results_are_bounded_and_the_oldest_are_forgotten() -> None:
    desk = Desk()
    for number in range(MOST_KEPT + 1):
        desk.undelivered._keep(f"{number}", Reply(number, {}, 1))
    assert len(desk.undelivered._kept) == MOST_KEPT
    assert "0" not in desk.undelivered._kept


async def test_no_words_of_a_request_are_kept() -> None:
    desk = Desk()
    await desk.call_and_leave()
    assert "toner" not in repr(desk.undelivered._kept)
