"""Any answer gives each operation a reply or one of our errors, without secrets in either."""

import base64
import json
import math
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
import trio
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from mcp_types import CallToolResult

from faults.stack import KNOWN
from freshdesk_mcp_server.errors import FreshdeskError, Outcome
from freshdesk_mcp_server.gateway import Reply, open_gateway
from freshdesk_mcp_server.gateway.pagination import next_page_from
from freshdesk_mcp_server.telemetry.events import AttemptFinished, Event
from freshdesk_mcp_server.tools.kit.error_result import error_result, error_shape
from freshdesk_mcp_server.tools.tickets.results import list_result, ticket_result
from support.gateways import API_KEY, settings_for_tests
from support.operations import ROWS, call_on
from support.tickets import ticket_body, ticket_url
from support.virtual_time import virtual_clock

# trio warns of an unfinished generator, and httpx leaves one when a body cannot be decoded.
pytestmark = [
    pytest.mark.filterwarnings("ignore:Async generator 'httpx\\.:ResourceWarning"),
    pytest.mark.slow("generated answers"),
]

BASIC = base64.b64encode(f"{API_KEY}:X".encode()).decode()
SETTINGS = settings(
    max_examples=50,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
"""The same examples in every run."""
OUR_SETTINGS = settings_for_tests()


# --- Answers -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Answer:
    status: int
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""

    def __call__(self, _: httpx.Request) -> httpx.Response:
        # A stream is decoded where an answer from the network would be.
        return httpx.Response(self.status, headers=self.headers, stream=httpx.ByteStream(self.body))


def json_answer(status: int, value: object, **headers: str) -> Answer:
    return Answer(
        status, [(name.encode(), text.encode()) for name, text in headers.items()], json.dumps(value).encode()
    )


STATUSES = st.one_of(
    st.sampled_from([200, 201, 202, 203, 204, 205, 206, 207, 226, 299]),
    st.sampled_from([300, 301, 302, 304, 307, 308, 399, 400, 401, 402, 403, 404, 405, 406, 409, 415, 429]),
    st.sampled_from([418, 422, 451, 499, 500, 501, 502, 503, 504, 520, 524, 530, 599]),
    st.integers(200, 599),
)
AWKWARD = ["", " ", "\x00", "\u2028", "\u202e", "\x1b[31m", "cut in half: \ud83d", "<b>", "\ufeff", "x" * 1000, "null"]
TIMES = [
    *("2026-03-02T09:00:00Z", "2026-03-02", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "now"),
    *("2026-02-30T00:00:00Z", "2026-03-02T09:00:00.123456789Z", "20260302T090000Z"),
]
NUMBERS = [0, -1, 7, 2**63, 10**30, 1.5, 1e308, math.nan, math.inf, -math.inf]
PLAIN = st.one_of(
    st.sampled_from([None, True, False, *NUMBERS, *AWKWARD, *TIMES]), st.integers(), st.floats(), st.text(max_size=20)
)
VALUES = st.one_of(
    PLAIN,
    st.lists(PLAIN, max_size=3),
    st.dictionaries(st.one_of(st.sampled_from([*AWKWARD, "id", "name"]), st.text(max_size=5)), PLAIN, max_size=3),
    st.sampled_from([[[[]]], {"": {"": [{}]}}, [None, [None]], [{"id": 1, "name": "a", "size": "b"}]]),
)
NAMES = st.sampled_from([*ticket_body(), "deleted", "stats", "name", "x"])
WHOLE_TICKETS = st.builds(
    lambda changes, missing: {name: value for name, value in (ticket_body(id=7) | changes).items() if name != missing},
    st.dictionaries(NAMES, VALUES, max_size=3),
    st.one_of(st.none(), NAMES),
)
REFUSALS = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(["message", "code", "description"], VALUES),
        "errors": st.one_of(
            VALUES,
            st.lists(st.dictionaries(st.sampled_from(["field", "message", "code"]), VALUES, max_size=3), max_size=25),
        ),
    },
)
BODIES = st.one_of(
    st.binary(max_size=60),
    st.one_of(VALUES, WHOLE_TICKETS, st.lists(WHOLE_TICKETS, max_size=3), REFUSALS).map(
        lambda value: json.dumps(value).encode()
    ),
    WHOLE_TICKETS.map(lambda ticket: json.dumps(ticket).encode()[:-20]),
    st.sampled_from(
        [
            *(
                b"",
                b" ",
                b"null",
                b"[]",
                b"{}",
                b"[null]",
                b'"',
                b"\xff\xfe",
                b"\xef\xbb\xbf{}",
                b"<html>",
                b"[" * 5000,
            ),
            *(b'{"id":1e400}', b'{"id":NaN}', b'{"id":' + b"9" * 5000 + b"}", b'{"id":1,"id":2}', b'{"id":true}'),
            *(b'{"id":' * 3000 + b"1" + b"}" * 3000, b'{"message":"' + b"x" * 100_000 + b'"}'),
        ]
    ),
)
VISIBLE = st.binary(max_size=30).map(lambda raw: bytes(c for c in raw if c == 9 or 32 <= c != 127))
"""A value of a header that h11 accepts."""
NAMED_VALUES: dict[bytes, list[bytes]] = {
    b"Retry-After": [
        *(b"0", b"1", b"1.5", b"30", b"-1", b"1e9", b"1e999", b"nan", b"inf", b"9" * 9, b"9" * 400, b"\xb2", b"soon"),
        *(b"Mon, 02 Mar 2026 09:00:00 GMT", b"Fri, 31 Dec 9999 23:59:59 GMT", b"Mon, 01 Jan 0001 00:00:00 +2359"),
        *(b"Mon, 02 Mar 2026 09:00:00 +9999", b"Mon, 02 Mar 99999 09:00:00 GMT", b"2 Mar 26 25:61:61", b"1 1 1 1:1"),
    ],
    b"Date": [
        *(b"Mon, 02 Mar 2026 09:00:00 GMT", b"Fri, 31 Dec 9999 23:59:59 GMT", b"Mon, 01 Jan 0001 00:00:00 GMT"),
        *(b"Fri, 31 Dec 9999 23:59:59 -2359", b"Mon, 01 Jan 0001 00:00:00 +2359", b"now", b"0"),
    ],
    b"Link": [
        *(b'<https://acme.freshdesk.com/api/v2/tickets?page=2>; rel="next"', b'<>; rel="next"', b"<"),
        *(b'<http://[::1>; rel="next"', b'<?page=\xb2>; rel="next"', b'<?page=-1>; rel="next"'),
    ],
    b"X-Request-Id": [b"r-1", b"\xff", b"a b", b"x" * 65],
    b"Content-Type": [
        b"application/json",
        b"text/html; charset=utf-7",
        b"application/json; charset=",
        b"a/b; charset=x",
    ],
    b"Content-Encoding": [b"gzip", b"deflate", b"br", b"zstd", b"gzip, gzip", b"identity", b"\xff"],
    b"X-RateLimit-Total": [b"700.0", b"50", b"-1", b"nan", b"1e999"],
    b"X-RateLimit-Remaining": [b"699.0", b"0", b"nan"],
    b"Location": [b"https://acme.freshdesk.com/login", b"//", b"\xff", b"http://[", b""],
    b"Set-Cookie": [b"a=b; domain=acme.freshdesk.com", b"\xff", b";;;"],
    b"Transfer-Encoding": [b"chunked"],
}
HEADERS = st.lists(
    st.sampled_from([*NAMED_VALUES]).flatmap(
        lambda name: st.tuples(st.just(name), st.one_of(st.sampled_from(NAMED_VALUES[name]), VISIBLE))
    ),
    max_size=5,
)
ANY_ANSWER = st.builds(Answer, STATUSES, HEADERS, BODIES)
SUCCESS = st.builds(
    lambda status, headers, value: Answer(status, headers, json.dumps(value).encode()),
    st.sampled_from([200, 201]),
    HEADERS.map(lambda headers: [header for header in headers if header[0] != b"Content-Encoding"]),
    st.one_of(WHOLE_TICKETS, st.lists(WHOLE_TICKETS, max_size=2)),
)
ANSWERS = st.lists(st.one_of(ANY_ANSWER, SUCCESS), min_size=1, max_size=3)


