# Made from openapi/freshdesk.yaml by scripts/generate.sh (openapi-python-client 0.29.1). Do not edit: change the
# specification and run that script. scripts/generate.sh --check fails on any difference.

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.ticket_priority import TicketPriority
from ..models.ticket_source import TicketSource
from ..models.ticket_status import TicketStatus
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.attachment import Attachment
    from ..models.company import Company
    from ..models.conversation import Conversation
    from ..models.custom_fields import CustomFields
    from ..models.requester import Requester
    from ..models.source_additional_info import SourceAdditionalInfo
    from ..models.structured_description import StructuredDescription
    from ..models.ticket_stats import TicketStats


T = TypeVar("T", bound="Ticket")


@_attrs_define
class Ticket:
    """A ticket. Only `id` is always there; anything else may be null or missing, and unknown attributes may be present.
    Times are UTC.

        Attributes:
            id (int): The number of the ticket.
            subject (None | str | Unset): One line; may be empty.
            description (None | str | Unset): HTML; plain text comes back wrapped in a div. In a list only with
                include=description.
            description_text (None | str | Unset): The description as plain text. In a list only with include=description.
                Read-only.
            structured_description (None | StructuredDescription | Unset): The description as parts; often null.
            status (int | None | TicketStatus | Unset): An account may define further statuses.
            priority (int | None | TicketPriority | Unset):
            source (int | None | TicketSource | Unset): Many undocumented channels occur.
            type_ (None | str | Unset): One of the account's ticket types, or null.
            requester_id (int | None | Unset): The contact who asks.
            responder_id (int | None | Unset): The agent; null when nobody is assigned.
            group_id (int | None | Unset): The group of agents; null when none is assigned.
            internal_agent_id (int | None | Unset): The agent who works on it for the assigned one, with the feature Shared
                Ownership.
            internal_group_id (int | None | Unset): The group that works on it for the assigned one, with the feature Shared
                Ownership.
            company_id (int | None | Unset):
            product_id (int | None | Unset): The account may fill in a default.
            email_config_id (int | None | Unset): The account may fill in a default.
            support_email (None | str | Unset): The address of the helpdesk that the ticket came through.
            to_emails (list[str] | None | Unset): Often null.
            cc_emails (list[str] | None | Unset): Null has been seen. An entry may be Name <address>.
            fwd_emails (list[str] | None | Unset): Null has been seen.
            reply_cc_emails (list[str] | None | Unset): Null has been seen.
            ticket_cc_emails (list[str] | None | Unset): Null has been seen.
            ticket_bcc_emails (list[str] | None | Unset):
            tags (list[str] | None | Unset): Missing from lists of old accounts.
            custom_fields (CustomFields | None | Unset): An empty object when the account defines none.
            attachments (list[Attachment] | None | Unset): Never in a list.
            spam (bool | None | Unset):
            deleted (bool | None | Unset): True for a ticket in the trash; missing otherwise.
            archived (bool | None | Unset): True for an archived ticket; missing otherwise.
            urgent (bool | None | Unset): In the samples of the documentation only.
            is_escalated (bool | None | Unset): True if the ticket was escalated for any reason. Not the same as overdue: a
                ticket past its `due_by` may have no escalation.
            fr_escalated (bool | None | Unset): True if the ticket was escalated because its first response was late.
            nr_escalated (bool | None | Unset): True if the ticket was escalated because a later response was late.
            due_by (datetime.datetime | None | Unset): When the ticket is due to be resolved. Null in the answer to a
                create, filled in seconds later.
            fr_due_by (datetime.datetime | None | Unset): When the first response is due. Null in the answer to a create,
                filled in seconds later.
            nr_due_by (datetime.datetime | None | Unset): When the next response is due; often null.
            association_type (int | None | Unset): 1 parent, 2 child, 3 tracker, 4 related; null when not associated. The
                answer to a create or an update has it only for an associated ticket.
            associated_tickets_count (int | None | Unset): In a list only.
            associated_tickets_list (list[int] | None | Unset): The numbers of associated tickets, when there are any; also
                in the answer to a create or an update.
            source_info (Any | Unset): Null wherever it has been seen; not documented.
            source_additional_info (None | SourceAdditionalInfo | Unset): Null wherever it has been seen.
            form_id (int | None | Unset): Missing from a ticket without a form.
            email_failure_count (int | None | Unset): How many e-mails of the ticket could not be delivered; rarely present.
            sentiment_score (int | None | Unset): From 0 to 100.
            initial_sentiment_score (int | None | Unset): From 0 to 100.
            created_at (datetime.datetime | None | Unset):
            updated_at (datetime.datetime | None | Unset):
            email (None | str | Unset): Documented as an attribute; seen in requests only.
            name (None | str | Unset): Documented as an attribute; seen in requests only.
            phone (None | str | Unset): Documented as an attribute; seen in requests only.
            twitter_id (None | str | Unset): Documented as an attribute; seen in requests only.
            facebook_id (None | str | Unset): Documented as an attribute; seen in requests only.
            unique_external_id (None | str | Unset): Documented as an attribute; seen in requests only.
            requester (None | Requester | Unset): Only with include=requester.
            company (Company | None | Unset): Only with include=company.
            stats (None | TicketStats | Unset): Only with include=stats.
            conversations (list[Conversation] | None | Unset): Only with include=conversations; the oldest ten, oldest
                first.
    """

    id: int
    subject: None | str | Unset = UNSET
    description: None | str | Unset = UNSET
    description_text: None | str | Unset = UNSET
    structured_description: None | StructuredDescription | Unset = UNSET
    status: int | None | TicketStatus | Unset = UNSET
    priority: int | None | TicketPriority | Unset = UNSET
    source: int | None | TicketSource | Unset = UNSET
    type_: None | str | Unset = UNSET
    requester_id: int | None | Unset = UNSET
    responder_id: int | None | Unset = UNSET
    group_id: int | None | Unset = UNSET
    internal_agent_id: int | None | Unset = UNSET
    internal_group_id: int | None | Unset = UNSET
    company_id: int | None | Unset = UNSET
    product_id: int | None | Unset = UNSET
    email_config_id: int | None | Unset = UNSET
    support_email: None | str | Unset = UNSET
    to_emails: list[str] | None | Unset = UNSET
    cc_emails: list[str] | None | Unset = UNSET
    fwd_emails: list[str] | None | Unset = UNSET
    reply_cc_emails: list[str] | None | Unset = UNSET
    ticket_cc_emails: list[str] | None | Unset = UNSET
    ticket_bcc_emails: list[str] | None | Unset = UNSET
    tags: list[str] | None | Unset = UNSET
    custom_fields: CustomFields | None | Unset = UNSET
    attachments: list[Attachment] | None | Unset = UNSET
    spam: bool | None | Unset = UNSET
    deleted: bool | None | Unset = UNSET
    archived: bool | None | Unset = UNSET
    urgent: bool | None | Unset = UNSET
    is_escalated: bool | None | Unset = UNSET
    fr_escalated: bool | None | Unset = UNSET
    nr_escalated: bool | None | Unset = UNSET
    due_by: datetime.datetime | None | Unset = UNSET
    fr_due_by: datetime.datetime | None | Unset = UNSET
    nr_due_by: datetime.datetime | None | Unset = UNSET
    association_type: int | None | Unset = UNSET
    associated_tickets_count: int | None | Unset = UNSET
    associated_tickets_list: list[int] | None | Unset = UNSET
    source_info: Any | Unset = UNSET
    source_additional_info: None | SourceAdditionalInfo | Unset = UNSET
    form_id: int | None | Unset = UNSET
    email_failure_count: int | None | Unset = UNSET
    sentiment_score: int | None | Unset = UNSET
    initial_sentiment_score: int | None | Unset = UNSET
    created_at: datetime.datetime | None | Unset = UNSET
    updated_at: datetime.datetime | None | Unset = UNSET
    email: None | str | Unset = UNSET
    name: None | str | Unset = UNSET
    phone: None | str | Unset = UNSET
    twitter_id: None | str | Unset = UNSET
    facebook_id: None | str | Unset = UNSET
    unique_external_id: None | str | Unset = UNSET
    requester: None | Requester | Unset = UNSET
    company: Company | None | Unset = UNSET
    stats: None | TicketStats | Unset = UNSET
    conversations: list[Conversation] | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.company import Company  # noqa: PLC0415
        from ..models.custom_fields import CustomFields  # noqa: PLC0415
        from ..models.requester import Requester  # noqa: PLC0415
        from ..models.source_additional_info import SourceAdditionalInfo  # noqa: PLC0415
        from ..models.structured_description import StructuredDescription  # noqa: PLC0415
        from ..models.ticket_stats import TicketStats  # noqa: PLC0415

        id = self.id

        subject: None | str | Unset
        if isinstance(self.subject, Unset):
            subject = UNSET
        else:
            subject = self.subject

        description: None | str | Unset
        if isinstance(self.description, Unset):
            description = UNSET
        else:
            description = self.description

        description_text: None | str | Unset
        if isinstance(self.description_text, Unset):
            description_text = UNSET
        else:
            description_text = self.description_text

        structured_description: dict[str, Any] | None | Unset
        if isinstance(self.structured_description, Unset):
            structured_description = UNSET
        elif isinstance(self.structured_description, StructuredDescription):
            structured_description = self.structured_description.to_dict()
        else:
            structured_description = self.structured_description

        status: int | None | Unset
        if isinstance(self.status, Unset):
            status = UNSET
        elif isinstance(self.status, TicketStatus):
            status = self.status.value
        else:
            status = self.status

        priority: int | None | Unset
        if isinstance(self.priority, Unset):
            priority = UNSET
        elif isinstance(self.priority, TicketPriority):
            priority = self.priority.value
        else:
            priority = self.priority

        source: int | None | Unset
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

        requester_id: int | None | Unset
        if isinstance(self.requester_id, Unset):
            requester_id = UNSET
        else:
            requester_id = self.requester_id

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

        email_config_id: int | None | Unset
        if isinstance(self.email_config_id, Unset):
            email_config_id = UNSET
        else:
            email_config_id = self.email_config_id

        support_email: None | str | Unset
        if isinstance(self.support_email, Unset):
            support_email = UNSET
        else:
            support_email = self.support_email

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

        fwd_emails: list[str] | None | Unset
        if isinstance(self.fwd_emails, Unset):
            fwd_emails = UNSET
        elif isinstance(self.fwd_emails, list):
            fwd_emails = self.fwd_emails

        else:
            fwd_emails = self.fwd_emails

        reply_cc_emails: list[str] | None | Unset
        if isinstance(self.reply_cc_emails, Unset):
            reply_cc_emails = UNSET
        elif isinstance(self.reply_cc_emails, list):
            reply_cc_emails = self.reply_cc_emails

        else:
            reply_cc_emails = self.reply_cc_emails

        ticket_cc_emails: list[str] | None | Unset
        if isinstance(self.ticket_cc_emails, Unset):
            ticket_cc_emails = UNSET
        elif isinstance(self.ticket_cc_emails, list):
            ticket_cc_emails = self.ticket_cc_emails

        else:
            ticket_cc_emails = self.ticket_cc_emails

        ticket_bcc_emails: list[str] | None | Unset
        if isinstance(self.ticket_bcc_emails, Unset):
            ticket_bcc_emails = UNSET
        elif isinstance(self.ticket_bcc_emails, list):
            ticket_bcc_emails = self.ticket_bcc_emails

        else:
            ticket_bcc_emails = self.ticket_bcc_emails

        tags: list[str] | None | Unset
        if isinstance(self.tags, Unset):
            tags = UNSET
        elif isinstance(self.tags, list):
            tags = self.tags

        else:
            tags = self.tags

        custom_fields: dict[str, Any] | None | Unset
        if isinstance(self.custom_fields, Unset):
            custom_fields = UNSET
        elif isinstance(self.custom_fields, CustomFields):
            custom_fields = self.custom_fields.to_dict()
        else:
            custom_fields = self.custom_fields

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

        spam: bool | None | Unset
        if isinstance(self.spam, Unset):
            spam = UNSET
        else:
            spam = self.spam

        deleted: bool | None | Unset
        if isinstance(self.deleted, Unset):
            deleted = UNSET
        else:
            deleted = self.deleted

        archived: bool | None | Unset
        if isinstance(self.archived, Unset):
            archived = UNSET
        else:
            archived = self.archived

        urgent: bool | None | Unset
        if isinstance(self.urgent, Unset):
            urgent = UNSET
        else:
            urgent = self.urgent

        is_escalated: bool | None | Unset
        if isinstance(self.is_escalated, Unset):
            is_escalated = UNSET
        else:
            is_escalated = self.is_escalated

        fr_escalated: bool | None | Unset
        if isinstance(self.fr_escalated, Unset):
            fr_escalated = UNSET
        else:
            fr_escalated = self.fr_escalated

        nr_escalated: bool | None | Unset
        if isinstance(self.nr_escalated, Unset):
            nr_escalated = UNSET
        else:
            nr_escalated = self.nr_escalated

        due_by: None | str | Unset
        if isinstance(self.due_by, Unset):
            due_by = UNSET
        elif isinstance(self.due_by, datetime.datetime):
            due_by = self.due_by.isoformat()
        else:
            due_by = self.due_by

        fr_due_by: None | str | Unset
        if isinstance(self.fr_due_by, Unset):
            fr_due_by = UNSET
        elif isinstance(self.fr_due_by, datetime.datetime):
            fr_due_by = self.fr_due_by.isoformat()
        else:
            fr_due_by = self.fr_due_by

        nr_due_by: None | str | Unset
        if isinstance(self.nr_due_by, Unset):
            nr_due_by = UNSET
        elif isinstance(self.nr_due_by, datetime.datetime):
            nr_due_by = self.nr_due_by.isoformat()
        else:
            nr_due_by = self.nr_due_by

        association_type: int | None | Unset
        if isinstance(self.association_type, Unset):
            association_type = UNSET
        else:
            association_type = self.association_type

        associated_tickets_count: int | None | Unset
        if isinstance(self.associated_tickets_count, Unset):
            associated_tickets_count = UNSET
        else:
            associated_tickets_count = self.associated_tickets_count

        associated_tickets_list: list[int] | None | Unset
        if isinstance(self.associated_tickets_list, Unset):
            associated_tickets_list = UNSET
        elif isinstance(self.associated_tickets_list, list):
            associated_tickets_list = self.associated_tickets_list

        else:
            associated_tickets_list = self.associated_tickets_list

        source_info = self.source_info

        source_additional_info: dict[str, Any] | None | Unset
        if isinstance(self.source_additional_info, Unset):
            source_additional_info = UNSET
        elif isinstance(self.source_additional_info, SourceAdditionalInfo):
            source_additional_info = self.source_additional_info.to_dict()
        else:
            source_additional_info = self.source_additional_info

        form_id: int | None | Unset
        if isinstance(self.form_id, Unset):
            form_id = UNSET
        else:
            form_id = self.form_id

        email_failure_count: int | None | Unset
        if isinstance(self.email_failure_count, Unset):
            email_failure_count = UNSET
        else:
            email_failure_count = self.email_failure_count

        sentiment_score: int | None | Unset
        if isinstance(self.sentiment_score, Unset):
            sentiment_score = UNSET
        else:
            sentiment_score = self.sentiment_score

        initial_sentiment_score: int | None | Unset
        if isinstance(self.initial_sentiment_score, Unset):
            initial_sentiment_score = UNSET
        else:
            initial_sentiment_score = self.initial_sentiment_score

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

        email: None | str | Unset
        if isinstance(self.email, Unset):
            email = UNSET
        else:
            email = self.email

        name: None | str | Unset
        if isinstance(self.name, Unset):
            name = UNSET
        else:
            name = self.name

        phone: None | str | Unset
        if isinstance(self.phone, Unset):
            phone = UNSET
        else:
            phone = self.phone

        twitter_id: None | str | Unset
        if isinstance(self.twitter_id, Unset):
            twitter_id = UNSET
        else:
            twitter_id = self.twitter_id

        facebook_id: None | str | Unset
        if isinstance(self.facebook_id, Unset):
            facebook_id = UNSET
        else:
            facebook_id = self.facebook_id

        unique_external_id: None | str | Unset
        if isinstance(self.unique_external_id, Unset):
            unique_external_id = UNSET
        else:
            unique_external_id = self.unique_external_id

        requester: dict[str, Any] | None | Unset
        if isinstance(self.requester, Unset):
            requester = UNSET
        elif isinstance(self.requester, Requester):
            requester = self.requester.to_dict()
        else:
            requester = self.requester

        company: dict[str, Any] | None | Unset
        if isinstance(self.company, Unset):
            company = UNSET
        elif isinstance(self.company, Company):
            company = self.company.to_dict()
        else:
            company = self.company

        stats: dict[str, Any] | None | Unset
        if isinstance(self.stats, Unset):
            stats = UNSET
        elif isinstance(self.stats, TicketStats):
            stats = self.stats.to_dict()
        else:
            stats = self.stats

        conversations: list[dict[str, Any]] | None | Unset
        if isinstance(self.conversations, Unset):
            conversations = UNSET
        elif isinstance(self.conversations, list):
            conversations = []
            for conversations_type_0_item_data in self.conversations:
                conversations_type_0_item = conversations_type_0_item_data.to_dict()
                conversations.append(conversations_type_0_item)

        else:
            conversations = self.conversations

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
            }
        )
        if subject is not UNSET:
            field_dict["subject"] = subject
        if description is not UNSET:
            field_dict["description"] = description
        if description_text is not UNSET:
            field_dict["description_text"] = description_text
        if structured_description is not UNSET:
            field_dict["structured_description"] = structured_description
        if status is not UNSET:
            field_dict["status"] = status
        if priority is not UNSET:
            field_dict["priority"] = priority
        if source is not UNSET:
            field_dict["source"] = source
        if type_ is not UNSET:
            field_dict["type"] = type_
        if requester_id is not UNSET:
            field_dict["requester_id"] = requester_id
        if responder_id is not UNSET:
            field_dict["responder_id"] = responder_id
        if group_id is not UNSET:
            field_dict["group_id"] = group_id
        if internal_agent_id is not UNSET:
            field_dict["internal_agent_id"] = internal_agent_id
        if internal_group_id is not UNSET:
            field_dict["internal_group_id"] = internal_group_id
        if company_id is not UNSET:
            field_dict["company_id"] = company_id
        if product_id is not UNSET:
            field_dict["product_id"] = product_id
        if email_config_id is not UNSET:
            field_dict["email_config_id"] = email_config_id
        if support_email is not UNSET:
            field_dict["support_email"] = support_email
        if to_emails is not UNSET:
            field_dict["to_emails"] = to_emails
        if cc_emails is not UNSET:
            field_dict["cc_emails"] = cc_emails
        if fwd_emails is not UNSET:
            field_dict["fwd_emails"] = fwd_emails
        if reply_cc_emails is not UNSET:
            field_dict["reply_cc_emails"] = reply_cc_emails
        if ticket_cc_emails is not UNSET:
            field_dict["ticket_cc_emails"] = ticket_cc_emails
        if ticket_bcc_emails is not UNSET:
            field_dict["ticket_bcc_emails"] = ticket_bcc_emails
        if tags is not UNSET:
            field_dict["tags"] = tags
        if custom_fields is not UNSET:
            field_dict["custom_fields"] = custom_fields
        if attachments is not UNSET:
            field_dict["attachments"] = attachments
        if spam is not UNSET:
            field_dict["spam"] = spam
        if deleted is not UNSET:
            field_dict["deleted"] = deleted
        if archived is not UNSET:
            field_dict["archived"] = archived
        if urgent is not UNSET:
            field_dict["urgent"] = urgent
        if is_escalated is not UNSET:
            field_dict["is_escalated"] = is_escalated
        if fr_escalated is not UNSET:
            field_dict["fr_escalated"] = fr_escalated
        if nr_escalated is not UNSET:
            field_dict["nr_escalated"] = nr_escalated
        if due_by is not UNSET:
            field_dict["due_by"] = due_by
        if fr_due_by is not UNSET:
            field_dict["fr_due_by"] = fr_due_by
        if nr_due_by is not UNSET:
            field_dict["nr_due_by"] = nr_due_by
        if association_type is not UNSET:
            field_dict["association_type"] = association_type
        if associated_tickets_count is not UNSET:
            field_dict["associated_tickets_count"] = associated_tickets_count
        if associated_tickets_list is not UNSET:
            field_dict["associated_tickets_list"] = associated_tickets_list
        if source_info is not UNSET:
            field_dict["source_info"] = source_info
        if source_additional_info is not UNSET:
            field_dict["source_additional_info"] = source_additional_info
        if form_id is not UNSET:
            field_dict["form_id"] = form_id
        if email_failure_count is not UNSET:
            field_dict["email_failure_count"] = email_failure_count
        if sentiment_score is not UNSET:
            field_dict["sentiment_score"] = sentiment_score
        if initial_sentiment_score is not UNSET:
            field_dict["initial_sentiment_score"] = initial_sentiment_score
        if created_at is not UNSET:
            field_dict["created_at"] = created_at
        if updated_at is not UNSET:
            field_dict["updated_at"] = updated_at
        if email is not UNSET:
            field_dict["email"] = email
        if name is not UNSET:
            field_dict["name"] = name
        if phone is not UNSET:
            field_dict["phone"] = phone
        if twitter_id is not UNSET:
            field_dict["twitter_id"] = twitter_id
        if facebook_id is not UNSET:
            field_dict["facebook_id"] = facebook_id
        if unique_external_id is not UNSET:
            field_dict["unique_external_id"] = unique_external_id
        if requester is not UNSET:
            field_dict["requester"] = requester
        if company is not UNSET:
            field_dict["company"] = company
        if stats is not UNSET:
            field_dict["stats"] = stats
        if conversations is not UNSET:
            field_dict["conversations"] = conversations

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.attachment import Attachment  # noqa: PLC0415
        from ..models.company import Company  # noqa: PLC0415
        from ..models.conversation import Conversation  # noqa: PLC0415
        from ..models.custom_fields import CustomFields  # noqa: PLC0415
        from ..models.requester import Requester  # noqa: PLC0415
        from ..models.source_additional_info import SourceAdditionalInfo  # noqa: PLC0415
        from ..models.structured_description import StructuredDescription  # noqa: PLC0415
        from ..models.ticket_stats import TicketStats  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        def _parse_subject(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        subject = _parse_subject(d.pop("subject", UNSET))

        def _parse_description(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        description = _parse_description(d.pop("description", UNSET))

        def _parse_description_text(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        description_text = _parse_description_text(d.pop("description_text", UNSET))

        def _parse_structured_description(data: object) -> None | StructuredDescription | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                structured_description_type_0 = StructuredDescription.from_dict(data)

                return structured_description_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("None | StructuredDescription | Unset", data)

        structured_description = _parse_structured_description(d.pop("structured_description", UNSET))

        def _parse_status(data: object) -> int | None | TicketStatus | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, int):
                    raise TypeError()
                status_type_0 = TicketStatus(data)

                return status_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("int | None | TicketStatus | Unset", data)

        status = _parse_status(d.pop("status", UNSET))

        def _parse_priority(data: object) -> int | None | TicketPriority | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, int):
                    raise TypeError()
                priority_type_0 = TicketPriority(data)

                return priority_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("int | None | TicketPriority | Unset", data)

        priority = _parse_priority(d.pop("priority", UNSET))

        def _parse_source(data: object) -> int | None | TicketSource | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, int):
                    raise TypeError()
                source_type_0 = TicketSource(data)

                return source_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("int | None | TicketSource | Unset", data)

        source = _parse_source(d.pop("source", UNSET))

        def _parse_type_(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        type_ = _parse_type_(d.pop("type", UNSET))

        def _parse_requester_id(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("int | None | Unset", data)

        requester_id = _parse_requester_id(d.pop("requester_id", UNSET))

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

        def _parse_email_config_id(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("int | None | Unset", data)

        email_config_id = _parse_email_config_id(d.pop("email_config_id", UNSET))

        def _parse_support_email(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        support_email = _parse_support_email(d.pop("support_email", UNSET))

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

        def _parse_fwd_emails(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                fwd_emails_type_0 = cast("list[str]", data)

                return fwd_emails_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("list[str] | None | Unset", data)

        fwd_emails = _parse_fwd_emails(d.pop("fwd_emails", UNSET))

        def _parse_reply_cc_emails(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                reply_cc_emails_type_0 = cast("list[str]", data)

                return reply_cc_emails_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("list[str] | None | Unset", data)

        reply_cc_emails = _parse_reply_cc_emails(d.pop("reply_cc_emails", UNSET))

        def _parse_ticket_cc_emails(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                ticket_cc_emails_type_0 = cast("list[str]", data)

                return ticket_cc_emails_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("list[str] | None | Unset", data)

        ticket_cc_emails = _parse_ticket_cc_emails(d.pop("ticket_cc_emails", UNSET))

        def _parse_ticket_bcc_emails(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                ticket_bcc_emails_type_0 = cast("list[str]", data)

                return ticket_bcc_emails_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("list[str] | None | Unset", data)

        ticket_bcc_emails = _parse_ticket_bcc_emails(d.pop("ticket_bcc_emails", UNSET))

        def _parse_tags(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                tags_type_0 = cast("list[str]", data)

                return tags_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("list[str] | None | Unset", data)

        tags = _parse_tags(d.pop("tags", UNSET))

        def _parse_custom_fields(data: object) -> CustomFields | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                custom_fields_type_0 = CustomFields.from_dict(data)

                return custom_fields_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("CustomFields | None | Unset", data)

        custom_fields = _parse_custom_fields(d.pop("custom_fields", UNSET))

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

        def _parse_spam(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("bool | None | Unset", data)

        spam = _parse_spam(d.pop("spam", UNSET))

        def _parse_deleted(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("bool | None | Unset", data)

        deleted = _parse_deleted(d.pop("deleted", UNSET))

        def _parse_archived(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("bool | None | Unset", data)

        archived = _parse_archived(d.pop("archived", UNSET))

        def _parse_urgent(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("bool | None | Unset", data)

        urgent = _parse_urgent(d.pop("urgent", UNSET))

        def _parse_is_escalated(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("bool | None | Unset", data)

        is_escalated = _parse_is_escalated(d.pop("is_escalated", UNSET))

        def _parse_fr_escalated(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("bool | None | Unset", data)

        fr_escalated = _parse_fr_escalated(d.pop("fr_escalated", UNSET))

        def _parse_nr_escalated(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("bool | None | Unset", data)

        nr_escalated = _parse_nr_escalated(d.pop("nr_escalated", UNSET))

        def _parse_due_by(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                due_by_type_0 = datetime.datetime.fromisoformat(data)

                return due_by_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None | Unset", data)

        due_by = _parse_due_by(d.pop("due_by", UNSET))

        def _parse_fr_due_by(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                fr_due_by_type_0 = datetime.datetime.fromisoformat(data)

                return fr_due_by_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None | Unset", data)

        fr_due_by = _parse_fr_due_by(d.pop("fr_due_by", UNSET))

        def _parse_nr_due_by(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                nr_due_by_type_0 = datetime.datetime.fromisoformat(data)

                return nr_due_by_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("datetime.datetime | None | Unset", data)

        nr_due_by = _parse_nr_due_by(d.pop("nr_due_by", UNSET))

        def _parse_association_type(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("int | None | Unset", data)

        association_type = _parse_association_type(d.pop("association_type", UNSET))

        def _parse_associated_tickets_count(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("int | None | Unset", data)

        associated_tickets_count = _parse_associated_tickets_count(d.pop("associated_tickets_count", UNSET))

        def _parse_associated_tickets_list(data: object) -> list[int] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                associated_tickets_list_type_0 = cast("list[int]", data)

                return associated_tickets_list_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("list[int] | None | Unset", data)

        associated_tickets_list = _parse_associated_tickets_list(d.pop("associated_tickets_list", UNSET))

        source_info = d.pop("source_info", UNSET)

        def _parse_source_additional_info(data: object) -> None | SourceAdditionalInfo | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                source_additional_info_type_0 = SourceAdditionalInfo.from_dict(data)

                return source_additional_info_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("None | SourceAdditionalInfo | Unset", data)

        source_additional_info = _parse_source_additional_info(d.pop("source_additional_info", UNSET))

        def _parse_form_id(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("int | None | Unset", data)

        form_id = _parse_form_id(d.pop("form_id", UNSET))

        def _parse_email_failure_count(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("int | None | Unset", data)

        email_failure_count = _parse_email_failure_count(d.pop("email_failure_count", UNSET))

        def _parse_sentiment_score(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("int | None | Unset", data)

        sentiment_score = _parse_sentiment_score(d.pop("sentiment_score", UNSET))

        def _parse_initial_sentiment_score(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("int | None | Unset", data)

        initial_sentiment_score = _parse_initial_sentiment_score(d.pop("initial_sentiment_score", UNSET))

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

        def _parse_email(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        email = _parse_email(d.pop("email", UNSET))

        def _parse_name(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        name = _parse_name(d.pop("name", UNSET))

        def _parse_phone(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        phone = _parse_phone(d.pop("phone", UNSET))

        def _parse_twitter_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        twitter_id = _parse_twitter_id(d.pop("twitter_id", UNSET))

        def _parse_facebook_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        facebook_id = _parse_facebook_id(d.pop("facebook_id", UNSET))

        def _parse_unique_external_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast("None | str | Unset", data)

        unique_external_id = _parse_unique_external_id(d.pop("unique_external_id", UNSET))

        def _parse_requester(data: object) -> None | Requester | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                requester_type_0 = Requester.from_dict(data)

                return requester_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("None | Requester | Unset", data)

        requester = _parse_requester(d.pop("requester", UNSET))

        def _parse_company(data: object) -> Company | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                company_type_0 = Company.from_dict(data)

                return company_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("Company | None | Unset", data)

        company = _parse_company(d.pop("company", UNSET))

        def _parse_stats(data: object) -> None | TicketStats | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                stats_type_0 = TicketStats.from_dict(data)

                return stats_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("None | TicketStats | Unset", data)

        stats = _parse_stats(d.pop("stats", UNSET))

        def _parse_conversations(data: object) -> list[Conversation] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                conversations_type_0 = []
                _conversations_type_0 = data
                for conversations_type_0_item_data in _conversations_type_0:
                    conversations_type_0_item = Conversation.from_dict(conversations_type_0_item_data)

                    conversations_type_0.append(conversations_type_0_item)

                return conversations_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast("list[Conversation] | None | Unset", data)

        conversations = _parse_conversations(d.pop("conversations", UNSET))

        ticket = cls(
            id=id,
            subject=subject,
            description=description,
            description_text=description_text,
            structured_description=structured_description,
            status=status,
            priority=priority,
            source=source,
            type_=type_,
            requester_id=requester_id,
            responder_id=responder_id,
            group_id=group_id,
            internal_agent_id=internal_agent_id,
            internal_group_id=internal_group_id,
            company_id=company_id,
            product_id=product_id,
            email_config_id=email_config_id,
            support_email=support_email,
            to_emails=to_emails,
            cc_emails=cc_emails,
            fwd_emails=fwd_emails,
            reply_cc_emails=reply_cc_emails,
            ticket_cc_emails=ticket_cc_emails,
            ticket_bcc_emails=ticket_bcc_emails,
            tags=tags,
            custom_fields=custom_fields,
            attachments=attachments,
            spam=spam,
            deleted=deleted,
            archived=archived,
            urgent=urgent,
            is_escalated=is_escalated,
            fr_escalated=fr_escalated,
            nr_escalated=nr_escalated,
            due_by=due_by,
            fr_due_by=fr_due_by,
            nr_due_by=nr_due_by,
            association_type=association_type,
            associated_tickets_count=associated_tickets_count,
            associated_tickets_list=associated_tickets_list,
            source_info=source_info,
            source_additional_info=source_additional_info,
            form_id=form_id,
            email_failure_count=email_failure_count,
            sentiment_score=sentiment_score,
            initial_sentiment_score=initial_sentiment_score,
            created_at=created_at,
            updated_at=updated_at,
            email=email,
            name=name,
            phone=phone,
            twitter_id=twitter_id,
            facebook_id=facebook_id,
            unique_external_id=unique_external_id,
            requester=requester,
            company=company,
            stats=stats,
            conversations=conversations,
        )

        ticket.additional_properties = d
        return ticket

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
