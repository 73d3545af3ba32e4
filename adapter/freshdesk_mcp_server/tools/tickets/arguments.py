"""Parameters of the ticket tools: the description that a model reads of each, and the accepted values."""

import re
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from freshdesk_mcp_server.tools.kit.arguments import (
    LARGEST_EXACT_INTEGER,
    EmailAddress,
    Form,
    Id,
    Name,
    NonBlank,
    Number,
    NumberForm,
    ReadWith,
    Time,
    Words,
    check_json,
    no_boolean,
    unless_left_out,
    within,
    words,
)
from freshdesk_mcp_server.tools.kit.bounds import (
    LONGEST_DESCRIPTION,
    LONGEST_JSON,
    LONGEST_NUMBER,
    LONGEST_SUBJECT,
    LONGEST_URI,
    MOST_ITEMS,
    characters,
    check_length,
    check_values,
    encoded,
    items,
)
from freshdesk_mcp_server.tools.kit.runtime import Runtime
from freshdesk_mcp_server.tools.tickets.numbers import ticket_number
from freshdesk_mcp_server.tools.tickets.pages import ticket_url_of

MOST_PAGES = 300
"""https://developers.freshdesk.com/api/#pagination"""
DESCRIPTION_LIMIT = 4_000
"""Characters of a description, or of a conversation, that are shown unless the caller sets another limit."""
LARGEST_LIMIT = 1_000_000


_TICKET_NUMBER = re.compile("[0-9]+")


def _check_form_of_ticket_number(value: object) -> object:
    # Every form but a plain number was read before, where the account is known.
    check_length(no_boolean(value), LONGEST_URI)
    if isinstance(value, str) and not (_TICKET_NUMBER.fullmatch(value.strip()) and len(value) <= LONGEST_NUMBER):
        raise PydanticCustomError("ticket_number", "Input should be the number of a ticket")
    return value


def _read_ticket_number(value: object, runtime: Runtime) -> object:
    number = ticket_number(value, ticket_url_of(runtime)) if isinstance(value, str) else None
    return value if number is None else number


TicketId = Annotated[
    int,
    Form("31, #31, or the URL of a ticket of this account"),
    ReadWith(_read_ticket_number),
    Number,
    BeforeValidator(_check_form_of_ticket_number),
]
AgentId = Annotated[Id, Form("the number of an agent")]
GroupId = Annotated[Id, Form("the number of a group")]
RequesterId = Annotated[Id, Form("the number of a contact")]
CompanyId = Annotated[Id, Form("the number of a company")]
Subject = Annotated[NonBlank, characters(LONGEST_SUBJECT)]
Description = Annotated[NonBlank, Field(description="Plain text or HTML"), encoded(LONGEST_DESCRIPTION)]
NewDescription = Annotated[
    NonBlank, Field(description="Overwrites the customer's words; plain text or HTML"), encoded(LONGEST_DESCRIPTION)
]
Priority = Annotated[
    int,
    Field(description="1 Low, 2 Medium, 3 High, 4 Urgent"),
    Form("1 = Low, 2 = Medium, 3 = High, 4 = Urgent"),
    within(1, 4),
    NumberForm,
]
Status = Annotated[
    int,
    Field(description="2 Open, 3 Pending, 4 Resolved, 5 Closed, or the account's own"),
    Form("2 = Open, 3 = Pending, 4 = Resolved, 5 = Closed, or a number of the account's own"),
    within(2, LARGEST_EXACT_INTEGER),
    NumberForm,
]
Source = Annotated[
    int,
    Field(description="1 Email, 2 Portal, 3 Phone"),
    Form("1 = Email, 2 = Portal, 3 = Phone"),
    Number,
    NumberForm,
]
CcEmails = Annotated[
    list[EmailAddress], Form('["ada@example.com", "bob@example.com"]'), items(MOST_ITEMS), words(LONGEST_JSON)
]
Tags = Annotated[list[Name], Form('["a", "b"]'), items(MOST_ITEMS), words(LONGEST_JSON)]
DueBy = Annotated[Time, Field(description="ISO 8601 with offset")]
CustomFields = Annotated[
    dict[str, object],
    # Described as text, since an object with unknown names ends a request to Gemini, and OpenAI's strict mode.
    WithJsonSchema({"type": "string", "description": "JSON object of cf_... names and values"}),
    Form('{"cf_floor": 3, "cf_plan": "gold"}'),
    AfterValidator(check_json),
    BeforeValidator(check_values),
]
UpdatedSince = Annotated[Time, Field(description="ISO 8601 with offset; finds older tickets too")]
PerPage = Annotated[int, Field(ge=1, le=100), NumberForm, unless_left_out(30)]
Page = Annotated[int, within(1, MOST_PAGES), NumberForm, unless_left_out(1)]
OrderType = Annotated[Literal["asc", "desc"], unless_left_out("desc")]
OrderBy = Literal["created_at", "due_by", "updated_at", "status"]
Filter = Literal["new_and_my_open", "watching", "spam", "deleted"]
OfTicket = Literal["conversations", "requester", "company", "stats"]
_INCLUDE = Form('["stats", "requester"]')
GetInclude = Annotated[list[OfTicket], _INCLUDE, items(len(get_args(OfTicket))), Words]
OfRow = Literal["stats", "requester", "description"]
ListInclude = Annotated[list[OfRow], _INCLUDE, items(len(get_args(OfRow))), Words]
DescriptionLimit = Annotated[
    int,
    Field(description="Characters of each text"),
    within(0, LARGEST_LIMIT),
    NumberForm,
    unless_left_out(DESCRIPTION_LIMIT),
]
