# Made from openapi/freshdesk.yaml by scripts/generate.sh (openapi-python-client 0.29.1). Do not edit: change the
# specification and run that script. scripts/generate.sh --check fails on any difference.

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.lookup_parameter import LookupParameter
from ..models.ticket_priority import TicketPriority
from ..models.ticket_source import TicketSource
from ..models.ticket_status import TicketStatus
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.custom_fields import CustomFields


T = TypeVar("T", bound="TicketUpdate")


@_attrs_define
class TicketUpdate:
    """What to change in a ticket; what is left out stays as it is. Null is admitted where a ticket can do without a value
    (nobody assigned, no type); Freshdesk does not document it. Related tickets are set at creation only. No other key
    may be sent: Freshdesk would refuse the whole request.

        Attributes:
            subject (str | Unset): One line. Not for an outbound ticket.
            description (str | Unset): HTML. Not for an outbound ticket.
            status (int | TicketStatus | Unset): An account may define further statuses.
            priority (TicketPriority | Unset): The four priorities; they cannot be extended.
            source (int | TicketSource | Unset):
            type_ (None | str | Unset): One of the account's ticket types.
            email (str | Unset): A new requester by e-mail address. An unknown one becomes a new contact.
            requester_id (int | Unset): A new requester by the id of a contact.
            phone (str | Unset): A new requester by phone number. An unknown one becomes a new contact and needs a name.
            name (str | Unset): The name of a new contact. Mandatory with phone where no email is given.
            unique_external_id (str | Unset): A new requester by external id.
            twitter_id (str | Unset): A new requester by Twitter handle.
            facebook_id (str | Unset): A new requester by Facebook id. The contact must exist.
            responder_id (int | None | Unset): The agent to assign.
            group_id (int | None | Unset): The group to assign.
            company_id (int | None | Unset): Needs the feature Multiple Companies.
            product_id (int | None | Unset):
            email_config_id (int | Unset): The mailbox of the helpdesk that replies come from.
            internal_agent_id (int | None | Unset): Needs the feature Shared Ownership.
            internal_group_id (int | None | Unset): Needs the feature Shared Ownership.
            parent_id (int | Unset): The number of the ticket whose child this becomes.
            lookup_parameter (LookupParameter | Unset): How the values of lookup fields among custom_fields are to be read:
                as ids or as primary field values.
            cc_emails (list[str] | Unset): Who gets a copy. Not among the documented attributes of an update: an account
                that does not admit it answers 400 with the code invalid_field.
            tags (list[str] | Unset): All tags the ticket is to have: they replace the present ones.
            due_by (str | Unset): When the ticket is due. A plain string in ISO 8601
            fr_due_by (str | Unset): When the first response is due. As due_by.
            custom_fields (CustomFields | Unset): The values of the account's own ticket fields under their API names
                (cf_...). In a response every defined field is present, null when it has no value. The set of fields differs
                between accounts and changes with time.
    """

    subject: str | Unset = UNSET
    description: str | Unset = UNSET
    status: int | TicketStatus | Unset = UNSET
    priority: TicketPriority | Unset = UNSET
    source: int | TicketSource | Unset = UNSET
    type_: None | str | Unset = UNSET
    email: str | Unset = UNSET
    requester_id: int | Unset = UNSET
    phone: str | Unset = UNSET
    name: str | Unset = UNSET
    unique_external_id: str | Unset = UNSET
    twitter_id: str | Unset = UNSET
    facebook_id: str | Unset = UNSET
    responder_id: int | None | Unset = UNSET
    group_id: int | None | Unset = UNSET
    company_id: int | None | Unset = UNSET
    product_id: int | None | Unset = UNSET
    email_config_id: int | Unset = UNSET
    internal_agent_id: int | None | Unset = UNSET
    internal_group_id: int | None | Unset = UNSET
    parent_id: int | Unset = UNSET
    lookup_parameter: LookupParameter | Unset = UNSET
    cc_emails: list[str] | Unset = UNSET
    tags: list[str] | Unset = UNSET
    due_by: str | Unset = UNSET
    fr_due_by: str | Unset = UNSET
    custom_fields: CustomFields | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        subject = self.subject

        description = self.description

        status: int | Unset
        if isinstance(self.status, Unset):
            status = UNSET
        elif isinstance(self.status, TicketStatus):
            status = self.status.value
        else:
            status = self.status

        priority: int | Unset = UNSET
        if not isinstance(self.priority, Unset):
            priority = self.priority.value

        source: int | Unset
        if isinstance(self.source, Unset):
            source = UNSET
        elif isinstance(self.source, TicketSource):
            source = self.source.value
        else:
            source = self.source

        type_: None | str | Unset
        if isinstance(self.type_, Unset):
            type_ = UNSET
        else:
            type_ = self.type_

        email = self.email

        requester_id = self.requester_id

        phone = self.phone

        name = self.name

        unique_external_id = self.unique_external_id

        twitter_id = self.twitter_id

        facebook_id = self.facebook_id

        responder_id: int | None | Unset
        if isinstance(self.responder_id, Unset):
            responder_id = UNSET
        else:
            responder_id = self.responder_id

        group_id: int | None | Unset
        if isinstance(self.group_id, Unset):
            group_id = UNSET
        else:
            group_id = self.group_id

        company_id: int | None | Unset
        if isinstance(self.company_id, Unset):
            company_id = UNSET
        else:
            company_id = self.company_id

        product_id: int | None | Unset
        if isinstance(self.product_id, Unset):
            product_id = UNSET
        else:
            product_id = self.product_id

        email_config_id = self.email_config_id

        internal_agent_id: int | None | Unset
        if isinstance(self.internal_agent_id, Unset):
            internal_agent_id = UNSET
        else:
            internal_agent_id = self.internal_agent_id

        internal_group_id: int | None | Unset
        if isinstance(self.internal_group_id, Unset):
            internal_group_id = UNSET
        else:
            internal_group_id = self.internal_group_id

        parent_id = self.parent_id

        lookup_parameter: str | Unset = UNSET
        if not isinstance(self.lookup_parameter, Unset):
            lookup_parameter = self.lookup_parameter.value

        cc_emails: list[str] | Unset = UNSET
        if not isinstance(self.cc_emails, Unset):
            cc_emails = self.cc_emails

        tags: list[str] | Unset = UNSET
        if not isinstance(self.tags, Unset):
            tags = self.tags

        due_by = self.due_by

        fr_due_by = self.fr_due_by

        custom_fields: dict[str, Any] | Unset = UNSET
        if not isinstance(self.custom_fields, Unset):
            custom_fields = self.custom_fields.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if subject is not UNSET:
            field_dict["subject"] = subject
        if description is not UNSET:
            field_dict["description"] = description
        if status is not UNSET:
            field_dict["status"] = status
        if priority is not UNSET:
            field_dict["priority"] = priority
        if source is not UNSET:
            field_dict["source"] = source
        if type_ is not UNSET:
            field_dict["type"] = type_
        if email is not UNSET:
            field_dict["email"] = email
        if requester_id is not UNSET:
            field_dict["requester_id"] = requester_id
        if phone is not UNSET:
            field_dict["phone"] = phone
        if name is not UNSET:
            field_dict["name"] = name
        if unique_external_id is not UNSET:
            field_dict["unique_external_id"] = unique_external_id
        if twitter_id is not UNSET:
            field_dict["twitter_id"] = twitter_id
        if facebook_id is not UNSET:
            field_dict["facebook_id"] = facebook_id
        if responder_id is not UNSET:
            field_dict["responder_id"] = responder_id
        if group_id is not UNSET:
            field_dict["group_id"] = group_id
        if company_id is not UNSET:
            field_dict["company_id"] = company_id
        if product_id is not UNSET:
            field_dict["product_id"] = product_id
        if email_config_id is not UNSET:
            field_dict["email_config_id"] = email_config_id
        if internal_agent_id is not UNSET:
            field_dict["internal_agent_id"] = internal_agent_id
        if internal_group_id is not UNSET:
            field_dict["internal_group_id"] = internal_group_id
        if parent_id is not UNSET:
            field_dict["parent_id"] = parent_id
        if lookup_parameter is not UNSET:
            field_dict["lookup_parameter"] = lookup_parameter
        if cc_emails is not UNSET:
            field_dict["cc_emails"] = cc_emails
        if tags is not UNSET:
            field_dict["tags"] = tags
        if due_by is not UNSET:
            field_dict["due_by"] = due_by
        if fr_due_by is not UNSET:
            field_dict["fr_due_by"] = fr_due_by
        if custom_fields is not UNSET:
            field_dict["custom_fields"] = custom_fields

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.custom_fields import CustomFields  # noqa: PLC0415

        d = dict(src_dict)
        subject = d.pop("subject", UNSET)

        description = d.pop("description", UNSET)

        def _parse_status(data: object) -> int | TicketStatus | Unset:
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, int):
                    raise TypeError()
                status_type_0 = TicketStatus(data)

                return status_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("int | TicketStatus | Unset", data)

        status = _parse_status(d.pop("status", UNSET))

        _priority = d.pop("priority", UNSET)
        priority: TicketPriority | Unset
        if isinstance(_priority, Unset):
            priority = UNSET
        else:
            priority = TicketPriority(_priority)

        def _parse_source(data: object) -> int | TicketSource | Unset:
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, int):
                    raise TypeError()
                source_type_0 = TicketSource(data)

                return source_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("int | TicketSource | Unset", data)

        source = _parse_source(d.pop("source", UNSET))

        def _parse_type_(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        type_ = _parse_type_(d.pop("type", UNSET))

        email = d.pop("email", UNSET)

        requester_id = d.pop("requester_id", UNSET)

        phone = d.pop("phone", UNSET)

        name = d.pop("name", UNSET)

        unique_external_id = d.pop("unique_external_id", UNSET)

        twitter_id = d.pop("twitter_id", UNSET)

        facebook_id = d.pop("facebook_id", UNSET)

        def _parse_responder_id(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("int | None | Unset", data)

        responder_id = _parse_responder_id(d.pop("responder_id", UNSET))

        def _parse_group_id(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("int | None | Unset", data)

        group_id = _parse_group_id(d.pop("group_id", UNSET))

        def _parse_company_id(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("int | None | Unset", data)

        company_id = _parse_company_id(d.pop("company_id", UNSET))

        def _parse_product_id(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("int | None | Unset", data)

        product_id = _parse_product_id(d.pop("product_id", UNSET))

        email_config_id = d.pop("email_config_id", UNSET)

        def _parse_internal_agent_id(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("int | None | Unset", data)

        internal_agent_id = _parse_internal_agent_id(d.pop("internal_agent_id", UNSET))

        def _parse_internal_group_id(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("int | None | Unset", data)

        internal_group_id = _parse_internal_group_id(d.pop("internal_group_id", UNSET))

        parent_id = d.pop("parent_id", UNSET)

        _lookup_parameter = d.pop("lookup_parameter", UNSET)
        lookup_parameter: LookupParameter | Unset
        if isinstance(_lookup_parameter, Unset):
            lookup_parameter = UNSET
        else:
            lookup_parameter = LookupParameter(_lookup_parameter)

        cc_emails = cast("list[str]", d.pop("cc_emails", UNSET))

        tags = cast("list[str]", d.pop("tags", UNSET))

        due_by = d.pop("due_by", UNSET)

        fr_due_by = d.pop("fr_due_by", UNSET)

        _custom_fields = d.pop("custom_fields", UNSET)
        custom_fields: CustomFields | Unset
        if isinstance(_custom_fields, Unset):
            custom_fields = UNSET
        else:
            custom_fields = CustomFields.from_dict(_custom_fields)

        ticket_update = cls(
            subject=subject,
            description=description,
            status=status,
            priority=priority,
            source=source,
            type_=type_,
            email=email,
            requester_id=requester_id,
            phone=phone,
            name=name,
            unique_external_id=unique_external_id,
            twitter_id=twitter_id,
            facebook_id=facebook_id,
            responder_id=responder_id,
            group_id=group_id,
            company_id=company_id,
            product_id=product_id,
            email_config_id=email_config_id,
            internal_agent_id=internal_agent_id,
            internal_group_id=internal_group_id,
            parent_id=parent_id,
            lookup_parameter=lookup_parameter,
            cc_emails=cc_emails,
            tags=tags,
            due_by=due_by,
            fr_due_by=fr_due_by,
            custom_fields=custom_fields,
        )

        return ticket_update
