"""Deletions that find the ticket gone after an unsure attempt, in virtual time."""

import json

import httpx
import pytest

from freshdesk_mcp_server.errors import FreshdeskError, MethodNotAllowedError, NotFoundError, Outcome
from freshdesk_mcp_server.gateway.operations.tickets import DELETE_TICKET, UPDATE_TICKET
from support.answers import Answer, Upstream, body_lost, fails, status
from support.operations import call, error_of

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("virtual_time")]


UNSURE = [status(503), fails(httpx.ReadError), body_lost(503)]
IN_TRASH = status(200, content=b'{"id": 7, "deleted": true}')
NOT_IN_TRASH = status(200, content=b'{"id": 7, "spam": true}')


@pytest.mark.parametrize("code", [404, 405])
@pytest.mark.parametrize("unsure", UNSURE)
async def test_a_ticket_that_is_in_the_trash_after_an_unsure_attempt_was_deleted(unsure: Answer, code: int) -> None:
    upstream = Upstream(unsure, status(code), IN_TRASH)
    reply = await call(DELETE_TICKET, upstream)
    assert (reply.recovered, reply.attempts, len(upstream.requests)) == (True, 2, 3)


OTHER_IN_TRASH = status(200, content=b'{"id": 8, "deleted": true}', Content_Type="application/json")


@pytest.mark.parametrize("read", [status(404), status(403), status(200, content=b"{"), OTHER_IN_TRASH])
@pytest.mark.parametrize("unsure", UNSURE)
async def test_a_ticket_that_is_not_shown_may_never_have_existed(unsure: Answer, read: Answer) -> None:
    error = await error_of(DELETE_TICKET, Upstream(unsure, status(404), read))
    assert (type(error), error.outcome, error.attempts) == (NotFoundError, Outcome.UNKNOWN, 2)


@pytest.mark.parametrize("unsure", UNSURE)
async def test_a_ticket_that_is_shown_outside_of_the_trash_was_not_deleted(unsure: Answer) -> None:
    error = await error_of(DELETE_TICKET, Upstream(unsure, status(405), NOT_IN_TRASH))
    assert (type(error), error.outcome, error.attempts) == (MethodNotAllowedError, Outcome.REFUSED, 2)


@pytest.mark.parametrize(("code", "error_class"), [(404, NotFoundError), (405, MethodNotAllowedError)])
@pytest.mark.parametrize("first", [status(429), fails(httpx.ConnectError), fails(httpx.PoolTimeout)])
async def test_a_ticket_that_was_gone_before_was_not_deleted(
    first: Answer, code: int, error_class: type[FreshdeskError]
) -> None:
    error = await error_of(DELETE_TICKET, Upstream(first, status(code)))
    assert (type(error), error.outcome, error.attempts) == (error_class, Outcome.REFUSED, 2)


async def test_only_a_deletion_is_done_by_a_ticket_that_is_gone() -> None:
    error = await error_of(UPDATE_TICKET, Upstream(status(503), status(404)))
    assert (type(error), error.outcome) == (NotFoundError, Outcome.UNKNOWN)


@pytest.mark.parametrize("code", [200, 202, 205])
@pytest.mark.parametrize(("is_in_trash", "outcome"), [(True, None), (False, Outcome.UNKNOWN)])
async def test_a_success_that_proves_no_deletion_has_the_ticket_read(
    code: int, outcome: Outcome | None, *, is_in_trash: bool
) -> None:
    upstream = Upstream(status(code), status(200, content=json.dumps({"id": 7, "deleted": is_in_trash}).encode()))
    if outcome is None:
        assert (await call(DELETE_TICKET, upstream)).recovered
    else:
        assert (await error_of(DELETE_TICKET, upstream)).outcome is outcome
    assert [request.method for request in upstream.requests] == ["DELETE", "GET"]
