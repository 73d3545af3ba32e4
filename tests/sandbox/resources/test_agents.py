"""The agent of the API key."""

import httpx
import pytest

from freshdesk_sandbox import Behaviour, Sandbox

pytestmark = pytest.mark.anyio


async def test_the_agent_of_the_key_can_be_asked_for(api: httpx.AsyncClient) -> None:
    agent = (await api.get("/agents/me")).json()

    assert agent["contact"]["email"] == "sam.agent@example.com"
    assert agent["type"] == "support_agent"


async def test_the_agent_of_the_key_says_its_scope(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    assert (await api.get("/agents/me")).json()["ticket_scope"] == 1
    for scope in (2, 3):
        sandbox.behaviour = Behaviour.model_validate({"ticket_scope": scope})
        assert (await api.get("/agents/me")).json()["ticket_scope"] == scope
