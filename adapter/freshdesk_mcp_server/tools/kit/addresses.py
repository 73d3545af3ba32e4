"""E-mail addresses: a text that cannot be one is refused here; Freshdesk knows which exist.

Addresses are in use that standards forbid (two dots in a row, a dot before the at sign) or reserve (``corp.local``).
"""

import re

LONGEST_LOCAL = 64
LONGEST_DOMAIN = 253
"""https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4, without the parts that are not written."""
LONGEST_LABEL = 63

# RFC 5322, section 3.4.1, with dots anywhere in the first part. Each alternative begins with a character of its own,
# which keeps the time linear.
_ADDRESS = re.compile(r"""(?:"(?:[^"\\]|\\.)*"|[^\s"(),:;<>@\[\\\]]+)@(?:\[[^\s\[\]]+\]|[^\s"(),:;<>@\[\\\]]+)""")


def is_address(text: str) -> bool:
    """Return True if `text` may be one e-mail address."""
    if not (text.isprintable() and _ADDRESS.fullmatch(text)):
        return False
    local, _, domain = text.rpartition("@")
    labels = domain.split(".")
    return len(local) <= LONGEST_LOCAL and len(domain) <= LONGEST_DOMAIN and all(map(_is_label, labels))


def _is_label(label: str) -> bool:
    return 0 < len(label) <= LONGEST_LABEL
