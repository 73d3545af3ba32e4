"""The sandbox as an ASGI application.

Here: the way of one request, from the rate limit over the login to an operation, and through a fault where one is
planned. Not here: what operations do (operations.py) and the socket (server.py).

Which check comes first where several fail is not documented; here it is: rate limit, path, login, method, Accept,
content type, and then what the operation itself checks.
"""

import base64
import binascii
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

import anyio
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from freshdesk_sandbox.account import API_KEY
from freshdesk_sandbox.behaviour import Behaviour
from freshdesk_sandbox.broken import disguised
from freshdesk_sandbox.control import PREFIX, control
from freshdesk_sandbox.counting import Statistics
from freshdesk_sandbox.delivery import drop_connection, send_answer, send_half
from freshdesk_sandbox.faults import Fault, FaultPlan
from freshdesk_sandbox.files import FileHost
from freshdesk_sandbox.limits import Limits, RateLimit
from freshdesk_sandbox.operations import Operations, kind_of, not_allowed, price
from freshdesk_sandbox.others import OtherPeople
from freshdesk_sandbox.outages import Outages
from freshdesk_sandbox.problems import refusal, unexpected
from freshdesk_sandbox.routes import (
    ARCHIVED,
    CONTACTS,
    ME,
    METHODS,
    OTHER,
    RESTORE,
    TICKET,
    TICKETS,
    Route,
    route_from_path,
)
from freshdesk_sandbox.store import Store
from freshdesk_sandbox.times import utc_now
from freshdesk_sandbox.wire import (
    Answer,
    Call,
    Refused,
    blank_answer,
    dressed,
    error_answer,
    read_call,
    turned_away,
    usual_error,
)

_HANDLERS: Final[dict[tuple[str, str], Callable[[Operations, Call, Route], Answer]]] = {
    (TICKETS, "POST"): Operations.create,
    (TICKETS, "GET"): Operations.list,
    (TICKET, "GET"): Operations.view,
    (TICKET, "PUT"): Operations.update,
    (TICKET, "PATCH"): Operations.update,  # undocumented for tickets, and answered all the same
    (TICKET, "DELETE"): Operations.delete,
    (RESTORE, "PUT"): Operations.restore,
    (ARCHIVED, "GET"): Operations.view_archived,
    (ARCHIVED, "DELETE"): Operations.delete_archived,
    (ME, "GET"): Operations.who_am_i,
    (CONTACTS, "GET"): Operations.list_contacts,
}
_WITH_BODY: Final = frozenset({(TICKETS, "POST"), (TICKET, "PUT"), (TICKET, "PATCH")})


