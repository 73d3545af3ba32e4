"""Read the records that a new sandbox starts with.

Here: ages in minutes become times. Not here: the records themselves (seeds/, a file for each resource).
"""

import json
from datetime import datetime, timedelta
from functools import cache
from importlib import resources
from typing import Any, Final

# A key of the seed that ends so holds an age, and becomes a time without the ending.
_AGE: Final = "_minutes_ago"


def read_seed(name: str, now: datetime) -> list[dict[str, Any]]:
    """Return the rows of `seeds/<name>.json` as they stand at `now`.

    Raises:
        FileNotFoundError: there is no such file.
    """
    return [_dated(row, now) for row in json.loads(_text(name))]


@cache
def _text(name: str) -> str:
    return resources.files("freshdesk_sandbox").joinpath("seeds", f"{name}.json").read_text(encoding="utf-8")


def _dated(value: Any, now: datetime) -> Any:
    if isinstance(value, list):
        return [_dated(one, now) for one in value]
    if isinstance(value, dict):
        return dict(_dated_item(key, one, now) for key, one in value.items())
    return value


def _dated_item(key: str, value: Any, now: datetime) -> tuple[str, Any]:
    if not key.endswith(_AGE):
        return key, _dated(value, now)
    return key.removesuffix(_AGE), None if value is None else now - timedelta(minutes=value)
