"""The list of resources, and the switches, the limits and the tables that they bring.

Outside of resources/, a new resource is named here alone. RESOURCES names it for its operations, and the bases of
Behaviour or SubLimits for its switches or limits. The list is written out rather than discovered, since types are
checked through it. A misspelt switch in `Behaviour(list_lag_s=6)` is an error of mypy. Lists of paths keep its order.
"""

from typing import Final

from pydantic import Field

from freshdesk_sandbox.operation import Resource
from freshdesk_sandbox.resources import agents, contacts, tickets
from freshdesk_sandbox.resources.agents import AgentSwitches
from freshdesk_sandbox.resources.companies import Companies
from freshdesk_sandbox.resources.contacts import ContactLimits, Contacts, ContactSwitches
from freshdesk_sandbox.resources.conversations.switches import ConversationSwitches
from freshdesk_sandbox.resources.ticket_fields import FieldSwitches
from freshdesk_sandbox.resources.tickets.records import Tickets
from freshdesk_sandbox.resources.tickets.switches import TicketFeature, TicketLimits, TicketSwitches
from freshdesk_sandbox.store import Records

RESOURCES: Final[tuple[Resource, ...]] = (
    tickets.RESOURCE,
    agents.RESOURCE,
    contacts.RESOURCE,
)

type Feature = TicketFeature


class SubLimits(TicketLimits, ContactLimits):
    """Requests a minute of one kind, beside the limit of the whole account; None is no limit of its own.

    The kinds are those with a limit in https://developers.freshdesk.com/api/#ratelimit: create a ticket, update a
    ticket, list tickets, list contacts. Growth has 80, 80, 20 and 20 of 200.
    """


class Behaviour(TicketSwitches, AgentSwitches, ContactSwitches, ConversationSwitches, FieldSwitches):
    """All switches of an account. Each stands where recorded answers put it, and else in favour of the caller.

    The classes that it is made of describe them, but for two that this class narrows.

    Attributes:
        features: the features of the account's plan: shared ownership (internal agents and groups), parents and
            children, linked tickets, and an archive.
        sub_limits: limits of one kind of request.
    """

    features: tuple[Feature, ...] = ()
    sub_limits: SubLimits = Field(default_factory=SubLimits)


class Store(Records):
    """The records of an account, with a name for each table that tests and scripts look into."""

    @property
    def tickets(self) -> Tickets:
        """The tickets by number."""
        return self[Tickets]

    @property
    def contacts(self) -> Contacts:
        """The contacts by id."""
        return self[Contacts]

    @property
    def companies(self) -> Companies:
        """The companies by id."""
        return self[Companies]
