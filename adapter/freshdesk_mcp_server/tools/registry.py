"""The toolsets and tools that exist, and those that are granted.

A toolset is imported only if one of its tools is granted, so the names stand here; a test compares them.
"""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from importlib import import_module

from mcp.server.mcpserver.tools import Tool

from freshdesk_mcp_server.errors import ConfigurationError
from freshdesk_mcp_server.settings import Settings
from freshdesk_mcp_server.tools.kit.choice import EVERYTHING, Choice
from freshdesk_mcp_server.tools.kit.runtime import ToolPolicy
from freshdesk_mcp_server.tools.kit.strict_tool import tool_from
from freshdesk_mcp_server.tools.kit.toolset import Toolset


@dataclass(frozen=True, slots=True)
class Entry:
    """A toolset before its import; `summary` goes on from its name."""

    name: str
    summary: str
    tools: tuple[str, ...]

    def load(self) -> Toolset:
        """Import the toolset from the foot of its module."""
        toolset: Toolset = import_module(f"freshdesk_mcp_server.tools.{self.name}.tools").TOOLSET
        return toolset


CATALOGUE = (
    Entry(
        "tickets",
        "create, read, change, delete and list tickets",
        (
            "freshdesk_create_ticket",
            "freshdesk_get_ticket",
            "freshdesk_update_ticket",
            "freshdesk_delete_ticket",
            "freshdesk_list_tickets",
        ),
    ),
)
TOOLSET_NAMES = tuple(entry.name for entry in CATALOGUE)
TOOL_NAMES = tuple(name for entry in CATALOGUE for name in entry.tools)
PRESETS = {"all": TOOLSET_NAMES, "support": ("tickets",)}
"""Names for several toolsets."""
ALL_TOOLSETS = (*TOOLSET_NAMES, *PRESETS)
"""The names that an operator, or a request, may give."""
LONGEST_NAME = 60
"""Characters of a name that is compared with the known names."""


def granted(choice: Choice) -> list[Toolset]:
    """Return the toolsets with the tools that `choice` lets through; a toolset without any is left out."""
    toolsets = [entry.load() for entry in CATALOGUE if _is_needed(entry, choice)]
    narrowed = [narrow(toolset, choice) for toolset in toolsets]
    return [toolset for toolset in narrowed if toolset.tools]


def create_tools(choice: Choice = EVERYTHING) -> list[Tool]:
    """Create the tools that `choice` lets through, for the SDK."""
    return [tool_from(spec) for toolset in granted(choice) for spec in toolset.tools]


def narrow(toolset: Toolset, choice: Choice) -> Toolset:
    """Return `toolset` with the tools that `choice` lets through, and with the parts that need no other tool."""
    tools = tuple(spec for spec in toolset.tools if choice.lets_through(spec, toolset.name))
    names = {spec.name for spec in tools}
    return replace(
        toolset,
        tools=tools,
        prompts=tuple(spec for spec in toolset.prompts if spec.needs in names),
        resources=tuple(spec for spec in toolset.resources if spec.needs in names),
    )


def policy_from(settings: Settings) -> ToolPolicy:
    """Return the tools that an operator grants, and the rule for confirming a deletion.

    Raises:
        ConfigurationError: A named toolset or tool does not exist; it holds all such settings.
    """
    named = {
        "FRESHDESK_MCP_SERVER_TOOLSETS": (toolsets := in_lower_case(settings.toolsets), ALL_TOOLSETS),
        "FRESHDESK_MCP_SERVER_TOOLS": (tools := in_lower_case(settings.tools), TOOL_NAMES),
        "FRESHDESK_MCP_SERVER_EXCLUDE_TOOLS": (excluded := in_lower_case(settings.exclude_tools), TOOL_NAMES),
    }
    problems = [f"{name} {problem}." for name, given in named.items() if (problem := unknown_among(*given))]
    if problems:
        raise ConfigurationError(problems)
    choice = Choice(
        toolsets=expanded(toolsets),
        tools=frozenset(tools) or None,
        excluded=frozenset(excluded),
        read_only=settings.read_only,
    )
    return ToolPolicy(settings.confirm, choice)


def in_lower_case(names: Iterable[str]) -> tuple[str, ...]:
    """Return names in lower case, as they are known here."""
    return tuple(name.strip().lower() for name in names)


def expanded(toolsets: Iterable[str]) -> frozenset[str]:
    """Return names of toolsets, with each preset replaced by its toolsets."""
    return frozenset(one for name in toolsets for one in PRESETS.get(name, (name,)))


def unknown_among(names: Iterable[str], known: Iterable[str]) -> str:
    """Return the problem with `names`, if any; it repeats none of them, since they come from outside."""
    there_are = [*known]
    unknown = [name for name in names if name not in there_are]
    if not unknown:
        return ""
    near = difflib.get_close_matches(unknown[0][:LONGEST_NAME], there_are, n=1)
    guess = f"; did you mean {near[0]}" if near else ""
    return f"names {len(unknown)} that do not exist{guess}; there are {', '.join(there_are)}"


def _is_needed(entry: Entry, choice: Choice) -> bool:
    if choice.tools is not None:
        return not choice.tools.isdisjoint(entry.tools)
    return choice.toolsets is None or entry.name in choice.toolsets
