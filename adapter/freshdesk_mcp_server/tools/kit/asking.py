"""The question to a person before a change that takes something away, where the client can ask one.

A client of the newer protocol gets an answer that holds the question, and calls again with the person's answer. The
state in between is sealed (``sealing``). An older client is asked on the same connection, if that can carry a question.
A client that declares this ability and then fails to ask has not confirmed.
"""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal

import anyio
from mcp.server.elicitation import AcceptedElicitation, ElicitationResult
from mcp.server.mcpserver import Elicit
from mcp.shared.exceptions import MCPError
from pydantic import BaseModel

from freshdesk_mcp_server.errors import ConfirmationUnavailableError, NotConfirmedError, Outcome, OverloadedError
from freshdesk_mcp_server.gateway.operation import AnyOperation
from freshdesk_mcp_server.settings import Confirmation
from freshdesk_mcp_server.tools.kit.runtime import ToolContext, runtime_from
from freshdesk_mcp_server.tools.kit.sealing import use_answer

ROUNDS_SINCE = "2026-07-28"
"""The first protocol revision in which a question is an answer."""
ANSWER_WITHIN_S = 120.0
"""Seconds for which an answer counts, in both eras of the protocol."""

_TOO_MANY = "As many people as possible are being asked to confirm something."


class Decision(BaseModel):
    """The form that a person fills in; a subclass names the change, in a field with `strict=True`.

    Strict: a lax boolean takes "yes", "on" and 1 for true. Such a value does not mean that the person ticked the box.
    """

    confirm: bool


async def ask[D: Decision](
    form: type[D], question: Callable[[], Awaitable[str]], ctx: ToolContext, *, before: AnyOperation
) -> D | Elicit[D]:
    """Return the decision if it is known here, otherwise the question to the person, `before` an operation is called.

    Raises:
        OverloadedError: The highest number of open questions is reached.
        ConfirmationUnavailableError: A person has to be asked, and nobody can be.
        NotConfirmedError: The client was asked before, or is asked now, and does not give the person's decision.
        FreshdeskError: As `question`.
    """
    policy = runtime_from(ctx).policy.confirm
    way = way_to_ask(ctx) if policy is not Confirmation.OFF else None
    if way is None:
        if policy is Confirmation.REQUIRE:
            raise ConfirmationUnavailableError
        if policy is Confirmation.ASK and (ctx.request_state or ctx.input_responses):
            raise NotConfirmedError  # it was asked, and now claims that it cannot be
        return form(confirm=True)
    if way == "rounds":
        return Elicit(await question(), form)
    with _one_question(ctx, before):
        return await _ask_now(await question(), form, ctx)


def way_to_ask(ctx: ToolContext) -> Literal["rounds", "connection"] | None:
    """Return the way to ask the person at this client, or None if there is none.

    A client without sessions (older protocol, POST /mcp) has not told its abilities here.
    """
    capabilities = ctx.client_capabilities
    asking = capabilities.elicitation if capabilities else None
    if asking is None or (asking.form is None and asking.url is not None):
        return None
    if (ctx.protocol_version or "") >= ROUNDS_SINCE:
        return "rounds"
    return "connection" if ctx.session.can_send_request else None


def require_confirmation(answer: ElicitationResult[Any], ctx: ToolContext) -> None:
    """Pass if the person agreed, in an answer that was not used for another call.

    Raises:
        NotConfirmedError: The person declined, closed the question, or left the box empty, or the answer was used.
    """
    if not (isinstance(answer, AcceptedElicitation) and answer.data.confirm):
        raise NotConfirmedError
    if ctx.request_state is not None and not use_answer():
        raise NotConfirmedError


@contextmanager
def _one_question(ctx: ToolContext, before: AnyOperation) -> Iterator[None]:
    questions = runtime_from(ctx).questions
    try:
        questions.acquire_nowait()
    except anyio.WouldBlock:
        raise OverloadedError(before.name, outcome=Outcome.NOT_SENT, detail=_TOO_MANY) from None
    try:
        yield
    finally:
        questions.release()


async def _ask_now[D: Decision](question: str, form: type[D], ctx: ToolContext) -> D:
    try:
        with anyio.fail_after(ANSWER_WITHIN_S):
            answer = await ctx.elicit(question, form)
    except (TimeoutError, MCPError, ValueError):
        raise NotConfirmedError from None
    return answer.data if isinstance(answer, AcceptedElicitation) else form(confirm=False)
