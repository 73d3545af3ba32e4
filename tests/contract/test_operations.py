"""Each operation against the wire: the exact request, success, every error status, and awkward answers.

Bodies come from the examples of the specification. The repetition of requests is in test_repetition.
"""

import base64
import gzip
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import respx

from freshdesk_client import Client
from freshdesk_client.api.tickets import create_ticket, get_ticket, list_tickets, update_ticket
from freshdesk_client.models import (
    OrderType,
    Ticket,
    TicketCreate,
    TicketFilter,
    TicketOrderBy,
    TicketUpdate,
)
from freshdesk_client.types import Response
from freshdesk_mcp_server import __version__
from freshdesk_mcp_server.errors import (
    AuthenticationFailedError,
    ConflictError,
    FeatureUnavailableError,
    FieldProblem,
    ForbiddenError,
    ForeignReplyError,
    FreshdeskError,
    MethodNotAllowedError,
    NotFoundError,
    Outcome,
    RateLimitedError,
    ReplyTooLargeError,
    ServerFailureError,
    UnexpectedStatusError,
    UnreadableReplyError,
    UnsupportedMediaTypeError,
    ValidationFailedError,
)
from freshdesk_mcp_server.gateway import Gateway, Reply, open_gateway
from freshdesk_mcp_server.gateway.client import LARGEST_ANSWER, LARGEST_REFUSAL
from freshdesk_mcp_server.gateway.operation import AnyOperation, Effect
from freshdesk_mcp_server.gateway.operations.agents import GET_CURRENT_AGENT
from freshdesk_mcp_server.gateway.operations.tickets import (
    CREATE_TICKET,
    DELETE_TICKET,
    GET_TICKET,
    LIST_TICKETS,
    UPDATE_TICKET,
)
from freshdesk_mcp_server.gateway.structure import MOST_PARTS, MOST_VALUES
from freshdesk_mcp_server.telemetry.events import Event
from freshdesk_mcp_server.transports.probes import Reachability
from support.gateways import API_KEY, API_URL, gateway_over, settings_for_tests
from support.operations import TABLE, Row, example
from support.specification import SPECIFICATION

pytestmark = pytest.mark.anyio

type Json = dict[str, Any]
type Answer = Callable[[httpx.Request], httpx.Response]

RESPONSES: Json = SPECIFICATION["components"]["responses"]
EXAMPLES: Json = SPECIFICATION["components"]["examples"]
REQUEST_ID = "0d1c7a52-5a07-4cf0-9a3e-8b0de61f9f42"

CREATED: Json = example("TicketCreated")
VIEWED: Json = example("TicketViewed")
EMBEDDED: Json = EXAMPLES["TicketWithEmbeds"]["value"] | {"id": 2**53}
UPDATED: Json = example("TicketUpdated")
PAGE: list[Json] = EXAMPLES["TicketPage"]["value"]
ME: Json = EXAMPLES["AgentMe"]["value"]


@dataclass(frozen=True)
class Case:
    """One operation: its call, the request that the call must make, and a good answer."""

    operation: AnyOperation
    send: Callable[[Client], Awaitable[Response[Any]]]
    method: str
    path: str
    answer: httpx.Response
    value: Any
    query: str = ""
    body: Json | None = None

    @property
    def url(self) -> str:
        return f"{API_URL}{self.path}"

    @classmethod
    def of(cls, row: Row) -> "Case":
        """Return the case of a row of the table."""
        answer = httpx.Response(row.status) if row.answer is None else httpx.Response(row.status, json=row.answer)
        return cls(row.operation, row.send, row.method, row.path, answer, row.value, row.query, row.body)

    async def call(self, gateway: Gateway) -> Reply[Any]:
        return await gateway.call(self.operation, self.send)


