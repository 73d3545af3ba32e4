# Made from openapi/freshdesk.yaml by scripts/generate.sh (openapi-python-client 0.29.1). Do not edit: change the
# specification and run that script. scripts/generate.sh --check fails on any difference.

from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.api_error import ApiError
from ...models.ticket import Ticket
from ...models.ticket_update import TicketUpdate
from ...types import Response


def _get_kwargs(
    ticket_id: int,
    *,
    body: TicketUpdate,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "put",
        "url": "/tickets/{ticket_id}".format(
            ticket_id=quote(str(ticket_id), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> ApiError | Ticket | None:
    if response.status_code == 200:
        response_200 = Ticket.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = ApiError.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = ApiError.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = ApiError.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = ApiError.from_dict(response.json())

        return response_404

    if response.status_code == 405:
        response_405 = ApiError.from_dict(response.json())

        return response_405

    if response.status_code == 406:
        response_406 = ApiError.from_dict(response.json())

        return response_406

    if response.status_code == 409:
        response_409 = ApiError.from_dict(response.json())

        return response_409

    if response.status_code == 415:
        response_415 = ApiError.from_dict(response.json())

        return response_415

    if response.status_code == 429:
        response_429 = ApiError.from_dict(response.json())

        return response_429

    if response.status_code == 500:
        response_500 = ApiError.from_dict(response.json())

        return response_500

    if response.status_code == 502:
        response_502 = ApiError.from_dict(response.json())

        return response_502

    if response.status_code == 503:
        response_503 = ApiError.from_dict(response.json())

        return response_503

    if response.status_code == 504:
        response_504 = ApiError.from_dict(response.json())

        return response_504

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[ApiError | Ticket]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    ticket_id: int,
    *,
    client: AuthenticatedClient | Client,
    body: TicketUpdate,
) -> Response[ApiError | Ticket]:
    """Update a ticket

     Changes the attributes that are sent, leaves the others alone, and answers with the whole ticket. A
    ticket that is deleted or spam is refused with 405. The subject and the description of an outbound
    ticket (source 10) cannot be changed. A ticket that was read cannot be sent back as it is: one
    attribute that is not writable refuses the request.

    Args:
        ticket_id (int):
        body (TicketUpdate): What to change in a ticket; what is left out stays as it is. Null is
            admitted where a ticket can do without a value (nobody assigned, no type); Freshdesk does
            not document it. Related tickets are set at creation only. No other key may be sent:
            Freshdesk would refuse the whole request.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ApiError | Ticket]
    """

    kwargs = _get_kwargs(
        ticket_id=ticket_id,
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    ticket_id: int,
    *,
    client: AuthenticatedClient | Client,
    body: TicketUpdate,
) -> ApiError | Ticket | None:
    """Update a ticket

     Changes the attributes that are sent, leaves the others alone, and answers with the whole ticket. A
    ticket that is deleted or spam is refused with 405. The subject and the description of an outbound
    ticket (source 10) cannot be changed. A ticket that was read cannot be sent back as it is: one
    attribute that is not writable refuses the request.

    Args:
        ticket_id (int):
        body (TicketUpdate): What to change in a ticket; what is left out stays as it is. Null is
            admitted where a ticket can do without a value (nobody assigned, no type); Freshdesk does
            not document it. Related tickets are set at creation only. No other key may be sent:
            Freshdesk would refuse the whole request.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ApiError | Ticket
    """

    return sync_detailed(
        ticket_id=ticket_id,
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    ticket_id: int,
    *,
    client: AuthenticatedClient | Client,
    body: TicketUpdate,
) -> Response[ApiError | Ticket]:
    """Update a ticket

     Changes the attributes that are sent, leaves the others alone, and answers with the whole ticket. A
    ticket that is deleted or spam is refused with 405. The subject and the description of an outbound
    ticket (source 10) cannot be changed. A ticket that was read cannot be sent back as it is: one
    attribute that is not writable refuses the request.

    Args:
        ticket_id (int):
        body (TicketUpdate): What to change in a ticket; what is left out stays as it is. Null is
            admitted where a ticket can do without a value (nobody assigned, no type); Freshdesk does
            not document it. Related tickets are set at creation only. No other key may be sent:
            Freshdesk would refuse the whole request.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ApiError | Ticket]
    """

    kwargs = _get_kwargs(
        ticket_id=ticket_id,
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    ticket_id: int,
    *,
    client: AuthenticatedClient | Client,
    body: TicketUpdate,
) -> ApiError | Ticket | None:
    """Update a ticket

     Changes the attributes that are sent, leaves the others alone, and answers with the whole ticket. A
    ticket that is deleted or spam is refused with 405. The subject and the description of an outbound
    ticket (source 10) cannot be changed. A ticket that was read cannot be sent back as it is: one
    attribute that is not writable refuses the request.

    Args:
        ticket_id (int):
        body (TicketUpdate): What to change in a ticket; what is left out stays as it is. Null is
            admitted where a ticket can do without a value (nobody assigned, no type); Freshdesk does
            not document it. Related tickets are set at creation only. No other key may be sent:
            Freshdesk would refuse the whole request.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ApiError | Ticket
    """

    return (
        await asyncio_detailed(
            ticket_id=ticket_id,
            client=client,
            body=body,
        )
    ).parsed
