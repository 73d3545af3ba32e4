"""Outages of Freshdesk for an account: one request at a time probes, and all others wait.

A failure is a 5xx, a connection that is not made, or an answer that does not come. An outage begins when requests of
two calls fail without an answer between them. Pauses after a 429 are not here, but in ``cooldown``.
"""

from freshdesk_mcp_server.gateway.gate import Gate
from freshdesk_mcp_server.gateway.retry import backoff_s

PATIENCE_S = 20.0
"""Seconds that a call waits for the end of an outage, in total: enough for several probes, well within its deadline."""
LONGEST_PAUSE_S = 4.0
"""Seconds between two probes, at most. A longer Retry-After counts up to `PATIENCE_S`."""


class Outage:
    """The state of an account's outages. `gate` is closed while requests fail."""

    def __init__(self) -> None:
        self.gate = Gate()
        self._suspect: object = None
        self._failed_probes = 0

    def note_answer(self) -> None:
        """Note an answer other than a 5xx, which ends an outage."""
        self._suspect = None
        self._failed_probes = 0
        if not self.gate.is_open:
            self.gate.open()

    def note_failure(self, call: object, *, is_probe: bool, retry_after_s: float | None, jitter: float) -> None:
        """Note the failure of a request of `call`, which is any object that stands for the whole call."""
        if not is_probe and (self._suspect in (None, call) or not self.gate.is_open):
            self._suspect = self._suspect or call
            return
        self._failed_probes += is_probe
        pause_s = min(backoff_s(self._failed_probes + 1, jitter), LONGEST_PAUSE_S)
        self.gate.close(max(pause_s, min(retry_after_s or 0.0, PATIENCE_S)), wants_probe=True)