# --- Properties --------------------------------------------------------------------------------------------------


def ending_of(operation: str, answers: list[Answer]) -> tuple[Reply[Any] | FreshdeskError, list[Event]]:
    """Return the end of a call and its events; `answers` come in turn, over and over."""
    events: list[Event] = []
    left: list[Answer] = []

    def answer(request: httpx.Request) -> httpx.Response:
        if not left:
            left.extend(answers)
        return left.pop(0)(request)

    async def run() -> Reply[Any] | FreshdeskError:
        transport = httpx.MockTransport(answer)
        async with open_gateway(OUR_SETTINGS, events.append, transport=transport) as gateway:
            try:
                return await call_on(gateway, ROWS[operation].operation)
            except FreshdeskError as error:
                return error

    ending = trio.run(run, clock=virtual_clock())
    return ending, events


@pytest.mark.parametrize("operation", ROWS)
@SETTINGS
@given(answers=ANSWERS)
@example(answers=[Answer(204)])
@example(answers=[Answer(304)])
@example(answers=[json_answer(429, {}, **{"Retry-After": "9" * 9})])
@example(answers=[json_answer(400, {"errors": [{"field": "email", "code": "invalid_value"}]})])
@example(answers=[Answer(200, [(b"Content-Encoding", b"gzip")], b"x")])
@example(answers=[json_answer(200, ticket_body()), json_answer(200, [ticket_body()])])
@example(answers=[json_answer(201, ticket_body())])
@example(answers=[Answer(500), json_answer(200, [ticket_body(subject="s", description="d")], Date="nonsense")])
def test_any_answer_ends_in_a_reply_or_in_one_of_our_errors(operation: str, answers: list[Answer]) -> None:
    ending, events = ending_of(operation, answers)
    if isinstance(ending, FreshdeskError):
        check_error(ending)
    else:
        check_reply(operation, ending)
    assert not any(secret in repr(events) for secret in (API_KEY, BASIC, KNOWN))
    assert any(isinstance(event, AttemptFinished) for event in events)


