"""Everything here runs in virtual time."""

from functools import cache

import pytest
import trio.testing

from freshdesk_mcp_server.tools.registry import create_tools


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    """A clock that jumps to the next deadline as soon as nothing else is left to do; it starts anew for each test."""
    return "trio", {"clock": trio.testing.MockClock(autojump_threshold=0)}


@pytest.fixture(autouse=True)
def _tools_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tools hold no state, and making them takes longer than most of these tests."""
    monkeypatch.setattr("freshdesk_mcp_server.server.create_tools", _same_tools)


_same_tools = cache(create_tools)
