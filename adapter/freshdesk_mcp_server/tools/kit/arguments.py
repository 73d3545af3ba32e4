"""Types of parameters that toolsets share, and the marks that a parameter may carry.

Freshdesk judges values that depend on the account. A value that is wrong in any account is refused here, before a
request is spent on it. A model reads every word of a schema in each conversation. So a description stands only where
the name is not enough.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BeforeValidator
from pydantic_core import PydanticCustomError

from freshdesk_mcp_server.tools.kit.addresses import is_address
from freshdesk_mcp_server.tools.kit.bounds import (
    LONGEST_ADDRESS,
    LONGEST_JSON,
    LONGEST_NAME,
    LONGEST_NUMBER,
    LONGEST_TIME,
    LONGEST_WORDS,
    characters,
    check_encoded,
    check_length,
)

T = TypeVar("T")

LARGEST_EXACT_INTEGER = 2**53 - 1
"""The largest exact integer: beyond it JSON numbers are not exact everywhere."""
NO_CHARACTER = "\uffff"
"""A noncharacter of Unicode, for half a surrogate pair or a byte that is not UTF-8 (``transports.messages``)."""
WHOLE_NUMBER = re.compile(r"-?[0-9]+(?:\.0+)?")
"""A number that comes as text. The pattern allows a negative number, so that its refusal names the bound."""
HALF = re.compile("[\ud800-\udfff]")
"""Half of a surrogate pair."""


class CannotClear:
    """Marks a parameter whose null is meant to clear a value, but would not change it."""


@dataclass(frozen=True, slots=True)
class Form:
    """Marks a parameter with the form of its value, which the error names if a caller used another form."""

    text: str


@dataclass(frozen=True, slots=True)
class ReadWith:
    """Marks a parameter that is read before it is checked; `read` gets the value and the runtime of the server."""

    read: Callable[[object, Any], object]


class Moment(str):
    """A time in Freshdesk's form: UTC, whole seconds, ``Z``; `is_guessed` if it came without an offset."""

    __slots__ = ("is_guessed",)
    is_guessed: bool


def _check_form_of_number(value: object) -> object:
    # pydantic reads "7_0" as 70, and "+7" as 7
    check_length(no_boolean(value), LONGEST_NUMBER)
    if isinstance(value, str) and not WHOLE_NUMBER.fullmatch(value.strip()):
        raise PydanticCustomError("int_parsing", "Input should be a whole number")
    return value


def no_boolean(value: object) -> object:
    """Return `value`, unless it is true or false."""
    # pydantic reads true as 1
    if isinstance(value, bool):
        raise PydanticCustomError("int_type", "Input should be a whole number, not true or false")
    return value


def _parse_email(value: str) -> str:
    if not is_address(address := value.strip()):
        raise PydanticCustomError("email", "Input should be one e-mail address")
    return address


def within(least: int, most: int) -> AfterValidator:
    """Bound a number. Bounds in the schema would cost a model more than they say."""

    def check(value: int) -> int:
        if least <= value <= most:
            return value
        told = {"least": least, "most": f"{most:,}" if most < LARGEST_EXACT_INTEGER else most}
        raise PydanticCustomError("out_of_range", "Input should be a whole number from {least} to {most}", told)

    return AfterValidator(check)


def _check_text(value: str) -> str:
    if not value.strip():
        raise PydanticCustomError("blank", "Input should not be blank")
    if NO_CHARACTER in value or HALF.search(value):
        raise PydanticCustomError("half_character", "Input should not hold half of a character")
    return value


def _parse_time(value: str) -> Moment:
    """Return an ISO 8601 time in UTC. A time without an offset counts as UTC, as in Freshdesk."""
    try:
        given = datetime.fromisoformat(value.strip())
        moment = given.astimezone(UTC) if given.tzinfo else given.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise PydanticCustomError("time", "Input should be an ISO 8601 time") from None
    parsed = Moment(moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment.year >= 1000 else value)
    parsed.is_guessed = given.tzinfo is None
    return parsed


def check_json(value: dict[str, object]) -> dict[str, object]:
    """Refuse values that a reader of JSON takes and a writer cannot write: NaN, infinity, half of a surrogate pair."""
    try:
        written = json.dumps(value, allow_nan=False, ensure_ascii=False)
    except ValueError:
        written = NO_CHARACTER
    if NO_CHARACTER in written or HALF.search(written):
        raise PydanticCustomError("not_json", "Input should hold finite numbers and whole characters only")
    check_encoded(written, LONGEST_JSON, "bytes as JSON")
    return value


def words(limit: int) -> BeforeValidator:
    """Accept several words in one string, between commas, as Freshdesk itself writes them."""
    return BeforeValidator(lambda value: _parse_words(value, limit))


def _parse_words(value: object, limit: int) -> object:
    check_length(value, limit)
    if not isinstance(value, str) or value.lstrip().startswith(("[", "{")):  # broken JSON: none of it is a word
        return value
    return [*filter(None, map(str.strip, value.split(",")))] or value


def unless_left_out(default: object = None) -> BeforeValidator:
    """Read null and the empty string as left out: some hosts send them."""
    return BeforeValidator(lambda value: default if value is None or value == "" else value)


# Always last: pydantic turns bounds that come after a validator into words that no JSON schema knows.
NumberForm = BeforeValidator(_check_form_of_number)
Number = within(1, LARGEST_EXACT_INTEGER)
Words = words(LONGEST_WORDS)
Maybe = Annotated[T | None, unless_left_out()]
"""A parameter that may be left out."""
Kept = Annotated[T | None, unless_left_out(), CannotClear()]
"""A parameter of an update that may be left out, and whose value cannot be cleared."""
NonBlank = Annotated[str, AfterValidator(_check_text)]
EmailAddress = Annotated[
    str, Form("ada@example.com, without a name"), AfterValidator(_parse_email), characters(LONGEST_ADDRESS)
]
Time = Annotated[str, Form("2026-01-31T09:00:00+02:00"), AfterValidator(_parse_time), characters(LONGEST_TIME)]
Id = Annotated[int, Number, NumberForm]
Name = Annotated[NonBlank, characters(LONGEST_NAME)]
