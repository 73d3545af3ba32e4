"""The tools that somebody lets through: an operator of all there are, a request of those that the operator grants."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from freshdesk_mcp_server.tools.kit.toolset import ToolSpec


@dataclass(frozen=True, slots=True)
class Choice:
    """Conditions that a tool meets, or is not there.

    Attributes:
        toolsets: Names of toolsets; None for all. They do not count where `tools` are given.
        tools: Names of the only tools; None for all.
        excluded: Names of tools that are taken away in any case.
        read_only: True if tools that change something are taken away.
    """

    toolsets: frozenset[str] | None = None
    tools: frozenset[str] | None = None
    excluded: frozenset[str] = frozenset()
    read_only: bool = False

    def lets_through(self, spec: ToolSpec, toolset: str) -> bool:
        """True if `spec`, a tool of `toolset`, meets all conditions."""
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
    """The choice of the request under way, if it has made one."""
    return _asked_for.get()
