"""The client libraries and the Inspector, each over every transport that it has: its calls, and the expected results.

The drivers in ``node/`` and ``python/`` take the tour of ``tour.json`` and report the results, one JSON line for each.
All of them are judged here, by the same rules.
"""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from typing import Any

from interop.tools import CACHE, HERE, NODE, npm_version, run_tool
from support.servers import COMMAND

TOKEN = "a-token-for-interop"
TRANSPORTS = ("http", "http, token", "sse", "stdio")
PROTOCOLS = {"legacy": "2025-11-25", "auto": "2026-07-28"}
"""The protocol that a client must agree on with this server, by its mode."""


@dataclass(frozen=True)
class Client:
    """A client library.

    Attributes:
        name: Its name and version.
        driver: The command that takes the tour with it.
        modes: The ways to make it agree on a protocol; a client without a choice is "legacy".
        older_over: Transports over which it knows only the older protocol.
        steps: The steps of the tour that it takes; none for all.
        tells_protocol: True if the driver can see the agreed protocol.
    """

    name: str
    driver: tuple[str, ...]
    modes: tuple[str, ...] = ("auto", "legacy")
    older_over: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    tells_protocol: bool = True


@dataclass(frozen=True)
class Cell:
    """One client in one mode over one transport."""

    client: Client
    mode: str
    transport: str

    @cached_property
    def steps(self) -> list[dict[str, Any]]:
        """The calls to make."""
        return [step for step in TOUR["steps"] if not self.client.steps or step["name"] in self.client.steps]

    @property
    def row(self) -> str:
        """The row in the table."""
        return self.client.name if len(self.client.modes) == 1 else f"{self.client.name}, {self.mode}"

    @property
    def name(self) -> str:
        """The name of the folder."""
        return "-".join(f"{self.row} {self.transport}".replace(",", "").split())

    @property
    def protocol(self) -> str | None:
        """The protocol to agree on with the server."""
        is_older = self.transport in self.client.older_over
        return PROTOCOLS["legacy" if is_older else self.mode] if self.client.tells_protocol else None

    def job(self, urls: Mapping[str, str]) -> dict[str, Any]:
        """Return the job of its driver; `urls` are those of an open server and of one that needs `TOKEN`."""
        is_guarded = "token" in self.transport
        return {
            "transport": self.transport.partition(",")[0],
            "mode": self.mode,
            "url": urls["guarded" if is_guarded else "open"] + ("/sse" if self.transport == "sse" else "/mcp"),
            "headers": {"Authorization": f"Bearer {TOKEN}"} if is_guarded else {},
            "command": [*COMMAND, "serve", "--transport", "stdio", "--sandbox"],
            "email": f"{self.name.lower()}@example.com",
            "steps": self.steps,
        }


def pinned(environment: str) -> str:
    """Return the version of the Python package for which an environment is made."""
    return (HERE / "python" / f"{environment}.in").read_text().split()[0].partition("==")[2]


def _node(driver: str) -> tuple[str, ...]:
    return (str(NODE), str(CACHE / "node" / driver))


def python_driver(driver: str, environment_of_its_own: str | None = None) -> tuple[str, ...]:
    """Return the command of a driver; without an environment of its own it runs in that of the server."""
    python = CACHE / environment_of_its_own / "bin" / "python" if environment_of_its_own else sys.executable
    return (str(python), str(HERE / "python" / driver))


TOUR: dict[str, Any] = json.loads((HERE / "tour.json").read_text())
CLIENTS = (
    Client(f"TypeScript SDK {npm_version('@modelcontextprotocol/sdk')}", _node("sdk_1.mjs"), modes=("legacy",)),
    Client(f"TypeScript SDK {npm_version('@modelcontextprotocol/client')}", _node("sdk_2.mjs")),
    Client(f"Python SDK {pinned('sdk_1')}", python_driver("sdk_1.py", "sdk_1"), modes=("legacy",)),
    Client(f"Python SDK {version('mcp')}", python_driver("sdk_2.py")),
    Client(f"fastmcp {pinned('fastmcp')}", python_driver("fastmcp_client.py", "fastmcp"), older_over=("sse",)),
    Client(
        f"Inspector {npm_version('@modelcontextprotocol/inspector')}",
        _node("inspector.mjs"),
        steps=("create", "unknown ticket"),
        tells_protocol=False,
    ),
)
CELLS = [Cell(client, mode, transport) for client in CLIENTS for mode in client.modes for transport in TRANSPORTS]


def problems_of(cell: Cell, urls: Mapping[str, str]) -> list[str]:
    """Let a client take the tour, and return the problems."""
    done = run_tool(cell.name, [*cell.client.driver, json.dumps(cell.job(urls))])
    if done.returncode:
        return [f"the driver ended with {done.returncode}: {done.stderr.strip()[-2000:]}"]
    return list(judge(cell, [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]))


def judge(cell: Cell, lines: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Yield the problems in the report of a driver."""
    told = {line["did"]: line for line in lines}
    yield from _problems_of_connecting(cell, told.get("connect", {}))
    yield from _problems_of_tools(told.get("list tools", {}).get("tools", []))
    ticket = _at(told.get("create", {}).get("structured"), "ticket.id")
    for step in cell.steps:
        for problem in _problems_of_step(step, told.get(step["name"]), ticket):
            yield f"{step['name']}: {problem}"


def _problems_of_connecting(cell: Cell, line: dict[str, Any]) -> Iterator[str]:
    if cell.protocol and line.get("protocol") != cell.protocol:
        yield f"connect: the protocol is {line.get('protocol')}, not {cell.protocol}"
    if cell.protocol and line.get("server") != "freshdesk-mcp-server":
        yield f"connect: the server is {line.get('server')}"


def _problems_of_tools(tools: Sequence[dict[str, Any]]) -> Iterator[str]:
    listed = {tool["name"]: tool["inputSchema"] for tool in tools}
    for name, wanted in TOUR["tools"].items():
        schema = listed.get(name, {})
        if name not in listed:
            yield f"list tools: there is no {name}"
        elif sorted(schema.get("required", [])) != sorted(wanted["required"]):
            yield f"list tools: {name} requires {schema.get('required', [])}"
        elif missing := {*wanted["required"], *wanted["optional"]} - {*schema["properties"]}:
            yield f"list tools: {name} has no {missing}"


def _problems_of_step(step: dict[str, Any], line: dict[str, Any] | None, ticket: object) -> Iterator[str]:
    if line is None:
        yield "nothing was told of it"
    elif "raised" in line:
        yield f"the client raised {line['raised']}"
    elif line["isError"] != ("error" in step):
        yield f"isError is {line['isError']}: {line['text']}"
    elif not line["text"]:
        yield "there is no text"
    else:
        yield from _problems_of_content(step, line.get("structured"), ticket)


def _problems_of_content(step: dict[str, Any], structured: object, ticket: object) -> Iterator[str]:
    wanted = dict(step.get("holds", {}))
    if step.get("error"):
        wanted["error.code"] = step["error"]
    if step["name"] == "create" and not isinstance(ticket, int):
        yield f"ticket.id is {ticket}"
    for path, value in wanted.items():
        expected = ticket if value == "$ticket" else value
        if (found := _at(structured, path)) != expected:
            yield f"{path} is {found}, not {expected}"


def _at(value: Any, path: str) -> Any:
    """Return the value of a structure at a path such as ``tickets.0.id``; None if there is no such place."""
    for part in path.split("."):
        try:
            value = value[int(part)] if isinstance(value, list) else value[part]
        except (TypeError, KeyError, IndexError):
            return None
    return value
