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


T = TypeVar("T", bound="TicketCreate")


@_attrs_define
class TicketCreate:
    """A ticket to be created. Freshdesk also needs a requester: one of requester_id, email, phone (with name), twitter_id,
    facebook_id or unique_external_id. Its documentation marks nothing else as mandatory and has defaults for status and
    priority. This specification asks for subject, status and priority all the same: the usual ticket form makes the
    subject mandatory, and a ticket whose status or priority comes from an unseen default is rarely what the caller
    meant. The description is mandatory on most forms too, but not on all, so it is left to the account. No other key
    may be sent: Freshdesk would refuse the whole request.

        Attributes:
            subject (str): One line.
            status (int | TicketStatus): An account may define further statuses.
            priority (TicketPriority): The four priorities; they cannot be extended.
            description (str | Unset): HTML. Plain text is taken for HTML too.
            source (int | TicketSource | Unset): Portal (2) when left out.
            type_ (str | Unset): One of the account's ticket types.
            email (str | Unset): The requester by e-mail address. An unknown one becomes a new contact.
            requester_id (int | Unset): The requester by the id of a contact.
            phone (str | Unset): The requester by phone number. An unknown one becomes a new contact and needs a name.
            name (str | Unset): The name of a new contact. Mandatory with phone where no email is given.
            unique_external_id (str | Unset): The requester by external id. An unknown one becomes a new contact.
            twitter_id (str | Unset): The requester by Twitter handle. An unknown one becomes a new contact.
            facebook_id (str | Unset): The requester by Facebook id. The contact must exist.
            responder_id (int | Unset): The agent to assign.
            group_id (int | Unset): The group to assign.
            company_id (int | Unset): Needs the feature Multiple Companies.
            product_id (int | Unset): Ignored where email_config_id is set.
            email_config_id (int | Unset): The mailbox of the helpdesk that replies come from.
            parent_id (int | Unset): The number of the ticket whose child this becomes.
            related_ticket_ids (list[int] | Unset): The numbers of the tickets for which this one becomes the tracker.
            internal_agent_id (int | Unset): Needs the feature Shared Ownership.
            internal_group_id (int | Unset): Needs the feature Shared Ownership.
            lookup_parameter (LookupParameter | Unset): How the values of lookup fields among custom_fields are to be read:
                as ids or as primary field values.
            cc_emails (list[str] | Unset): Who gets a copy.
            tags (list[str] | Unset): A new tag needs the agent's privilege to create tags.
            due_by (str | Unset): When the ticket is due. ISO 8601: YYYY-MM-DD, or YYYY-MM-DDTHH:MM[:SS] followed by Z or an
                offset; without a zone it is UTC. A plain string, because a date-time would exclude the plain date, and the
                generated client would write it in a form of its own.
            fr_due_by (str | Unset): When the first response is due. As due_by.
            custom_fields (CustomFields | Unset): The values of the account's own ticket fields under their API names
                (cf_...). In a response every defined field is present, null when it has no value. The set of fields differs
                between accounts and changes with time.
    """

    subject: str
    status: int | TicketStatus
    priority: TicketPriority
    description: str | Unset = UNSET
    source: int | TicketSource | Unset = UNSET
    type_: str | Unset = UNSET
    email: str | Unset = UNSET
    requester_id: int | Unset = UNSET
    phone: str | Unset = UNSET
    name: str | Unset = UNSET
    unique_external_id: str | Unset = UNSET
    twitter_id: str | Unset = UNSET
    facebook_id: str | Unset = UNSET
    responder_id: int | Unset = UNSET
    group_id: int | Unset = UNSET
    company_id: int | Unset = UNSET
    product_id: int | Unset = UNSET
    email_config_id: int | Unset = UNSET
    parent_id: int | Unset = UNSET
    related_ticket_ids: list[int] | Unset = UNSET
    internal_agent_id: int | Unset = UNSET
    internal_group_id: int | Unset = UNSET
    lookup_parameter: LookupParameter | Unset = UNSET
    cc_emails: list[str] | Unset = UNSET
    tags: list[str] | Unset = UNSET
    due_by: str | Unset = UNSET
    fr_due_by: str | Unset = UNSET
    custom_fields: CustomFields | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        subject = self.subject

        status: int
        if isinstance(self.status, TicketStatus):
            status = self.status.value
        else:
            status = self.status

        priority = self.priority.value

        description = self.description

        source: int | Unset
        if isinstance(self.source, Unset):
            source = UNSET
        elif isinstance(self.source, TicketSource):
            source = self.source.value
        else:
            source = self.source

        type_ = self.type_

        email = self.email

        requester_id = self.requester_id

        phone = self.phone

        name = self.name

        unique_external_id = self.unique_external_id

        twitter_id = self.twitter_id

        facebook_id = self.facebook_id

        responder_id = self.responder_id

        group_id = self.group_id

        company_id = self.company_id

        product_id = self.product_id

        email_config_id = self.email_config_id

        parent_id = self.parent_id

        related_ticket_ids: list[int] | Unset = UNSET
        if not isinstance(self.related_ticket_ids, Unset):
            related_ticket_ids = self.related_ticket_ids

        internal_agent_id = self.internal_agent_id

        internal_group_id = self.internal_group_id

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

        field_dict.update(
            {
                "subject": subject,
                "status": status,
                "priority": priority,
            }
        )
        if description is not UNSET:
            field_dict["description"] = description
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
        if parent_id is not UNSET:
            field_dict["parent_id"] = parent_id
        if related_ticket_ids is not UNSET:
            field_dict["related_ticket_ids"] = related_ticket_ids
        if internal_agent_id is not UNSET:
            field_dict["internal_agent_id"] = internal_agent_id
        if internal_group_id is not UNSET:
            field_dict["internal_group_id"] = internal_group_id
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
        subject = d.pop("subject")

        def _parse_status(data: object) -> int | TicketStatus:
            try:
                if not isinstance(data, int):
                    raise TypeError()
                status_type_0 = TicketStatus(data)

                return status_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("int | TicketStatus", data)

        status = _parse_status(d.pop("status"))

        priority = TicketPriority(d.pop("priority"))

        description = d.pop("description", UNSET)

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

        type_ = d.pop("type", UNSET)

        email = d.pop("email", UNSET)

        requester_id = d.pop("requester_id", UNSET)

        phone = d.pop("phone", UNSET)

        name = d.pop("name", UNSET)

        unique_external_id = d.pop("unique_external_id", UNSET)

        twitter_id = d.pop("twitter_id", UNSET)

        facebook_id = d.pop("facebook_id", UNSET)

        responder_id = d.pop("responder_id", UNSET)

        group_id = d.pop("group_id", UNSET)

        company_id = d.pop("company_id", UNSET)

        product_id = d.pop("product_id", UNSET)

        email_config_id = d.pop("email_config_id", UNSET)

        parent_id = d.pop("parent_id", UNSET)

        related_ticket_ids = cast("list[int]", d.pop("related_ticket_ids", UNSET))

        internal_agent_id = d.pop("internal_agent_id", UNSET)

        internal_group_id = d.pop("internal_group_id", UNSET)

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

        ticket_create = cls(
            subject=subject,
            status=status,
            priority=priority,
            description=description,
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
            parent_id=parent_id,
            related_ticket_ids=related_ticket_ids,
            internal_agent_id=internal_agent_id,
            internal_group_id=internal_group_id,
            lookup_parameter=lookup_parameter,
            cc_emails=cc_emails,
            tags=tags,
            due_by=due_by,
            fr_due_by=fr_due_by,
            custom_fields=custom_fields,
        )

        return ticket_create
