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


T = TypeVar("T", bound="StructuredDescription")


@_attrs_define
class StructuredDescription:
    """The description as a list of typed parts.

    Attributes:
        description_contents (list[StructuredContent] | None | Unset): The parts, in order.
    """

    description_contents: list[StructuredContent] | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        description_contents: list[dict[str, Any]] | None | Unset
        if isinstance(self.description_contents, Unset):
            description_contents = UNSET
        elif isinstance(self.description_contents, list):
            description_contents = []
            for description_contents_type_0_item_data in self.description_contents:
                description_contents_type_0_item = description_contents_type_0_item_data.to_dict()
                description_contents.append(description_contents_type_0_item)

        else:
            description_contents = self.description_contents

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if description_contents is not UNSET:
            field_dict["description_contents"] = description_contents

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.structured_content import StructuredContent  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_description_contents(data: object) -> list[StructuredContent] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                description_contents_type_0 = []
                _description_contents_type_0 = data
                for description_contents_type_0_item_data in _description_contents_type_0:
                    description_contents_type_0_item = StructuredContent.from_dict(
                        description_contents_type_0_item_data
                    )

                    description_contents_type_0.append(description_contents_type_0_item)

                return description_contents_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("list[StructuredContent] | None | Unset", data)

        description_contents = _parse_description_contents(d.pop("description_contents", UNSET))

        structured_description = cls(
            description_contents=description_contents,
        )

        structured_description.additional_properties = d
        return structured_description

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
