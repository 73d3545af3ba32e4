"""The parameter types that the tools share: what a model is told of each, and what is accepted.

Freshdesk is the judge of what depends on the account (which statuses exist, which tags are allowed); what can be known
to be wrong here is refused here, before a request is spent on it. Every word of a schema is read by a model in each
conversation, so there is a description only where the name does not say it all.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Literal, TypeVar, get_args

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from freshdesk_mcp_server.tools.addresses import is_address
from freshdesk_mcp_server.tools.bounds import (
    LONGEST_ADDRESS,
    LONGEST_DESCRIPTION,
    LONGEST_JSON,
    LONGEST_NAME,
    LONGEST_NUMBER,
    LONGEST_SUBJECT,
    LONGEST_TIME,
    LONGEST_URI,
    LONGEST_WORDS,
    MOST_ITEMS,
    characters,
    check_encoded,
    check_length,
    check_values,
    encoded,
    items,
)

T = TypeVar("T")

MOST_PAGES = 300
"""https://developers.freshdesk.com/api/#pagination"""
DESCRIPTION_LIMIT = 4_000
"""Characters of a description, or of a conversation, that are shown unless the caller asks for more or less."""
LARGEST_LIMIT = 1_000_000
LARGEST_EXACT_INTEGER = 2**53 - 1
"""Beyond it JSON numbers are not exact everywhere."""
NO_CHARACTER = "\uffff"
"""A noncharacter of Unicode, for half a surrogate pair or a byte that is not UTF-8 (``transports.messages``)."""
WHOLE_NUMBER = re.compile(r"-?[0-9]+(?:\.0+)?")
"""A number that comes as text; one that is too small is told so."""
TICKET_NUMBER = re.compile("[0-9]+")
HALF = re.compile("[\ud800-\udfff]")
"""Half of a surrogate pair."""


FORMS: Mapping[str, str] = {
    "ticket_id": "31, #31, or the URL of a ticket of this account",
    "priority": "1 = Low, 2 = Medium, 3 = High, 4 = Urgent",
    "status": "2 = Open, 3 = Pending, 4 = Resolved, 5 = Closed, or a number of the account's own",
    "source": "1 = Email, 2 = Portal, 3 = Phone",
    "responder_id": "the number of an agent",
    "group_id": "the number of a group",
    "requester_id": "the number of a contact",
    "company_id": "the number of a company",
    "email": "ada@example.com, without a name",
    "cc_emails": '["ada@example.com", "bob@example.com"]',
    "tags": '["a", "b"]',
    "include": '["stats", "requester"]',
    "custom_fields": '{"cf_floor": 3, "cf_plan": "gold"}',
    "due_by": "2026-01-31T09:00:00+02:00",
    "updated_since": "2026-01-31T09:00:00+02:00",
}
"""How a value of a parameter is written, for whoever wrote it otherwise."""


class CannotClear:
    """Marks a parameter whose null, meant to take a value away, would leave it as it is."""


class Moment(str):
    """A time as Freshdesk takes it: UTC, whole seconds, ``Z``; `is_guessed` if it came without an offset."""

    __slots__ = ("is_guessed",)
    is_guessed: bool


def _check_form_of_number(value: object) -> object:
    # pydantic reads "7_0" as 70, and "+7" as 7
    check_length(_no_boolean(value), LONGEST_NUMBER)
    if isinstance(value, str) and not WHOLE_NUMBER.fullmatch(value.strip()):
        raise PydanticCustomError("int_parsing", "Input should be a whole number")
    return value


def _check_form_of_ticket_number(value: object) -> object:
    # Any form but that of a plain number was read before, where the account is known.
    check_length(_no_boolean(value), LONGEST_URI)
    if isinstance(value, str) and not (TICKET_NUMBER.fullmatch(value.strip()) and len(value) <= LONGEST_NUMBER):
        raise PydanticCustomError("ticket_number", "Input should be the number of a ticket")
    return value


def _no_boolean(value: object) -> object:
    # pydantic reads true as 1
    if isinstance(value, bool):
        raise PydanticCustomError("int_type", "Input should be a whole number, not true or false")
    return value


def _parse_email(value: str) -> str:
    if not is_address(address := value.strip()):
        raise PydanticCustomError("email", "Input should be one e-mail address")
    return address


def _within(least: int, most: int) -> AfterValidator:
    """Not by bounds of the schema: they would cost a model more than they say."""

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
    """An ISO 8601 time in UTC. No offset means UTC, as Freshdesk takes it."""
    try:
        given = datetime.fromisoformat(value.strip())
        moment = given.astimezone(UTC) if given.tzinfo else given.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise PydanticCustomError("time", "Input should be an ISO 8601 time") from None
    parsed = Moment(moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment.year >= 1000 else value)
    parsed.is_guessed = given.tzinfo is None
    return parsed


