# Made from openapi/freshdesk.yaml by scripts/generate.sh (openapi-python-client 0.29.1). Do not edit: change the
# specification and run that script. scripts/generate.sh --check fails on any difference.

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.structured_content import StructuredContent


T = TypeVar("T", bound="StructuredBody")


@_attrs_define
class StructuredBody:
    """The body of a conversation as a list of typed parts.

    Attributes:
        body_contents (list[StructuredContent] | None | Unset): The parts, in order.
    """

    body_contents: list[StructuredContent] | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        body_contents: list[dict[str, Any]] | None | Unset
        if isinstance(self.body_contents, Unset):
            body_contents = UNSET
        elif isinstance(self.body_contents, list):
            body_contents = []
            for body_contents_type_0_item_data in self.body_contents:
                body_contents_type_0_item = body_contents_type_0_item_data.to_dict()
                body_contents.append(body_contents_type_0_item)

        else:
            body_contents = self.body_contents

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if body_contents is not UNSET:
            field_dict["body_contents"] = body_contents

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.structured_content import StructuredContent  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_body_contents(data: object) -> list[StructuredContent] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                body_contents_type_0 = []
                _body_contents_type_0 = data
                for body_contents_type_0_item_data in _body_contents_type_0:
                    body_contents_type_0_item = StructuredContent.from_dict(body_contents_type_0_item_data)

                    body_contents_type_0.append(body_contents_type_0_item)

                return body_contents_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("list[StructuredContent] | None | Unset", data)

        body_contents = _parse_body_contents(d.pop("body_contents", UNSET))

        structured_body = cls(
            body_contents=body_contents,
        )

        structured_body.additional_properties = d
        return structured_body

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
