"""The body of a POST, before the SDK parses it.

The body is read when the SDK asks for it: after authentication, and within the SDK's bound on its size. ``messages``
checks the content.
"""

from typing import Any

from mcp_types import UNSUPPORTED_PROTOCOL_VERSION
from mcp_types.version import KNOWN_PROTOCOL_VERSIONS, MODERN_PROTOCOL_VERSIONS
from pydantic_core import from_json
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive

from freshdesk_mcp_server.transports.messages import Refusal, answer_with_error, read_message
from freshdesk_mcp_server.transports.names import shown

VERSION_HEADER = "mcp-protocol-version"


class RefusedMessageError(Exception):
    """The SDK does not get the body; `response` answers it."""

    def __init__(self, body: str) -> None:
        super().__init__()
        self.response = Response(body, 400, media_type="application/json")


class Posted:
    """The `receive` of a POST, whose body comes in one piece.

    Raises:
        RefusedMessageError: The SDK could not read the body, or the client names an unknown version of the protocol.
    """

    def __init__(self, request: Request, receive: Receive, largest: int) -> None:
        self._version = request.headers.get(VERSION_HEADER)
        self._receive = receive
        self._largest = largest
        self._is_read = False

    async def __call__(self) -> Message:
        """Return the next event of the request; the first has the whole body."""
        if self._is_read:
            return await self._receive()
        body, message = bytearray(), await self._receive()
        while message["type"] == "http.request":
            body += message.get("body", b"")
            if len(body) > self._largest:
                self._is_read = True
                return {**message, "body": bytes(body)}  # the SDK refuses it
            if not message.get("more_body", False):
                self._is_read = True
                return {**message, "body": self._checked(bytes(body))}
            message = await self._receive()
        return message

    def _checked(self, body: bytes) -> bytes:
        message = read_message(body)
        if isinstance(message, Refusal):
            raise RefusedMessageError(message.body)
        if self._version is not None and self._version not in KNOWN_PROTOCOL_VERSIONS:
            raise RefusedMessageError(_unknown_version(from_json(message), self._version))
        return message


def _unknown_version(message: dict[str, Any], version: str) -> str:
    return answer_with_error(
        message.get("id"),
        UNSUPPORTED_PROTOCOL_VERSION,
        f"There is no protocol version {shown(version)} here; there are {', '.join(KNOWN_PROTOCOL_VERSIONS)}.",
        {"supported": [*MODERN_PROTOCOL_VERSIONS], "requested": shown(version)},
    )
