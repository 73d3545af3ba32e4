from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from freshdesk_sandbox import API_KEY, Behaviour, Sandbox, SubLimits
from freshdesk_sandbox.limits import RateLimit
from sandbox.helpers import BASE_URL, Clock, check_against_specification

pytestmark = pytest.mark.anyio


@pytest.fixture
def sandbox(clock: Clock) -> Sandbox:
    return Sandbox(clock=clock, rate_limit_per_minute=10)


@pytest.fixture
async def slow(sandbox: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(sandbox)
    async with httpx.AsyncClient(transport=transport, base_url=BASE_URL, auth=(API_KEY, "X")) as client:
        yield client


def credits_of(response: httpx.Response) -> tuple[str, str, str]:
    names = ("x-ratelimit-total", "x-ratelimit-remaining", "x-ratelimit-used-currentrequest")
    total, remaining, used = (response.headers[name] for name in names)
    return total, remaining, used


async def test_the_headers_are_decimals(slow: httpx.AsyncClient) -> None:
    assert credits_of(await slow.get("/tickets/1")) == ("10.0", "9.0", "1")


@pytest.mark.parametrize(
    ("path", "include", "cost"),
    [
        ("/tickets", "stats", 3),
        ("/tickets", "stats,requester,description", 7),
        ("/tickets", "stats,stats", 3),
        ("/tickets", "company", 1),
        ("/tickets/1", "conversations", 2),
        ("/tickets/1", "conversations,requester,company,stats", 5),
        ("/agents/me", "stats", 1),
    ],
)
async def test_embeds_cost_credits(slow: httpx.AsyncClient, path: str, include: str, cost: int) -> None:
    response = await slow.get(path, params={"include": include})

    assert credits_of(response) == ("10.0", f"{10 - cost}.0", str(cost))


async def test_beyond_the_limit_is_a_429_that_says_how_long_to_wait(slow: httpx.AsyncClient, clock: Clock) -> None:
    for _ in range(10):
        assert (await slow.get("/tickets/1")).status_code == 200
    clock.advance(seconds=25.5)

    response = await slow.get("/tickets/1")

    check_against_specification(response)
    assert response.status_code == 429
    assert response.headers["retry-after"] == "35"
    assert response.headers["status"] == "429 Too Many Requests"
    assert credits_of(response)[1] == "0.0"
    assert response.content == b""
    assert response.headers["content-type"] == "application/json; charset=utf-8"


async def test_the_last_request_of_a_minute_is_answered_and_leaves_nothing(slow: httpx.AsyncClient) -> None:
    last = [await slow.get("/tickets/1") for _ in range(10)][-1]

    assert (last.status_code, last.headers["x-ratelimit-remaining"]) == (200, "0.0")
    assert "retry-after" not in last.headers


async def test_a_minute_opens_with_the_first_request_and_not_with_the_clocks(
    slow: httpx.AsyncClient, clock: Clock
) -> None:
    clock.advance(seconds=50)
    await slow.get("/tickets/1")
    clock.advance(seconds=59)
    second = await slow.get("/tickets/1")
    clock.advance(seconds=1)
    third = await slow.get("/tickets/1")

    assert [credits_of(response)[1] for response in (second, third)] == ["8.0", "9.0"]


async def exhausted(slow: httpx.AsyncClient) -> httpx.Response:
    return [await slow.get("/tickets/1") for _ in range(11)][-1]


@pytest.mark.parametrize(
    ("told", "seen"), [("real", "60"), (None, None), ("soon", "soon"), ("-5", "-5"), ("86400", "86400")]
)
async def test_retry_after_may_be_true_or_missing_or_absurd(
    slow: httpx.AsyncClient, sandbox: Sandbox, told: str | None, seen: str | None
) -> None:
    sandbox.behaviour = Behaviour(limit_retry_after=told)

    response = await exhausted(slow)

    assert (response.status_code, response.headers.get("retry-after")) == (429, seen)


async def test_an_account_may_say_something_with_its_429(slow: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.behaviour = Behaviour(limit_body="json")

    response = await exhausted(slow)

    check_against_specification(response)
    assert set(response.json()) == {"message"}


async def test_a_minute_may_be_shorter_for_a_test(slow: httpx.AsyncClient, sandbox: Sandbox, clock: Clock) -> None:
    sandbox.behaviour = Behaviour(limit_window_s=5)
    response = await exhausted(slow)
    clock.advance(seconds=5)

    assert response.headers["retry-after"] == "5"
    assert (await slow.get("/tickets/1")).status_code == 200


LEAST = {"email": "new.person@example.com", "subject": "s", "description": "d"}
ONE_EACH = SubLimits(create=1, update=1, list=1, contacts=1)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/tickets", LEAST),
        ("PUT", "/tickets/31", {"priority": 2}),
        ("PATCH", "/tickets/31", {"priority": 2}),
        ("GET", "/tickets", None),
        ("GET", "/contacts", None),
    ],
)
async def test_a_kind_of_request_may_have_a_limit_of_its_own_while_the_account_has_credits(
    slow: httpx.AsyncClient, sandbox: Sandbox, clock: Clock, method: str, path: str, body: dict[str, Any] | None
) -> None:
    sandbox.behaviour = Behaviour(sub_limits=ONE_EACH)

    first = await slow.request(method, path, json=body)
    clock.advance(seconds=20)
    second = await slow.request(method, path, json=body)
    other = await slow.get("/tickets/1")
    clock.advance(seconds=40)
    third = await slow.request(method, path, json=body)

    assert (first.is_success, second.status_code, third.is_success) == (True, 429, True)
    assert (credits_of(second)[1], second.headers["retry-after"]) == ("9.0", "40")
    assert other.status_code == 200


