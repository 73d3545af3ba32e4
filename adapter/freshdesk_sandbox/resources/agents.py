"""Agents: the agent of the API key, and the ids of the others.

Source: https://developers.freshdesk.com/api/#me
"""

from typing import Final, Literal

from freshdesk_sandbox.account import Account
from freshdesk_sandbox.kinds import JsonObject
from freshdesk_sandbox.operation import Operation, Resource
from freshdesk_sandbox.resources.groups import GROUP_IDS
from freshdesk_sandbox.switches import AccountSwitches
from freshdesk_sandbox.wire import Answer, Request, json_answer

AGENT_ID: Final = 158017609801
AGENT_EMAIL: Final = "sam.agent@example.com"
AGENT_NAME: Final = "Sam Agent"
AGENT_IDS: Final = (AGENT_ID, 158017609802, 158017609803)
AGENT_MADE_AT: Final = "2024-02-05T08:30:00Z"
AGENT: Final[JsonObject] = {
    "available": True,
    "occasional": False,
    "signature": None,
    "group_ids": list(GROUP_IDS),
    "role_ids": [158000018401],
    "skill_ids": [],
    "id": AGENT_ID,
    "ticket_scope": 1,
    "created_at": AGENT_MADE_AT,
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
        "created_at": AGENT_MADE_AT,
        "updated_at": "2026-01-12T09:15:42Z",
    },
}


class AgentSwitches(AccountSwitches):
    """The switches of agents.

    Attributes:
        ticket_scope: the tickets that the key's agent sees. 1 is all, 3 the agent's own, and 2 adds those of groups.
    """

    ticket_scope: Literal[1, 2, 3] = 1


def show_me(account: Account, _request: Request) -> Answer:
    """Return the agent of the API key."""
    return json_answer(200, AGENT | {"ticket_scope": account.switches(AgentSwitches).ticket_scope})


RESOURCE: Final = Resource(operations=(Operation("GET", "/api/v2/agents/me", show_me),))
