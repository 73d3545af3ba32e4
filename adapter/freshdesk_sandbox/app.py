"""The sandbox as an ASGI application.

Here: the way of one request, from the rate limit over the login to an operation. A planned fault changes it. Not here:
the operations (resources/) and the socket (server.py).

No document orders the checks of a request that fails several. Here the order is: rate limit, path, login, method,
Accept, content type, and then the checks of the operation itself.
"""

import base64
import binascii
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import anyio
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from freshdesk_sandbox.account import API_KEY, Account
from freshdesk_sandbox.broken import disguised
from freshdesk_sandbox.control import PREFIX, control
from freshdesk_sandbox.counting import Statistics
from freshdesk_sandbox.delivery import drop_connection, send_answer, send_half
from freshdesk_sandbox.faults import Fault, FaultPlan
from freshdesk_sandbox.files import Attachment, FileHost
from freshdesk_sandbox.limits import Limits, RateLimit
from freshdesk_sandbox.operation import Operation
from freshdesk_sandbox.outages import Outages
from freshdesk_sandbox.problems import refusal, unexpected
from freshdesk_sandbox.registry import RESOURCES, Behaviour, Store
from freshdesk_sandbox.routes import METHODS, OTHER, Route, route_from_path
from freshdesk_sandbox.times import utc_now
from freshdesk_sandbox.wire import (
    Answer,
    Refused,
    Request,
    blank_answer,
    dressed,
    error_answer,
    not_allowed,
    read_request,
    turned_away,
    usual_error,
)


