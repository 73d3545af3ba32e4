"""A lock between processes of this program, of one user."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]


@contextmanager
def exclusively() -> Iterator[None]:
    """Hold the lock as long as the block runs; the system takes it from a process that ends.

    Raises:
        OSError: There can be no lock, or on Windows another process has held it for ten seconds.
    """
    # A lock beside the changed file would be left behind: deleting it would take it from other processes.
    descriptor = os.open(_file(), os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
    try:
        _lock(descriptor)
        yield
    finally:
        os.close(descriptor)


def _file() -> Path:
    user = os.getuid() if hasattr(os, "getuid") else "user"  # Windows has a folder for each user
    return Path(tempfile.gettempdir()) / f"freshdesk-mcp-server-{user}.lock"


def _lock(descriptor: int) -> None:
    if fcntl is not None:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    else:
        import msvcrt  # noqa: PLC0415  # Windows alone has it

        msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)
