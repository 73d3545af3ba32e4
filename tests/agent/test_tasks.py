"""Requests of support agents, done with the tools' own descriptions, in the fewest calls.

No model is called. Each task names its calls, and the words of the tool list that lead a reader to them. The replay
shows that the calls work. It also shows that each result holds the values for the next call or the answer. Both halves
that a host may pass on hold them. So a description without a needed word, or a view without a needed value, fails here.
"""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from mcp.client import Client
from mcp_types import CallToolResult, Tool

from freshdesk_mcp_server.tools.registry import TOOL_NAMES
from freshdesk_sandbox import API_KEY, Sandbox, running_sandbox
from support.gateways import settings_for_tests
from support.servers import server_over
from support.tools import data_of, text_of

pytestmark = pytest.mark.anyio

TASKS: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "tasks.yaml").read_text(encoding="utf-8"))
MOST_TEXT_BYTES = 1_800
"""Bytes of text that a model reads in the result of a call, on average."""


@dataclass(frozen=True)
class Desk:
    """The tools as a model sees them, and the tickets behind them."""

    client: Client
    tools: dict[str, Tool]
    sandbox: Sandbox

    async def call(self, call: dict[str, Any]) -> CallToolResult:
        """Make one call of a task, if the tool list leads to it."""
        tool = self.tools[f"freshdesk_{call['tool']}"]
        jsonschema.validate(call["with"], tool.input_schema)
        said = f"{tool.description} {json.dumps(tool.input_schema, ensure_ascii=False)}"
        assert [words for words in call["told"] if words not in said] == [], f"{tool.name} does not say so"
        return await self.client.call_tool(tool.name, call["with"])


@asynccontextmanager
async def desk() -> AsyncIterator[Desk]:
    sandbox = Sandbox()
    async with running_sandbox(sandbox=sandbox) as url:
        settings = settings_for_tests(api_key=API_KEY, domain="sandbox", upstream_url=url)
        async with Client(server_over(settings=settings)) as client:
            tools = {tool.name: tool for tool in (await client.list_tools()).tools}
            yield Desk(client, tools, sandbox)


def missing_from(shown: str, half: str, wanted: list[Any]) -> list[str]:
    """Return the wanted values that one half of a result lacks; some have another form in the two halves."""
    words = [str(one[half] if isinstance(one, dict) else one) for one in wanted]
    return [one for one in words if one not in shown]


@pytest.mark.parametrize("task", TASKS, ids=[task["say"][:40] for task in TASKS])
async def test_a_task_is_done_in_the_fewest_calls_with_what_the_tools_say(task: dict[str, Any]) -> None:
    async with desk() as at:
        for call in task["calls"]:
            result = await at.call(call)
            halves = {"text": text_of(result), "structure": json.dumps(data_of(result), ensure_ascii=False)}
            for half, shown in halves.items():
                assert missing_from(shown, half, call["shows"]) == [], shown
        assert at.sandbox.statistics.requests.total() == len(task["calls"])
        for number, values in task.get("leaves", {}).items():
            ticket = at.sandbox.store.tickets[number]
            assert {name: getattr(ticket, name) for name in values} == values


async def test_all_tasks_together_cost_a_model_little(capsys: pytest.CaptureFixture[str]) -> None:
    size = calls = 0
    for task in TASKS:
        async with desk() as at:
            for call in task["calls"]:
                size += len(text_of(await at.call(call)).encode())
                calls += 1
    with capsys.disabled():
        print(f"\n{len(TASKS)} tasks, {calls} calls: {size:,} bytes of text, of at most {MOST_TEXT_BYTES:,} a call")
    assert size / calls < MOST_TEXT_BYTES


def test_at_least_twenty_tasks_use_every_tool() -> None:
    calls = [call for task in TASKS for call in task["calls"]]
    assert len(TASKS) >= 20
    used = {f"freshdesk_{call['tool']}" for call in calls}
    assert {*TOOL_NAMES} - used == set(), "add a sentence of a support agent to tasks.yaml"
