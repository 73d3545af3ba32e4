"""A simulator of Freshdesk's API, for demonstrations, tests and benchmarks.

It shares no code with the server it checks, and knows nothing of it. Recorded answers of Freshdesk are its model. Where
they show nothing, the sandbox decides in favour of the caller, and a comment at that place says so.

Each resource of Freshdesk is a module or a package of resources/, and registry.py lists them.
"""

from freshdesk_sandbox.account import API_KEY
from freshdesk_sandbox.app import Sandbox
from freshdesk_sandbox.counting import Statistics
from freshdesk_sandbox.delivery import DROP_EXTENSION, ConnectionDropped
from freshdesk_sandbox.faults import Fault, FaultPlan
from freshdesk_sandbox.files import Attachment
from freshdesk_sandbox.outages import Outage
from freshdesk_sandbox.registry import Behaviour, Store, SubLimits
from freshdesk_sandbox.resources.contacts import Contact
from freshdesk_sandbox.resources.conversations.records import Conversation
from freshdesk_sandbox.resources.conversations.switches import Mail
from freshdesk_sandbox.resources.ticket_fields import Form
from freshdesk_sandbox.resources.tickets.records import Ticket
from freshdesk_sandbox.resources.tickets.switches import Archive, Edits, Others
from freshdesk_sandbox.server import running_sandbox, serve_sandbox
from freshdesk_sandbox.switches import Files

__all__ = [
    "API_KEY",
    "DROP_EXTENSION",
    "Archive",
    "Attachment",
    "Behaviour",
    "ConnectionDropped",
    "Contact",
    "Conversation",
    "Edits",
    "Fault",
    "FaultPlan",
    "Files",
    "Form",
    "Mail",
    "Others",
    "Outage",
    "Sandbox",
    "Statistics",
    "Store",
    "SubLimits",
    "Ticket",
    "running_sandbox",
    "serve_sandbox",
]
