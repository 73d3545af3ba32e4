"""The table of operations: the one from which contract, gateway, fault and leak suites take their rows.

`test_table.py` says what a row needs. The number of the resource in a request is 7, and its words carry `MARK`.
"""

import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from mcp.server.mcpserver.tools import Tool

from freshdesk_client.api.agents import get_current_agent
from freshdesk_client.api.tickets import create_ticket, delete_ticket, get_ticket, list_tickets, update_ticket
from freshdesk_client.models import Agent, Ticket, TicketCreate, TicketPriority, TicketUpdate
from freshdesk_mcp_server.errors import FreshdeskError
from freshdesk_mcp_server.gateway import Gateway, Reply, open_gateway
from freshdesk_mcp_server.gateway.operation import AnyOperation, Effect
from freshdesk_mcp_server.gateway.operations.agents import GET_CURRENT_AGENT
from freshdesk_mcp_server.gateway.operations.tickets import (
    CREATE_TICKET,
    DELETE_TICKET,
    GET_TICKET,
    LIST_TICKETS,
    UPDATE_TICKET,
)
from freshdesk_mcp_server.gateway.recoveries.tickets import recover_creation, recover_deletion
from freshdesk_mcp_server.gateway.recoveries.twins import Twin
from freshdesk_mcp_server.gateway.recovery import Begin, Send
from freshdesk_mcp_server.telemetry.events import Event
from freshdesk_sandbox import Sandbox
from support.answers import MARK, Answer
from support.gateways import settings_for_tests
from support.specification import SPECIFICATION

type Json = dict[str, Any]

EXAMPLES: Json = SPECIFICATION["components"]["examples"]


