"""The texts of ``check`` for a person: the settings, the owner of the key and its rights, or advice on an error.

``app`` asks Freshdesk, and ``commands`` prints.
"""

from collections.abc import Iterator
from enum import StrEnum

from pydantic import SecretStr

from freshdesk_client.models import Agent, AgentContact
from freshdesk_mcp_server.errors import REMEDIES, ErrorCode, FreshdeskError, RateLimit, Unreachable
from freshdesk_mcp_server.gateway.translate import clean
from freshdesk_mcp_server.settings import Settings

HIDDEN = "********"
NOT_TOLD = "Freshdesk does not say"
KINDS = {"support_agent": "support agent", "field_agent": "field agent", "collaborator": "collaborator"}
# https://developers.freshdesk.com/api/#agents
SCOPES = {
    1: "all tickets of the account",
    2: "those of its groups, and those that are assigned to it; others are not found",
    3: "only those that are assigned to it; others are not found",
}
ADVICE = {
    ErrorCode.AUTHENTICATION_FAILED: (
        "Copy the key again from Freshdesk (profile picture > Profile settings > API key) into FRESHDESK_API_KEY, and "
        "check that FRESHDESK_DOMAIN is the account of its agent."
    ),
    ErrorCode.FORBIDDEN: (
        "Ask an administrator of the account whether the agent may sign in and the plan includes the API, or use "
        "another agent's key."
    ),
    ErrorCode.NOT_FOUND: "There is no such account: check FRESHDESK_DOMAIN.",
    ErrorCode.RATE_LIMITED: "The key may be good. Run this again in a minute.",
    ErrorCode.SERVER_FAILURE: "Run this again in a minute; if it persists, look at the status page of Freshdesk.",
    ErrorCode.REPLY_LOST: "Run this again in a minute; if it persists, check the network and the proxy.",
}
# https://www.python-httpx.org/environment_variables/ has those that other programs know too.
SETTINGS = {
    Unreachable.DNS: "FRESHDESK_DOMAIN",
    Unreachable.PROXY: "HTTPS_PROXY, ALL_PROXY, NO_PROXY",
    Unreachable.CERTIFICATE: "SSL_CERT_FILE",
    Unreachable.TLS: "HTTPS_PROXY",
    Unreachable.REFUSED: "HTTPS_PROXY",
    Unreachable.TIMEOUT: "HTTPS_PROXY",
    Unreachable.BUSY: "FRESHDESK_MCP_SERVER_MAX_IN_FLIGHT",
}
SOMETHING_ELSE = (
    "Something else may answer there, such as a proxy or a login page: check FRESHDESK_DOMAIN and the proxy."
)


def settings_told(settings: Settings) -> Iterator[str]:
    """Yield a line for each setting, as in an env file, with secrets hidden."""
    for name, field in type(settings).model_fields.items():
        yield f"{field.alias} = {_told(getattr(settings, name))}".rstrip()


def owner_told(agent: Agent, rate_limit: RateLimit | None) -> list[str]:
    """Return lines about the agent who owns the key, and about the account's rate limit."""
    return [
        f"The API key works. It belongs to {_name_of(agent)}.",
        f"Agent: number {agent.id}, {_kind_of(agent)}",
        f"Roles: {_roles_of(agent)}",
        f"Tickets: {_scope_of(agent)}",
        f"Rate limit: {_limit_told(rate_limit)}",
    ]


def advice_for(error: FreshdeskError) -> str:
    """Return the failure, and the advice to the operator of this server."""
    if error.reason is not None:
        settings = f" (see {names})" if (names := SETTINGS.get(error.reason)) else ""
        return f"{error.message} {REMEDIES[error.reason].advice.removesuffix('.')}{settings}."
    return f"{error.message} {ADVICE.get(error.code, SOMETHING_ELSE)}"


def _told(value: object) -> str:
    if isinstance(value, SecretStr):
        return HIDDEN if value else ""
    if isinstance(value, tuple):
        return ",".join(map(_told, value))
    if isinstance(value, bool | StrEnum):
        return str(value).lower()
    return "" if value is None else str(value)


def _name_of(agent: Agent) -> str:
    contact = agent.contact
    if not isinstance(contact, AgentContact):
        return f"agent {agent.id}"
    name, email = clean(contact.name), clean(contact.email)
    return f"{name} <{email}>" if name and email else name or email or f"agent {agent.id}"


def _kind_of(agent: Agent) -> str:
    kind = KINDS.get(str(agent.type_), "agent")
    if not isinstance(agent.occasional, bool):
        return kind
    return f"{'occasional' if agent.occasional else 'full-time'} {kind}"


def _scope_of(agent: Agent) -> str:
    return SCOPES.get(agent.ticket_scope, NOT_TOLD) if isinstance(agent.ticket_scope, int) else NOT_TOLD


def _roles_of(agent: Agent) -> str:
    roles = agent.role_ids if isinstance(agent.role_ids, list) else []
    return ", ".join(map(str, roles)) or NOT_TOLD


def _limit_told(limit: RateLimit | None) -> str:
    if limit is None:
        return NOT_TOLD
    return f"{limit.total:g} calls a minute for the whole account, {limit.remaining:g} left of this one"
