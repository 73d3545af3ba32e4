# Made from openapi/freshdesk.yaml by scripts/generate.sh (openapi-python-client 0.29.1). Do not edit: change the
# specification and run that script. scripts/generate.sh --check fails on any difference.

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="TicketStats")


@_attrs_define
class TicketStats:
    """When things last happened to a ticket, as embedded by include=stats. Each is null until it has happened.

    Attributes:
        agent_responded_at (datetime.datetime | None | Unset):
        requester_responded_at (datetime.datetime | None | Unset):
        first_responded_at (datetime.datetime | None | Unset):
        status_updated_at (datetime.datetime | None | Unset):
        reopened_at (datetime.datetime | None | Unset):
        resolved_at (datetime.datetime | None | Unset):
        closed_at (datetime.datetime | None | Unset):
        pending_since (datetime.datetime | None | Unset):
    """

    agent_responded_at: datetime.datetime | None | Unset = UNSET
    requester_responded_at: datetime.datetime | None | Unset = UNSET
    first_responded_at: datetime.datetime | None | Unset = UNSET
    status_updated_at: datetime.datetime | None | Unset = UNSET
    reopened_at: datetime.datetime | None | Unset = UNSET
    resolved_at: datetime.datetime | None | Unset = UNSET
    closed_at: datetime.datetime | None | Unset = UNSET
    pending_since: datetime.datetime | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        agent_responded_at: None | str | Unset
        if isinstance(self.agent_responded_at, Unset):
            agent_responded_at = UNSET
        elif isinstance(self.agent_responded_at, datetime.datetime):
            agent_responded_at = self.agent_responded_at.isoformat()
        else:
            agent_responded_at = self.agent_responded_at

        requester_responded_at: None | str | Unset
        if isinstance(self.requester_responded_at, Unset):
            requester_responded_at = UNSET
        elif isinstance(self.requester_responded_at, datetime.datetime):
            requester_responded_at = self.requester_responded_at.isoformat()
        else:
            requester_responded_at = self.requester_responded_at

        first_responded_at: None | str | Unset
        if isinstance(self.first_responded_at, Unset):
            first_responded_at = UNSET
        elif isinstance(self.first_responded_at, datetime.datetime):
            first_responded_at = self.first_responded_at.isoformat()
        else:
            first_responded_at = self.first_responded_at

        status_updated_at: None | str | Unset
        if isinstance(self.status_updated_at, Unset):
            status_updated_at = UNSET
        elif isinstance(self.status_updated_at, datetime.datetime):
            status_updated_at = self.status_updated_at.isoformat()
        else:
            status_updated_at = self.status_updated_at

        reopened_at: None | str | Unset
        if isinstance(self.reopened_at, Unset):
            reopened_at = UNSET
        elif isinstance(self.reopened_at, datetime.datetime):
            reopened_at = self.reopened_at.isoformat()
        else:
            reopened_at = self.reopened_at

        resolved_at: None | str | Unset
        if isinstance(self.resolved_at, Unset):
            resolved_at = UNSET
        elif isinstance(self.resolved_at, datetime.datetime):
            resolved_at = self.resolved_at.isoformat()
        else:
            resolved_at = self.resolved_at

        closed_at: None | str | Unset
        if isinstance(self.closed_at, Unset):
            closed_at = UNSET
        elif isinstance(self.closed_at, datetime.datetime):
            closed_at = self.closed_at.isoformat()
        else:
            closed_at = self.closed_at

        pending_since: None | str | Unset
        if isinstance(self.pending_since, Unset):
            pending_since = UNSET
        elif isinstance(self.pending_since, datetime.datetime):
            pending_since = self.pending_since.isoformat()
        else:
            pending_since = self.pending_since

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if agent_responded_at is not UNSET:
            field_dict["agent_responded_at"] = agent_responded_at
        if requester_responded_at is not UNSET:
            field_dict["requester_responded_at"] = requester_responded_at
        if first_responded_at is not UNSET:
            field_dict["first_responded_at"] = first_responded_at
        if status_updated_at is not UNSET:
            field_dict["status_updated_at"] = status_updated_at
        if reopened_at is not UNSET:
            field_dict["reopened_at"] = reopened_at
        if resolved_at is not UNSET:
            field_dict["resolved_at"] = resolved_at
        if closed_at is not UNSET:
            field_dict["closed_at"] = closed_at
        if pending_since is not UNSET:
            field_dict["pending_since"] = pending_since

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_agent_responded_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                agent_responded_at_type_0 = datetime.datetime.fromisoformat(data)

                return agent_responded_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None | Unset", data)

        agent_responded_at = _parse_agent_responded_at(d.pop("agent_responded_at", UNSET))

        def _parse_requester_responded_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                requester_responded_at_type_0 = datetime.datetime.fromisoformat(data)

                return requester_responded_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None | Unset", data)

        requester_responded_at = _parse_requester_responded_at(d.pop("requester_responded_at", UNSET))

        def _parse_first_responded_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                first_responded_at_type_0 = datetime.datetime.fromisoformat(data)

                return first_responded_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None | Unset", data)

        first_responded_at = _parse_first_responded_at(d.pop("first_responded_at", UNSET))

        def _parse_status_updated_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                status_updated_at_type_0 = datetime.datetime.fromisoformat(data)

                return status_updated_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None | Unset", data)

        status_updated_at = _parse_status_updated_at(d.pop("status_updated_at", UNSET))

        def _parse_reopened_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                reopened_at_type_0 = datetime.datetime.fromisoformat(data)

                return reopened_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None | Unset", data)

        reopened_at = _parse_reopened_at(d.pop("reopened_at", UNSET))

        def _parse_resolved_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                resolved_at_type_0 = datetime.datetime.fromisoformat(data)

                return resolved_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None | Unset", data)

        resolved_at = _parse_resolved_at(d.pop("resolved_at", UNSET))

        def _parse_closed_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                closed_at_type_0 = datetime.datetime.fromisoformat(data)

                return closed_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None | Unset", data)

        closed_at = _parse_closed_at(d.pop("closed_at", UNSET))

        def _parse_pending_since(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                pending_since_type_0 = datetime.datetime.fromisoformat(data)

                return pending_since_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None | Unset", data)

        pending_since = _parse_pending_since(d.pop("pending_since", UNSET))

        ticket_stats = cls(
            agent_responded_at=agent_responded_at,
            requester_responded_at=requester_responded_at,
            first_responded_at=first_responded_at,
            status_updated_at=status_updated_at,
            reopened_at=reopened_at,
            resolved_at=resolved_at,
            closed_at=closed_at,
            pending_since=pending_since,
        )

        ticket_stats.additional_properties = d
        return ticket_stats

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
