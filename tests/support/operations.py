"""The table of operations: the one from which contract, gateway, fault and leak suites take their rows.

`test_table.py` says what a row needs. The number of the resource in a request is 7, and its words carry `MARK`.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

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

    @property
    def value(self) -> Any:
        """The value of the answer, as the operation reads it."""
        if self.model is None:
            return True
        parse = self.model.from_dict
        return [parse(item) for item in self.answer] if isinstance(self.answer, list) else parse(self.answer)


EMAIL = f"{MARK}@example.com"
MARKED = f'{{"description": "{MARK}", "x": "{MARK}", "id": "{MARK}"}}'.encode()
NEW = TicketCreate(subject=MARK, status=2, priority=TicketPriority.LOW, email=EMAIL, description=MARK)
TWIN = Twin.of(NEW)

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
    ),
    Row(
        GET_TICKET,
        lambda client: get_ticket.asyncio_detailed(7, client=client),
        *("GET", "/tickets/7"),
        answer=example("TicketViewed"),
        model=Ticket,
    ),
    Row(
        UPDATE_TICKET,
        lambda client: update_ticket.asyncio_detailed(7, client=client, body=TicketUpdate(subject=MARK)),
        *("PUT", "/tickets/7"),
        body={"subject": MARK},
        answer=example("TicketUpdated"),
        model=Ticket,
    ),
    Row(
        DELETE_TICKET,
        lambda client: delete_ticket.asyncio_detailed(7, client=client),
        *("DELETE", "/tickets/7"),
        status=204,
        recovery=recover_deletion(7),
    ),
    Row(
        LIST_TICKETS,
        lambda client: list_tickets.asyncio_detailed(client=client, email=EMAIL),
        *("GET", "/tickets"),
        query=f"email={MARK}%40example.com",
        answer=EXAMPLES["TicketPage"]["value"],
        model=Ticket,
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
