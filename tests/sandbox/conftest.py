"""A sandbox in this process, and its clients. Every answer to `api` is checked against the specification."""

from collections.abc import AsyncIterator

import httpx
import pytest

from freshdesk_sandbox import API_KEY, Sandbox
from sandbox.helpers import BASE_URL, Clock, check_against_specification


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sandbox(clock: Clock) -> Sandbox:
    return Sandbox(clock=clock, control=True)


@pytest.fixture
async def api(sandbox: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    async def check(response: httpx.Response) -> None:
        await response.aread()
        check_against_specification(response)

    transport = httpx.ASGITransport(sandbox)
    async with httpx.AsyncClient(
        transport=transport, base_url=BASE_URL, auth=(API_KEY, "X"), event_hooks={"response": [check]}
    ) as client:
        yield client


@pytest.fixture
async def raw(sandbox: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    """Yield a client whose answers are not checked, for requests that no specification describes."""
    transport = httpx.ASGITransport(sandbox)
    async with httpx.AsyncClient(transport=transport, base_url=BASE_URL, auth=(API_KEY, "X")) as client:
        yield client
