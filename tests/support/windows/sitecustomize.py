"""Make this process as much of a Windows process as a POSIX system allows; read at its start, from PYTHONPATH.

Parts that Windows lacks are removed: modules, names of ``os`` and ``signal``, abilities of its event loop. The code of
this project sees ``win32`` as the platform, at import and later. Libraries see the true one while they are imported,
since otherwise they would import modules that only Windows has.
"""

import asyncio
import importlib.abc
import os
import signal
import subprocess
import sys
import types
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, SourceFileLoader
from typing import Any, NoReturn

del subprocess  # imported for good: it takes msvcrt, which is added below, for a sign of Windows

TRUE_PLATFORM = sys.platform
OURS = ("freshdesk_mcp_server", "freshdesk_sandbox", "freshdesk_client", "mcp.server.stdio")
MODULES = frozenset({"fcntl", "resource", "termios", "tty", "pty", "pwd", "grp", "syslog", "uvloop"})
OF_OS = (
    *("fork", "forkpty", "getuid", "geteuid", "getgid", "getegid", "getgroups", "getpgid", "getpgrp", "getsid"),
    *("setsid", "killpg", "chown", "fchown", "lchown", "mkfifo", "openpty", "statvfs", "O_CLOEXEC", "O_NOFOLLOW"),
)
OF_SIGNAL = ("SIGHUP", "SIGKILL", "SIGALRM", "SIGUSR1", "SIGUSR2", "SIGPIPE", "SIGQUIT", "pthread_kill", "sigwait")
OF_LOOPS = ("add_signal_handler", "remove_signal_handler", "connect_read_pipe", "connect_write_pipe")


class Missing(importlib.abc.MetaPathFinder):
    """Finds none of the modules that Windows does not have."""

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,  # noqa: ARG002  # the signature of a finder
        target: types.ModuleType | None = None,  # noqa: ARG002
    ) -> ModuleSpec | None:
        """Refuse a module that is missing on Windows."""
        if fullname in MODULES:
            raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)
        return None


def not_on_windows(*_: Any, **__: Any) -> NoReturn:
    """Raise the error of the event loops of Windows."""
    raise NotImplementedError


def _see_platforms() -> None:
    execute = SourceFileLoader.exec_module

    def exec_module(self: SourceFileLoader, module: types.ModuleType) -> None:
        before = sys.platform
        sys.platform = "win32" if module.__name__.startswith(OURS) else TRUE_PLATFORM
        try:
            execute(self, module)
        finally:
            sys.platform = before

    SourceFileLoader.exec_module = exec_module  # type: ignore[method-assign,assignment]
    sys.platform = "win32"


def _take_away() -> None:
    for name in MODULES:
        sys.modules.pop(name, None)
    sys.meta_path.insert(0, Missing())
    for module, names in ((os, OF_OS), (signal, OF_SIGNAL)):
        for name in names:
            if hasattr(module, name):
                delattr(module, name)
    for name in OF_LOOPS:
        setattr(asyncio.SelectorEventLoop, name, not_on_windows)


def _add_msvcrt() -> None:
    """Add the lock of Windows; it never waits, since a test on a true system covers the wait."""
    msvcrt: Any = types.ModuleType("msvcrt")
    msvcrt.LK_LOCK, msvcrt.LK_UNLCK = 1, 0
    msvcrt.locking = lambda _descriptor, _mode, _length: None
    sys.modules["msvcrt"] = msvcrt


_take_away()
_add_msvcrt()
_see_platforms()
