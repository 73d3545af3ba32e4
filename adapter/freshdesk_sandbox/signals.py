"""The signals that end a sandbox, on systems whose event loop knows them and on Windows, whose does not."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def ending_on_signals(stop: asyncio.Event) -> Iterator[None]:
    """Set `stop` at SIGINT or SIGTERM, as long as the block runs."""
    loop = asyncio.get_running_loop()
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        for number in before:
            _set(loop, number, stop)
        yield
    finally:
        for number, handler in before.items():
            try:
                loop.remove_signal_handler(number)
            except NotImplementedError:
                signal.signal(number, handler)


def _set(loop: asyncio.AbstractEventLoop, number: signal.Signals, stop: asyncio.Event) -> None:
    try:
        loop.add_signal_handler(number, stop.set)
    except NotImplementedError:
        signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))