JSON = {"Content-Type": "application/json"}
"""The headers of an answer of Freshdesk's that has a body."""
BASIC_CASES = [Case.of(row) for row in TABLE]
BY_NAME = {case.operation.name: case for case in BASIC_CASES}
CREATE, GET, UPDATE, DELETE, LIST, CURRENT_AGENT = (
    BY_NAME[one.name]
    for one in (CREATE_TICKET, GET_TICKET, UPDATE_TICKET, DELETE_TICKET, LIST_TICKETS, GET_CURRENT_AGENT)
)
MORE: Json = {
    "type": "Incident",
    "source": 3,
    "responder_id": 2**53,
    "group_id": 12,
    "due_by": "2026-03-05T09:00:00Z",
    "custom_fields": {"cf_floor": 3, "cf_serial": "B-77", "cf_on_site": True, "cf_remark": None},
}
CREATE_WITH_ALL = Case(
    CREATE_TICKET,
    lambda client: create_ticket.asyncio_detailed(
        client=client,
        body=TicketCreate.from_dict(
            {"subject": "x", "description": "y", "email": "ada@example.com", "name": "Ada", "status": 2, "priority": 1}
            | MORE
        ),
    ),
    *("POST", "/tickets"),
    answer=httpx.Response(201, json=CREATED, headers={"Location": f"{API_URL}/tickets/7"}),
    value=Ticket.from_dict(CREATED),
    body={"subject": "x", "description": "y", "email": "ada@example.com", "name": "Ada", "status": 2, "priority": 1}
    | MORE,
)
GET_WITH_EMBEDS = Case(
    GET_TICKET,
    lambda client: get_ticket.asyncio_detailed(2**53, client=client, include="conversations,requester,company,stats"),
    *("GET", "/tickets/9007199254740992"),
    answer=httpx.Response(200, json=EMBEDDED),
    value=Ticket.from_dict(EMBEDDED),
    query="include=conversations%2Crequester%2Ccompany%2Cstats",
)
UPDATE_WITH_ALL = Case(
    UPDATE_TICKET,
    lambda client: update_ticket.asyncio_detailed(
        7, client=client, body=TicketUpdate.from_dict({"subject": "x", "cc_emails": ["bob@example.com"]} | MORE)
    ),
    *("PUT", "/tickets/7"),
    answer=httpx.Response(200, json=UPDATED),
    value=Ticket.from_dict(UPDATED),
    body={"subject": "x", "cc_emails": ["bob@example.com"]} | MORE,
)
LIST_WITH_ALL = Case(
    LIST_TICKETS,
    lambda client: list_tickets.asyncio_detailed(
        client=client,
        filter_=TicketFilter.DELETED,
        requester_id=2**53,
        email="ada+1@example.com",
        company_id=311,
        updated_since="2026-03-01T00:00:00Z",
        order_by=TicketOrderBy.UPDATED_AT,
        order_type=OrderType.ASC,
        include="requester,stats",
        page=2,
        per_page=100,
    ),
    *("GET", "/tickets"),
    answer=httpx.Response(200, json=[]),
    value=[],
    query="filter=deleted&requester_id=9007199254740992&email=ada%2B1%40example.com&company_id=311"
    "&updated_since=2026-03-01T00%3A00%3A00Z&order_by=updated_at&order_type=asc&include=requester%2Cstats"
    "&page=2&per_page=100",
)
CASES = [*BASIC_CASES, CREATE_WITH_ALL, GET_WITH_EMBEDS, UPDATE_WITH_ALL, LIST_WITH_ALL]
WITH_ANSWER = [Case.of(row) for row in TABLE if row.answer is not None]
OF_ONE_TICKET = [CREATE, GET, UPDATE, CURRENT_AGENT]


