"""Names of the tools that a request calls, read from its header and its body before the SDK reads them.

A message counts as a tool call if one of the SDK's three readers may take it for one. Python's reader accepts all that
the other two accept, and keeps the last of two equal names as they do. The header may contradict the body, and older
revisions of the protocol ignore it, so neither is trusted alone.
"""

import json
from collections.abc import Iterator

from mcp.shared.inbound import MCP_METHOD_HEADER, MCP_NAME_HEADER, decode_header_value
from starlette.datastructures import Headers


def tools_named_in(headers: Headers) -> Iterator[str]:
    """Yield the names in ``Mcp-Name``, stripped of blanks, unless ``Mcp-Method`` names another method."""
    methods = headers.getlist(MCP_METHOD_HEADER)
    if not methods or "tools/call" in methods:
        for value in headers.getlist(MCP_NAME_HEADER):
            yield (decode_header_value(value) or "").strip()


def tools_called_by(body: bytes) -> Iterator[str]:
    """Yield the names, stripped of blanks, of the tools that a message or a batch calls; none if it is not JSON."""
    try:
        message = json.loads(body)
    except (ValueError, RecursionError):
        return
    for one in message if isinstance(message, list) else [message]:
        match one:
            case {"method": "tools/call", "params": {"name": str(name)}}:
                yield name.strip()