class Sandbox:
    """A simulated Freshdesk account, as an ASGI application that runs under asyncio and trio.

    Args:
        api_key: the key that is let in.
        control: serve the endpoints under /_sandbox/.
        rate_limit_per_minute: credits that all callers share in a minute.
        seeded: start with the records of seeds/, else with none.
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
        counts = {name: count for resource in RESOURCES for name, count in resource.counts.items()}
        self.statistics = Statistics(self.store, counts)
        self.behaviour = self._first_behaviour
        self.files = FileHost(clock, lambda: self.behaviour.files, self._attachments)

    @property
    def behaviour(self) -> Behaviour:
        """The switches; what is set counts from the next request on, edits for tickets that are made from then on."""
        return self._behaviour

    @behaviour.setter
    def behaviour(self, behaviour: Behaviour) -> None:
        self._behaviour = behaviour
        self._limits.configure(behaviour.limit_window_s, dict(behaviour.sub_limits))

    def reset(self) -> None:
        """Go back to the first state: seed and behaviour, no faults, nothing counted, the whole rate limit."""
        self.store.reset()
        self.faults.clear()
        self.outages.clear()
        self.statistics.reset()
        self.behaviour = self._first_behaviour
        self._limits.reset()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request; other kinds of scope are not for this application."""
        if scope["type"] != "http":
            raise RuntimeError(f"the sandbox answers http only, not {scope['type']}")
        try:
            request = await read_request(scope, receive)
        except ClientDisconnect:
            return
        if self._control and request.path.startswith(PREFIX):
            await send_answer(control(request, self), send)
        else:
            await self._serve(request, scope, send)

    async def _serve(self, request: Request, scope: Scope, send: Send) -> None:
        route = route_from_path(request.path)
        with self.statistics.request(request.method, route.template):
            if self.behaviour.latency_s:
                await anyio.sleep(self.behaviour.latency_s)
            for resource in RESOURCES:
                resource.before_request(self._account)
            fault = self.outages.fault() or self.faults.take(request.method, route.template)
            if fault is None:
                await self._send(self._answer(request, route, self._account), send)
            else:
                self.statistics.faults_served += 1
                await self._serve_fault(fault, request, route, scope, send)

    async def _serve_fault(self, fault: Fault, request: Request, route: Route, scope: Scope, send: Send) -> None:
        if fault.when == "before":
            await anyio.sleep(fault.delay_s)
        answer = disguised(self._answer(request, route, self._account_under(fault)), fault)
        if fault.when == "after":
            await anyio.sleep(fault.delay_s)
        try:
            await self._deliver(answer, fault, scope, send)
        finally:
            if fault.when == "later":
                await anyio.sleep(fault.delay_s)
                self._checked_answer(request, route, self._account)

    async def _deliver(self, answer: Answer, fault: Fault, scope: Scope, send: Send) -> None:
        if fault.drop is None:
            await self._send(answer, send, drip_s=fault.drip_s)
            return
        if fault.drop == "mid_body" and answer.body:
            await send_half(answer, send)
        drop_connection(scope)

    @property
    def _account(self) -> Account:
        return Account(self.store, self.behaviour, self.files)

    def _account_under(self, fault: Fault) -> Account:
        # Carried out on a copy, since some faults want the body that Freshdesk would have sent.
        no_effect_yet = fault.when != "after" and fault.replaces_answer
        return self._account.on_copy() if no_effect_yet else self._account

    def _attachments(self) -> Iterator[Attachment]:
        for resource in RESOURCES:
            yield from resource.attachments(self.store)

    async def _send(self, answer: Answer, send: Send, *, drip_s: float = 0) -> None:
        self.statistics.statuses[answer.status] += 1
        await send_answer(answer, send, drip_s=drip_s)

    def _answer(self, request: Request, route: Route, account: Account) -> Answer:
        now = self.store.clock().astimezone(UTC)
        operation = route.operation(request.method)
        credits_ = 1 if operation is None else operation.price(request)
        exceeded = self._limits.spend(credits_, None if operation is None else operation.limit, now)
        if exceeded is None:
            self.statistics.credits_spent += credits_
            answer = self._checked_answer(request, route, account)
        else:
            answer = self._too_many(exceeded, now)
        return dressed(answer, method=request.method, rate_headers=self._limits.headers(credits_), date=self._date(now))

    def _date(self, now: datetime) -> datetime | None:
        ahead_s = self.behaviour.date_ahead_s
        return None if ahead_s is None else now + timedelta(seconds=ahead_s)

    def _checked_answer(self, request: Request, route: Route, account: Account) -> Answer:
        if route.template == OTHER:
            return _nowhere(request)
        try:
            self._check_login(request)
            return _checked_operation(request, route).answer(account, request, *route.numbers)
        except Refused as refused:
            return refused.answer

    def _too_many(self, exceeded: RateLimit, now: datetime) -> Answer:
        refusal = turned_away() if self.behaviour.limit_body == "empty" else usual_error(429)
        wait = self.behaviour.limit_retry_after
        if wait is None:
            return refusal
        told = str(exceeded.retry_after_s(now)) if wait == "real" else wait
        return Answer(429, refusal.body, {**refusal.headers, "retry-after": told})

    def _check_login(self, request: Request) -> None:
        if _user_of(request.headers.get("authorization", "")) != self._api_key:
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


def _nowhere(request: Request) -> Answer:
    # Attested: a client whose base URL ends in a slash is told of a wrong field.
    doubled = request.path.startswith("//api/v2/tickets")
    return refusal([unexpected("ticket")]) if doubled else blank_answer()


def _checked_operation(request: Request, route: Route) -> Operation:
    operation = route.operation(request.method)
    if operation is None:
        raise Refused(not_allowed(request.method, METHODS[route.template]))
    if not _accepts_json(request.headers.get("accept", "*/*")):
        # Statuses of both are documented, their bodies are not.
        raise Refused(error_answer(406, "The response can be sent as application/json only."))
    if operation.reads_json and _media_type(request) != "application/json":
        raise Refused(error_answer(415, "The request must have the Content-Type application/json."))
    return operation


def _accepts_json(accept: str) -> bool:
    kinds = {kind.partition(";")[0].strip().lower() for kind in accept.split(",")}
    return bool(kinds & {"application/json", "*/*"})


def _media_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()