def cases(rows: list[Case]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", rows, ids=[row.operation.name for row in rows])


@asynccontextmanager
async def gateway_over_the_network(**given: object) -> AsyncIterator[Gateway]:
    """Yield a gateway as in production; respx replaces the network."""
    async with open_gateway(settings_for_tests(**given), ignore) as gateway:
        yield gateway


def ignore(_: Event) -> None:
    """Drop the event: no test here reads events."""


async def reply_to(case: Case, answer: Answer) -> Reply[Any]:
    async with gateway_over(answer, max_attempts=1) as gateway:
        return await case.call(gateway)


async def error_of(case: Case, answer: httpx.Response | Answer) -> FreshdeskError:
    """Return the error of the call; a response may be given once only."""
    handler = answer if callable(answer) else lambda _: answer
    with pytest.raises(FreshdeskError) as caught:
        await reply_to(case, handler)
    assert caught.value.operation == case.operation.name
    return caught.value


def outcome_if_foreign(case: Case) -> Outcome:
    return Outcome.REFUSED if case.operation.effect is Effect.READ else Outcome.UNKNOWN


def outcome_if_applied(case: Case) -> Outcome:
    return Outcome.REFUSED if case.operation.effect is Effect.READ else Outcome.APPLIED


async def in_chunks(content: bytes, size: int = 1024 * 1024) -> AsyncIterator[bytes]:
    for start in range(0, len(content), size):
        yield content[start : start + size]


@cases(CASES)
async def test_the_request_is_exactly_this(wire: respx.MockRouter, case: Case) -> None:
    route = wire.route(method=case.method, url__startswith=case.url).mock(return_value=case.answer)
    async with gateway_over_the_network() as gateway:
        await case.call(gateway)

    request = route.calls.last.request
    assert (request.method, str(request.url)) == (case.method, case.url + (f"?{case.query}" if case.query else ""))
    assert request.headers["Authorization"] == "Basic " + base64.b64encode(f"{API_KEY}:X".encode()).decode()
    assert request.headers["Accept"] == "application/json"
    assert request.headers["Accept-Encoding"] == "gzip"
    assert request.headers["User-Agent"] == f"freshdesk-mcp-server/{__version__}"
    assert request.headers["Host"] == "acme.freshdesk.com"
    assert "Cookie" not in request.headers
    if case.body is None:
        assert request.content == b""
        assert "Content-Type" not in request.headers
    else:
        assert json.loads(request.content) == case.body
        assert request.headers["Content-Type"] == "application/json"
    assert route.call_count == 1


@cases(CASES)
async def test_a_good_answer_is_parsed(wire: respx.MockRouter, case: Case) -> None:
    wire.route(method=case.method, url__startswith=case.url).mock(return_value=case.answer)
    async with gateway_over_the_network() as gateway:
        reply = await case.call(gateway)
    assert (reply.value, reply.attempts) == (case.value, 1)
    assert reply.headers.items() >= case.answer.headers.items()


@cases(BASIC_CASES)
async def test_a_cookie_is_not_sent_back(wire: respx.MockRouter, case: Case) -> None:
    cookies = [("Set-Cookie", "_x_w=7; path=/"), ("Set-Cookie", "s=1; domain=freshdesk.com; secure")]
    answer = httpx.Response(case.answer.status_code, content=case.answer.content, headers=cookies)
    refused = httpx.Response(401, headers=cookies)
    route = wire.route(method=case.method, url=case.url).mock(side_effect=[answer, refused, case.answer])
    async with gateway_over_the_network() as gateway:
        await case.call(gateway)
        with pytest.raises(AuthenticationFailedError):
            await case.call(gateway)
        await case.call(gateway)
    assert ["Cookie" in call.request.headers for call in route.calls] == [False, False, False]


BY_STATUS: dict[int, tuple[str, type[FreshdeskError]]] = {
    400: ("BadRequest", ValidationFailedError),
    401: ("Unauthorized", AuthenticationFailedError),
    403: ("Forbidden", ForbiddenError),
    404: ("NotFound", NotFoundError),
    405: ("MethodNotAllowed", MethodNotAllowedError),
    406: ("NotAcceptable", UnexpectedStatusError),
    409: ("Conflict", ConflictError),
    415: ("UnsupportedMediaType", UnsupportedMediaTypeError),
    429: ("TooManyRequests", RateLimitedError),
    500: ("InternalServerError", ServerFailureError),
    502: ("BadGateway", ServerFailureError),
    503: ("ServiceUnavailable", ServerFailureError),
    504: ("GatewayTimeout", ServerFailureError),
}
BY_CODE: dict[str, type[FreshdeskError]] = {"require_feature": FeatureUnavailableError}
EXAMPLES_BY_STATUS = [
    (status, EXAMPLES[example["$ref"].rpartition("/")[2]]["value"] if "$ref" in example else example["value"])
    for status, (name, _) in BY_STATUS.items()
    for example in RESPONSES[name]["content"]["application/json"]["examples"].values()
]


def owner_told(row: Json) -> str:
    """Return the addition to a message about a value that another contact has."""
    owner = row.get("additional_info", {}).get("user_id")
    return f" (contact or agent {owner} has it)" if owner else ""


def test_every_documented_error_status_has_a_row() -> None:
    documented = {
        status
        for path in SPECIFICATION["paths"].values()
        for operation in path.values()
        if "operationId" in operation
        for status in operation["responses"]
        if not status.startswith("2")
    }
    assert {str(status) for status in BY_STATUS} == documented


@pytest.mark.parametrize(("status", "body"), EXAMPLES_BY_STATUS)
@cases(BASIC_CASES)
async def test_every_documented_error_becomes_its_class(case: Case, status: int, body: Json) -> None:
    headers = {"X-Request-Id": REQUEST_ID, "Retry-After": "34"}
    error = await error_of(case, httpx.Response(status, json=body, headers=headers))

    assert type(error) is BY_CODE.get(body.get("code", ""), BY_STATUS[status][1])
    assert (error.operation, error.status, error.request_id) == (case.operation.name, status, REQUEST_ID)
    assert error.fields == tuple(
        FieldProblem(row["field"], row["code"], row["message"] + owner_told(row)) for row in body.get("errors", [])
    )
    assert (f'Freshdesk says: "{body["message"]}"' in error.message) if body.get("message") else True
    assert error.retry_after_s == (34.0 if status in (429, 500, 502, 503, 504) else None)
    is_unknown = status >= 500 and case.operation.effect is not Effect.READ
    assert (error.outcome, error.attempts) == (Outcome.UNKNOWN if is_unknown else Outcome.REFUSED, 1)


HTML = "<html><body><h1>marked-value</h1></body></html>"


@pytest.mark.parametrize(
    ("status", "answer", "error_class"),
    [
        (404, {"text": " ", "headers": {"Content-Type": "application/json"}}, NotFoundError),
        (404, {"html": HTML}, NotFoundError),
        (401, {"html": HTML}, AuthenticationFailedError),
        (403, {"json": ["marked-value"]}, ForbiddenError),
        (400, {"content": b'{"errors": [{"field": "em'}, ValidationFailedError),
        (502, {"html": HTML}, ServerFailureError),
        (503, {"content": b""}, ServerFailureError),
        (520, {"html": HTML}, ServerFailureError),
        (500, {"content": b"\xff\xfe\x00"}, ServerFailureError),
        (500, {"content": b"[" * 100_000}, ServerFailureError),
        (429, {"text": "marked-value", "headers": {"Retry-After": "soon"}}, RateLimitedError),
        (429, {"content": b"", "headers": {"Retry-After": "-1"}}, RateLimitedError),
        (418, {"text": "marked-value"}, UnexpectedStatusError),
        (302, {"html": HTML, "headers": {"Location": "https://acme.freshdesk.com/login"}}, UnexpectedStatusError),
        (301, {"headers": {"Location": "https://evil.example/"}}, UnexpectedStatusError),
        (304, {}, UnexpectedStatusError),
    ],
)
@cases(BASIC_CASES)
async def test_an_awkward_error_says_as_much_as_its_status(
    case: Case, status: int, answer: Json, error_class: type[FreshdeskError]
) -> None:
    requests: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(status, **answer)

    error = await error_of(case, handler)
    assert type(error) is error_class
    own = case.operation.guidance.refusals.get(error.code)
    summary = own.summary if own else error_class.summary
    assert (error.message, error.status, error.retry_after_s) == (summary, status, None)
    assert len(requests) == 1


@pytest.mark.parametrize(
    "content",
    [
        b"null",
        b"true",
        b"7",
        b'"text"',
        b"[]",
        b"[1]",
        b"{}",
        b'{"message": "fine"}',
        b'{"id": null}',
        b'{"id": "7"}',
        b'{"id": true}',
        b'{"id": 7.0}',
        b'{"id": 7',
        b'{"id": 7}{"id": 8}',
        b'{"id": 7, "subject": "\xff"}',
        b"[" * 100_000,
        b'{"id": 7, "custom_fields":' * 10_000,
    ],
)
@cases(OF_ONE_TICKET)
async def test_a_success_that_is_not_what_the_specification_says_is_unreadable(case: Case, content: bytes) -> None:
    error = await error_of(case, httpx.Response(case.answer.status_code, content=content, headers=JSON))
    assert type(error) is UnreadableReplyError
    assert (error.message, error.outcome) == (UnreadableReplyError.summary, outcome_if_applied(case))
    assert error.status == case.answer.status_code


@pytest.mark.parametrize(
    ("content", "headers"),
    [
        (b"", {"Content-Type": "application/json"}),
        (b" ", {"Content-Type": "application/json"}),
        (HTML.encode(), {"Content-Type": "application/json"}),
        (HTML.encode(), {"Content-Type": "text/html; charset=utf-8"}),
        (b"Welcome", {"Content-Type": "text/plain"}),
        (b'{"id": "7"}', {"Content-Type": "text/html"}),
        (b'{"id": "7"}', {}),
        (b"", {}),
    ],
)
@cases(OF_ONE_TICKET)
async def test_a_success_that_is_not_in_the_form_of_freshdesk_s_proves_nothing(
    case: Case, content: bytes, headers: dict[str, str]
) -> None:
    error = await error_of(case, httpx.Response(case.answer.status_code, content=content, headers=headers))
    assert (type(error), error.message) == (ForeignReplyError, ForeignReplyError.summary)
    assert (error.outcome, error.status) == (outcome_if_foreign(case), case.answer.status_code)
    assert error.hint.endswith(ForeignReplyError.advice)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"null",
        b"7",
        b"{}",
        b" {} ",
        b'""',
        b'"text"',
        b'{"id": 7}',
        b'{"tickets": []}',
        b"[null]",
        b"[7]",
        b"[[]]",
        b"[{}]",
        b'[{"id": 7}, {"id": "8"}]',
        b'[{"id": 7}',
        b"[" * 100_000,
        HTML.encode(),
    ],
)
async def test_a_list_of_anything_but_tickets_is_unreadable(content: bytes) -> None:
    error = await error_of(LIST, httpx.Response(200, content=content, headers=JSON))
    is_json = content != b"" and not content.startswith(b"<")
    error_class = UnreadableReplyError if is_json else ForeignReplyError
    assert (type(error), error.outcome) == (error_class, Outcome.REFUSED)


