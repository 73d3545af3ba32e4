from collections.abc import AsyncIterator

import httpx
import pytest

from freshdesk_sandbox import API_KEY, Sandbox
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
    assert set(response.json()) == {"message"}


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


def test_a_limit_below_one_makes_no_sense() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        RateLimit(0)
