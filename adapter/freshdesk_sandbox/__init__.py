"""A simulator of Freshdesk's tickets API, for demonstrations, tests and benchmarks.

It shares no code with the server it checks, and knows nothing of it. Recorded answers of Freshdesk are its model; what
they do not show is decided in favour of the caller, and said in a comment at that place.
"""

from freshdesk_sandbox.account import API_KEY
from freshdesk_sandbox.app import Sandbox
from freshdesk_sandbox.behaviour import Behaviour
from freshdesk_sandbox.counting import Statistics
from freshdesk_sandbox.delivery import DROP_EXTENSION, ConnectionDropped
from freshdesk_sandbox.faults import Fault, FaultPlan
from freshdesk_sandbox.outages import Outage
from freshdesk_sandbox.records import Attachment, Contact, Conversation, Ticket
from freshdesk_sandbox.server import running_sandbox, serve_sandbox
from freshdesk_sandbox.store import Store
from freshdesk_sandbox.switches import Archive, Edits, Files, Form, Mail, Others, SubLimits

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