@pytest.mark.parametrize("status", [202, 204, 206])
@cases(WITH_ANSWER)
async def test_a_success_without_the_answer_that_it_should_have_proves_nothing(case: Case, status: int) -> None:
    error = await error_of(case, httpx.Response(status, headers=JSON))
    assert (type(error), error.outcome) == (ForeignReplyError, outcome_if_foreign(case))
    assert error.status == status


async def test_a_deletion_needs_no_answer_but_an_empty_204() -> None:
    assert (await reply_to(DELETE, lambda _: httpx.Response(204, text=" "))).value is True


@pytest.mark.parametrize(("status", "text"), [(200, ""), (202, " "), (205, ""), (200, "{}"), (204, HTML)])
async def test_a_success_other_than_an_empty_204_proves_no_deletion(status: int, text: str) -> None:
    error = await error_of(DELETE, httpx.Response(status, text=text, headers=JSON))
    assert (type(error), error.outcome) == (ForeignReplyError, Outcome.UNKNOWN)


@pytest.mark.parametrize("content_type", [None, "text/plain", "text/html; charset=utf-16", "nonsense", ""])
@cases(WITH_ANSWER)
async def test_the_body_counts_and_not_its_content_type(case: Case, content_type: str | None) -> None:
    headers = {} if content_type is None else {"Content-Type": content_type}
    answer = httpx.Response(case.answer.status_code, content=case.answer.content, headers=headers)
    assert (await reply_to(case, lambda _: answer)).value == case.value


