"""Texts of errors: nothing of a request or an answer is in them."""

import traceback

import pytest

from freshdesk_mcp_server.gateway.operation import AnyOperation
from support.answers import MARK, Answer, Upstream, body_lost, silent, status, unreadable
from support.failures import NOT_ACTED_ON, OF_UNKNOWN_FATE, faults
from support.gateways import API_KEY
from support.operations import EMAIL, MARKED, WITH_ANSWER, each, error_of

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("virtual_time")]


LEAKS: list[tuple[str, Answer]] = [
    *((name, fault) for name, fault, _ in NOT_ACTED_ON),
    *((name, fault) for name, fault, _ in OF_UNKNOWN_FATE),
    ("marked body of an error", status(403, content=MARKED)),
    ("marked text of an error", status(502, content=f"<html>{MARK}".encode())),
    ("marked headers of an error", status(302, Location=f"https://acme.freshdesk.com/{MARK}", X_Request_Id=f"{MARK}@")),
    ("marked body that is unreadable", unreadable(MARKED)),
    ("marked body that is no JSON", unreadable(MARK.encode())),
    ("marked body that is no text", unreadable(MARK.encode() + b"\xff")),
    ("marked body that was lost", body_lost()),
    ("no answer", silent),
]


@faults(LEAKS, ("fault",))
@each(WITH_ANSWER)
async def test_a_logged_error_holds_no_words_of_a_request_or_an_answer(operation: AnyOperation, fault: Answer) -> None:
    error = await error_of(operation, Upstream(fault))
    logged = "".join([*traceback.format_exception(error), str(error), repr(error), error.hint])
    for secret in (MARK, EMAIL, API_KEY, "https://", "acme.freshdesk.com"):
        assert secret not in logged
