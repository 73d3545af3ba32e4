"""Problems of a request, and the 400 that lists them.

Here: one problem, the words that several checks share, and the refusal. Not here: the checks (checks.py,
parameters.py, resources/). Source: https://developers.freshdesk.com/api/#error
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from freshdesk_sandbox.wire import Answer, Refused, json_answer


@dataclass(frozen=True, slots=True)
class Problem:
    """An entry of `errors`."""

    field: str
    message: str
    code: str


def refusal(problems: Iterable[Problem]) -> Answer:
    """Return the 400 that lists `problems`."""
    errors = [{"field": one.field, "message": one.message, "code": one.code} for one in problems]
    return json_answer(400, {"description": "Validation failed", "errors": errors})


def unexpected(field: str) -> Problem:
    """Return the problem of a key, or of a query parameter, that does not belong."""
    return Problem(field, "Unexpected/invalid field in request", "invalid_field")


def one_of(choices: Collection[object]) -> str:
    """Return the words that name the values to choose from."""
    return f"It should be one of these values: '{','.join(str(one) for one in choices)}'"


def refuse(problems: list[Problem]) -> None:
    """Raise Refused if there is a problem."""
    if problems:
        raise Refused(refusal(problems))