@cases(WITH_ANSWER)
async def test_a_compressed_answer_is_read(case: Case) -> None:
    content, headers = gzip.compress(case.answer.content), {"Content-Encoding": "gzip"}
    answer = httpx.Response(case.answer.status_code, content=in_chunks(content, 7), headers=headers)
    assert (await reply_to(case, lambda _: answer)).value == case.value


@pytest.mark.parametrize("content", [b"this is not gzip", gzip.compress(b"{}")[:12] + b"broken"])
@cases(WITH_ANSWER)
async def test_a_broken_encoding_is_unreadable(case: Case, content: bytes) -> None:
    headers = JSON | {"Content-Encoding": "gzip"}
    answer = httpx.Response(case.answer.status_code, content=in_chunks(content), headers=headers)
    error = await error_of(case, answer)
    assert (type(error), error.outcome) == (UnreadableReplyError, outcome_if_applied(case))


@cases(BASIC_CASES)
async def test_an_error_with_a_broken_encoding_says_as_much_as_its_status(case: Case) -> None:
    headers = {"Content-Encoding": "gzip", "X-Request-Id": REQUEST_ID}
    error = await error_of(case, httpx.Response(403, content=in_chunks(b"this is not gzip"), headers=headers))
    assert (type(error), error.request_id, error.message) == (ForbiddenError, REQUEST_ID, ForbiddenError.summary)


