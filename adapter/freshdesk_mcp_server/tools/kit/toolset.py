"""Descriptions of tools, prompts and resources; an operator grants those of a toolset together.

Hints, scopes and read-only follow from the effect of a tool. Nothing here knows a resource of Freshdesk.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from mcp_types import CallToolResult, ToolAnnotations

from freshdesk_mcp_server.gateway.operation import Effect
from freshdesk_mcp_server.tools.kit.schemas import Schema

READ_SCOPE = "tickets:read"
"""The scope that every token needs."""
WRITE_SCOPE = "tickets:write"
SEND_SCOPE = "tickets:send"
"""The scope for tools that write to people."""
SCOPES = (READ_SCOPE, WRITE_SCOPE, SEND_SCOPE)


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """A tool; a model reads the docstring of `function`.

    Attributes:
        title: The tool's name for people.
        output: The schema of its structured results.
        effect: The effect of a second equal call.
        sends: True if it sends the words of its caller to people.
        destroys: True if it takes something away.
    """

    function: Callable[..., Awaitable[CallToolResult]]
    title: str
    output: Schema
    effect: Effect
    sends: bool = False
    destroys: bool = False

    @property
    def name(self) -> str:
        """The name by which a tool is called."""
        return self.function.__name__

    @property
    def is_reading(self) -> bool:
        """True if the tool changes nothing."""
        return self.effect is Effect.READ

    @property
    def scope(self) -> str:
        """The scope that a token needs for the tool."""
        return READ_SCOPE if self.is_reading else SEND_SCOPE if self.sends else WRITE_SCOPE

    @property
    def annotations(self) -> ToolAnnotations:
        """The hints by which hosts decide what a person must approve.

        Hosts assume a write; the other two hints have no meaning for a tool that reads.
        """
        return ToolAnnotations(
            read_only_hint=self.is_reading or None,
            destructive_hint=None if self.is_reading else self.destroys,
            idempotent_hint=None if self.is_reading else self.effect is Effect.IDEMPOTENT_WRITE,
            open_world_hint=True,
        )


@dataclass(frozen=True, slots=True)
class PromptSpec:
    """A prompt that exists as long as the tool `needs` does."""

    function: Callable[..., Any]
    title: str
    needs: str

    @property
    def name(self) -> str:
        """The name by which a prompt is requested."""
        return self.function.__name__


@dataclass(frozen=True, slots=True)
class ResourceSpec:
    """A resource in plain text, or a template of some, that exists as long as the tool `needs` does."""

    uri: str
    function: Callable[..., Any]
    name: str
    title: str
    description: str
    needs: str


@dataclass(frozen=True, slots=True)
class Toolset:
    """Tools that an operator grants together, and the prompts and resources that read the same things."""

    name: str
    tools: tuple[ToolSpec, ...]
    prompts: tuple[PromptSpec, ...] = ()
    resources: tuple[ResourceSpec, ...] = ()
