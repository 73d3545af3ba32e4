"""Features of an account's plan that concern tickets.

Here: which field needs which feature. Not here: the refusal (plan.py), and the effect of a feature (associations.py,
access.py).
"""

from typing import Final

from freshdesk_sandbox.resources.tickets.switches import TicketFeature

FIELDS: Final[dict[str, TicketFeature]] = {
    "internal_agent_id": "shared_ownership",
    "internal_group_id": "shared_ownership",
    "parent_id": "parent_child",
    "related_ticket_ids": "linked_tickets",
}
# Attested is the name of the archive alone.
NAMES: Final[dict[str, str]] = {
    "shared_ownership": "Shared Ownership",
    "parent_child": "Parent Child Tickets",
    "linked_tickets": "Linked Tickets",
    "archive": "Archive Tickets",
}
