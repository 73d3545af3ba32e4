"""A Freshdesk that is a function and keeps tickets, with a configurable end for each create."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import anyio
import httpx

from support.answers import Answer, fine

SERVER_TIME = datetime(2026, 3, 2, 12, 0, 0, tzinfo=UTC)
"""The time on Freshdesk's clock when a test begins."""

_TICKET = re.compile(r"/tickets/(\d+)$")


@dataclass(frozen=True)
class Stored:
    """A create whose ticket is stored `after_s` later, changed by `edits`, with any answer."""

    answer: Answer
    after_s: float = 0.0
    edits: Mapping[str, Any] = field(default_factory=dict)


class Helpdesk:
    """Each create ends as given, in turn, and succeeds when nothing is left; None is a success.

    A list is answered as given, in turn; afterwards with the tickets, newest first, and with spam only if it is
    requested. `skew_s` is the lead of the Date of answers over the clock of tickets, in seconds; None leaves Date out.
    `scope` is the range of tickets that the key's agent sees: 1 for all, 2 for none of those made here.
    """

    def __init__(
        self,
        *creates: Answer | Stored | None,
        lists: Sequence[Answer | None] = (),
        skew_s: float | None = 0.0,
        scope: int | None = 1,
        limit: tuple[float, float] | None = None,
    ) -> None:
        self._creates = creates
        self._lists = lists
        self._skew_s = skew_s
        self._scope = scope
        self._limit = limit
        self._started = anyio.current_time()
        self._tickets: list[tuple[float, dict[str, Any]]] = []
        self.creates: list[httpx.Request] = []
        self.lists: list[httpx.Request] = []
        self.list_times: list[float] = []
        self.reads: list[str] = []
        self.credits = 0

    @property
    def counts(self) -> tuple[int, int]:
        """The numbers of creates and of lists."""
        return len(self.creates), len(self.lists)

    @property
    def now_s(self) -> float:
        """Seconds since the helpdesk was made."""
        return anyio.current_time() - self._started

    def add(self, *, after_s: float = 0.0, created_s: float | None = None, **fields: Any) -> int:
        """Store a ticket that no call has asked for, and return its number."""
        number = 100 + len(self._tickets) + 1
        created = SERVER_TIME + timedelta(seconds=self.now_s if created_s is None else created_s)
        created_at = created.isoformat().replace("+00:00", "Z")
        self._tickets.append((self.now_s + after_s, {"id": number, "created_at": created_at, "source": 2} | fields))
        return number

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.credits += 1 + _price_of_includes(request)
        response = await self._answer(request)
        if self._skew_s is not None:
            now = SERVER_TIME + timedelta(seconds=self.now_s + self._skew_s)
            response.headers["Date"] = format_datetime(now, usegmt=True)
        if self._limit:
            total, remaining = self._limit
            response.headers.update({"X-RateLimit-Total": f"{total}", "X-RateLimit-Remaining": f"{remaining}"})
        return response

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if request.method == "POST":
            self.creates.append(request)
            given = self._creates[len(self.creates) - 1] if len(self.creates) <= len(self._creates) else None
            return await self._create(request, given)
        if request.method != "GET":
            return await fine(request)
        if path.endswith("/agents/me"):
            self.reads.append("agents/me")
            return httpx.Response(200, json={"id": 1, "ticket_scope": self._scope})
        if number := _TICKET.search(path):
            self.reads.append(number[1])
            return self._view(int(number[1]))
        self.lists.append(request)
        self.list_times.append(self.now_s)
        given_list = self._lists[len(self.lists) - 1] if len(self.lists) <= len(self._lists) else None
        return await given_list(request) if given_list else self._list(request)

    async def _create(self, request: httpx.Request, given: Answer | Stored | None) -> httpx.Response:
        if given is not None and not isinstance(given, Stored):
            return await given(request)
        asked = json.loads(request.content)
        fields = {
            "subject": asked["subject"],
            "description": f"<div>{asked['description']}</div>",
            "source": asked.get("source", 2),
            "requester": {"id": 5, "email": asked["email"]},
        }
        number = self.add(after_s=given.after_s if given else 0.0, **fields | dict(given.edits if given else {}))
        return await given.answer(request) if given else httpx.Response(201, json=self._ticket(number))

    def _list(self, request: httpx.Request) -> httpx.Response:
        wants_spam = request.url.params.get("filter") == "spam"
        shown = [ticket for ticket in self._visible() if bool(ticket.get("spam")) == wants_spam]
        rows = [{key: value for key, value in ticket.items() if key != "requester"} for ticket in shown]
        return httpx.Response(200, json=rows[: int(request.url.params.get("per_page", 30))])

    def _view(self, number: int) -> httpx.Response:
        ticket = next((one for one in self._visible() if one["id"] == number), None)
        return httpx.Response(200, json=ticket) if ticket else httpx.Response(404, content=b" ")

    def _visible(self) -> list[dict[str, Any]]:
        return [ticket for at_s, ticket in reversed(self._tickets) if at_s <= self.now_s and not ticket.get("hidden")]

    def _ticket(self, number: int) -> dict[str, Any]:
        return next(ticket for _, ticket in self._tickets if ticket["id"] == number)


def _price_of_includes(request: httpx.Request) -> int:
    """https://developers.freshdesk.com/api/#list_all_tickets: two each in a list, one each in a view."""
    included = [part for part in request.url.params.get("include", "").split(",") if part]
    return len(included) * (2 if request.url.path.endswith("/tickets") else 1)
