"""Everything here runs in virtual time."""

from functools import cache

import pytest
import trio.testing
from jsonschema import Draft202012Validator

from freshdesk_mcp_server.tools.registry import create_tools


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    """A clock that jumps to the next deadline as soon as nothing else is left to do; it starts anew for each test."""
    return "trio", {"clock": trio.testing.MockClock(autojump_threshold=0)}


@pytest.fixture(autouse=True)
def _nothing_made_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tools hold no state; to make them, and to check the form of their schemas, takes longer than a test."""
    monkeypatch.setattr("freshdesk_mcp_server.server.create_tools", _same_tools)
    monkeypatch.setattr(Draft202012Validator, "check_schema", lambda _: None)  # answers are validated all the same


_same_tools = cache(create_tools)