class Sandbox:
    """One simulated Freshdesk account, as an ASGI application that runs under asyncio and trio.

    Args:
        api_key: the key that is let in.
        control: whether the endpoints under /_sandbox/ are there.
        rate_limit_per_minute: credits that all callers share in a minute.
        seeded: start with the tickets of seed.json, else with none.
        clock: tells the time (aware) for everything but delays, which are slept.
        behaviour: the switches of the account, which can be set later too.
    """

    def __init__(
        self,
        *,
        api_key: str = API_KEY,
        control: bool = False,
        rate_limit_per_minute: int = 700,
        seeded: bool = True,
        clock: Callable[[], datetime] = utc_now,
        behaviour: Behaviour | None = None,
    ) -> None:
        self._api_key = api_key
        self._control = control
        self._limits = Limits(rate_limit_per_minute)
        self._first_behaviour = behaviour or Behaviour()
        self.store = Store(seeded=seeded, clock=clock)
        self.faults = FaultPlan()
        self.outages = Outages(clock)
        self.statistics = Statistics(self.store)
        self.behaviour = self._first_behaviour
        self.files = FileHost(self.store, lambda: self.behaviour)
        self._others = OtherPeople(self.store, lambda: self.behaviour)

    @property
    def behaviour(self) -> Behaviour:
        """The switches; what is set counts from the next request on, edits for tickets that are made from then on."""
        return self._behaviour

    @behaviour.setter
    def behaviour(self, behaviour: Behaviour) -> None:
        self._behaviour = behaviour
        self._limits.configure(behaviour)

    def reset(self) -> None:
        """Go back to the first state: seed and behaviour, no faults, nothing counted, the whole rate limit."""
        self.store.reset()
        self.faults.clear()
        self.outages.clear()
        self.statistics.reset()
        self.behaviour = self._first_behaviour
        self._limits.reset()
        self._others.reset()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request; other kinds of scope are not for this application."""
        if scope["type"] != "http":
            raise RuntimeError(f"the sandbox answers http only, not {scope['type']}")
        try:
            call = await read_call(scope, receive)
        except ClientDisconnect:
            return
        if self._control and call.path.startswith(PREFIX):
            await send_answer(control(call, self), send)
        else:
            await self._serve(call, scope, send)

    async def _serve(self, call: Call, scope: Scope, send: Send) -> None:
        route = route_from_path(call.path)
        with self.statistics.request(call.method, route.template):
            if self.behaviour.latency_s:
                await anyio.sleep(self.behaviour.latency_s)
            self._others.catch_up()
            fault = self.outages.fault() or self.faults.take(call.method, route.template)
            if fault is None:
                await self._send(self._answer(call, route, self._operations), send)
            else:
                self.statistics.faults_served += 1
                await self._serve_fault(fault, call, route, scope, send)

    async def _serve_fault(self, fault: Fault, call: Call, route: Route, scope: Scope, send: Send) -> None:
        if fault.when == "before":
            await anyio.sleep(fault.delay_s)
        answer = disguised(self._answer(call, route, self._operations_under(fault)), fault)
        if fault.when == "after":
            await anyio.sleep(fault.delay_s)
        try:
            await self._deliver(answer, fault, scope, send)
        finally:
            if fault.when == "later":
                await anyio.sleep(fault.delay_s)
                self._checked_answer(call, route, self._operations)

    async def _deliver(self, answer: Answer, fault: Fault, scope: Scope, send: Send) -> None:
        if fault.drop is None:
            await self._send(answer, send, drip_s=fault.drip_s)
            return
        if fault.drop == "mid_body" and answer.body:
            await send_half(answer, send)
        drop_connection(scope)

    @property
    def _operations(self) -> Operations:
        return Operations(self.store, self.behaviour, self.files)

    def _operations_under(self, fault: Fault) -> Operations:
        # Carried out on a copy, since some faults want the body that Freshdesk would have sent.
        no_effect_yet = fault.when != "after" and fault.replaces_answer
        return self._operations.on_copy() if no_effect_yet else self._operations

    async def _send(self, answer: Answer, send: Send, *, drip_s: float = 0) -> None:
        self.statistics.statuses[answer.status] += 1
        await send_answer(answer, send, drip_s=drip_s)

    def _answer(self, call: Call, route: Route, operations: Operations) -> Answer:
        now = self.store.clock().astimezone(UTC)
        credits_ = price(call, route)
        exceeded = self._limits.spend(credits_, kind_of(call, route), now)
        if exceeded is None:
            self.statistics.credits_spent += credits_
            answer = self._checked_answer(call, route, operations)
        else:
            answer = self._too_many(exceeded, now)
        return dressed(answer, method=call.method, rate_headers=self._limits.headers(credits_), date=self._date(now))

    def _date(self, now: datetime) -> datetime | None:
        ahead_s = self.behaviour.date_ahead_s
        return None if ahead_s is None else now + timedelta(seconds=ahead_s)

    def _checked_answer(self, call: Call, route: Route, operations: Operations) -> Answer:
        if route.template == OTHER:
            return _nowhere(call)
        try:
            self._check_login(call)
            _check_request(call, route)
            return _HANDLERS[route.template, call.method](operations, call, route)
        except Refused as refused:
            return refused.answer

    def _too_many(self, exceeded: RateLimit, now: datetime) -> Answer:
        refusal = turned_away() if self.behaviour.limit_body == "empty" else usual_error(429)
        wait = self.behaviour.limit_retry_after
        if wait is None:
            return refusal
        told = str(exceeded.retry_after_s(now)) if wait == "real" else wait
        return Answer(429, refusal.body, {**refusal.headers, "retry-after": told})

    def _check_login(self, call: Call) -> None:
        if _user_of(call.headers.get("authorization", "")) != self._api_key:
            raise Refused(usual_error(401))


def _user_of(authorization: str) -> str | None:
    """Return the user of a Basic login; the password is any word, conventionally X."""
    scheme, _, encoded_pair = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        return base64.b64decode(encoded_pair, validate=True).decode().partition(":")[0]
    except (binascii.Error, ValueError):
        return None


def _nowhere(call: Call) -> Answer:
    # Attested: a client whose base URL ends in a slash is told of a wrong field.
    doubled = call.path.startswith("//api/v2/tickets")
    return refusal([unexpected("ticket")]) if doubled else blank_answer()


def _check_request(call: Call, route: Route) -> None:
    allowed = METHODS[route.template]
    if call.method not in allowed:
        raise Refused(not_allowed(call.method, allowed))
    if not _accepts_json(call.headers.get("accept", "*/*")):
        # Statuses of both are documented, their bodies are not.
        raise Refused(error_answer(406, "The response can be sent as application/json only."))
    if (route.template, call.method) in _WITH_BODY and _media_type(call) != "application/json":
        raise Refused(error_answer(415, "The request must have the Content-Type application/json."))


def _accepts_json(accept: str) -> bool:
    kinds = {kind.partition(";")[0].strip().lower() for kind in accept.split(",")}
    return bool(kinds & {"application/json", "*/*"})


def _media_type(call: Call) -> str:
    return call.headers.get("content-type", "").partition(";")[0].strip().lower()
