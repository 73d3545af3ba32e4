"""Everything here runs in virtual time."""

from functools import cache

import pytest
from jsonschema import Draft202012Validator

from freshdesk_mcp_server.tools.registry import create_tools
from support.virtual_time import Backend


@pytest.fixture
def anyio_backend(virtual_time: Backend) -> Backend:
    return virtual_time


@pytest.fixture(autouse=True)
def _nothing_made_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tools hold no state; to make them, and to check the form of their schemas, takes longer than a test."""
    monkeypatch.setattr("freshdesk_mcp_server.server.create_tools", _same_tools)
    monkeypatch.setattr(Draft202012Validator, "check_schema", lambda _: None)  # answers are validated all the same


_same_tools = cache(create_tools)