def check_error(error: FreshdeskError) -> None:
    shape = error_shape(error)
    written = json.dumps(shape)
    check_result(error_result(error))
    assert error.retry_after_s is None or 0 <= error.retry_after_s < math.inf
    assert isinstance(error.outcome, Outcome)
    assert error.hint
    assert error.attempts >= 1
    assert len(written) < 30_000  # a model reads all of it
    shown = [written, error.message, str(error), repr(error), error.hint, repr(error.fields), repr(error.__cause__)]
    for text in shown:
        assert not any(secret in text for secret in (API_KEY, BASIC, KNOWN))


def check_reply(operation: str, reply: Reply[Any]) -> None:
    """Check that the reply can be shown, and sent to a client."""
    page = next_page_from(reply.headers)
    assert page is None or page >= 1
    if operation == "list_tickets":
        result = list_result(reply.value, ticket_url, page=1, next_page=page, notes=[])
    elif operation in ("get_ticket", "update_ticket", "create_ticket"):
        result = ticket_result(reply.value, ticket_url, recovered=reply.recovered)
    else:
        return
    check_result(result)


def check_result(result: CallToolResult) -> None:
    """Check that a transport can write the result, as valid JSON."""

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is no JSON")

    assert json.loads(result.model_dump_json(), parse_constant=refuse)


@pytest.mark.parametrize("value", [*AWKWARD, *TIMES, *NUMBERS])
def test_an_awkward_value_in_a_ticket_can_be_sent_to_a_client(value: object) -> None:
    given = ticket_body(
        id=7,
        **dict.fromkeys(["subject", "description", "description_text", "type", "due_by", "email_config_id"], value),
        tags=[value],
        custom_fields={"cf_any": value, "cf_list": [value], "cf_deep": {"x": {str(value): value}}},
        attachments=[{"name": value, "size": 1}],
    )
    one, _ = ending_of("get_ticket", [json_answer(200, given)])
    assert isinstance(one, Reply)
    check_reply("get_ticket", one)
    several, _ = ending_of("list_tickets", [json_answer(200, [given])])
    assert isinstance(several, Reply)
    check_reply("list_tickets", several)


@pytest.mark.parametrize("said", [API_KEY, BASIC], ids=["as it is", "as it is sent"])
@pytest.mark.parametrize("status", [400, 401, 407, 503])
def test_an_answer_that_repeats_the_key_puts_it_into_no_error(status: int, said: str) -> None:
    problem = {"field": said, "message": f"what is {said}?", "code": said}
    answer = json_answer(
        status, {"message": f"the key {said} is wrong", "code": said, "errors": [problem]}, **{"X-Request-Id": said}
    )
    ending, events = ending_of("get_ticket", [answer])
    assert isinstance(ending, FreshdeskError)
    check_error(ending)
    assert said not in repr(events)
