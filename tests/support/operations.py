"""The operations of the gateway, each with a request, and calls of them over a Freshdesk that is a function."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from freshdesk_client import Client
from freshdesk_client.api.tickets import create_ticket, delete_ticket, get_ticket, list_tickets, update_ticket
from freshdesk_client.models import TicketCreate, TicketPriority, TicketUpdate
from freshdesk_client.types import Response
from freshdesk_mcp_server.errors import FreshdeskError
from freshdesk_mcp_server.gateway import Gateway, Reply, open_gateway
from freshdesk_mcp_server.gateway.operation import (
    CREATE_TICKET,
    DELETE_TICKET,
    GET_TICKET,
    LIST_TICKETS,
    UPDATE_TICKET,
    Operation,
)
from freshdesk_mcp_server.gateway.recoveries.twins import Twin
from freshdesk_mcp_server.telemetry.events import Event
from support.answers import MARK, Answer
from support.gateways import settings_for_tests

type Send = Callable[[Client], Awaitable[Response[Any]]]

EMAIL = f"{MARK}@example.com"
MARKED = f'{{"description": "{MARK}", "x": "{MARK}", "id": "{MARK}"}}'.encode()
NEW = TicketCreate(subject=MARK, status=2, priority=TicketPriority.LOW, email=EMAIL, description=MARK)
TWIN = Twin.of(NEW)

SEND: dict[str, Send] = {
    "get_ticket": lambda client: get_ticket.asyncio_detailed(7, client=client),
    "list_tickets": lambda client: list_tickets.asyncio_detailed(client=client, email=EMAIL),
    "update_ticket": lambda client: update_ticket.asyncio_detailed(7, client=client, body=TicketUpdate(subject=MARK)),
    "delete_ticket": lambda client: delete_ticket.asyncio_detailed(7, client=client),
    "create_ticket": lambda client: create_ticket.asyncio_detailed(client=client, body=NEW),
}
READS = (GET_TICKET, LIST_TICKETS)
IDEMPOTENT_WRITES = (UPDATE_TICKET, DELETE_TICKET)
WRITES = (CREATE_TICKET,)
ALL = (*READS, *IDEMPOTENT_WRITES, *WRITES)
WITH_ANSWER = tuple(operation for operation in ALL if operation is not DELETE_TICKET)


@asynccontextmanager
async def gateway_to(upstream: Answer, *, events: list[Event] | None = None, **given: object) -> AsyncIterator[Gateway]:
    observer = (events if events is not None else []).append
    transport = httpx.MockTransport(upstream)
    async with open_gateway(settings_for_tests(**given), observer, transport=transport) as gateway:
        yield gateway


async def call(operation: Operation, upstream: Answer, **given: Any) -> Reply[Any]:
    async with gateway_to(upstream, **given) as gateway:
        return await call_on(gateway, operation)


async def call_on(gateway: Gateway, operation: Operation) -> Reply[Any]:
    send = SEND[operation.name]
    if operation is CREATE_TICKET:
        return await gateway.create_ticket(TWIN, send)
    if operation is DELETE_TICKET:
        return await gateway.delete_ticket(7, send)
    return await gateway.call(operation, send)


async def error_of(operation: Operation, upstream: Answer, **given: Any) -> FreshdeskError:
    with pytest.raises(FreshdeskError) as caught:
        await call(operation, upstream, **given)
    assert caught.value.operation == operation.name
    return caught.value


def each(operations: Sequence[Operation]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("operation", operations, ids=[operation.name for operation in operations])