def example(name: str) -> Json:
    """An example of the specification, with the number of the requests in this table."""
    value: Json = EXAMPLES[name]["value"]
    return value | {"id": 7}


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A call of a tool that makes the request of a row, once, on a ticket of the sandbox.

    Attributes:
        name: Its name in the ids of tests.
        tool: The name of the tool.
        arguments: Its arguments, by the number of the ticket; their words carry `MARK`, or are addresses.
        cases: The names by which the families of ``faults.test_matrix`` speak of it.
        count: The number of times that its change was made, in a sandbox with one ticket.
    """

    name: str
    tool: str
    arguments: Callable[[int], Json]
    cases: tuple[str, ...]
    count: Callable[[Sandbox], int] = lambda _: 0


@dataclass(frozen=True, slots=True)
class Row:
    """One operation.

    Attributes:
        send: Makes the request that the table describes.
        method: Its method.
        path: Its path, below the address of the API.
        query: Its query.
        body: Its body.
        status: That of a success.
        answer: The body of a success; None if it has none.
        model: The generated model of the answer, or of its items.
        recovery: Begins the recovery of the call.
        without_recovery: Why a WRITE has none.
        calls: Calls of tools that make the request; none for an operation that no tool calls by itself.
    """

    operation: AnyOperation
    send: Send
    method: str
    path: str
    query: str = ""
    body: Json | None = None
    status: int = 200
    answer: Json | list[Json] | None = None
    model: type[Any] | None = None
    recovery: Begin[Any] | None = None
    without_recovery: str = ""
    calls: tuple[ToolCall, ...] = ()

    @property
    def sandbox_path(self) -> str:
        """The path as faults of the sandbox name it."""
        return "/api/v2" + re.sub(r"/7(?=/|$)", "/{id}", self.path)

    @property
    def value(self) -> Any:
        """The value of the answer, as the operation reads it."""
        if self.model is None:
            return True
        parse = self.model.from_dict
        return [parse(item) for item in self.answer] if isinstance(self.answer, list) else parse(self.answer)


EMAIL = f"{MARK}@example.com"
KNOWN, UNKNOWN = "emily.dean@example.com", "nobody.yet@example.com"
"""Addresses of a contact of the sandbox, and of nobody."""
SUBJECT = f"The lift is out of order, {MARK}"
WORDS: Json = {
    "subject": SUBJECT,
    "description": f"First line {MARK}\n<{MARK}>",
    "cc_emails": [f"cc-{MARK}@example.com"],
    "tags": [f"tag-{MARK}"],
}
MARKED = f'{{"description": "{MARK}", "x": "{MARK}", "id": "{MARK}"}}'.encode()
NEW = TicketCreate(subject=MARK, status=2, priority=TicketPriority.LOW, email=EMAIL, description=MARK)
TWIN = Twin.of(NEW)


def tickets_made(sandbox: Sandbox) -> int:
    made: int = sandbox.statistics.tickets_made
    return made


def the_ticket(sandbox: Sandbox) -> Any:
    (number,) = sandbox.store.tickets
    return sandbox.store.tickets[number]


def subjects_set(sandbox: Sandbox) -> int:
    return int(the_ticket(sandbox).subject == SUBJECT)


def tickets_in_trash(sandbox: Sandbox) -> int:
    return int(the_ticket(sandbox).deleted)


TABLE = (
    Row(
        CREATE_TICKET,
        lambda client: create_ticket.asyncio_detailed(client=client, body=NEW),
        *("POST", "/tickets"),
        body={"subject": MARK, "description": MARK, "email": EMAIL, "status": 2, "priority": 1},
        status=201,
        answer=example("TicketCreated"),
        model=Ticket,
        recovery=recover_creation(TWIN),
        calls=(
            ToolCall(
                "create for a known requester",
                "freshdesk_create_ticket",
                lambda _: WORDS | {"email": KNOWN},
                ("create",),
                tickets_made,
            ),
            ToolCall(
                "create for a new requester",
                "freshdesk_create_ticket",
                lambda _: WORDS | {"email": UNKNOWN},
                ("create",),
                tickets_made,
            ),
        ),
    ),
    Row(
        GET_TICKET,
        lambda client: get_ticket.asyncio_detailed(7, client=client),
        *("GET", "/tickets/7"),
        answer=example("TicketViewed"),
        model=Ticket,
        calls=(ToolCall("get", "freshdesk_get_ticket", lambda number: {"ticket_id": number}, ("read",)),),
    ),
    Row(
        UPDATE_TICKET,
        lambda client: update_ticket.asyncio_detailed(7, client=client, body=TicketUpdate(subject=MARK)),
        *("PUT", "/tickets/7"),
        body={"subject": MARK},
        answer=example("TicketUpdated"),
        model=Ticket,
        calls=(
            ToolCall(
                "update",
                "freshdesk_update_ticket",
                lambda number: WORDS | {"ticket_id": number},
                ("update", "idempotent write"),
                subjects_set,
            ),
        ),
    ),
    Row(
        DELETE_TICKET,
        lambda client: delete_ticket.asyncio_detailed(7, client=client),
        *("DELETE", "/tickets/7"),
        status=204,
        recovery=recover_deletion(7),
        calls=(
            ToolCall(
                "delete",
                "freshdesk_delete_ticket",
                lambda number: {"ticket_id": number},
                ("delete", "idempotent write"),
                tickets_in_trash,
            ),
        ),
    ),
    Row(
        LIST_TICKETS,
        lambda client: list_tickets.asyncio_detailed(client=client, email=EMAIL),
        *("GET", "/tickets"),
        query=f"email={MARK}%40example.com",
        answer=EXAMPLES["TicketPage"]["value"],
        model=Ticket,
        calls=(ToolCall("list", "freshdesk_list_tickets", lambda _: {"email": KNOWN}, ("read",)),),
    ),
    Row(
        GET_CURRENT_AGENT,
        lambda client: get_current_agent.asyncio_detailed(client=client),
        *("GET", "/agents/me"),
        answer=EXAMPLES["AgentMe"]["value"],
        model=Agent,
    ),
)
ROWS = {row.operation.name: row for row in TABLE}
SEND: dict[str, Send] = {name: row.send for name, row in ROWS.items()}
ALL = tuple(row.operation for row in TABLE)
READS, IDEMPOTENT_WRITES, WRITES = (
    tuple(operation for operation in ALL if operation.effect is effect)
    for effect in (Effect.READ, Effect.IDEMPOTENT_WRITE, Effect.WRITE)
)
WITH_ANSWER = tuple(row.operation for row in TABLE if row.answer is not None)


@asynccontextmanager
async def gateway_to(upstream: Answer, *, events: list[Event] | None = None, **given: object) -> AsyncIterator[Gateway]:
    observer = (events if events is not None else []).append
    transport = httpx.MockTransport(upstream)
    async with open_gateway(settings_for_tests(**given), observer, transport=transport) as gateway:
        yield gateway


async def call(operation: AnyOperation, upstream: Answer, **given: Any) -> Reply[Any]:
    async with gateway_to(upstream, **given) as gateway:
        return await call_on(gateway, operation)


async def call_on(gateway: Gateway, operation: AnyOperation) -> Reply[Any]:
    row = ROWS[operation.name]
    return await gateway.call(operation, row.send, recovery=row.recovery)


async def error_of(operation: AnyOperation, upstream: Answer, **given: Any) -> FreshdeskError:
    with pytest.raises(FreshdeskError) as caught:
        await call(operation, upstream, **given)
    assert caught.value.operation == operation.name
    return caught.value


def each(operations: Sequence[AnyOperation]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("operation", operations, ids=[operation.name for operation in operations])


def needed_by(tool: Tool) -> Json:
    """The arguments without which a tool refuses a call, from the table."""
    calls = [call for row in TABLE for call in row.calls if call.tool == tool.name]
    given = calls[0].arguments(17) if calls else {}
    return {name: given.get(name) for name in tool.parameters.get("required", ())}
