# Made from openapi/freshdesk.yaml by scripts/generate.sh (openapi-python-client 0.29.1). Do not edit: change the
# specification and run that script. scripts/generate.sh --check fails on any difference.

from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.api_error import ApiError
from ...models.order_type import OrderType
from ...models.ticket import Ticket
from ...models.ticket_filter import TicketFilter
from ...models.ticket_order_by import TicketOrderBy
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    filter_: TicketFilter | Unset = UNSET,
    requester_id: int | Unset = UNSET,
    email: str | Unset = UNSET,
    unique_external_id: str | Unset = UNSET,
    company_id: int | Unset = UNSET,
    updated_since: str | Unset = UNSET,
    order_by: TicketOrderBy | Unset = UNSET,
    order_type: OrderType | Unset = UNSET,
    include: str | Unset = UNSET,
    page: int | Unset = UNSET,
    per_page: int | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_filter_: str | Unset = UNSET
    if not isinstance(filter_, Unset):
        json_filter_ = filter_.value

    params["filter"] = json_filter_

    params["requester_id"] = requester_id

    params["email"] = email

    params["unique_external_id"] = unique_external_id

    params["company_id"] = company_id

    params["updated_since"] = updated_since

    json_order_by: str | Unset = UNSET
    if not isinstance(order_by, Unset):
        json_order_by = order_by.value

    params["order_by"] = json_order_by

    json_order_type: str | Unset = UNSET
    if not isinstance(order_type, Unset):
        json_order_type = order_type.value

    params["order_type"] = json_order_type

    params["include"] = include

    params["page"] = page

    params["per_page"] = per_page

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/tickets",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ApiError | list[Ticket] | None:
    if response.status_code == 200:
        response_200 = []
        _response_200 = response.json()
        for response_200_item_data in _response_200:
            response_200_item = Ticket.from_dict(response_200_item_data)

            response_200.append(response_200_item)

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


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[ApiError | list[Ticket]]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    filter_: TicketFilter | Unset = UNSET,
    requester_id: int | Unset = UNSET,
    email: str | Unset = UNSET,
    unique_external_id: str | Unset = UNSET,
    company_id: int | Unset = UNSET,
    updated_since: str | Unset = UNSET,
    order_by: TicketOrderBy | Unset = UNSET,
    order_type: OrderType | Unset = UNSET,
    include: str | Unset = UNSET,
    page: int | Unset = UNSET,
    per_page: int | Unset = UNSET,
) -> Response[ApiError | list[Ticket]]:
    """List tickets

     Lists tickets, newest first unless told otherwise; attachments are never part of a list. Without
    `filter`, deleted tickets and spam are left out, and without `updated_since` so is every ticket
    created more than 30 days ago. No parameter filters by status, priority or agent. A page costs one
    API credit, and two more for each embed. There is no total: the Link header tells if a further page
    exists.

    Args:
        filter_ (TicketFilter | Unset): The predefined views of a ticket list.
        requester_id (int | Unset):
        email (str | Unset):
        unique_external_id (str | Unset):
        company_id (int | Unset):
        updated_since (str | Unset):
        order_by (TicketOrderBy | Unset): What a ticket list can be sorted by.
        order_type (OrderType | Unset): The direction of a sort.
        include (str | Unset):
        page (int | Unset):
        per_page (int | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ApiError | list[Ticket]]
    """

    kwargs = _get_kwargs(
        filter_=filter_,
        requester_id=requester_id,
        email=email,
        unique_external_id=unique_external_id,
        company_id=company_id,
        updated_since=updated_since,
        order_by=order_by,
        order_type=order_type,
        include=include,
        page=page,
        per_page=per_page,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    filter_: TicketFilter | Unset = UNSET,
    requester_id: int | Unset = UNSET,
    email: str | Unset = UNSET,
    unique_external_id: str | Unset = UNSET,
    company_id: int | Unset = UNSET,
    updated_since: str | Unset = UNSET,
    order_by: TicketOrderBy | Unset = UNSET,
    order_type: OrderType | Unset = UNSET,
    include: str | Unset = UNSET,
    page: int | Unset = UNSET,
    per_page: int | Unset = UNSET,
) -> ApiError | list[Ticket] | None:
    """List tickets

     Lists tickets, newest first unless told otherwise; attachments are never part of a list. Without
    `filter`, deleted tickets and spam are left out, and without `updated_since` so is every ticket
    created more than 30 days ago. No parameter filters by status, priority or agent. A page costs one
    API credit, and two more for each embed. There is no total: the Link header tells if a further page
    exists.

    Args:
        filter_ (TicketFilter | Unset): The predefined views of a ticket list.
        requester_id (int | Unset):
        email (str | Unset):
        unique_external_id (str | Unset):
        company_id (int | Unset):
        updated_since (str | Unset):
        order_by (TicketOrderBy | Unset): What a ticket list can be sorted by.
        order_type (OrderType | Unset): The direction of a sort.
        include (str | Unset):
        page (int | Unset):
        per_page (int | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ApiError | list[Ticket]
    """

    return sync_detailed(
        client=client,
        filter_=filter_,
        requester_id=requester_id,
        email=email,
        unique_external_id=unique_external_id,
        company_id=company_id,
        updated_since=updated_since,
        order_by=order_by,
        order_type=order_type,
        include=include,
        page=page,
        per_page=per_page,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    filter_: TicketFilter | Unset = UNSET,
    requester_id: int | Unset = UNSET,
    email: str | Unset = UNSET,
    unique_external_id: str | Unset = UNSET,
    company_id: int | Unset = UNSET,
    updated_since: str | Unset = UNSET,
    order_by: TicketOrderBy | Unset = UNSET,
    order_type: OrderType | Unset = UNSET,
    include: str | Unset = UNSET,
    page: int | Unset = UNSET,
    per_page: int | Unset = UNSET,
) -> Response[ApiError | list[Ticket]]:
    """List tickets

     Lists tickets, newest first unless told otherwise; attachments are never part of a list. Without
    `filter`, deleted tickets and spam are left out, and without `updated_since` so is every ticket
    created more than 30 days ago. No parameter filters by status, priority or agent. A page costs one
    API credit, and two more for each embed. There is no total: the Link header tells if a further page
    exists.

    Args:
        filter_ (TicketFilter | Unset): The predefined views of a ticket list.
        requester_id (int | Unset):
        email (str | Unset):
        unique_external_id (str | Unset):
        company_id (int | Unset):
        updated_since (str | Unset):
        order_by (TicketOrderBy | Unset): What a ticket list can be sorted by.
        order_type (OrderType | Unset): The direction of a sort.
        include (str | Unset):
        page (int | Unset):
        per_page (int | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ApiError | list[Ticket]]
    """

    kwargs = _get_kwargs(
        filter_=filter_,
        requester_id=requester_id,
        email=email,
        unique_external_id=unique_external_id,
        company_id=company_id,
        updated_since=updated_since,
        order_by=order_by,
        order_type=order_type,
        include=include,
        page=page,
        per_page=per_page,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    filter_: TicketFilter | Unset = UNSET,
    requester_id: int | Unset = UNSET,
    email: str | Unset = UNSET,
    unique_external_id: str | Unset = UNSET,
    company_id: int | Unset = UNSET,
    updated_since: str | Unset = UNSET,
    order_by: TicketOrderBy | Unset = UNSET,
    order_type: OrderType | Unset = UNSET,
    include: str | Unset = UNSET,
    page: int | Unset = UNSET,
    per_page: int | Unset = UNSET,
) -> ApiError | list[Ticket] | None:
    """List tickets

     Lists tickets, newest first unless told otherwise; attachments are never part of a list. Without
    `filter`, deleted tickets and spam are left out, and without `updated_since` so is every ticket
    created more than 30 days ago. No parameter filters by status, priority or agent. A page costs one
    API credit, and two more for each embed. There is no total: the Link header tells if a further page
    exists.

    Args:
        filter_ (TicketFilter | Unset): The predefined views of a ticket list.
        requester_id (int | Unset):
        email (str | Unset):
        unique_external_id (str | Unset):
        company_id (int | Unset):
        updated_since (str | Unset):
        order_by (TicketOrderBy | Unset): What a ticket list can be sorted by.
        order_type (OrderType | Unset): The direction of a sort.
        include (str | Unset):
        page (int | Unset):
        per_page (int | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ApiError | list[Ticket]
    """

    return (
        await asyncio_detailed(
            client=client,
            filter_=filter_,
            requester_id=requester_id,
            email=email,
            unique_external_id=unique_external_id,
            company_id=company_id,
            updated_since=updated_since,
            order_by=order_by,
            order_type=order_type,
            include=include,
            page=page,
            per_page=per_page,
        )
    ).parsed