@cases(WITH_ANSWER)
async def test_an_answer_may_be_as_large_as_the_limit(case: Case) -> None:
    content = case.answer.content.ljust(LARGEST_ANSWER)
    answer = httpx.Response(case.answer.status_code, content=in_chunks(content))
    assert (await reply_to(case, lambda _: answer)).value == case.value


@pytest.mark.parametrize(
    ("pack", "headers"), [(bytes, {}), (gzip.compress, {"Content-Encoding": "gzip"})], ids=["plain", "packed"]
)
@cases(WITH_ANSWER)
async def test_after_an_answer_larger_than_the_limit_a_model_is_told_to_ask_for_less(
    case: Case, pack: Callable[[bytes], bytes], headers: dict[str, str]
) -> None:
    content = pack(case.answer.content.ljust(LARGEST_ANSWER + 1))
    error = await error_of(
        case, httpx.Response(case.answer.status_code, content=in_chunks(content), headers=JSON | headers)
    )
    assert (type(error), error.outcome) == (ReplyTooLargeError, outcome_if_applied(case))
    assert "too large" in error.message
    if error.outcome is Outcome.REFUSED:
        assert all(words in error.hint for words in ("fewer per page", "without description"))


async def test_an_answer_larger_than_the_limit_does_not_make_freshdesk_look_unreachable() -> None:
    seen = Reachability()
    transport = httpx.MockTransport(lambda _: httpx.Response(200, content=in_chunks(bytes(LARGEST_ANSWER + 1))))
    async with open_gateway(settings_for_tests(), seen, transport=transport) as gateway:
        with pytest.raises(ReplyTooLargeError):
            await GET.call(gateway)
    assert (seen.code, seen.problem) == ("reply_too_large", None)


async def test_an_endless_answer_is_given_up_at_the_limit() -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 1024 * 1024
            yield b" " * (1024 * 1024)

    assert type(await error_of(GET, httpx.Response(200, content=endless()))) is ReplyTooLargeError
    assert sent == LARGEST_ANSWER + 1024 * 1024


