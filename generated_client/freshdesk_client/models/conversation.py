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
    from ..models.attachment import Attachment
    from ..models.delivery_details import DeliveryDetails
    from ..models.structured_body import StructuredBody


T = TypeVar("T", bound="Conversation")


@_attrs_define
class Conversation:
    """A reply, note or forward of a ticket, as embedded by include=conversations. Which attributes are present depends on
    its kind.

        Attributes:
            id (int | None | Unset):
            ticket_id (int | None | Unset):
            user_id (int | None | Unset): Who wrote it
            body (None | str | Unset): HTML.
            body_text (None | str | Unset): The body as plain text.
            structured_body (None | StructuredBody | Unset):
            incoming (bool | None | Unset): True if it came from outside.
            private (bool | None | Unset): True if only agents see it.
            source (int | None | Unset): 0 reply, 2 note, 5 tweet, 6 survey feedback, 7 Facebook post, 8 forwarded e-mail, 9
                phone, 11 e-commerce; others may occur.
            category (int | None | Unset):
            support_email (None | str | Unset): The address of the helpdesk that it went through.
            from_email (None | str | Unset): May hold a name: Name <address>.
            to_emails (list[str] | None | Unset):
            cc_emails (list[str] | None | Unset):
            bcc_emails (list[str] | None | Unset):
            attachments (list[Attachment] | None | Unset):
            email_failure_count (int | None | Unset): How many e-mails failed; null has been seen although
                `delivery_details` names failed addresses.
            outgoing_failures (Any | Unset): Null wherever it has been seen; not documented.
            delivery_details (DeliveryDetails | None | Unset): Missing from answers before 2024.
            created_at (datetime.datetime | None | Unset):
            updated_at (datetime.datetime | None | Unset):
            last_edited_at (datetime.datetime | None | Unset):
            last_edited_user_id (int | None | Unset):
    """

    id: int | None | Unset = UNSET
    ticket_id: int | None | Unset = UNSET
    user_id: int | None | Unset = UNSET
    body: None | str | Unset = UNSET
    body_text: None | str | Unset = UNSET
    structured_body: None | StructuredBody | Unset = UNSET
    incoming: bool | None | Unset = UNSET
    private: bool | None | Unset = UNSET
    source: int | None | Unset = UNSET
    category: int | None | Unset = UNSET
    support_email: None | str | Unset = UNSET
    from_email: None | str | Unset = UNSET
    to_emails: list[str] | None | Unset = UNSET
    cc_emails: list[str] | None | Unset = UNSET
    bcc_emails: list[str] | None | Unset = UNSET
    attachments: list[Attachment] | None | Unset = UNSET
    email_failure_count: int | None | Unset = UNSET
    outgoing_failures: Any | Unset = UNSET
    delivery_details: DeliveryDetails | None | Unset = UNSET
    created_at: datetime.datetime | None | Unset = UNSET
    updated_at: datetime.datetime | None | Unset = UNSET
    last_edited_at: datetime.datetime | None | Unset = UNSET
    last_edited_user_id: int | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.delivery_details import DeliveryDetails  # noqa: PLC0415
        from ..models.structured_body import StructuredBody  # noqa: PLC0415

        id: int | None | Unset
        if isinstance(self.id, Unset):
            id = UNSET
        else:
            id = self.id

        ticket_id: int | None | Unset
        if isinstance(self.ticket_id, Unset):
            ticket_id = UNSET
        else:
            ticket_id = self.ticket_id

        user_id: int | None | Unset
        if isinstance(self.user_id, Unset):
            user_id = UNSET
        else:
            user_id = self.user_id

        body: None | str | Unset
        if isinstance(self.body, Unset):
            body = UNSET
        else:
            body = self.body

        body_text: None | str | Unset
        if isinstance(self.body_text, Unset):
            body_text = UNSET
        else:
            body_text = self.body_text

        structured_body: dict[str, Any] | None | Unset
        if isinstance(self.structured_body, Unset):
            structured_body = UNSET
        elif isinstance(self.structured_body, StructuredBody):
            structured_body = self.structured_body.to_dict()
        else:
            structured_body = self.structured_body

        incoming: bool | None | Unset
        if isinstance(self.incoming, Unset):
            incoming = UNSET
        else:
            incoming = self.incoming

        private: bool | None | Unset
        if isinstance(self.private, Unset):
            private = UNSET
        else:
            private = self.private

        source: int | None | Unset
        if isinstance(self.source, Unset):
            source = UNSET
        else:
            source = self.source

        category: int | None | Unset
        if isinstance(self.category, Unset):
            category = UNSET
        else:
            category = self.category

        support_email: None | str | Unset
        if isinstance(self.support_email, Unset):
            support_email = UNSET
        else:
            support_email = self.support_email

        from_email: None | str | Unset
        if isinstance(self.from_email, Unset):
            from_email = UNSET
        else:
            from_email = self.from_email

        to_emails: list[str] | None | Unset
        if isinstance(self.to_emails, Unset):
            to_emails = UNSET
        elif isinstance(self.to_emails, list):
            to_emails = self.to_emails

        else:
            to_emails = self.to_emails

        cc_emails: list[str] | None | Unset
        if isinstance(self.cc_emails, Unset):
            cc_emails = UNSET
        elif isinstance(self.cc_emails, list):
            cc_emails = self.cc_emails

        else:
            cc_emails = self.cc_emails

        bcc_emails: list[str] | None | Unset
        if isinstance(self.bcc_emails, Unset):
            bcc_emails = UNSET
        elif isinstance(self.bcc_emails, list):
            bcc_emails = self.bcc_emails

        else:
            bcc_emails = self.bcc_emails

        attachments: list[dict[str, Any]] | None | Unset
        if isinstance(self.attachments, Unset):
            attachments = UNSET
        elif isinstance(self.attachments, list):
            attachments = []
            for attachments_type_0_item_data in self.attachments:
                attachments_type_0_item = attachments_type_0_item_data.to_dict()
                attachments.append(attachments_type_0_item)

        else:
            attachments = self.attachments

        email_failure_count: int | None | Unset
        if isinstance(self.email_failure_count, Unset):
            email_failure_count = UNSET
        else:
            email_failure_count = self.email_failure_count

        outgoing_failures = self.outgoing_failures

        delivery_details: dict[str, Any] | None | Unset
        if isinstance(self.delivery_details, Unset):
            delivery_details = UNSET
        elif isinstance(self.delivery_details, DeliveryDetails):
            delivery_details = self.delivery_details.to_dict()
        else:
            delivery_details = self.delivery_details

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

        last_edited_at: None | str | Unset
        if isinstance(self.last_edited_at, Unset):
            last_edited_at = UNSET
        elif isinstance(self.last_edited_at, datetime.datetime):
            last_edited_at = self.last_edited_at.isoformat()
        else:
            last_edited_at = self.last_edited_at

        last_edited_user_id: int | None | Unset
        if isinstance(self.last_edited_user_id, Unset):
            last_edited_user_id = UNSET
        else:
            last_edited_user_id = self.last_edited_user_id

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if id is not UNSET:
            field_dict["id"] = id
        if ticket_id is not UNSET:
            field_dict["ticket_id"] = ticket_id
        if user_id is not UNSET:
            field_dict["user_id"] = user_id
        if body is not UNSET:
            field_dict["body"] = body
        if body_text is not UNSET:
            field_dict["body_text"] = body_text
        if structured_body is not UNSET:
            field_dict["structured_body"] = structured_body
        if incoming is not UNSET:
            field_dict["incoming"] = incoming
        if private is not UNSET:
            field_dict["private"] = private
        if source is not UNSET:
            field_dict["source"] = source
        if category is not UNSET:
            field_dict["category"] = category
        if support_email is not UNSET:
            field_dict["support_email"] = support_email
        if from_email is not UNSET:
            field_dict["from_email"] = from_email
        if to_emails is not UNSET:
            field_dict["to_emails"] = to_emails
        if cc_emails is not UNSET:
            field_dict["cc_emails"] = cc_emails
        if bcc_emails is not UNSET:
            field_dict["bcc_emails"] = bcc_emails
        if attachments is not UNSET:
            field_dict["attachments"] = attachments
        if email_failure_count is not UNSET:
            field_dict["email_failure_count"] = email_failure_count
        if outgoing_failures is not UNSET:
            field_dict["outgoing_failures"] = outgoing_failures
        if delivery_details is not UNSET:
            field_dict["delivery_details"] = delivery_details
        if created_at is not UNSET:
            field_dict["created_at"] = created_at
        if updated_at is not UNSET:
            field_dict["updated_at"] = updated_at
        if last_edited_at is not UNSET:
            field_dict["last_edited_at"] = last_edited_at
        if last_edited_user_id is not UNSET:
            field_dict["last_edited_user_id"] = last_edited_user_id

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.attachment import Attachment  # noqa: PLC0415
        from ..models.delivery_details import DeliveryDetails  # noqa: PLC0415
        from ..models.structured_body import StructuredBody  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_id(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("int | None | Unset", data)

        id = _parse_id(d.pop("id", UNSET))

        def _parse_ticket_id(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("int | None | Unset", data)

        ticket_id = _parse_ticket_id(d.pop("ticket_id", UNSET))

        def _parse_user_id(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("int | None | Unset", data)

        user_id = _parse_user_id(d.pop("user_id", UNSET))

        def _parse_body(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        body = _parse_body(d.pop("body", UNSET))

        def _parse_body_text(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        body_text = _parse_body_text(d.pop("body_text", UNSET))

        def _parse_structured_body(data: object) -> None | StructuredBody | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                structured_body_type_0 = StructuredBody.from_dict(data)

                return structured_body_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("None | StructuredBody | Unset", data)

        structured_body = _parse_structured_body(d.pop("structured_body", UNSET))

        def _parse_incoming(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("bool | None | Unset", data)

        incoming = _parse_incoming(d.pop("incoming", UNSET))

        def _parse_private(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("bool | None | Unset", data)

        private = _parse_private(d.pop("private", UNSET))

        def _parse_source(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("int | None | Unset", data)

        source = _parse_source(d.pop("source", UNSET))

        def _parse_category(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("int | None | Unset", data)

        category = _parse_category(d.pop("category", UNSET))

        def _parse_support_email(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        support_email = _parse_support_email(d.pop("support_email", UNSET))

        def _parse_from_email(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        from_email = _parse_from_email(d.pop("from_email", UNSET))

        def _parse_to_emails(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                to_emails_type_0 = cast("list[str]", data)

                return to_emails_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("list[str] | None | Unset", data)

        to_emails = _parse_to_emails(d.pop("to_emails", UNSET))

        def _parse_cc_emails(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                cc_emails_type_0 = cast("list[str]", data)

                return cc_emails_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("list[str] | None | Unset", data)

        cc_emails = _parse_cc_emails(d.pop("cc_emails", UNSET))

        def _parse_bcc_emails(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                bcc_emails_type_0 = cast("list[str]", data)

                return bcc_emails_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("list[str] | None | Unset", data)

        bcc_emails = _parse_bcc_emails(d.pop("bcc_emails", UNSET))

        def _parse_attachments(data: object) -> list[Attachment] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                attachments_type_0 = []
                _attachments_type_0 = data
                for attachments_type_0_item_data in _attachments_type_0:
                    attachments_type_0_item = Attachment.from_dict(attachments_type_0_item_data)

                    attachments_type_0.append(attachments_type_0_item)

                return attachments_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("list[Attachment] | None | Unset", data)

        attachments = _parse_attachments(d.pop("attachments", UNSET))

        def _parse_email_failure_count(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("int | None | Unset", data)

        email_failure_count = _parse_email_failure_count(d.pop("email_failure_count", UNSET))

        outgoing_failures = d.pop("outgoing_failures", UNSET)

        def _parse_delivery_details(data: object) -> DeliveryDetails | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                delivery_details_type_0 = DeliveryDetails.from_dict(data)

                return delivery_details_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("DeliveryDetails | None | Unset", data)

        delivery_details = _parse_delivery_details(d.pop("delivery_details", UNSET))

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

        def _parse_last_edited_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                last_edited_at_type_0 = datetime.datetime.fromisoformat(data)

                return last_edited_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None | Unset", data)

        last_edited_at = _parse_last_edited_at(d.pop("last_edited_at", UNSET))

        def _parse_last_edited_user_id(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("int | None | Unset", data)

        last_edited_user_id = _parse_last_edited_user_id(d.pop("last_edited_user_id", UNSET))

        conversation = cls(
            id=id,
            ticket_id=ticket_id,
            user_id=user_id,
            body=body,
            body_text=body_text,
            structured_body=structured_body,
            incoming=incoming,
            private=private,
            source=source,
            category=category,
            support_email=support_email,
            from_email=from_email,
            to_emails=to_emails,
            cc_emails=cc_emails,
            bcc_emails=bcc_emails,
            attachments=attachments,
            email_failure_count=email_failure_count,
            outgoing_failures=outgoing_failures,
            delivery_details=delivery_details,
            created_at=created_at,
            updated_at=updated_at,
            last_edited_at=last_edited_at,
            last_edited_user_id=last_edited_user_id,
        )

        conversation.additional_properties = d
        return conversation

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
