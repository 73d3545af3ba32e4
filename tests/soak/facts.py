"""Figures of a soak of faults, to be read beside its problems."""

from collections import Counter

from freshdesk_mcp_server.errors import Outcome
from soak.calls import DONE
from soak.faults import CountedFaults
from soak.records import count
from soak.run import Soak


def facts_of(soak: Soak) -> dict[str, object]:
    """Count the events of a soak."""
    records, statistics = soak.records, soak.sandbox.statistics
    served = soak.sandbox.faults.served if isinstance(soak.sandbox.faults, CountedFaults) else Counter()
    refused_on_purpose = sum(count for name, count in served.items() if name.startswith("429"))
    return {
        "calls": len(records),
        "calls by kind": _listed(Counter(record.step.kind for record in records)),
        "requests": statistics.requests.total(),
        "faults": statistics.faults_served,
        "faults after the change was stored": sum(n for name, n in served.items() if name.endswith("stored")),
        "faults by kind": _listed(served),
        "refused by the rate limit": statistics.statuses[429] - refused_on_purpose,
        "tickets created": statistics.tickets_made,
        "creates looked for": _listed(soak.findings),
        "recovered": sum(record.recovered for record in records),
        "unknown outcomes": count(records, Outcome.UNKNOWN),
        "errors by outcome": _listed(Counter(r.verdict for r in records if r.verdict != DONE)),
        "errors by code": _listed(Counter(record.code for record in records if record.code)),
        "longest stall": f"{max((record.duration_s for record in records), default=0):.1f} s",
        "elapsed": f"{soak.elapsed_s:.1f} s",
        "calls/s": f"{len(records) / max(soak.elapsed_s, 0.001):.1f}",
    }


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.most_common()) or "none"