@pytest.mark.parametrize("depth", [101, 256, 1000, 3000, 100_000])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"x":', "}"), ('[{"x":', "}]"), ("[[],", "]")])
async def test_an_answer_that_is_nested_too_deeply_to_be_sent_on_is_unreadable(
    opening: str, closing: str, depth: int
) -> None:
    content = f'{{"id": 7, "custom_fields": {{"cf": {opening * depth}7{closing * depth}}}}}'
    assert type(await error_of(GET, httpx.Response(200, text=content, headers=JSON))) is UnreadableReplyError


async def test_numbers_of_millions_of_digits_are_unreadable_or_read() -> None:
    digits = "9" * 2_000_000
    assert (
        type(await error_of(GET, httpx.Response(200, text=f'{{"id": {digits}}}', headers=JSON))) is UnreadableReplyError
    )
    long = httpx.Response(200, text=f'{{"id": 7, "x": 1.{digits}}}', headers=JSON)
    assert (await reply_to(GET, lambda _: long)).value.id == 7


@pytest.mark.parametrize("part", ["{}", '{"id":7}', '{"id":7,"tags":[]}', "[]", '{"subject":"[{[{"}'])
async def test_an_answer_of_very_many_parts_is_not_even_parsed(part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(httpx.Response, "json", lambda _: pytest.fail("it was parsed"))
    listed = f"[{','.join([part] * (MOST_PARTS + 1))}]"
    embedded = f'{{"id": 7, "conversations": {listed}}}'
    assert type(await error_of(LIST, httpx.Response(200, text=listed))) is ReplyTooLargeError
    assert type(await error_of(GET, httpx.Response(200, text=embedded))) is ReplyTooLargeError


@pytest.mark.parametrize("value", ["1", "null", '"a"', '""', "-1.5e3", "true", '"[{,"', r'"\"\\"'])
@pytest.mark.parametrize("form", ['{{"id": 7, "tags": [{}]}}', '{{"id": 7, "tags": [[{}],[]]}}'])
async def test_an_answer_of_very_many_values_is_not_even_parsed(
    form: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(httpx.Response, "json", lambda _: pytest.fail("it was parsed"))
    answer = httpx.Response(200, text=form.format(",".join([value] * (MOST_VALUES + 2))))
    assert type(await error_of(GET, answer)) is ReplyTooLargeError


async def test_an_answer_of_very_many_names_is_not_even_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(httpx.Response, "json", lambda _: pytest.fail("it was parsed"))
    fields = ",".join(f'"{number}":0' for number in range(MOST_VALUES + 2))
    answer = httpx.Response(200, text=f'{{"id": 7, "custom_fields": {{{fields}}}}}')
    assert type(await error_of(GET, answer)) is ReplyTooLargeError


async def test_as_many_values_as_there_may_be_are_read() -> None:
    tags = ["a,"] * (MOST_VALUES - 1)
    assert (await reply_to(GET, lambda _: httpx.Response(200, json={"id": 7, "tags": tags}))).value.tags == tags


async def test_brackets_in_texts_are_not_parts() -> None:
    text = '{[\\"{[' * MOST_PARTS
    listed = await reply_to(LIST, lambda _: httpx.Response(200, json=[{"id": 7, "subject": text}]))
    assert [ticket.subject for ticket in listed.value] == [text]


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "packed"])
async def test_an_error_larger_than_its_smaller_limit_says_as_much_as_its_status(
    pack: Callable[[bytes], bytes],
) -> None:
    sent = 0

    async def sending(body: bytes) -> AsyncIterator[bytes]:
        nonlocal sent
        for start in range(0, len(body), 100):
            sent += 100
            yield body[start : start + 100]

    headers = {"Content-Encoding": "gzip"} if pack is gzip.compress else {}
    told = b'{"message": "marked-value"}'
    small, large = pack(told.ljust(LARGEST_REFUSAL)), pack(told.ljust(LARGEST_ANSWER))
    error = await error_of(GET, httpx.Response(502, content=sending(small), headers=headers))
    assert "marked-value" in error.message
    sent = 0
    error = await error_of(GET, httpx.Response(502, content=sending(large), headers=headers))
    assert (type(error), error.message) == (ServerFailureError, ServerFailureError.summary)
    assert sent <= LARGEST_REFUSAL + 100
