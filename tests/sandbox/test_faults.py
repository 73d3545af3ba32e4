import gzip
import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable
from typing import Any

import anyio
import httpx
import pytest
from starlette.types import Message

from freshdesk_sandbox import API_KEY, ConnectionDropped, Fault, FaultPlan, Sandbox
from freshdesk_sandbox.faults import When
from sandbox.helpers import BASE_URL, Clock
from support.network import Network, network_to
from support.virtual_time import Backend

pytestmark = pytest.mark.anyio

LEAST = {"email": "new.person@example.com", "subject": "Late order", "description": "Where is it?"}


@pytest.fixture(params=["asyncio", "trio"])
def anyio_backend(request: pytest.FixtureRequest) -> str:
    """Both backends, since delays, drips and drops are asynchronous."""
    return str(request.param)


@pytest.fixture
async def api(sandbox: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(sandbox)
    async with httpx.AsyncClient(transport=transport, base_url=BASE_URL, auth=(API_KEY, "X")) as client:
        yield client


async def test_a_fault_is_served_as_often_as_planned_and_then_gone(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault(status=503, times=2))

    assert [(await api.get("/tickets/1")).status_code for _ in range(4)] == [503, 503, 200, 200]
    assert sandbox.statistics.faults_served == 2


async def test_faults_wait_for_the_request_they_are_for(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault(status=502, method="POST", path="/api/v2/tickets"))
    sandbox.faults.add(Fault(status=503, path="/api/v2/tickets/{id}"))

    assert (await api.get("/tickets")).status_code == 200
    assert (await api.get("/tickets/7")).status_code == 503
    assert (await api.post("/tickets", json=LEAST)).status_code == 502


@pytest.mark.parametrize(("when", "made"), [("before", 0), ("after", 1)])
@pytest.mark.parametrize("what", [{"status": 500}, {"body": "truncated"}, {"body": "html"}, {"drop": "before_answer"}])
async def test_an_effect_is_kept_only_when_the_fault_comes_after_it(
    api: httpx.AsyncClient, sandbox: Sandbox, when: When, made: int, what: dict[str, Any]
) -> None:
    before = len(sandbox.store.tickets)
    sandbox.faults.add(Fault(when=when, **what))

    try:
        await api.post("/tickets", json=LEAST)
    except ConnectionDropped:
        assert "drop" in what

    assert len(sandbox.store.tickets) == before + made
    assert sandbox.statistics.tickets_made == sandbox.statistics.contacts_made == made


async def test_updates_and_deletes_too_are_made_only_when_the_fault_comes_after(
    api: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    sandbox.faults.add(Fault(status=504, method="PUT", when="before"))
    await api.put("/tickets/31", json={"status": 3})
    assert (await api.get("/tickets/31")).json()["status"] == 8

    sandbox.faults.add(Fault(status=504, method="DELETE", when="before"))
    await api.delete("/tickets/31")
    assert "deleted" not in (await api.get("/tickets/31")).json()

    sandbox.faults.add(Fault(status=504, method="DELETE", when="after"))
    await api.delete("/tickets/31")
    assert (await api.get("/tickets/31")).json()["deleted"] is True


@pytest.mark.parametrize(
    ("status", "line"), [(503, "503 Service Unavailable"), (520, "520"), (302, "302 Found"), (202, "202 Accepted")]
)
async def test_any_status_can_be_answered(api: httpx.AsyncClient, sandbox: Sandbox, status: int, line: str) -> None:
    sandbox.faults.add(Fault(status=status))

    response = await api.get("/tickets/1")

    assert response.status_code == status
    assert response.headers["status"] == line


async def test_an_error_status_brings_its_own_body(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    bodies: dict[int, bytes] = {}
    for status in (400, 401, 403, 404, 429, 503):
        sandbox.faults.add(Fault(status=status))
        response = await api.get("/tickets/1")
        bodies[status] = response.content
        assert ("x-freshdesk-api-version" in response.headers) is (status != 404)

    assert json.loads(bodies[400])["errors"][0]["field"] == "subject"
    assert json.loads(bodies[401])["code"] == "invalid_credentials"
    assert json.loads(bodies[403]) == {
        "code": "access_denied",
        "message": "You are not authorized to perform this action.",
    }
    assert bodies[404] == b" "
    assert bodies[429] == b""
    assert json.loads(bodies[503]) == {"message": "Answered 503 Service Unavailable."}


async def test_a_failure_of_the_server_is_told_in_freshdesks_words(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault(status=500), Fault(status=500, code="internal_error"))

    plain, coded = [await api.get("/tickets/1") for _ in range(2)]

    assert plain.json() == {"message": "We're sorry, but something went wrong."}
    assert coded.json() == {"code": "internal_error", "message": "We're sorry, but something went wrong."}
    assert plain.headers["x-freshdesk-api-version"] == "latest=v2; requested=v2"


@pytest.mark.parametrize("code", ["account_suspended", "password_lockout", "ssl_required", "require_feature"])
async def test_a_403_may_have_another_reason(api: httpx.AsyncClient, sandbox: Sandbox, code: str) -> None:
    sandbox.faults.add(Fault(status=403, code=code))

    response = await api.get("/tickets/1")

    assert (response.status_code, set(response.json()), response.json()["code"]) == (403, {"code", "message"}, code)


async def test_an_address_that_is_blocked_gets_a_page(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault(status=403, body="html"), Fault(status=502, body="html"))

    blocked, failed = [await api.get("/tickets/1") for _ in range(2)]

    assert blocked.headers["content-type"] == "text/html; charset=utf-8"
    assert "IP address" in blocked.text
    assert "IP address" not in failed.text


async def test_a_status_of_success_keeps_the_real_body_but_not_its_location(
    api: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    sandbox.faults.add(Fault(status=202, when="after"))

    response = await api.post("/tickets", json=LEAST)

    assert response.json()["subject"] == "Late order"
    assert "location" not in response.headers


async def body_of(api: httpx.AsyncClient, sandbox: Sandbox, fault: Fault, path: str = "/tickets/1") -> httpx.Response:
    sandbox.faults.add(fault)
    async with api.stream("GET", path) as response:
        raw = b"".join([part async for part in response.aiter_raw()])
    return httpx.Response(response.status_code, headers={}, content=raw, extensions={"seen": response.headers})


def seen(response: httpx.Response) -> httpx.Headers:
    headers = response.extensions["seen"]
    assert isinstance(headers, httpx.Headers)
    return headers


async def test_html_empty_and_blank_bodies(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    html = await body_of(api, sandbox, Fault(status=502, body="html"))
    empty = await body_of(api, sandbox, Fault(body="empty"))
    blank = await body_of(api, sandbox, Fault(body="blank"))

    assert html.content.startswith(b"<!DOCTYPE html>")
    assert seen(html)["content-type"] == "text/html; charset=utf-8"
    assert (empty.status_code, empty.content, seen(empty)["content-length"]) == (200, b"", "0")
    assert blank.content == b" "


async def test_a_truncated_body_is_half_and_says_it_is_whole(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    real = (await api.get("/tickets/1")).content
    half = await body_of(api, sandbox, Fault(body="truncated"))

    assert half.content == real[: len(real) // 2]
    assert seen(half)["content-length"] == str(len(half.content))
    with pytest.raises(json.JSONDecodeError):
        half.json()


async def test_bodies_that_cannot_be_read(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    not_json = await body_of(api, sandbox, Fault(body="not_json"))
    zipped = await body_of(api, sandbox, Fault(body="broken_gzip"))
    invalid = await body_of(api, sandbox, Fault(body="invalid_utf8"))

    with pytest.raises(json.JSONDecodeError):
        not_json.json()
    assert seen(zipped)["content-encoding"] == "gzip"
    with pytest.raises(gzip.BadGzipFile):
        gzip.decompress(zipped.content)
    with pytest.raises(UnicodeDecodeError):
        invalid.content.decode()


async def test_a_wrong_shape_is_a_list_for_an_object_and_an_object_for_a_list(
    api: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    one = await body_of(api, sandbox, Fault(body="wrong_shape"))
    many = await body_of(api, sandbox, Fault(body="wrong_shape"), "/tickets")

    assert isinstance(one.json(), list)
    assert isinstance(many.json(), dict)


async def test_a_huge_body_comes_in_pieces_without_a_length(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    huge = await body_of(api, sandbox, Fault(body="huge"))

    assert len(huge.content) == 10_000_000
    assert "content-length" not in seen(huge)
    assert huge.json()["id"] == 1


async def test_headers_can_be_set_and_taken_away(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    changes = {"Retry-After": "Mon, 02 Mar 2026 09:16:00 GMT", "X-Request-Id": None, "X-RateLimit-Remaining": "garbage"}
    sandbox.faults.add(Fault(status=429, headers=changes), Fault(headers={"Location": "https://login.example.com"}))

    limited = (await api.get("/tickets/1")).headers
    real = await api.get("/tickets/1")

    assert limited["retry-after"] == changes["Retry-After"]
    assert limited["x-ratelimit-remaining"] == "garbage"
    assert "x-request-id" not in limited
    assert (real.status_code, real.json()["id"]) == (200, 1)
    assert real.headers["location"] == "https://login.example.com"


async def test_a_204_never_has_a_body(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault(body="html", method="DELETE", when="after"))

    response = await api.delete("/tickets/31")

    assert (response.status_code, response.content) == (204, b"")
    assert "content-type" not in response.headers


@pytest.mark.parametrize("fault", [Fault(delay_s=0.001), Fault(drip_s=0.001), Fault(headers={"x-a": "b"})])
async def test_a_fault_that_replaces_nothing_keeps_answer_and_effect(
    api: httpx.AsyncClient, sandbox: Sandbox, fault: Fault
) -> None:
    sandbox.faults.add(fault)

    response = await api.post("/tickets", json=LEAST)

    assert response.json()["id"] in sandbox.store.tickets


async def test_a_dropped_connection_is_an_exception_where_there_is_no_server(
    api: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    sandbox.faults.add(Fault(drop="before_answer"), Fault(drop="mid_body"))

    for _ in range(2):
        with pytest.raises(ConnectionDropped):
            await api.get("/tickets/1")

    assert (await api.get("/tickets/1")).status_code == 200


async def test_half_of_the_body_is_sent_before_the_connection_is_dropped(sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault(drop="mid_body"))
    sent: list[Message] = []
    cuts: list[int] = []

    await run(sandbox, sent, extensions={"freshdesk_sandbox.drop": lambda: cuts.append(len(sent))})

    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    assert sent[1]["more_body"] is True
    assert sent[1]["body"].startswith(b'{"cc_emails"')
    assert cuts == [2]


async def run(sandbox: Sandbox, sent: list[Message], **scope: object) -> None:
    """Send GET /tickets/1 as a server would, and append the messages of the answer to `sent`."""

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(b"host", b"example.freshdesk.com"), (b"authorization", b"Basic c2FuZGJveC1hcGkta2V5Olg=")]
    request = {"type": "http", "method": "GET", "path": "/api/v2/tickets/1", "query_string": b"", "headers": headers}
    await sandbox({**request, **scope}, receive, send)


async def test_a_caller_who_leaves_before_the_request_is_whole_is_let_go(sandbox: Sandbox) -> None:
    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(_: Message) -> None:
        raise AssertionError

    await sandbox(
        {"type": "http", "method": "POST", "path": "/api/v2/tickets", "query_string": b"", "headers": []}, receive, send
    )

    assert sandbox.statistics.requests == {}


def test_a_plan_of_faults_shown_as_json_can_be_planned_again() -> None:
    plan = FaultPlan()
    plan.add(Fault(status=503, times=2), Fault(drop="mid_body", headers={"a": None}))
    plan.take("GET", "/api/v2/tickets")

    shown: Any = json.loads(json.dumps(plan.as_json()))

    assert [(one["status"], one["times"], one["drop"]) for one in shown["faults"]] == [
        (503, 1, None),
        (None, 1, "mid_body"),
    ]
    assert shown["random"] is None


def test_random_faults_are_the_same_for_the_same_seed() -> None:
    def rolled(seed: int) -> list[Fault | None]:
        plan = FaultPlan()
        plan.random_faults(seed, 0.2, [Fault(status=503), Fault(drop="before_answer"), Fault(status=500, method="PUT")])
        return [plan.take("GET", "/api/v2/tickets") for _ in range(1000)]

    first = rolled(1)
    counts = Counter(fault.status if fault else 0 for fault in first)

    assert first == rolled(1)
    assert first != rolled(2)
    assert 700 < counts[0] < 900
    assert set(counts) == {0, 503, None}


def test_random_faults_stay_until_they_are_cleared() -> None:
    plan = FaultPlan()
    plan.random_faults(1, 1, [Fault(status=503)])

    assert all(plan.take("GET", "/api/v2/tickets") for _ in range(5))
    plan.clear()
    assert plan.take("GET", "/api/v2/tickets") is None


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"times": 0}, "times"),
        ({"times": True}, "times"),
        ({"method": "FETCH"}, "method"),
        ({"path": "/tickets"}, "path"),
        ({"when": "during"}, "when"),
        ({"status": 99}, "status"),
        ({"status": "503"}, "status"),
        ({"body": "xml"}, "body"),
        ({"body": []}, "body"),
        ({"headers": []}, "headers"),
        ({"headers": {"a b": "c"}}, "headers"),
        ({"headers": {"Content-Length": "3"}}, "headers"),
        ({"headers": {"a": "b\r\nc: d"}}, "headers"),
        ({"headers": {"a": 3}}, "headers"),
        ({"headers": {"a": "b "}}, "headers"),
        ({"delay_s": -1}, "delay_s"),
        ({"delay_s": "1"}, "delay_s"),
        ({"drop": "now"}, "drop"),
        ({"when": "later", "delay_s": 3}, "when"),
        ({"drip_s": float("nan")}, "drip_s"),
        ({"status": 403, "code": "A code"}, "code"),
        ({"code": "account_suspended"}, "code"),
        ({"status": 400, "code": "invalid_value"}, "code"),
        ({"status": 403, "code": "account_suspended", "body": "html"}, "code"),
    ],
)
def test_an_invalid_fault_is_refused_by_the_name_of_its_value(wrong: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Fault(**wrong)


def client_over(network: Network) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=network, base_url=BASE_URL, auth=(API_KEY, "X"))


async def status_of(request: Awaitable[httpx.Response]) -> int | None:
    """Return the status of the answer, or None if the connection is cut before."""
    try:
        return (await request).status_code
    except httpx.RemoteProtocolError:
        return None


class TestInVirtualTime:
    """Delays and drips, measured on trio's clock, which jumps instead of waiting."""

    @pytest.fixture
    def anyio_backend(self, virtual_time: Backend) -> Backend:
        return virtual_time

    @pytest.fixture
    def clock(self) -> Clock:
        return Clock()

    @pytest.mark.parametrize("when", ["before", "after"])
    async def test_a_delay_is_slept(self, api: httpx.AsyncClient, sandbox: Sandbox, when: When) -> None:
        start = anyio.current_time()
        sandbox.faults.add(Fault(delay_s=35, when=when))

        response = await api.get("/tickets/1")

        assert response.status_code == 200
        assert anyio.current_time() - start == pytest.approx(35)

    @pytest.mark.parametrize(("when", "made"), [("before", 0), ("after", 1)])
    async def test_a_caller_who_gives_up_finds_the_effect_only_if_the_delay_came_after_it(
        self, api: httpx.AsyncClient, sandbox: Sandbox, when: When, made: int
    ) -> None:
        sandbox.faults.add(Fault(delay_s=60, when=when))

        with anyio.move_on_after(10) as scope:
            await api.post("/tickets", json=LEAST)

        assert scope.cancelled_caught
        assert sandbox.statistics.tickets_made == made
        assert sandbox.statistics.in_flight == 0

    @pytest.mark.parametrize("told", [{"status": 504}, {"status": 502, "body": "html"}, {"drop": "before_answer"}])
    async def test_a_late_effect_comes_after_the_answer(self, sandbox: Sandbox, told: dict[str, Any]) -> None:
        sandbox.faults.add(Fault(when="later", delay_s=8, **told))
        start = anyio.current_time()
        seen_after: dict[float, int] = {}

        async with network_to(sandbox) as network, client_over(network) as api:
            ended = await status_of(api.post("/tickets", json=LEAST))
            answered_after_s = anyio.current_time() - start
            for second in (0, 7.9, 8.1):
                await anyio.sleep(start + second - anyio.current_time())
                seen_after[second] = sandbox.statistics.tickets_made

        assert ended == told.get("status")
        assert answered_after_s == 0
        assert seen_after == {0: 0, 7.9: 0, 8.1: 1}

    async def test_a_late_effect_takes_the_number_that_is_free_by_then(self, sandbox: Sandbox) -> None:
        sandbox.faults.add(Fault(when="later", delay_s=8, status=504, method="POST"))

        async with network_to(sandbox) as network, client_over(network) as api:
            await api.post("/tickets", json={**LEAST, "subject": "late"})
            await api.post("/tickets", json={**LEAST, "subject": "at once"})

        assert [(number, sandbox.store.tickets[number].subject) for number in (61, 62)] == [
            (61, "at once"),
            (62, "late"),
        ]

    async def test_a_late_effect_that_is_refused_by_then_does_nothing(self, sandbox: Sandbox) -> None:
        sandbox.faults.add(Fault(when="later", delay_s=8, status=504, method="PUT"))

        async with network_to(sandbox) as network, client_over(network) as api:
            await api.put("/tickets/31", json={"priority": 4})
            await api.delete("/tickets/31")

        assert sandbox.store.tickets[31].priority != 4

    async def test_a_drip_sends_the_body_in_pieces(self, sandbox: Sandbox) -> None:
        sandbox.faults.add(Fault(drip_s=2))
        sent: list[Message] = []
        start = anyio.current_time()

        await run(sandbox, sent)

        pieces = [message["body"] for message in sent[1:]]
        assert 30 <= len(pieces) <= 32
        assert json.loads(b"".join(pieces))["id"] == 1
        assert anyio.current_time() - start == pytest.approx(2 * (len(pieces) - 1))

    async def test_requests_in_flight_are_counted(self, api: httpx.AsyncClient, sandbox: Sandbox) -> None:
        sandbox.faults.add(Fault(delay_s=1, times=5))
        async with anyio.create_task_group() as tasks:
            for _ in range(5):
                tasks.start_soon(api.get, "/tickets/1")

        assert sandbox.statistics.in_flight_max == 5
        assert sandbox.statistics.in_flight == 0
