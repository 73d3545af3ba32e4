"""The files that records hold, and the host that serves them.

Here: the look of a file in an answer, signed links that expire, and an ASGI application for their host. Not here:
uploads; there are none yet. The host takes no login. The form of a link is recorded, and the 400 for a login is
attested. That an expired link is a 403 is not established, but usual for a content delivery network.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import parse_qs, quote, urlencode

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from freshdesk_sandbox.delivery import send_answer
from freshdesk_sandbox.kinds import JsonObject
from freshdesk_sandbox.switches import Files
from freshdesk_sandbox.times import time_text
from freshdesk_sandbox.wire import Answer

_NOWHERE: Final = "https://attachments.example.com"
_FOLDER: Final = "/data/helpdesk/attachments/production"
_STARTS: Final = {
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00",
    "image/gif": b"GIF89a",
    "application/pdf": b"%PDF-1.7\n",
}


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a record; `size` is in bytes."""

    id: int
    name: str
    content_type: str
    size: int
    created_at: datetime


class FileHost:
    """The host of the account's files.

    Args:
        clock: tells the time.
        switches: return the switches of files.
        files: return all files of the account.

    Attributes:
        base_url: the address at which it is served; before that, of a host that nobody has.
    """

    def __init__(
        self,
        clock: Callable[[], datetime],
        switches: Callable[[], Files],
        files: Callable[[], Iterable[Attachment]],
    ) -> None:
        self.base_url = _NOWHERE
        self._clock = clock
        self._switches = switches
        self._files = files
        self._secret = secrets.token_bytes(16)

    def shown(self, file: Attachment) -> JsonObject:
        """Return a file as answers show it, with a link from now on."""
        switches = self._switches()
        sizes = ("size", "file_size") if switches.size_key == "both" else (switches.size_key,)
        shown: JsonObject = {"id": file.id, "name": file.name, "content_type": file.content_type}
        shown |= dict.fromkeys(sizes, file.size)
        shown |= {"created_at": time_text(file.created_at), "updated_at": time_text(file.created_at)}
        shown["attachment_url"] = self._link(file, "original")
        if switches.thumbnails and file.content_type.startswith("image/"):
            shown["thumb_url"] = self._link(file, "thumb")
        return shown

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request; other kinds of scope are not for this application."""
        if scope["type"] != "http":
            raise RuntimeError(f"the host of files answers http only, not {scope['type']}")
        await send_answer(self._answer(Request(scope, receive)), send)

    def _link(self, file: Attachment, style: str) -> str:
        path = f"{_FOLDER}/{file.id}/{style}/{file.name}"
        expires = self._clock() + timedelta(seconds=self._switches().link_lifetime_s)
        until = str(int(expires.timestamp()))
        query = urlencode({"Expires": until, "Signature": self._signature(path, until), "Key-Pair-Id": "SANDBOX"})
        return f"{self.base_url}{quote(path)}?{query}"

    def _signature(self, path: str, until: str) -> str:
        return hmac.new(self._secret, f"{path}?{until}".encode(), hashlib.sha256).hexdigest()

    def _answer(self, request: Request) -> Answer:
        if "authorization" in request.headers:
            return _error(400, "InvalidArgument", "Only one way of authentication is allowed")
        path = request.scope["path"]
        file = next((one for one in self._files() if path.startswith(f"{_FOLDER}/{one.id}/")), None)
        if file is None or request.method != "GET" or not self._is_signed(path, request.url.query):
            return _error(403, "AccessDenied", "Access denied")
        content = _content(file)
        return Answer(200, content, {"content-type": file.content_type, "content-length": str(len(content))})

    def _is_signed(self, path: str, query: str) -> bool:
        values = {name: found[-1] for name, found in parse_qs(query).items()}
        until = values.get("Expires", "")
        is_ours = hmac.compare_digest(values.get("Signature", "").encode(), self._signature(path, until).encode())
        return is_ours and self._clock().timestamp() < int(until)


def _content(file: Attachment) -> bytes:
    # As many bytes as the file has, which begin as those of its kind do.
    return _STARTS.get(file.content_type, b"")[: file.size].ljust(file.size)


def _error(status: int, code: str, message: str) -> Answer:
    body = f'<?xml version="1.0" encoding="UTF-8"?><Error><Code>{code}</Code><Message>{message}</Message></Error>'
    return Answer(status, body.encode(), {"content-type": "application/xml", "content-length": str(len(body))})