async def test_a_request_beyond_its_own_limit_costs_nothing_and_does_nothing(
    slow: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    sandbox.behaviour = Behaviour(sub_limits=ONE_EACH)

    statuses = [(await slow.post("/tickets", json=LEAST)).status_code for _ in range(3)]

    assert statuses == [201, 429, 429]
    assert (sandbox.statistics.tickets_made, sandbox.statistics.credits_spent) == (1, 1)


async def test_an_embed_is_dear_for_the_account_and_free_for_the_limit_of_the_list(
    slow: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    sandbox.behaviour = Behaviour(sub_limits=SubLimits(list=2))

    answers = [await slow.get("/tickets", params={"include": "description"}) for _ in range(2)]

    assert [response.status_code for response in answers] == [200, 200]
    assert sandbox.statistics.credits_spent == 6


async def test_kinds_do_not_share_their_limits(slow: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.behaviour = Behaviour(sub_limits=SubLimits(update=1))

    assert [(await slow.get("/tickets")).status_code for _ in range(3)] == [200] * 3


async def test_a_new_minute_brings_new_credits(slow: httpx.AsyncClient, clock: Clock) -> None:
    for _ in range(11):
        response = await slow.get("/tickets/1")
    clock.advance(seconds=int(response.headers["retry-after"]))

    assert credits_of(await slow.get("/tickets/1")) == ("10.0", "9.0", "1")


async def test_a_request_that_is_turned_away_does_nothing(slow: httpx.AsyncClient, sandbox: Sandbox) -> None:
    body = {"email": "a@example.com", "subject": "s", "description": "d"}

    statuses = [(await slow.post("/tickets", json=body)).status_code for _ in range(12)]

    assert statuses == [201] * 10 + [429] * 2
    assert sandbox.statistics.tickets_made == 10


async def test_invalid_requests_and_wrong_keys_count_too(slow: httpx.AsyncClient) -> None:
    await slow.post("/tickets", json={})
    await slow.get("/tickets/4711")
    await slow.get("/nowhere")
    response = await slow.get("/tickets/1", auth=("wrong", "X"))

    assert credits_of(response)[1] == "6.0"


async def test_a_request_too_dear_for_what_is_left_waits_while_a_cheap_one_passes(slow: httpx.AsyncClient) -> None:
    for _ in range(8):
        await slow.get("/tickets/1")

    assert (await slow.get("/tickets", params={"include": "stats"})).status_code == 429
    assert (await slow.get("/tickets")).status_code == 200


def test_a_rate_limit_below_one_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        RateLimit(0)
