"""The account that the sandbox plays: its agents, groups, products, choices and custom fields.

Not here: contacts, companies and tickets (seed.json, store.py).
The choices are those of a new account, and one status of its own.
"""

from dataclasses import dataclass
from typing import Final, Literal

API_KEY: Final = "sandbox-api-key"

STATUSES: Final = {
    2: "Open",
    3: "Pending",
    4: "Resolved",
    5: "Closed",
    6: "Waiting on Customer",
    7: "Waiting on Third Party",
    8: "Waiting on Warehouse",
    9000: "Assigned to AI Agent",
}
PRIORITIES: Final = {1: "Low", 2: "Medium", 3: "High", 4: "Urgent"}
TYPES: Final = ("Question", "Incident", "Problem", "Feature Request", "Refund")

# A recorded new account offers these but for Chat (7), which is documented. Form.sources puts others in their place.
SOURCES: Final = (1, 2, 3, 4, 7, 8, 9, 10, 11, 13, 15, 16, 17, 18, 19, 20, 21, 22)
PORTAL: Final = 2
OUTBOUND: Final = 10

AGENT_ID: Final = 158017609801
AGENT_EMAIL: Final = "sam.agent@example.com"
AGENT_NAME: Final = "Sam Agent"
AGENT_IDS: Final = (AGENT_ID, 158017609802, 158017609803)
GROUP_IDS: Final = (158000114201, 158000114202, 158000114203)
SUPPORT_EMAIL: Final = "support@shop.example.com"
SENDER: Final = f'"Example Shop" <{SUPPORT_EMAIL}>'
PRODUCT_ID: Final = 158000271245
EMAIL_CONFIG_ID: Final = 158000283425
FORM_ID: Final = 158000869325

# Hours until the first response and until the resolution are due, by priority.
SLA_HOURS: Final = {1: (24, 72), 2: (12, 48), 3: (4, 24), 4: (1, 4)}

type FieldKind = Literal["text", "number", "decimal", "checkbox", "dropdown", "date"]


@dataclass(frozen=True, slots=True)
class CustomField:
    """A ticket field of the account's own. `choices` are for a dropdown."""

    kind: FieldKind
    choices: tuple[str, ...] = ()


CUSTOM_FIELDS: Final[dict[str, CustomField]] = {
    "cf_order_number": CustomField("text"),
    "cf_items_affected": CustomField("number"),
    "cf_refund_amount": CustomField("decimal"),
    "cf_vip": CustomField("checkbox"),
    "cf_product_area": CustomField("dropdown", ("Checkout", "Shipping", "Billing", "Account", "Integrations")),
    "cf_delivery_date": CustomField("date"),
}

# Keys as in https://developers.freshdesk.com/api/#me
AGENT: Final[dict[str, object]] = {
    "available": True,
    "occasional": False,
    "signature": None,
    "group_ids": list(GROUP_IDS),
    "role_ids": [158000018401],
    "skill_ids": [],
    "id": AGENT_ID,
    "ticket_scope": 1,
    "created_at": "2024-02-05T08:30:00Z",
    "updated_at": "2026-01-12T09:15:42Z",
    "available_since": None,
    "type": "support_agent",
    "contact": {
        "active": True,
        "email": AGENT_EMAIL,
        "job_title": "Support Lead",
        "language": "en",
        "last_login_at": None,
        "mobile": None,
        "name": AGENT_NAME,
        "phone": None,
        "time_zone": "London",
        "created_at": "2024-02-05T08:30:00Z",
        "updated_at": "2026-01-12T09:15:42Z",
    },
}
