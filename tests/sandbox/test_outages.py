from collections import Counter
from collections.abc import AsyncIterator
from typing import Literal

import httpx
import pytest

from freshdesk_sandbox import API_KEY, ConnectionDropped, Outage, Sandbox, running_sandbox
from sandbox.helpers import Clock

pytestmark = pytest.mark.anyio

LEAST = {"email": "new.person@example.com", "subject": "Late order", "description": "Where is it?"}

type How = Literal["fails", "cuts", "refuses"]


async def outcome(api: httpx.AsyncClient) -> int | None:
    """Return the status of a create, or None if its connection was cut."""
    try:
        return (await api.post("/tickets", json=LEAST)).status_code
    except ConnectionDropped:
        return None


async def test_an_outage_has_a_beginning_and_an_end(raw: httpx.AsyncClient, sandbox: Sandbox, clock: Clock) -> None:
    sandbox.outages.add(Outage(starts_in_s=2, lasts_s=3))

    seen = {}
    for second in range(7):
        seen[second] = (await raw.get("/tickets/1")).status_code == 200
        clock.advance(seconds=1)

    assert seen == {0: True, 1: True, 2: False, 3: False, 4: False, 5: True, 6: True}


async def test_every_request_fails_in_one_of_three_ways(raw: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.outages.add(Outage(lasts_s=10))

    answers = [await raw.get("/tickets/1") for _ in range(60)]

    assert set(Counter(answer.status_code for answer in answers)) == {502, 503, 504}
    assert sandbox.statistics.faults_served == 60


@pytest.mark.parametrize(("how", "told"), [("fails", {502, 503, 504}), ("cuts", {None}), ("refuses", {None})])
async def test_nothing_is_stored_unless_asked_for(
    raw: httpx.AsyncClient, sandbox: Sandbox, how: How, told: set[int | None]
) -> None:
    sandbox.outages.add(Outage(lasts_s=10, how=how))

    assert {await outcome(raw) for _ in range(30)} == told
    assert sandbox.statistics.tickets_made == 0


@pytest.mark.parametrize("how", ["fails", "cuts"])
async def test_a_share_may_be_stored_all_the_same(raw: httpx.AsyncClient, sandbox: Sandbox, how: How) -> None:
    sandbox.outages.add(Outage(lasts_s=10, how=how, stored_share=0.5))

    assert 201 not in {await outcome(raw) for _ in range(60)}
    assert 15 < sandbox.statistics.tickets_made < 45


async def test_all_requests_may_be_stored_but_never_a_refused_one(raw: httpx.AsyncClient, sandbox: Sandbox) -> None:
    sandbox.outages.add(Outage(lasts_s=10, stored_share=1))
    await outcome(raw)
    sandbox.outages.clear()
    sandbox.outages.add(Outage(lasts_s=10, how="refuses", stored_share=1))
    await outcome(raw)

    assert sandbox.statistics.tickets_made == 1


async def test_the_same_seed_fails_in_the_same_way(clock: Clock) -> None:
    async def statuses(seed: int) -> list[int]:
        sandbox = Sandbox(clock=clock)
        sandbox.outages.add(Outage(lasts_s=10, seed=seed))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(sandbox), auth=(API_KEY, "X")) as client:
            return [(await client.get("https://example.freshdesk.com/api/v2/tickets/1")).status_code for _ in range(20)]

    assert await statuses(1) == await statuses(1) != await statuses(2)


class TestBehindASocket:
    @pytest.fixture
    def sandbox(self) -> Sandbox:
        return Sandbox()

    @pytest.fixture
    async def url(self, sandbox: Sandbox) -> AsyncIterator[str]:
        async with running_sandbox(sandbox=sandbox) as url:
            yield url

    async def get(self, url: str) -> httpx.Response:
        """Send a request over a new connection."""
        async with httpx.AsyncClient(auth=(API_KEY, "X")) as client:
            return await client.get(f"{url}/api/v2/tickets/1")

    async def test_connections_are_refused_and_let_in_again(self, sandbox: Sandbox, url: str) -> None:
        assert (await self.get(url)).status_code == 200

        sandbox.outages.add(Outage(lasts_s=3600, how="refuses"))
        await sandbox.outages.wait_until(refuses=True)
        await is_refused(url)
        with pytest.raises(httpx.ConnectError):
            await self.get(url)

        sandbox.outages.clear()
        await is_let_in(url)
        assert (await self.get(url)).status_code == 200

    async def test_an_outage_cuts_open_connections(self, sandbox: Sandbox, url: str) -> None:
        async with httpx.AsyncClient(auth=(API_KEY, "X")) as client:
            assert (await client.get(f"{url}/api/v2/tickets/1")).status_code == 200
            sandbox.outages.add(Outage(lasts_s=3600, how="refuses"))

            with pytest.raises(httpx.TransportError):
                await client.get(f"{url}/api/v2/tickets/1")

        assert sandbox.statistics.statuses[200] == 1

    async def test_a_sandbox_can_be_stopped_during_an_outage(self) -> None:
        sandbox = Sandbox()
        async with running_sandbox(sandbox=sandbox) as url:
            sandbox.outages.add(Outage(lasts_s=3600, how="refuses"))
            await is_refused(url)

        async with running_sandbox(port=int(url.rpartition(":")[2])) as again:
            assert (await self.get(again)).status_code == 200


async def is_refused(url: str) -> None:
    """Return once no server listens at `url`."""
    async with httpx.AsyncClient() as client:
        while True:
            try:
                await client.get(url)
            except httpx.ConnectError:
                return
            except httpx.TransportError:
                """The connection was made just before the outage."""


async def is_let_in(url: str) -> None:
    """Return once a server listens at `url`."""
    async with httpx.AsyncClient() as client:
        while True:
            try:
                await client.get(url)
            except httpx.ConnectError:
                """The request came too early."""
            else:
                return
