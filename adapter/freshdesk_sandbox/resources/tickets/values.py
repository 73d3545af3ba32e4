"""Checks of the fields that the body of a create or an update may name.

Here: the values that a field takes. Not here: checks of general kinds (checks.py), custom fields (ticket_fields.py),
and fields that must be there (form.py).
"""

from collections.abc import Mapping
from typing import Final

from freshdesk_sandbox.account import Account
from freshdesk_sandbox.checks import (
    Check,
    Flaw,
    choice,
    choice_of_texts,
    email,
    filled_text,
    known,
    named_emails,
    no_attachments,
    nobody,
    text,
    text_or_null,
    texts,
    time,
)
from freshdesk_sandbox.resources.agents import AGENT_IDS
from freshdesk_sandbox.resources.companies import Companies
from freshdesk_sandbox.resources.contacts import Contacts
from freshdesk_sandbox.resources.email_configs import EMAIL_CONFIG_ID
from freshdesk_sandbox.resources.groups import GROUP_IDS
from freshdesk_sandbox.resources.products import PRODUCT_ID
from freshdesk_sandbox.resources.ticket_fields import PRIORITIES, STATUSES, TYPES, FieldSwitches

_LOOKUPS: Final = ("display_id", "primary_field_value")


def checks_for(account: Account) -> Mapping[str, Check]:
    """Return the check of each field that is none of the account's own."""
    form, contacts = account.switches(FieldSwitches).form, account.records[Contacts]
    filled = {name: filled_text if name in form.required else text_or_null for name in ("subject", "description")}
    return {
        **_CHECKS,
        **filled,
        "source": choice(form.sources),
        "requester_id": known("contact", "requester_id", contacts.people, nullable=False),
        "company_id": known("company", "company_id", account.records[Companies]),
        "facebook_id": lambda value: _facebook(value, contacts),
    }


def _facebook(value: object, contacts: Contacts) -> Flaw:
    # Unlike the others, such a contact must exist already.
    if flaw := text(value):
        return flaw
    found = contacts.with_value("facebook_id", value)
    return None if found else ("invalid_value", nobody("contact", "facebook_id"))


_CHECKS: Final[Mapping[str, Check]] = {
    "name": text,
    "email": email,
    "phone": text,
    "twitter_id": text,
    "unique_external_id": text,
    "status": choice(STATUSES),
    "priority": choice(PRIORITIES),
    "type": choice_of_texts(TYPES, nullable=True),
    "responder_id": known("agent", "responder_id", AGENT_IDS),
    "group_id": known("group", "group_id", GROUP_IDS),
    "internal_agent_id": known("agent", "internal_agent_id", AGENT_IDS),
    "internal_group_id": known("group", "internal_group_id", GROUP_IDS),
    "product_id": known("product", "product_id", (PRODUCT_ID,)),
    "email_config_id": known("email_config", "email_config_id", (EMAIL_CONFIG_ID,)),
    "cc_emails": named_emails,
    "tags": texts,
    "due_by": time,
    "fr_due_by": time,
    "attachments": no_attachments,
    "lookup_parameter": choice_of_texts(_LOOKUPS, nullable=False),
}
