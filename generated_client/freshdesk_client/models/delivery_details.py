# Made from openapi/freshdesk.yaml by scripts/generate.sh (openapi-python-client 0.29.1). Do not edit: change the
# specification and run that script. scripts/generate.sh --check fails on any difference.

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="DeliveryDetails")


@_attrs_define
class DeliveryDetails:
    """What became of the e-mails of a conversation. A reply that was accepted may show a failed address here later.

    Attributes:
        failed_emails (list[str] | None | Unset): Addresses that it did not reach.
        pending_emails (list[str] | None | Unset): Addresses that it has yet to reach.
    """

    failed_emails: list[str] | None | Unset = UNSET
    pending_emails: list[str] | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        failed_emails: list[str] | None | Unset
        if isinstance(self.failed_emails, Unset):
            failed_emails = UNSET
        elif isinstance(self.failed_emails, list):
            failed_emails = self.failed_emails

        else:
            failed_emails = self.failed_emails

        pending_emails: list[str] | None | Unset
        if isinstance(self.pending_emails, Unset):
            pending_emails = UNSET
        elif isinstance(self.pending_emails, list):
            pending_emails = self.pending_emails

        else:
            pending_emails = self.pending_emails

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if failed_emails is not UNSET:
            field_dict["failed_emails"] = failed_emails
        if pending_emails is not UNSET:
            field_dict["pending_emails"] = pending_emails

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_failed_emails(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                failed_emails_type_0 = cast("list[str]", data)

                return failed_emails_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("list[str] | None | Unset", data)

        failed_emails = _parse_failed_emails(d.pop("failed_emails", UNSET))

        def _parse_pending_emails(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                pending_emails_type_0 = cast("list[str]", data)

                return pending_emails_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("list[str] | None | Unset", data)

        pending_emails = _parse_pending_emails(d.pop("pending_emails", UNSET))

        delivery_details = cls(
            failed_emails=failed_emails,
            pending_emails=pending_emails,
        )

        delivery_details.additional_properties = d
        return delivery_details

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
