"""Results of successful calls: the same data twice, as structure and as text, each complete.

Hosts show a model the structured content or the text, not always both.
"""

from collections.abc import Iterable

from mcp_types import CallToolResult, TextContent

from freshdesk_mcp_server.tools.kit.untrusted import NOTE
from freshdesk_mcp_server.tools.kit.values import View, without_empty


def result_from(data: View, lines: Iterable[str], *, keep: tuple[str, ...] = ()) -> CallToolResult:
    """Return a success: `data` without its empty values, except `keep`, and the lines of its text."""
    structure = {name: data[name] for name in keep} | without_empty(data)
    if "untrusted" in structure:
        structure["notes"] = [*structure.get("notes", ()), NOTE]
    return CallToolResult(content=[TextContent(text="\n".join(filter(None, lines)))], structured_content=structure)
