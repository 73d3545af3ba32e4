# Made from openapi/freshdesk.yaml by scripts/generate.sh (openapi-python-client 0.29.1). Do not edit: change the
# specification and run that script. scripts/generate.sh --check fails on any difference.

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.agent_contact import AgentContact


T = TypeVar("T", bound="Agent")


@_attrs_define
class Agent:
    """An agent of the helpdesk. Only `id` is always there. Times are UTC.

    Attributes:
        id (int):
        type_ (None | str | Unset): The kind of agent: support_agent, field_agent or collaborator.
        available (bool | None | Unset): True if the agent takes tickets at present.
        available_since (datetime.datetime | None | Unset):
        occasional (bool | None | Unset): True for an occasional agent; false for a full-time one.
        signature (None | str | Unset): HTML.
        ticket_scope (int | None | Unset): Which tickets the agent sees: 1 all, 2 those of the agent's groups, 3 only
            assigned ones.
        group_ids (list[int] | None | Unset):
        role_ids (list[int] | None | Unset):
        skill_ids (list[int] | None | Unset):
        contact (AgentContact | None | Unset):
        created_at (datetime.datetime | None | Unset):
        updated_at (datetime.datetime | None | Unset):
    """

    id: int
    type_: None | str | Unset = UNSET
    available: bool | None | Unset = UNSET
    available_since: datetime.datetime | None | Unset = UNSET
    occasional: bool | None | Unset = UNSET
    signature: None | str | Unset = UNSET
    ticket_scope: int | None | Unset = UNSET
    group_ids: list[int] | None | Unset = UNSET
    role_ids: list[int] | None | Unset = UNSET
    skill_ids: list[int] | None | Unset = UNSET
    contact: AgentContact | None | Unset = UNSET
    created_at: datetime.datetime | None | Unset = UNSET
    updated_at: datetime.datetime | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.agent_contact import AgentContact  # noqa: PLC0415

        id = self.id

        type_: None | str | Unset
        if isinstance(self.type_, Unset):
            type_ = UNSET
        else:
            type_ = self.type_

        available: bool | None | Unset
        if isinstance(self.available, Unset):
            available = UNSET
        else:
            available = self.available

        available_since: None | str | Unset
        if isinstance(self.available_since, Unset):
            available_since = UNSET
        elif isinstance(self.available_since, datetime.datetime):
            available_since = self.available_since.isoformat()
        else:
            available_since = self.available_since

        occasional: bool | None | Unset
        if isinstance(self.occasional, Unset):
            occasional = UNSET
        else:
            occasional = self.occasional

        signature: None | str | Unset
        if isinstance(self.signature, Unset):
            signature = UNSET
        else:
            signature = self.signature

        ticket_scope: int | None | Unset
        if isinstance(self.ticket_scope, Unset):
            ticket_scope = UNSET
        else:
            ticket_scope = self.ticket_scope

        group_ids: list[int] | None | Unset
        if isinstance(self.group_ids, Unset):
            group_ids = UNSET
        elif isinstance(self.group_ids, list):
            group_ids = self.group_ids

        else:
            group_ids = self.group_ids

        role_ids: list[int] | None | Unset
        if isinstance(self.role_ids, Unset):
            role_ids = UNSET
        elif isinstance(self.role_ids, list):
            role_ids = self.role_ids

        else:
            role_ids = self.role_ids

        skill_ids: list[int] | None | Unset
        if isinstance(self.skill_ids, Unset):
            skill_ids = UNSET
        elif isinstance(self.skill_ids, list):
            skill_ids = self.skill_ids

        else:
            skill_ids = self.skill_ids

        contact: dict[str, Any] | None | Unset
        if isinstance(self.contact, Unset):
            contact = UNSET
        elif isinstance(self.contact, AgentContact):
            contact = self.contact.to_dict()
        else:
            contact = self.contact

        created_at: None | str | Unset
        if isinstance(self.created_at, Unset):
            created_at = UNSET
        elif isinstance(self.created_at, datetime.datetime):
            created_at = self.created_at.isoformat()
        else:
            created_at = self.created_at

        updated_at: None | str | Unset
        if isinstance(self.updated_at, Unset):
            updated_at = UNSET
        elif isinstance(self.updated_at, datetime.datetime):
            updated_at = self.updated_at.isoformat()
        else:
            updated_at = self.updated_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
            }
        )
        if type_ is not UNSET:
            field_dict["type"] = type_
        if available is not UNSET:
            field_dict["available"] = available
        if available_since is not UNSET:
            field_dict["available_since"] = available_since
        if occasional is not UNSET:
            field_dict["occasional"] = occasional
        if signature is not UNSET:
            field_dict["signature"] = signature
        if ticket_scope is not UNSET:
            field_dict["ticket_scope"] = ticket_scope
        if group_ids is not UNSET:
            field_dict["group_ids"] = group_ids
        if role_ids is not UNSET:
            field_dict["role_ids"] = role_ids
        if skill_ids is not UNSET:
            field_dict["skill_ids"] = skill_ids
        if contact is not UNSET:
            field_dict["contact"] = contact
        if created_at is not UNSET:
            field_dict["created_at"] = created_at
        if updated_at is not UNSET:
            field_dict["updated_at"] = updated_at

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.agent_contact import AgentContact  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        def _parse_type_(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        type_ = _parse_type_(d.pop("type", UNSET))

        def _parse_available(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("bool | None | Unset", data)

        available = _parse_available(d.pop("available", UNSET))

        def _parse_available_since(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                available_since_type_0 = datetime.datetime.fromisoformat(data)

                return available_since_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None | Unset", data)

        available_since = _parse_available_since(d.pop("available_since", UNSET))

        def _parse_occasional(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("bool | None | Unset", data)

        occasional = _parse_occasional(d.pop("occasional", UNSET))

        def _parse_signature(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        signature = _parse_signature(d.pop("signature", UNSET))

        def _parse_ticket_scope(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("int | None | Unset", data)

        ticket_scope = _parse_ticket_scope(d.pop("ticket_scope", UNSET))

        def _parse_group_ids(data: object) -> list[int] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                group_ids_type_0 = cast("list[int]", data)

                return group_ids_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("list[int] | None | Unset", data)

        group_ids = _parse_group_ids(d.pop("group_ids", UNSET))

        def _parse_role_ids(data: object) -> list[int] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                role_ids_type_0 = cast("list[int]", data)

                return role_ids_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("list[int] | None | Unset", data)

        role_ids = _parse_role_ids(d.pop("role_ids", UNSET))

        def _parse_skill_ids(data: object) -> list[int] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                skill_ids_type_0 = cast("list[int]", data)

                return skill_ids_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("list[int] | None | Unset", data)

        skill_ids = _parse_skill_ids(d.pop("skill_ids", UNSET))

        def _parse_contact(data: object) -> AgentContact | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                contact_type_0 = AgentContact.from_dict(data)

                return contact_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("AgentContact | None | Unset", data)

        contact = _parse_contact(d.pop("contact", UNSET))

        def _parse_created_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                created_at_type_0 = datetime.datetime.fromisoformat(data)

                return created_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None | Unset", data)

        created_at = _parse_created_at(d.pop("created_at", UNSET))

        def _parse_updated_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                updated_at_type_0 = datetime.datetime.fromisoformat(data)

                return updated_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None | Unset", data)

        updated_at = _parse_updated_at(d.pop("updated_at", UNSET))

        agent = cls(
            id=id,
            type_=type_,
            available=available,
            available_since=available_since,
            occasional=occasional,
            signature=signature,
            ticket_scope=ticket_scope,
            group_ids=group_ids,
            role_ids=role_ids,
            skill_ids=skill_ids,
            contact=contact,
            created_at=created_at,
            updated_at=updated_at,
        )

        agent.additional_properties = d
        return agent

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
