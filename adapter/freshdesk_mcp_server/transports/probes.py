"""The routes of an operator over HTTP: liveness, readiness, metrics.

Liveness never asks Freshdesk: an outage there is no reason to restart this server. Readiness reports the last requests
to Freshdesk: those of calls, or a background request when there were none. So a probe itself costs nothing.
"""

import time
from contextlib import suppress
from dataclasses import dataclass

import anyio
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from freshdesk_mcp_server import __version__
from freshdesk_mcp_server.errors import ErrorCode, FreshdeskError
from freshdesk_mcp_server.gateway import AnyGateway, current_agent
from freshdesk_mcp_server.telemetry.events import CANCELLED, AttemptFinished, Event
from freshdesk_mcp_server.telemetry.metrics import CONTENT_TYPE, Metrics
from freshdesk_mcp_server.transports.shutdown import Drain

LOOK_EVERY_S = 60.0
FRESH_S = 150.0
"""Seconds for which the last observation of Freshdesk counts: two looks and their time."""
_NOT_REACHED = frozenset(
    {
        ErrorCode.UNREACHABLE,
        ErrorCode.REPLY_LOST,
        ErrorCode.SERVER_FAILURE,
        ErrorCode.AUTHENTICATION_FAILED,
        ErrorCode.UNEXPECTED_STATUS,
        ErrorCode.UNREADABLE_REPLY,
        ErrorCode.FOREIGN_REPLY,
    }
)


@dataclass(slots=True)
class Reachability:
    """An observer that remembers the end of the last request to Freshdesk, and its time."""

    code: str | None = None
    seen: float | None = None

    def __call__(self, event: Event) -> None:
        """Note the end of a request."""
        if isinstance(event, AttemptFinished) and event.code != CANCELLED:
            self.code, self.seen = event.code, time.monotonic()

    @property
    def age_s(self) -> float:
        """Seconds since the last request ended; infinite if there was none."""
        return float("inf") if self.seen is None else time.monotonic() - self.seen

    @property
    def problem(self) -> str | None:
        """The reason why Freshdesk does not count as reachable with this key, or None if it does."""
        if self.age_s > FRESH_S:
            return "not_checked"
        return self.code if self.code in _NOT_REACHED else None

    async def keep_fresh(self, gateway: AnyGateway) -> None:
        """Request the owner of the key whenever nothing was requested for `LOOK_EVERY_S`; runs without end."""
        while True:
            if self.age_s >= LOOK_EVERY_S:
                with suppress(FreshdeskError):  # the observer has noted it
                    await current_agent(gateway)
            await anyio.sleep(min(LOOK_EVERY_S, max(1.0, LOOK_EVERY_S - self.age_s)))


class Probes:
    """The routes of an operator: GET /health, /health/ready and /metrics.

    Without a `reachability` (where each request names its account) readiness does not depend on Freshdesk.
    """

    def __init__(self, reachability: Reachability | None, metrics: Metrics, drain: Drain) -> None:
        self._reachability = reachability
        self._metrics = metrics
        self._drain = drain
        self._started = time.monotonic()

    async def health(self, _: Request) -> Response:
        """Report a running process with a complete configuration: 200 as long as it answers."""
        uptime_s = round(time.monotonic() - self._started, 1)
        # A server whose configuration is not complete does not start.
        state = {"status": "ok", "transport": "http", "configuration": "complete"}
        return JSONResponse(state | {"version": __version__, "uptime_s": uptime_s})

    async def ready(self, _: Request) -> Response:
        """Report readiness for calls: 200, or 503 with the reason."""
        seen = self._reachability
        problem = "draining" if self._drain.is_draining else seen.problem if seen else None
        facts = {"freshdesk_seen_s_ago": round(seen.age_s, 1)} if seen and seen.seen is not None else {}
        if problem is not None:
            return JSONResponse({"status": "not_ready", "reason": problem} | facts, 503)
        return JSONResponse({"status": "ready"} | facts)

    async def metrics(self, _: Request) -> Response:
        """Report the Prometheus metrics."""
        return Response(self._metrics.text(), headers={"Content-Type": CONTENT_TYPE})
