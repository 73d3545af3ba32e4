"""The catalogue of toolsets, which is known before any of them is imported."""

import pytest

from freshdesk_mcp_server.server import instructions_for
from freshdesk_mcp_server.tools.kit.choice import EVERYTHING, Choice
from freshdesk_mcp_server.tools.kit.toolset import PromptSpec, ResourceSpec
from freshdesk_mcp_server.tools.registry import CATALOGUE, PRESETS, TOOL_NAMES, TOOLSET_NAMES, Entry, granted


@pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: entry.name)
def test_an_entry_names_the_tools_of_its_toolset(entry: Entry) -> None:
    toolset = entry.load()
    assert toolset.name == entry.name
    assert tuple(spec.name for spec in toolset.tools) == entry.tools, "the tools of registry.CATALOGUE"


@pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: entry.name)
def test_prompts_and_resources_need_a_tool_of_their_toolset(entry: Entry) -> None:
    toolset = entry.load()
    more: list[PromptSpec | ResourceSpec] = [*toolset.prompts, *toolset.resources]
    assert {spec.needs for spec in more} <= {*entry.tools}


def test_no_name_stands_for_two_things() -> None:
    assert len({*TOOL_NAMES}) == len(TOOL_NAMES)
    assert not {*TOOLSET_NAMES} & {*PRESETS}
    assert {name for names in PRESETS.values() for name in names} <= {*TOOLSET_NAMES}
    assert PRESETS["all"] == TOOLSET_NAMES


def test_a_toolset_of_which_nothing_is_granted_is_off() -> None:
    nothing = Choice(excluded=frozenset(TOOL_NAMES))
    assert [toolset.name for toolset in granted(EVERYTHING)] == [*TOOLSET_NAMES]
    assert granted(nothing) == []
    assert "No toolset is on.\nOff, until an operator turns them on: tickets (" in instructions_for([])
    assert "Off" not in instructions_for(granted(EVERYTHING))
