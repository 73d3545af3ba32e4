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

_NAME = re.compile(r"/(agents/me|(?<=/tickets/)\d+)$")


@dataclass(frozen=True)
class Stored:
    """A create whose ticket is stored `after_s` later, changed by `edits`, whatever the answer is.

    It has its number after `numbered_s`; an `answer` of None is a good one, `slow_s` after that.
    """

    answer: Answer | None
    after_s: float = 0.0
    numbered_s: float = 0.0
    slow_s: float = 0.0
    edits: Mapping[str, Any] = field(default_factory=dict)


class Helpdesk:
    """Each create ends as given, in turn, and succeeds when nothing is left; None is a success.

    A list is answered as given, in turn; else with the tickets, newest first, spam only where it is asked for, and each
    `list_lag_s` after it was stored. What is read by a name in `reads` is answered as given there. `skew_s` is how far
    the Date of answers is ahead of the clock of tickets; None leaves it out. `scope` is what the key's agent sees: 1
    everything, 2 nothing of what is made here. Unless it is `empty`, there is one ticket, #100, of some days ago.
    """

    def __init__(
        self,
        *creates: Answer | Stored | None,
        lists: Sequence[Answer | None] = (),
        reads: Mapping[str, Answer] | None = None,
        list_lag_s: float = 0.0,
        skew_s: float | None = 0.0,
        scope: int | None = 1,
        limit: tuple[float, float] | None = None,
        empty: bool = False,
    ) -> None:
        self._creates = creates
        self._lists = lists
        self._list_lag_s = list_lag_s
        self._read_answers = reads or {}
        self.skew_s = skew_s
        self._scope = scope
        self._limit = limit
        self._started = anyio.current_time()
        self._tickets: list[tuple[float, dict[str, Any]]] = []
        self.creates: list[httpx.Request] = []
        self.lists: list[httpx.Request] = []
        self.list_times: list[float] = []
        self.reads: list[str] = []
        self.credits = 0
        self._next = 101 if empty else 100
        if not empty:
            self.add(
                after_s=-60, created_s=-3 * 86_400, subject="Lift", description="Stops", requester={"email": "x@y.z"}
            )

    @property
    def counts(self) -> tuple[int, int]:
        """The numbers of creates and of lists."""
        return len(self.creates), len(self.lists)

    @property
    def now_s(self) -> float:
        """Seconds since the helpdesk was made."""
        return anyio.current_time() - self._started

    def add(
        self, *, after_s: float = 0.0, created_s: float | None = None, number: int | None = None, **fields: Any
    ) -> int:
        """Store a ticket that no call has asked for, by default under the next number, and return its number."""
        number = self._next if number is None else number
        self._next = number + 1
        created = SERVER_TIME + timedelta(seconds=self.now_s if created_s is None else created_s)
        created_at = created.isoformat().replace("+00:00", "Z")
        self._tickets.append((self.now_s + after_s, {"id": number, "created_at": created_at, "source": 2} | fields))
        return number

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.credits += 1 + _price_of_includes(request)
        response = await self._answer(request)
        if self.skew_s is not None:
            now = SERVER_TIME + timedelta(seconds=self.now_s + self.skew_s)
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
        if name := _NAME.search(path):
            self.reads.append(name[1])
            return await self._read_answers.get(name[1], self._view)(request)
        self.lists.append(request)
        self.list_times.append(self.now_s)
        given_list = self._lists[len(self.lists) - 1] if len(self.lists) <= len(self._lists) else None
        return await given_list(request) if given_list else self._list(request)

    async def _create(self, request: httpx.Request, given: Answer | Stored | None) -> httpx.Response:
        if given is not None and not isinstance(given, Stored):
            return await given(request)
        await anyio.sleep(given.numbered_s if given else 0)
        asked = json.loads(request.content)
        fields = {
            "subject": asked["subject"],
            "description": f"<div>{asked['description']}</div>",
            "source": asked.get("source", 2),
            "requester": {"id": 5, "email": asked["email"]},
        } | {name: asked[name] for name in ("status", "priority", "tags") if name in asked}
        number = self.add(after_s=given.after_s if given else 0.0, **fields | dict(given.edits if given else {}))
        if given and given.answer:
            return await given.answer(request)
        await anyio.sleep(given.slow_s if given else 0)
        return httpx.Response(201, json=self._ticket(number))

    def _list(self, request: httpx.Request) -> httpx.Response:
        wants_spam = request.url.params.get("filter") == "spam"
        listed = [ticket for ticket in self._visible(self._list_lag_s) if not ticket.get("deleted")]
        shown = [ticket for ticket in listed if bool(ticket.get("spam")) == wants_spam]
        rows = [{key: value for key, value in ticket.items() if key != "requester"} for ticket in shown]
        return httpx.Response(200, json=rows[: int(request.url.params.get("per_page", 30))])

    async def _view(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/agents/me"):
            return httpx.Response(200, json={"id": 1, "ticket_scope": self._scope})
        number = int(request.url.path.rpartition("/")[2])
        ticket = next((one for one in self._visible() if one["id"] == number), None)
        return httpx.Response(200, json=ticket) if ticket else httpx.Response(404, content=b" ")

    def _visible(self, lag_s: float = 0.0) -> list[dict[str, Any]]:
        seen_s = self.now_s - lag_s
        return [ticket for at_s, ticket in reversed(self._tickets) if at_s <= seen_s and not ticket.get("hidden")]

    def _ticket(self, number: int) -> dict[str, Any]:
        return next(ticket for _, ticket in self._tickets if ticket["id"] == number)


def _price_of_includes(request: httpx.Request) -> int:
    """https://developers.freshdesk.com/api/#list_all_tickets: two each in a list, one each in a view."""
    included = [part for part in request.url.params.get("include", "").split(",") if part]
    return len(included) * (2 if request.url.path.endswith("/tickets") else 1)
