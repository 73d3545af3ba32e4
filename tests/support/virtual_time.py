"""Time that passes only while everybody waits, for tests without sockets and processes."""

import trio.testing

type Backend = tuple[str, dict[str, object]]
"""An event loop for anyio's `anyio_backend`, with its options."""


def virtual_clock() -> trio.testing.MockClock:
    """A new clock for trio. It jumps to the next deadline as soon as nothing else is left to do."""
    return trio.testing.MockClock(autojump_threshold=0)


def virtual_time_backend() -> Backend:
    """Trio on a clock of its own."""
    return "trio", {"clock": virtual_clock()}
