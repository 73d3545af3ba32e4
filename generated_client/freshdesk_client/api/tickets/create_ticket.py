# Made from openapi/freshdesk.yaml by scripts/generate.sh (openapi-python-client 0.29.1). Do not edit: change the
# specification and run that script. scripts/generate.sh --check fails on any difference.

from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.api_error import ApiError
from ...models.ticket import Ticket
from ...models.ticket_create import TicketCreate
from ...types import Response


def _get_kwargs(
    *,
    body: TicketCreate,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/tickets",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> ApiError | Ticket | None:
    if response.status_code == 201:
        response_201 = Ticket.from_dict(response.json())

        return response_201

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
    *,
    client: AuthenticatedClient | Client,
    body: TicketCreate,
) -> Response[ApiError | Ticket]:
    """Create a ticket

     Creates a ticket and answers with it. There is no idempotency key: a request that is sent twice
    makes two tickets. A requester who is not known by e-mail address, phone number, Twitter handle or
    external id becomes a new contact.

    Args:
        body (TicketCreate): A ticket to be created. Freshdesk also needs a requester: one of
            requester_id, email, phone (with name), twitter_id, facebook_id or unique_external_id. Its
            documentation marks nothing else as mandatory and has defaults for status and priority.
            This specification asks for subject, status and priority all the same: the usual ticket
            form makes the subject mandatory, and a ticket whose status or priority comes from an
            unseen default is rarely what the caller meant. The description is mandatory on most forms
            too, but not on all, so it is left to the account. No other key may be sent: Freshdesk
            would refuse the whole request.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ApiError | Ticket]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    body: TicketCreate,
) -> ApiError | Ticket | None:
    """Create a ticket

     Creates a ticket and answers with it. There is no idempotency key: a request that is sent twice
    makes two tickets. A requester who is not known by e-mail address, phone number, Twitter handle or
    external id becomes a new contact.

    Args:
        body (TicketCreate): A ticket to be created. Freshdesk also needs a requester: one of
            requester_id, email, phone (with name), twitter_id, facebook_id or unique_external_id. Its
            documentation marks nothing else as mandatory and has defaults for status and priority.
            This specification asks for subject, status and priority all the same: the usual ticket
            form makes the subject mandatory, and a ticket whose status or priority comes from an
            unseen default is rarely what the caller meant. The description is mandatory on most forms
            too, but not on all, so it is left to the account. No other key may be sent: Freshdesk
            would refuse the whole request.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ApiError | Ticket
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: TicketCreate,
) -> Response[ApiError | Ticket]:
    """Create a ticket

     Creates a ticket and answers with it. There is no idempotency key: a request that is sent twice
    makes two tickets. A requester who is not known by e-mail address, phone number, Twitter handle or
    external id becomes a new contact.

    Args:
        body (TicketCreate): A ticket to be created. Freshdesk also needs a requester: one of
            requester_id, email, phone (with name), twitter_id, facebook_id or unique_external_id. Its
            documentation marks nothing else as mandatory and has defaults for status and priority.
            This specification asks for subject, status and priority all the same: the usual ticket
            form makes the subject mandatory, and a ticket whose status or priority comes from an
            unseen default is rarely what the caller meant. The description is mandatory on most forms
            too, but not on all, so it is left to the account. No other key may be sent: Freshdesk
            would refuse the whole request.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ApiError | Ticket]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: TicketCreate,
) -> ApiError | Ticket | None:
    """Create a ticket

     Creates a ticket and answers with it. There is no idempotency key: a request that is sent twice
    makes two tickets. A requester who is not known by e-mail address, phone number, Twitter handle or
    external id becomes a new contact.

    Args:
        body (TicketCreate): A ticket to be created. Freshdesk also needs a requester: one of
            requester_id, email, phone (with name), twitter_id, facebook_id or unique_external_id. Its
            documentation marks nothing else as mandatory and has defaults for status and priority.
            This specification asks for subject, status and priority all the same: the usual ticket
            form makes the subject mandatory, and a ticket whose status or priority comes from an
            unseen default is rarely what the caller meant. The description is mandatory on most forms
            too, but not on all, so it is left to the account. No other key may be sent: Freshdesk
            would refuse the whole request.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ApiError | Ticket
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
