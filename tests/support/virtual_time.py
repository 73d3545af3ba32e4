"""Time that passes only while all tasks wait, for tests without sockets and processes."""

import trio.testing

type Backend = tuple[str, dict[str, object]]
"""An event loop for anyio's `anyio_backend`, with its options."""


def virtual_clock() -> trio.testing.MockClock:
    """Create a new clock for trio. It jumps to the next deadline as soon as nothing else is left to do."""
    return trio.testing.MockClock(autojump_threshold=0)


def virtual_time_backend() -> Backend:
    """Run trio on a clock of its own."""
    return "trio", {"clock": virtual_clock()}