def _check_json(value: dict[str, object]) -> dict[str, object]:
    """Refuse what a reader of JSON takes and a writer cannot write: NaN, infinity, half of a surrogate pair."""
    try:
        written = json.dumps(value, allow_nan=False, ensure_ascii=False)
    except ValueError:
        written = NO_CHARACTER
    if NO_CHARACTER in written or HALF.search(written):
        raise PydanticCustomError("not_json", "Input should hold finite numbers and whole characters only")
    check_encoded(written, LONGEST_JSON, "bytes as JSON")
    return value


def _words(limit: int) -> BeforeValidator:
    """Several words may come as one string, with commas, as Freshdesk itself has them."""
    return BeforeValidator(lambda value: _parse_words(value, limit))


def _parse_words(value: object, limit: int) -> object:
    check_length(value, limit)
    if not isinstance(value, str) or value.lstrip().startswith(("[", "{")):  # JSON, and broken: none of it is a word
        return value
    return [*filter(None, map(str.strip, value.split(",")))] or value


def _unless_left_out(default: object = None) -> BeforeValidator:
    """Some hosts send null for what was left out, or an empty string."""
    return BeforeValidator(lambda value: default if value is None or value == "" else value)


# Always last: pydantic turns bounds that come after a validator into words that no JSON schema knows.
NumberForm = BeforeValidator(_check_form_of_number)
Number = _within(1, LARGEST_EXACT_INTEGER)
Words = _words(LONGEST_WORDS)
Maybe = Annotated[T | None, _unless_left_out()]
"""A parameter that may be left out."""
Kept = Annotated[T | None, _unless_left_out(), CannotClear()]
"""One of an update that may be left out, and whose value cannot be taken away."""
NonBlank = Annotated[str, AfterValidator(_check_text)]
EmailAddress = Annotated[str, AfterValidator(_parse_email), characters(LONGEST_ADDRESS)]
Time = Annotated[str, AfterValidator(_parse_time), characters(LONGEST_TIME)]
Id = Annotated[int, Number, NumberForm]

TicketId = Annotated[int, Number, BeforeValidator(_check_form_of_ticket_number)]
Subject = Annotated[NonBlank, characters(LONGEST_SUBJECT)]
Description = Annotated[NonBlank, Field(description="Plain text or HTML"), encoded(LONGEST_DESCRIPTION)]
NewDescription = Annotated[
    NonBlank, Field(description="Overwrites the customer's words; plain text or HTML"), encoded(LONGEST_DESCRIPTION)
]
Name = Annotated[NonBlank, characters(LONGEST_NAME)]
Priority = Annotated[int, Field(description="1 Low, 2 Medium, 3 High, 4 Urgent"), _within(1, 4), NumberForm]
Status = Annotated[
    int,
    Field(description="2 Open, 3 Pending, 4 Resolved, 5 Closed, or the account's own"),
    _within(2, LARGEST_EXACT_INTEGER),
    NumberForm,
]
Source = Annotated[int, Field(description="1 Email, 2 Portal, 3 Phone"), Number, NumberForm]
CcEmails = Annotated[list[EmailAddress], items(MOST_ITEMS), _words(LONGEST_JSON)]
Tags = Annotated[list[Name], items(MOST_ITEMS), _words(LONGEST_JSON)]
DueBy = Annotated[Time, Field(description="ISO 8601 with offset")]
CustomFields = Annotated[
    dict[str, object],
    # Told as text, since an object whose names are not known ends a request to Gemini, and OpenAI's strict mode.
    WithJsonSchema({"type": "string", "description": "JSON object of cf_... names and values"}),
    AfterValidator(_check_json),
    BeforeValidator(check_values),
]
UpdatedSince = Annotated[Time, Field(description="ISO 8601 with offset; finds older tickets too")]
PerPage = Annotated[int, Field(ge=1, le=100), NumberForm, _unless_left_out(30)]
Page = Annotated[int, _within(1, MOST_PAGES), NumberForm, _unless_left_out(1)]
OrderType = Annotated[Literal["asc", "desc"], _unless_left_out("desc")]
OrderBy = Literal["created_at", "due_by", "updated_at", "status"]
Filter = Literal["new_and_my_open", "watching", "spam", "deleted"]
OfTicket = Literal["conversations", "requester", "company", "stats"]
GetInclude = Annotated[list[OfTicket], items(len(get_args(OfTicket))), Words]
OfRow = Literal["stats", "requester", "description"]
ListInclude = Annotated[list[OfRow], items(len(get_args(OfRow))), Words]
DescriptionLimit = Annotated[
    int,
    Field(description="Characters of each text"),
    _within(0, LARGEST_LIMIT),
    NumberForm,
    _unless_left_out(DESCRIPTION_LIMIT),
]
