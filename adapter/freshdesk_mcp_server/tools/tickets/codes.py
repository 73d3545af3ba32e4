"""The codes of Freshdesk, and their names.

https://developers.freshdesk.com/api/#ticket_attributes and #conversations. An account may define further statuses and
has further sources; Freshdesk gives their names to administrators only.
"""

from collections.abc import Mapping

RESOLVED, CLOSED = 4, 5
STATUS_NAMES: Mapping[int, str] = {2: "Open", 3: "Pending", RESOLVED: "Resolved", CLOSED: "Closed"}
PRIORITY_NAMES: Mapping[int, str] = {1: "Low", 2: "Medium", 3: "High", 4: "Urgent"}
OUTBOUND_EMAIL = 10
SOURCE_NAMES: Mapping[int, str] = {
    1: "Email",
    2: "Portal",
    3: "Phone",
    4: "Forum",
    5: "Twitter",
    6: "Facebook",
    7: "Chat",
    8: "MobiHelp",
    9: "Feedback Widget",
    OUTBOUND_EMAIL: "Outbound Email",
    11: "Ecommerce",
    13: "WhatsApp",
    15: "Web Chat",
    16: "Web Form",
    17: "Instagram Message",
    18: "Instagram Comment",
    19: "Facebook Message",
    20: "Facebook Comment",
    21: "Mobile Chat SDK",
    22: "SMS",
}
ASSOCIATION_NAMES: Mapping[int, str] = {1: "parent", 2: "child", 3: "tracker", 4: "related"}
FLAG_MEANINGS: Mapping[str, str] = {
    "is_escalated": "escalated, for any reason",
    "fr_escalated": "first response late",
    "nr_escalated": "later response late",
}
CONVERSATION_KINDS: Mapping[int, str] = {
    0: "reply",
    2: "note",
    5: "tweet",
    6: "survey feedback",
    7: "Facebook post",
    8: "forwarded e-mail",
    9: "phone",
    11: "e-commerce",
}
