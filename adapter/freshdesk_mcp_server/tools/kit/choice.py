"""The choice of tools: an operator's among all tools, a request's among those that the operator grants."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from freshdesk_mcp_server.tools.kit.toolset import ToolSpec


@dataclass(frozen=True, slots=True)
class Choice:
    """Conditions that a tool meets, or else it does not exist.

    Attributes:
        toolsets: Names of toolsets; None for all. They do not count if `tools` are given.
        tools: Names of the only tools; None for all.
        excluded: Names of tools that are removed in any case.
        read_only: True to remove tools that change something.
    """

    toolsets: frozenset[str] | None = None
    tools: frozenset[str] | None = None
    excluded: frozenset[str] = frozenset()
    read_only: bool = False

    def lets_through(self, spec: ToolSpec, toolset: str) -> bool:
        """Return True if `spec`, a tool of `toolset`, meets all conditions."""
        if spec.name in self.excluded or (self.read_only and not spec.is_reading):
            return False
        if self.tools is not None:
            return spec.name in self.tools
        return self.toolsets is None or toolset in self.toolsets


EVERYTHING = Choice()
_asked_for: ContextVar[Choice | None] = ContextVar("choice", default=None)


@contextmanager
def narrowed_to(choice: Choice) -> Iterator[None]:
    """Let only the tools of `choice` through for as long as the block."""
    token = _asked_for.set(choice)
    try:
        yield
    finally:
        _asked_for.reset(token)


def present_choice() -> Choice | None:
    """Return the choice of the request under way, if it has made one."""
    return _asked_for.get()
