"""A person confirms a deletion, where the client can ask one.

Clients of the newer protocol are asked by an answer that holds the question, and call again with what was said; the
state in between is sealed by the SDK. Older ones are asked on the same connection, if it has a way back (SSE, stdio).
Whoever declared that it can ask and then fails to has not confirmed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Literal

import anyio
from mcp.server.elicitation import AcceptedElicitation, ElicitationResult
from mcp.server.mcpserver import Elicit, Resolve
from mcp.shared.exceptions import MCPError
from pydantic import BaseModel, Field

from freshdesk_client.api.tickets import get_ticket
from freshdesk_client.models import Requester, Ticket
from freshdesk_mcp_server.errors import ConfirmationUnavailableError, NotConfirmedError, Outcome, OverloadedError
from freshdesk_mcp_server.gateway.operation import DELETE_TICKET, GET_TICKET
from freshdesk_mcp_server.settings import Confirmation
from freshdesk_mcp_server.tools.context import ToolContext, runtime_from
from freshdesk_mcp_server.tools.rendering import one_line
from freshdesk_mcp_server.tools.untrusted import shortened, without_unseen

ROUNDS_SINCE = "2026-07-28"
"""The first protocol revision in which a question is an answer."""
ANSWER_WITHIN_S = 120.0
LONGEST_WORDS = 120
_TOO_MANY = "As many people as possible are being asked to confirm something."


class Decision(BaseModel):
    """What the person is asked to fill in.

    Strict: a lax boolean takes "yes", "on" and 1 for true, and who writes the like has not ticked the box.
    """

    confirm: bool = Field(strict=True, title="Delete it", description="Move this ticket to the trash")


async def ask_before_deletion(ticket_id: int, ctx: ToolContext) -> Decision | Elicit[Decision]:
    """The decision if it is known here, otherwise the question to the person.

    Raises:
        ConfirmationUnavailableError: Somebody has to be asked, and nobody can be.
        NotConfirmedError: The client was asked before, or is asked now, and does not say what the person decided.
        OverloadedError: As many people are asked already as may be at a time.
        FreshdeskError: The ticket that the question is about could not be read.
    """
    policy = runtime_from(ctx).policy.confirm
    way = way_to_ask(ctx) if policy is not Confirmation.OFF else None
    if way is None:
        if policy is Confirmation.REQUIRE:
            raise ConfirmationUnavailableError
        if policy is Confirmation.ASK and (ctx.request_state or ctx.input_responses):
            raise NotConfirmedError  # it was asked, and now says that it cannot be
        return Decision(confirm=True)
    if way == "rounds":
        return Elicit(await _question(ticket_id, ctx), Decision)
    with _one_question(ctx):
        return await _ask_now(await _question(ticket_id, ctx), ctx)


def way_to_ask(ctx: ToolContext) -> Literal["rounds", "connection"] | None:
    """How the person at this client can be asked, or None if not at all.

    A client without sessions (older protocol, POST /mcp) has not told here what it can.
    """
    capabilities = ctx.client_capabilities
    asking = capabilities.elicitation if capabilities else None
    if asking is None or (asking.form is None and asking.url is not None):
        return None
    if (ctx.protocol_version or "") >= ROUNDS_SINCE:
        return "rounds"
    return "connection" if ctx.session.can_send_request else None


def require_confirmation(answer: ElicitationResult[Decision]) -> None:
    """Go on only if the person agreed.

    Raises:
        NotConfirmedError: The person declined, closed the question, or left the box empty.
    """
    if not (isinstance(answer, AcceptedElicitation) and answer.data.confirm):
        raise NotConfirmedError


@contextmanager
def _one_question(ctx: ToolContext) -> Iterator[None]:
    questions = runtime_from(ctx).questions
    try:
        questions.acquire_nowait()
    except anyio.WouldBlock:
        raise OverloadedError(DELETE_TICKET.name, outcome=Outcome.NOT_SENT, detail=_TOO_MANY) from None
    try:
        yield
    finally:
        questions.release()


async def _ask_now(question: str, ctx: ToolContext) -> Decision:
    try:
        with anyio.fail_after(ANSWER_WITHIN_S):
            answer = await ctx.elicit(question, Decision)
    except (TimeoutError, MCPError, ValueError):
        raise NotConfirmedError from None
    return answer.data if isinstance(answer, AcceptedElicitation) else Decision(confirm=False)


async def _question(ticket_id: int, ctx: ToolContext) -> str:
    reply = await runtime_from(ctx).gateway.call(
        GET_TICKET, lambda client: get_ticket.asyncio_detailed(ticket_id, client=client, include="requester")
    )
    ticket = reply.value
    return (
        f"Delete ticket #{ticket_id}?\n"
        f"Subject: {_words(ticket.subject) or '(no subject)'}\n"
        f"Requester: {_requester(ticket)}\n"
        "It goes to the trash, from which an agent can restore it in Freshdesk."
    )


def _requester(ticket: Ticket) -> str:
    requester = ticket.requester
    if not isinstance(requester, Requester):
        return f"contact {ticket.requester_id}" if isinstance(ticket.requester_id, int) else "not known"
    email = _words(requester.email)
    return f"{_words(requester.name)} <{email}>" if email else _words(requester.name) or "not known"


def _words(value: object) -> str:
    text, _ = without_unseen(value if isinstance(value, str) else "")
    return shortened(one_line(text), LONGEST_WORDS)


ConfirmedDeletion = Annotated[ElicitationResult[Decision], Resolve(ask_before_deletion)]
"""What the person said; a tool hands it to `require_confirmation`."""
