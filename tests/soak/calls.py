"""Calls through the whole server, for all soaks: an MCP client in this process, and the reading of results.

Other modules choose the calls, and compare the results.
"""

import sys
from typing import Any, Final

import anyio
from mcp.client import Client
from mcp_types import CallToolResult

from freshdesk_mcp_server.errors import ErrorCode, Outcome
from freshdesk_mcp_server.gateway import open_gateway
from freshdesk_mcp_server.server import create_server
from freshdesk_mcp_server.settings import Settings, load_settings
from freshdesk_mcp_server.telemetry.events import Observer
from freshdesk_sandbox import API_KEY, Sandbox

KINDS: Final = ("create", "update", "delete", "get", "list")
TOOLS: Final = {kind: f"freshdesk_{kind}_ticket" for kind in KINDS} | {"list": "freshdesk_list_tickets"}
DONE: Final = "done"
NO_STRUCTURE: Final = "no structure"


def settings_for(url: str, **given: object) -> Settings:
    """Return the default settings for a sandbox at `url`, with `given` in place of defaults."""
    return load_settings({"api_key": API_KEY, "domain": "sandbox", "upstream_url": url} | given, env_file=None)


def client_of(settings: Settings, observer: Observer) -> Client:
    """Create a client of a new server; events of both go to `observer`."""
    server = create_server(lambda: open_gateway(settings, observer), settings.portal_url, observer)
    return Client(server, raise_exceptions=False)


async def result_of(client: Client, tool: str, arguments: dict[str, Any]) -> CallToolResult | None:
    """Return the result of a call; without one, return None and report the exception on standard error."""
    try:
        return await client.call_tool(tool, arguments)
    except Exception as error:  # noqa: BLE001  # no exception is a result
        print(f"soak: {tool} raised {type(error).__name__}: {error}", file=sys.stderr)
        return None


async def settled(sandbox: Sandbox) -> None:
    """Return once the sandbox has finished every request, also those that nobody waits for."""
    while sandbox.statistics.in_flight:  # noqa: ASYNC110  # nobody tells when the last one ends
        await anyio.sleep(0.05)


def judged(result: CallToolResult | None) -> tuple[str, str, dict[str, Any]]:
    """Read a result: DONE, an outcome or NO_STRUCTURE; the code of an error; and the data of a success."""
    data = result.structured_content if result else None
    if result is None or not isinstance(data, dict) or not result.content:
        return NO_STRUCTURE, "", {}
    if not result.is_error:
        return DONE, "", data
    error = data.get("error")
    if not isinstance(error, dict) or not _is_whole(error):
        return NO_STRUCTURE, "", {}
    return error["outcome"], error["code"], {}


def _is_whole(error: dict[str, Any]) -> bool:
    named = error.get("code") in {*ErrorCode} and error.get("outcome") in {*Outcome}
    return named and isinstance(error.get("retryable"), bool) and bool(error.get("message"))


def told_id_in(data: dict[str, Any]) -> int | None:
    """Return the number of the ticket in a success."""
    told = data.get("deleted_ticket_id", data.get("ticket", {}).get("id"))
    return told if isinstance(told, int) else None
