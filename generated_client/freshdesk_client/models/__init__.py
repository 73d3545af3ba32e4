# Made from openapi/freshdesk.yaml by scripts/generate.sh (openapi-python-client 0.29.1). Do not edit: change the
# specification and run that script. scripts/generate.sh --check fails on any difference.

"""Contains all the data models used in inputs/outputs; each is imported when its name is first used"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .agent import Agent
    from .agent_contact import AgentContact
    from .api_error import ApiError
    from .attachment import Attachment
    from .company import Company
    from .conversation import Conversation
    from .custom_fields import CustomFields
    from .delivery_details import DeliveryDetails
    from .field_error import FieldError
    from .field_error_info import FieldErrorInfo
    from .lookup_parameter import LookupParameter
    from .order_type import OrderType
    from .requester import Requester
    from .source_additional_info import SourceAdditionalInfo
    from .structured_body import StructuredBody
    from .structured_content import StructuredContent
    from .structured_content_data import StructuredContentData
    from .structured_description import StructuredDescription
    from .ticket import Ticket
    from .ticket_create import TicketCreate
    from .ticket_filter import TicketFilter
    from .ticket_order_by import TicketOrderBy
    from .ticket_priority import TicketPriority
    from .ticket_source import TicketSource
    from .ticket_stats import TicketStats
    from .ticket_status import TicketStatus
    from .ticket_update import TicketUpdate
else:
    from importlib import import_module

    _MODULES = {
        "Agent": ".agent",
        "AgentContact": ".agent_contact",
        "ApiError": ".api_error",
        "Attachment": ".attachment",
        "Company": ".company",
        "Conversation": ".conversation",
        "CustomFields": ".custom_fields",
        "DeliveryDetails": ".delivery_details",
        "FieldError": ".field_error",
        "FieldErrorInfo": ".field_error_info",
        "LookupParameter": ".lookup_parameter",
        "OrderType": ".order_type",
        "Requester": ".requester",
        "SourceAdditionalInfo": ".source_additional_info",
        "StructuredBody": ".structured_body",
        "StructuredContent": ".structured_content",
        "StructuredContentData": ".structured_content_data",
        "StructuredDescription": ".structured_description",
        "Ticket": ".ticket",
        "TicketCreate": ".ticket_create",
        "TicketFilter": ".ticket_filter",
        "TicketOrderBy": ".ticket_order_by",
        "TicketPriority": ".ticket_priority",
        "TicketSource": ".ticket_source",
        "TicketStats": ".ticket_stats",
        "TicketStatus": ".ticket_status",
        "TicketUpdate": ".ticket_update",
    }

    def __getattr__(name):
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = globals()[name] = getattr(import_module(_MODULES[name], __name__), name)
        return value

    def __dir__():
        return sorted({*globals(), *__all__})


__all__ = (
    "Agent",
    "AgentContact",
    "ApiError",
    "Attachment",
    "Company",
    "Conversation",
    "CustomFields",
    "DeliveryDetails",
    "FieldError",
    "FieldErrorInfo",
    "LookupParameter",
    "OrderType",
    "Requester",
    "SourceAdditionalInfo",
    "StructuredBody",
    "StructuredContent",
    "StructuredContentData",
    "StructuredDescription",
    "Ticket",
    "TicketCreate",
    "TicketFilter",
    "TicketOrderBy",
    "TicketPriority",
    "TicketSource",
    "TicketStats",
    "TicketStatus",
    "TicketUpdate",
)
