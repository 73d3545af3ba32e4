"""Differences between systems: signals, descriptors of pipes, and the bound on open files.

An event loop of Windows has no signals, and cannot wait for pipes. A process of Windows has no bound on open files to
raise.
"""

import asyncio
import os
import signal
import stat
import sys
from collections.abc import Callable

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]


def at_end(act: Callable[[], object]) -> None:
    """Make the event loop call `act` at each SIGINT and SIGTERM, and at Ctrl+Break of Windows."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, act)
        except NotImplementedError:
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(act))
    if hasattr(signal, "SIGBREAK"):
        signal.signal(signal.SIGBREAK, lambda *_: loop.call_soon_threadsafe(act))


def can_be_polled(descriptor: int) -> bool:
    """Return True if the event loop can wait for a file; a regular one, as in ``serve < requests.jsonl``, it cannot."""
    mode = os.fstat(descriptor).st_mode
    is_pipe = stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) or os.isatty(descriptor)
    return is_pipe and sys.platform != "win32"


def duplicate(descriptor: int) -> int:
    """Return a descriptor of the same file that no child process inherits, and that is none of the standard ones."""
    copy = os.dup(descriptor)
    if copy > 2:
        return copy
    try:
        return duplicate(descriptor)
    finally:
        os.close(copy)


def most_open_files(wanted: int) -> int:
    """Return the number of files that the process may open: `wanted`, or the highest that the system allows."""
    if resource is None:
        return wanted
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = wanted if hard == resource.RLIM_INFINITY else min(hard, wanted)
    if soft != resource.RLIM_INFINITY and soft < allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    return allowed
