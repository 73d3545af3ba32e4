"""The parameter types that the tools share: what a model is told of each, and what is accepted.

Freshdesk is the judge of what depends on the account (which statuses exist, which tags are allowed); what can be known
to be wrong here is refused here, before a request is spent on it.
"""

from datetime import UTC, datetime
from typing import Annotated, Literal

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

LARGEST_EXACT_INTEGER = 2**53 - 1
"""Beyond it JSON numbers are not exact everywhere."""


def _refuse_bool(value: object) -> object:
    # pydantic reads true as 1
    if isinstance(value, bool):
        raise PydanticCustomError("int_type", "Input should be a whole number, not true or false")
    return value


def _parse_email(value: str) -> str:
    try:
        validate_email(value, check_deliverability=False, globally_deliverable=False, allow_display_name=False)
    except EmailNotValidError:
        raise PydanticCustomError("email", "Input should be an e-mail address such as ada@example.com") from None
    if "." not in value.rpartition("@")[2]:
        raise PydanticCustomError("email", "Input should be an e-mail address whose domain has a dot")
    return value


def _refuse_blank(value: str) -> str:
    if not value.strip():
        raise PydanticCustomError("blank", "Input should not be blank")
    return value


def _parse_time(value: str) -> str:
    """An ISO 8601 time as Freshdesk takes it in a query: UTC, whole seconds, ``Z``. No zone means UTC."""
    try:
        moment = datetime.fromisoformat(value.strip())
        moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise PydanticCustomError("time", "Input should be an ISO 8601 time such as 2026-01-31T09:00:00Z") from None
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment.year >= 1000 else value


# Always last: pydantic turns bounds that come after a validator into words that no JSON schema knows.
NotBool = BeforeValidator(_refuse_bool)
NonBlank = Annotated[str, AfterValidator(_refuse_blank)]
EmailAddress = Annotated[str, Field(json_schema_extra={"format": "email"}), AfterValidator(_parse_email)]

TicketId = Annotated[int, Field(ge=1, le=LARGEST_EXACT_INTEGER, description="Number of the ticket"), NotBool]
Subject = Annotated[NonBlank, Field(description="One line that says what it is about")]
Description = Annotated[NonBlank, Field(description="Plain text (lines are kept) or HTML")]
Priority = Annotated[int, Field(ge=1, le=4, description="1 Low, 2 Medium, 3 High, 4 Urgent"), NotBool]
Status = Annotated[
    int,
    Field(
        ge=2,
        le=LARGEST_EXACT_INTEGER,
        description="2 Open, 3 Pending, 4 Resolved, 5 Closed; higher numbers are statuses of the account's own",
    ),
    NotBool,
]
CcEmails = Annotated[list[EmailAddress], Field(description="Addresses that get a copy")]
Tags = Annotated[list[NonBlank], Field(description="Labels")]
UpdatedSince = Annotated[
    str,
    Field(description="ISO 8601 time, UTC if without zone; also finds tickets older than the usual 30 days"),
    AfterValidator(_parse_time),
]
PerPage = Annotated[int, Field(ge=1, le=100, description="Tickets per page"), NotBool]
Page = Annotated[int, Field(ge=1, le=300, description="Page, from 1"), NotBool]
OrderType = Literal["asc", "desc"]
