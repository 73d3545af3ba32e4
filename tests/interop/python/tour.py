"""The tour of each Python client: connect, list, and all steps of the tour; or convert the listed tools.

It reports each result on one JSON line, and judges nothing. It knows no client library, so that all can use it.
"""

import json
import sys
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

type Result = tuple[bool, dict[str, Any] | None, str | None]
"""A result: a flag for an error, its structured content, and its text."""


def job() -> dict[str, Any]:
    """Return the job of this run: transport, url and headers or command, mode, email and steps."""
    given: dict[str, Any] = json.loads(sys.argv[1])
    return given


def say(**line: Any) -> None:
    """Report one result."""
    print(json.dumps(line), flush=True)


async def take_steps(work: dict[str, Any], call: Callable[[str, dict[str, Any]], Awaitable[Result]]) -> None:
    """Call each tool of the tour, the later ones on the ticket that the first made."""
    known = {"email": work["email"]}
    for step in work["steps"]:
        try:
            is_error, structured, text = await call(step["tool"], _filled_in(step["arguments"], known))
        except Exception as error:  # noqa: BLE001  # any exception of a client is a result
            say(did=step["name"], raised=repr(error))
            continue
        if "ticket" not in known and structured and "ticket" in structured:
            known["ticket"] = structured["ticket"]["id"]
        say(did=step["name"], isError=is_error, structured=structured, text=text)


def say_schemas(tools: Iterable[Any], schema_of: Callable[[Any], Any]) -> None:
    """Report the schema that a library makes of each tool for a model."""
    for tool in tools:
        try:
            say(did=tool.name, schema=schema_of(tool))
        except Exception as error:  # noqa: BLE001  # any exception of a library is a result
            say(did=tool.name, raised=repr(error))


def _filled_in(arguments: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments, with "$name" replaced by the value known under that name."""

    def value(given: Any) -> Any:
        return known.get(given[1:]) if isinstance(given, str) and given.startswith("$") else given

    return {name: value(given) for name, given in arguments.items()}
