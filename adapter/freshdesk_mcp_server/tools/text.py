"""Descriptions: from what a model writes to the HTML that Freshdesk stores.

https://developers.freshdesk.com/api/#create_ticket: ``description`` is HTML content. Plain text sent as it is would
lose its lines, and whatever in it looks like a tag.
"""

import html
import re

_TAGS = "a|b|blockquote|code|div|em|font|h[1-6]|i|li|ol|p|pre|s|span|strong|sub|sup|table|tbody|td|th|thead|tr|u|ul"
_ATTRIBUTES = r"""(?:\s+[\w:-]+\s*=\s*(?:"[^"<>]*"|'[^'<>]*'|[^\s"'<>=]+))*"""
# An element that is opened and closed, or one that is never closed. "a <b and c> d" and "List<p>" are text.
_OPENED = re.compile(rf"<(?:({_TAGS}){_ATTRIBUTES}\s*|(?:br|hr|img){_ATTRIBUTES}\s*/?)>", re.IGNORECASE)
_CLOSED = re.compile(rf"</({_TAGS})\s*>", re.IGNORECASE)


def html_from_description(description: str) -> str:
    """`description` itself if it is HTML, otherwise HTML that shows the same lines and the same characters."""
    if _is_html(description):
        return description
    return "<br>".join(html.escape(line, quote=False) for line in description.splitlines())


def _is_html(text: str) -> bool:
    # In two passes: one expression for both ends of an element would take quadratic time on many that are never closed.
    last_closed = {found[1].lower(): found.start() for found in _CLOSED.finditer(text)}
    return any(
        found[1] is None or last_closed.get(found[1].lower(), -1) >= found.end() for found in _OPENED.finditer(text)
    )
