"""The parameter types that the tools share: what a model is told of each, and what is accepted.

Freshdesk is the judge of what depends on the account (which statuses exist, which tags are allowed); what can be known
to be wrong here is refused here, before a request is spent on it. Every word of a schema is read by a model in each
conversation, so there is a description only where the name does not say it all.
"""

import json
import re
import unicodedata
from datetime import UTC, datetime
from typing import Annotated, Literal, get_args

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from freshdesk_mcp_server.tools.bounds import (
    LONGEST_ADDRESS,
    LONGEST_DESCRIPTION,
    LONGEST_JSON,
    LONGEST_NAME,
    LONGEST_NUMBER,
    LONGEST_SUBJECT,
    LONGEST_TIME,
    LONGEST_WORDS,
    MOST_ITEMS,
    characters,
    check_encoded,
    check_length,
    check_values,
    encoded,
    items,
)

MOST_PAGES = 300
"""https://developers.freshdesk.com/api/#pagination"""
DESCRIPTION_LIMIT = 4_000
"""Characters of a description, or of a conversation, that are shown unless the caller asks for more or less."""
LARGEST_LIMIT = 1_000_000
LARGEST_EXACT_INTEGER = 2**53 - 1
"""Beyond it JSON numbers are not exact everywhere."""
NO_CHARACTER = "\uffff"
"""A noncharacter of Unicode, for half a surrogate pair or a byte that is not UTF-8 (``transports.messages``)."""
HALF = re.compile("[\ud800-\udfff]")
"""Half of a surrogate pair."""


def _check_form_of_number(value: object) -> object:
    # pydantic reads true as 1
    if isinstance(value, bool):
        raise PydanticCustomError("int_type", "Input should be a whole number, not true or false")
    return check_length(value, LONGEST_NUMBER)


def _parse_email(value: str) -> str:
    try:
        _check_lengths_in_email(value)
        validate_email(value, check_deliverability=False, globally_deliverable=False, allow_display_name=False)
    except EmailNotValidError:
        raise PydanticCustomError("email", "Input should be an e-mail address such as ada@example.com") from None
    if "." not in value.rpartition("@")[2]:
        raise PydanticCustomError("email", "Input should be an e-mail address whose domain has a dot")
    return value


def _check_lengths_in_email(value: str) -> None:
    # The library refuses the same in the end, and until then takes up to a hundred times as long as for any other.
    local, _, domain = value.rpartition("@")
    mapped = unicodedata.normalize("NFKC", domain)
    if len(local) > 64 or len(mapped) > 253 or max(map(len, mapped.split("."))) > 63:
        raise EmailNotValidError


def _check_number(value: int) -> int:
    if not 1 <= value <= LARGEST_EXACT_INTEGER:
        raise PydanticCustomError("out_of_range", "Input should be a whole number from 1 to 9007199254740991")
    return value


def _check_text(value: str) -> str:
    if not value.strip():
        raise PydanticCustomError("blank", "Input should not be blank")
    if NO_CHARACTER in value or HALF.search(value):
        raise PydanticCustomError("half_character", "Input should not hold half of a character")
    return value


def _parse_time(value: str) -> str:
    """An ISO 8601 time as Freshdesk takes it: UTC, whole seconds, ``Z``. No zone means UTC."""
    try:
        moment = datetime.fromisoformat(value.strip())
        moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise PydanticCustomError("time", "Input should be an ISO 8601 time such as 2026-01-31T09:00:00Z") from None
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment.year >= 1000 else value


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


def _parse_words(value: object) -> object:
    """Several words may come as one string, with commas, as Freshdesk itself has them."""
    check_length(value, LONGEST_WORDS)
    return [word.strip() for word in value.split(",")] if isinstance(value, str) else value


def _unless_null(default: object) -> BeforeValidator:
    """Some hosts send null for what was left out."""
    return BeforeValidator(lambda value: default if value is None else value)


# Always last: pydantic turns bounds that come after a validator into words that no JSON schema knows.
NumberForm = BeforeValidator(_check_form_of_number)
# Not by bounds of the schema: they would cost a model more than they say.
Number = AfterValidator(_check_number)
Words = BeforeValidator(_parse_words)
NonBlank = Annotated[str, AfterValidator(_check_text)]
EmailAddress = Annotated[str, AfterValidator(_parse_email), characters(LONGEST_ADDRESS)]
Moment = Annotated[str, AfterValidator(_parse_time), characters(LONGEST_TIME)]
Id = Annotated[int, Number, NumberForm]

TicketId = Id
Subject = Annotated[NonBlank, characters(LONGEST_SUBJECT)]
Description = Annotated[NonBlank, Field(description="Plain text or HTML"), encoded(LONGEST_DESCRIPTION)]
Name = Annotated[NonBlank, characters(LONGEST_NAME)]
Priority = Annotated[int, Field(ge=1, le=4, description="1 Low, 2 Medium, 3 High, 4 Urgent"), NumberForm]
Status = Annotated[
    int,
    Field(ge=2, description="2 Open, 3 Pending, 4 Resolved, 5 Closed, or the account's own"),
    Number,
    NumberForm,
]
Source = Annotated[int, Field(description="1 Email, 2 Portal, 3 Phone"), Number, NumberForm]
CcEmails = Annotated[list[EmailAddress], items(MOST_ITEMS)]
Tags = Annotated[list[Name], items(MOST_ITEMS)]
DueBy = Annotated[Moment, Field(description="ISO 8601")]
CustomFields = Annotated[
    dict[str, object],
    # Told as text, since an object whose names are not known ends a request to Gemini, and OpenAI's strict mode.
    WithJsonSchema({"type": "string", "description": "JSON object of cf_... names and values"}),
    AfterValidator(_check_json),
    BeforeValidator(check_values),
]
UpdatedSince = Annotated[Moment, Field(description="ISO 8601; finds older tickets too")]
PerPage = Annotated[int, Field(ge=1, le=100), NumberForm, _unless_null(30)]
Page = Annotated[int, Field(ge=1, le=MOST_PAGES), NumberForm, _unless_null(1)]
OrderType = Annotated[Literal["asc", "desc"], _unless_null("desc")]
OrderBy = Literal["created_at", "due_by", "updated_at", "status"]
Filter = Literal["new_and_my_open", "watching", "spam", "deleted"]
OfTicket = Literal["conversations", "requester", "company", "stats"]
GetInclude = Annotated[list[OfTicket], items(len(get_args(OfTicket))), Words]
OfRow = Literal["stats", "requester", "description"]
ListInclude = Annotated[list[OfRow], items(len(get_args(OfRow))), Words]
DescriptionLimit = Annotated[
    int,
    Field(ge=0, le=LARGEST_LIMIT, description="Characters of each text"),
    NumberForm,
    _unless_null(DESCRIPTION_LIMIT),
]
