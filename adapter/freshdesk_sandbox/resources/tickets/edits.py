"""The changes that a new ticket meets while it is stored.

Here: the effect of the switches `Edits` on the values of a create. Not here: rules for values (rules.py).
"""

from typing import Final

from freshdesk_sandbox.kinds import JsonObject
from freshdesk_sandbox.markup import html_from_text
from freshdesk_sandbox.resources.tickets.switches import Edits

_LAST_OF_THREE_BYTES: Final = "\uffff"
_SET: Final = ("status", "priority", "group_id", "responder_id", "source")


def edited(values: JsonObject, edits: Edits) -> JsonObject:
    """Return the values of a create as they are stored."""
    changed = values | {key: getattr(edits, key) for key in _SET if getattr(edits, key) is not None}
    changed["subject"] = _subject(values.get("subject"), edits)
    changed["description"] = _description(values.get("description"), edits)
    if edits.tags:
        changed["tags"] = [*_listed(values.get("tags")), *edits.tags]
    if edits.spam:
        changed["spam"] = True
    return changed


def _subject(sent: object, edits: Edits) -> str | None:
    kept = _without_astral(sent, edits)[: edits.subject_limit]
    text = edits.subject_prefix + (kept if edits.subject is None else edits.subject)
    return text if text or isinstance(sent, str) else None


def _description(sent: object, edits: Edits) -> str | None:
    kept = html_from_text(_without_astral(sent, edits)) if isinstance(sent, str) else ""
    inner = kept if edits.description is None else edits.description
    text = edits.description_before + inner + edits.description_after
    return text if text or isinstance(sent, str) else None


def _without_astral(sent: object, edits: Edits) -> str:
    text = sent if isinstance(sent, str) else ""
    return "".join(one for one in text if one <= _LAST_OF_THREE_BYTES) if edits.drop_astral else text


def _listed(tags: object) -> list[object]:
    return list(tags) if isinstance(tags, list) else []
