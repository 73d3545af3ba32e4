"""Sending an answer, whole or with the accidents that a fault asks for.

Here: pieces, pauses and cut connections. Not here: the contents of the answer (resources/, broken.py).
"""

from collections.abc import Callable
from typing import Final

import anyio
import anyio.lowlevel
from starlette.types import Scope, Send

from freshdesk_sandbox.wire import Answer

# The key in the scope's extensions under which a server may put a callable that cuts the connection.
DROP_EXTENSION: Final = "freshdesk_sandbox.drop"
_PIECES: Final = 32
_LARGEST_PIECE: Final = 65_536


class ConnectionDropped(Exception):  # noqa: N818 - says what happened
    """The connection would be cut here. Raised where no server is there to cut it, as in a test without sockets."""


def drop_connection(scope: Scope) -> None:
    """Cut the connection of a request.

    Raises:
        ConnectionDropped: the server cannot, because it offers no such extension.
    """
    cut: Callable[[], None] | None = scope.get("extensions", {}).get(DROP_EXTENSION)
    if cut is None:
        raise ConnectionDropped("the sandbox dropped the connection")
    cut()


async def send_answer(answer: Answer, send: Send, *, drip_s: float = 0) -> None:
    """Send `answer`; with a `drip_s` it goes in up to 32 pieces, or of 64 KiB where that is smaller."""
    await _send_start(answer, send)
    body = answer.body or b""
    pieces = _pieces(body, drip=drip_s > 0)
    for number, piece in enumerate(pieces, start=1):
        await _send_piece(piece, send, more=number < len(pieces))
        if drip_s and number < len(pieces):
            await anyio.sleep(drip_s)


async def send_half(answer: Answer, send: Send) -> None:
    """Send the start of `answer` and half of its body, and leave it open."""
    await _send_start(answer, send)
    body = answer.body or b""
    await _send_piece(body[: len(body) // 2], send, more=True)
    await anyio.lowlevel.checkpoint()  # a server that writes later must write before the connection is cut


def _pieces(body: bytes, *, drip: bool) -> list[bytes]:
    size = min(-(-len(body) // _PIECES), _LARGEST_PIECE) if drip else _LARGEST_PIECE
    return [body[start : start + size] for start in range(0, len(body), max(size, 1))] or [b""]


async def _send_start(answer: Answer, send: Send) -> None:
    headers = [(name.encode(), value.encode("latin-1")) for name, value in answer.headers.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})


async def _send_piece(piece: bytes, send: Send, *, more: bool) -> None:
    await send({"type": "http.response.body", "body": piece, "more_body": more})
