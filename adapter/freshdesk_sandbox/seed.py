"""Reading seed.json, the records that a new sandbox starts with.

Here: ages in minutes become times, short forms become whole records. Not here: the records themselves (seed.json).
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib import resources
from typing import Any, Final

from freshdesk_sandbox.records import Attachment, Conversation

# A key of the seed that ends so holds an age, and becomes a time without the ending.
_AGE: Final = "_minutes_ago"


@dataclass(frozen=True, slots=True)
class Seed:
    """Arguments for the records of store.py, with times that count from one moment."""

    companies: dict[int, str]
    contacts: list[dict[str, Any]]
    tickets: list[dict[str, Any]]


def read_seed(now: datetime) -> Seed:
    """Return the seed as it stands at `now`."""
    data = json.loads(_text())
    companies = {company["id"]: company["name"] for company in data["companies"]}
    return Seed(companies, data["contacts"], [_ticket(one, now) for one in data["tickets"]])


@cache
def _text() -> str:
    return resources.files("freshdesk_sandbox").joinpath("seed.json").read_text(encoding="utf-8")


def _ticket(raw: dict[str, Any], now: datetime) -> dict[str, Any]:
    ticket = _dated(raw, now)
    ticket["stats"] = _dated(raw.get("stats", {}), now)
    ticket["attachments"] = _files(raw, now)
    ticket["conversations"] = [_conversation(one, raw["id"], now) for one in raw.get("conversations", [])]
    return ticket


def _conversation(raw: dict[str, Any], ticket_id: int, now: datetime) -> Conversation:
    return Conversation(**_dated(raw, now) | {"ticket_id": ticket_id, "attachments": _files(raw, now)})


def _files(raw: dict[str, Any], now: datetime) -> list[Attachment]:
    return [Attachment(**_dated(one, now)) for one in raw.get("attachments", [])]


def _dated(raw: dict[str, Any], now: datetime) -> dict[str, Any]:
    return dict(_dated_item(key, value, now) for key, value in raw.items())


def _dated_item(key: str, value: Any, now: datetime) -> tuple[str, Any]:
    if not key.endswith(_AGE):
        return key, value
    return key.removesuffix(_AGE), None if value is None else now - timedelta(minutes=value)
