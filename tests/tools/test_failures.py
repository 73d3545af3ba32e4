"""The error that a model gets when a call fails: one structured shape, also in the text, without internal facts."""

import json
from typing import Any

import httpx
import jsonschema
import pytest
from structlog.testing import capture_logs

from freshdesk_mcp_server.telemetry.events import AttemptFinished, Event, RetryScheduled, ToolCallFinished
from support.tickets import ticket_body
from support.tools import client_over, data_of, error_of, text_of

pytestmark = pytest.mark.anyio

CREATE = {"subject": "Broken", "email": "ada@example.com"}


async def test_a_refusal_names_fields_status_and_request_id() -> None:
    problem = {
        "field": "custom_fields.plan",
        "message": "It should be one of these values: 'A,B'",
        "code": "invalid_value",
    }
    answer = httpx.Response(
        400, json={"description": "Validation failed", "errors": [problem]}, headers={"X-Request-Id": "req-1"}
    )
    async with client_over(lambda _: answer) as client:
        result = await client.call_tool("freshdesk_create_ticket", CREATE)
        schemas = {tool.name: tool.output_schema for tool in (await client.list_tools()).tools}
    error = error_of(result)
    assert error == {
        "code": "validation_failed",
        "message": "Freshdesk did not accept the values, and changed nothing.",
        "status": 400,
        "request_id": "req-1",
        "attempts": 1,
        "retryable": False,
        "outcome": "refused",
        "fields": [problem],
        "hint": "Correct the values that are named, and call again.",
    }
    schema = schemas["freshdesk_create_ticket"]
    assert schema is not None
    jsonschema.validate(result.structured_content, schema)
    assert text_of(result) == "\n".join(
        [
            "Error validation_failed: Freshdesk did not accept the values, and changed nothing.",
            "- custom_fields.plan: It should be one of these values: 'A,B' (invalid_value)",
            "Correct the values that are named, and call again.",
            "(status: 400, request_id: req-1, attempts: 1, retryable: false, outcome: refused)",
        ]
    )


async def test_a_create_of_unknown_fate_says_so_and_how_to_find_out() -> None:
    requests: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(request.method)
        return httpx.Response(502 if request.method == "POST" else 403, html="<html>Bad gateway</html>")

    async with client_over(answer) as client:
        error = error_of(await client.call_tool("freshdesk_create_ticket", CREATE))
    assert (error["code"], error["outcome"], error["retryable"]) == ("server_failure", "unknown", False)
    assert "freshdesk_list_tickets" in error["hint"]
    assert requests == ["POST", "GET"]


async def test_a_create_whose_answer_was_lost_is_found_and_reported_as_found() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            raise httpx.ReadError("lost", request=request)
        words = {"subject": "Broken", "description": "<div>Broken</div>", "source": 2}
        asked = {"requester": {"id": 5, "email": CREATE["email"]}, "tags": [], "status": 2, "priority": 1}
        found = ticket_body(**words, **asked, created_at="2026-03-02T12:00:30Z")
        return httpx.Response(200, json=[found] if request.url.path.endswith("/tickets") else found)

    async with client_over(answer) as client:
        result = await client.call_tool("freshdesk_create_ticket", CREATE)
    data = data_of(result)
    assert data["recovered"] is True
    assert data["ticket"]["id"] == 17
    assert "answer was lost" in text_of(result)


async def test_a_rate_limit_that_lasts_longer_than_the_call_fails_at_once_and_says_how_long() -> None:
    answer = httpx.Response(429, headers={"Retry-After": "120"}, json={"message": "slow down"})
    async with client_over(lambda _: answer) as client:
        error = error_of(await client.call_tool("freshdesk_get_ticket", {"ticket_id": 1}))
    assert error["code"] == "rate_limited"
    assert error["retry_after_s"] == 120.0
    assert error["retryable"] is True
    assert error["attempts"] == 1


async def test_a_defect_is_reported_without_its_text_and_logged_without_it() -> None:
    async def answer(request: httpx.Request) -> httpx.Response:
        raise ZeroDivisionError(f"secret {request.url}")

    with capture_logs() as logs:
        async with client_over(answer) as client:  # type: ignore[arg-type]  # an async handler is fine too
            result = await client.call_tool("freshdesk_get_ticket", {"ticket_id": 4711})
    assert error_of(result)["code"] == "internal_error"
    told = json.dumps([result.model_dump(mode="json"), logs], default=str)
    assert "ZeroDivisionError" in told
    assert "secret" not in told
    assert "4711" not in told


async def test_an_unreadable_success_of_a_create_says_that_it_was_made() -> None:
    headers = {"Content-Type": "application/json"}
    async with client_over(lambda _: httpx.Response(201, content=b'{"id": 17, "subj', headers=headers)) as client:
        error = error_of(await client.call_tool("freshdesk_create_ticket", CREATE))
    assert (error["code"], error["outcome"]) == ("unreadable_reply", "applied")


async def test_a_proxy_that_answers_everything_with_a_page_has_nothing_told_as_done() -> None:
    calls: dict[str, dict[str, Any]] = {
        "freshdesk_create_ticket": CREATE,
        "freshdesk_update_ticket": {"ticket_id": 17, "status": 4},
        "freshdesk_delete_ticket": {"ticket_id": 17},
    }
    async with client_over(lambda _: httpx.Response(200, html="<html>Sign in</html>")) as client:
        for tool, arguments in calls.items():
            error = error_of(await client.call_tool(tool, arguments))
            assert (error["code"], error["outcome"]) == ("foreign_reply", "unknown")
            assert "proxy" in error["hint"]


async def test_the_observer_hears_of_each_attempt_and_of_the_call() -> None:
    events: list[Event] = []
    answers = iter([httpx.Response(503, headers={"Retry-After": "0"}), httpx.Response(200, json=ticket_body())])
    async with client_over(lambda _: next(answers), events=events) as client:
        await client.call_tool("freshdesk_get_ticket", {"ticket_id": 17})
        await client.call_tool("freshdesk_get_ticket", {"ticket_id": "x"})
    attempts = [(event.attempt, event.code) for event in events if isinstance(event, AttemptFinished)]
    calls = [(event.tool, event.code) for event in events if isinstance(event, ToolCallFinished)]
    assert attempts == [(1, "server_failure"), (2, None)]
    assert [event.attempt for event in events if isinstance(event, RetryScheduled)] == [1]
    assert calls == [("freshdesk_get_ticket", None), ("freshdesk_get_ticket", "invalid_arguments")]
