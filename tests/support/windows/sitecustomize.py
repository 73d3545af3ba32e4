"""Make this process as much of a Windows process as a POSIX system allows; read at its start, from PYTHONPATH.

What Windows lacks is not there: modules, names of ``os`` and ``signal``, what its event loop does not do. The code of
this project sees ``win32`` as the platform, at import and later; libraries see the true one while they are imported,
since on Windows they would import what only Windows has.
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

del subprocess  # imported for good: it takes msvcrt, which comes below, for a sign of Windows

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
        """Refuse a module that is not there."""
        if fullname in MODULES:
            raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)
        return None


def not_on_windows(*_: Any, **__: Any) -> NoReturn:
    """What the event loops of Windows say."""
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
    """The lock of Windows; one that never waits, since its own test is on a true system."""
    msvcrt: Any = types.ModuleType("msvcrt")
    msvcrt.LK_LOCK, msvcrt.LK_UNLCK = 1, 0
    msvcrt.locking = lambda _descriptor, _mode, _length: None
    sys.modules["msvcrt"] = msvcrt


_take_away()
_add_msvcrt()
_see_platforms()
