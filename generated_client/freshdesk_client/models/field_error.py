# Made from openapi/freshdesk.yaml by scripts/generate.sh (openapi-python-client 0.29.1). Do not edit: change the
# specification and run that script. scripts/generate.sh --check fails on any difference.

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.field_error_info import FieldErrorInfo


T = TypeVar("T", bound="FieldError")


@_attrs_define
class FieldError:
    """What is wrong with one field of a request.

    Attributes:
        field (None | str | Unset): The name of the body attribute or query parameter; custom fields have the prefix
            `custom_fields.`
        message (None | str | Unset): A sentence for people; may list the admitted values.
        code (None | str | Unset): missing_field, invalid_value, datatype_mismatch, invalid_field and others.
        additional_info (FieldErrorInfo | None | Unset): Seen with duplicate_value (409) only.
    """

    field: None | str | Unset = UNSET
    message: None | str | Unset = UNSET
    code: None | str | Unset = UNSET
    additional_info: FieldErrorInfo | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.field_error_info import FieldErrorInfo  # noqa: PLC0415

        field: None | str | Unset
        if isinstance(self.field, Unset):
            field = UNSET
        else:
            field = self.field

        message: None | str | Unset
        if isinstance(self.message, Unset):
            message = UNSET
        else:
            message = self.message

        code: None | str | Unset
        if isinstance(self.code, Unset):
            code = UNSET
        else:
            code = self.code

        additional_info: dict[str, Any] | None | Unset
        if isinstance(self.additional_info, Unset):
            additional_info = UNSET
        elif isinstance(self.additional_info, FieldErrorInfo):
            additional_info = self.additional_info.to_dict()
        else:
            additional_info = self.additional_info

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if field is not UNSET:
            field_dict["field"] = field
        if message is not UNSET:
            field_dict["message"] = message
        if code is not UNSET:
            field_dict["code"] = code
        if additional_info is not UNSET:
            field_dict["additional_info"] = additional_info

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.field_error_info import FieldErrorInfo  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_field(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        field = _parse_field(d.pop("field", UNSET))

        def _parse_message(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        message = _parse_message(d.pop("message", UNSET))

        def _parse_code(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        code = _parse_code(d.pop("code", UNSET))

        def _parse_additional_info(data: object) -> FieldErrorInfo | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                additional_info_type_0 = FieldErrorInfo.from_dict(data)

                return additional_info_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("FieldErrorInfo | None | Unset", data)

        additional_info = _parse_additional_info(d.pop("additional_info", UNSET))

        field_error = cls(
            field=field,
            message=message,
            code=code,
            additional_info=additional_info,
        )

        field_error.additional_properties = d
        return field_error

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
