"""Names of tools that a request calls, read before the SDK reads it: from its header and from its body.

Everything that one of the SDK's three readers may take for a tool call counts as one: Python's reader takes all that
the other two take, and keeps the last of two equal names as they do. The header may contradict the body, and older
revisions of the protocol do not look at it, so neither is trusted alone.
"""

import json
from collections.abc import Iterator

from mcp.shared.inbound import MCP_METHOD_HEADER, MCP_NAME_HEADER, decode_header_value
from starlette.datastructures import Headers


def tools_named_in(headers: Headers) -> Iterator[str]:
    """Names in ``Mcp-Name``, unless ``Mcp-Method`` says that they are of something else; without blanks at the ends."""
    methods = headers.getlist(MCP_METHOD_HEADER)
    if not methods or "tools/call" in methods:
        for value in headers.getlist(MCP_NAME_HEADER):
            yield (decode_header_value(value) or "").strip()


def tools_called_by(body: bytes) -> Iterator[str]:
    """Names of the tools that a message calls, or the messages of a batch, in the same form; none if it is not JSON."""
    try:
        message = json.loads(body)
    except (ValueError, RecursionError):
        return
    for one in message if isinstance(message, list) else [message]:
        match one:
            case {"method": "tools/call", "params": {"name": str(name)}}:
                yield name.strip()
