"""Faults of a soak, and a sandbox that meets them. The seed decides the time of each.

A delay before the effect could make a change after its caller was answered. Such faults meet reads and creates only: a
late update could undo a later one, which no client of HTTP can rule out.
"""

from collections import Counter
from typing import Any, Final

from freshdesk_sandbox import Behaviour, Fault, FaultPlan, Sandbox
from soak.plan import Options

SHORT_DELAY_S: Final = 0.2
LONG_DELAY_S: Final = 1.5


class CountedFaults(FaultPlan):
    """A plan that counts its faults by name, and by the fate of the change."""

    def clear(self) -> None:
        """Plan nothing, and start the count again."""
        super().clear()
        self.served: Counter[str] = Counter()

    def take(self, method: str, path: str) -> Fault | None:
        """Return the fault for this request."""
        fault = super().take(method, path)
        if fault is not None:
            self.served[name_of(fault)] += 1
        return fault


def name_of(fault: Fault) -> str:
    """Return a short name of a fault, such as `502 html stored`."""
    words = [
        str(fault.status or ""),
        f"drop {fault.drop}" if fault.drop else "",
        fault.body if fault.body != "real" else "",
        f"delay {fault.delay_s:g} s" if fault.delay_s else "",
        f"Retry-After {fault.headers['retry-after']}" if fault.headers else "",
        "stored" if fault.when == "after" else "",
    ]
    return " ".join(filter(None, words))


def failures() -> list[Fault]:
    """Return all faults: half of them after the change was stored."""
    return [*_failures_alike("before"), *_only_before(), *_failures_alike("after"), *_only_after()]


def _failures_alike(when: Any) -> list[Fault]:
    return [
        Fault(when=when, status=500),
        Fault(when=when, status=502, body="html"),
        Fault(when=when, status=503),
        Fault(when=when, status=504, body="empty"),
        Fault(when=when, status=520, body="html"),
        Fault(when=when, drop="before_answer"),
    ]


def _only_before() -> list[Fault]:
    refusals = [Fault(status=429, headers={"retry-after": wait_s}) for wait_s in ("0", "1")]
    # One fault of each delay for each method, so that a method draws from as many as there are of the other kind.
    return refusals + [
        Fault(delay_s=delay_s, method=m) for delay_s in (SHORT_DELAY_S, LONG_DELAY_S) for m in ("GET", "POST")
    ]


def _only_after() -> list[Fault]:
    return [
        Fault(when="after", drop="mid_body"),
        Fault(when="after", delay_s=LONG_DELAY_S),
        Fault(when="after", body="truncated"),
        Fault(when="after", body="not_json"),
    ]


def create_sandbox(options: Options) -> Sandbox:
    """Create a sandbox with its seed of tickets, and with faults that the seed of the options decides."""
    behaviour = Behaviour(limit_window_s=options.window_s)
    sandbox = Sandbox(rate_limit_per_minute=options.credits_, behaviour=behaviour)
    sandbox.faults = CountedFaults()
    sandbox.faults.random_faults(options.seed, options.fault_rate, failures())
    return sandbox
