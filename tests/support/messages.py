"""Messages as careless clients send them, and the answer that each must get."""

import json
from dataclasses import dataclass
from typing import Any

PARSE_ERROR, INVALID_REQUEST, INVALID_PARAMS = -32700, -32600, -32602


@dataclass(frozen=True)
class Sent:
    """Bytes of one message, the id of its answer, and the kind of the answer.

    `answer` is the code of a JSON-RPC error, that of a tool's error, or None for a result.
    """

    data: bytes
    id: object
    answer: int | str | None


def request(request_id: object, method: str = "ping", **more: Any) -> bytes:
    """Return a request in its usual form."""
    return json.dumps({"jsonrpc": "2.0", "id": request_id, "method": method, **more}).encode()


def create(request_id: int, subject: bytes) -> bytes:
    """Return a call whose subject is exactly these bytes, in quotes."""
    called = {"name": "freshdesk_create_ticket", "arguments": {"subject": "SUBJECT", "email": "ada@example.com"}}
    return request(request_id, "tools/call", params=called).replace(b"SUBJECT", subject)


def read(request_id: int, ticket_id: bytes) -> bytes:
    """Return a call whose ticket number is exactly these bytes."""
    called = {"name": "freshdesk_get_ticket", "arguments": {"ticket_id": "NUMBER"}}
    return request(request_id, "tools/call", params=called).replace(b'"NUMBER"', ticket_id)


BOM = b"\xef\xbb\xbf"
SENT = {
    "a byte order mark": Sent(BOM + request(101), 101, None),
    "blanks around": Sent(b" \t" + request(102) + b" \r", 102, None),
    "a huge id": Sent(request(10**30), 10**30, None),
    "an id of text": Sent(request("a\u20ac \U0001f600"), "a\u20ac \U0001f600", None),
    "params of null": Sent(request(103, params=None), 103, None),
    "half a character": Sent(create(104, rb"Thanks \ud83d"), 104, "invalid_arguments"),
    "the other half": Sent(create(105, rb"\ude00 thanks"), 105, "invalid_arguments"),
    "halves in the wrong order": Sent(create(106, rb"\ude00\ud83d"), 106, "invalid_arguments"),
    "half a character in a name": Sent(request(107, "tools/call", params={"name": "\ud83d"}), 107, "unknown_tool"),
    "bytes that are not UTF-8": Sent(create(108, b"M\xfcller"), 108, "invalid_arguments"),
    "a control character": Sent(read(109, b'"\x01\x00"'), 109, "invalid_arguments"),
    "a number that is none": Sent(read(110, b"NaN"), 110, "invalid_arguments"),
    "an infinite number": Sent(read(111, b"-Infinity"), 111, "invalid_arguments"),
    "a number beyond all": Sent(read(112, b"1e999"), 112, "invalid_arguments"),
    "a number of many digits": Sent(read(113, b"9" * 4000), 113, "invalid_arguments"),
    "a number of too many digits": Sent(read(114, b"9" * 5000), 114, PARSE_ERROR),
    "too deep": Sent(read(115, b"[" * 5000 + b"]" * 5000), 115, INVALID_REQUEST),
    "far too deep": Sent(
        b'{"id": 116, "jsonrpc": "2.0", "method": "ping", "params":' + b"[" * 100_000, 116, INVALID_REQUEST
    ),
    "text cut off": Sent(request(117, params={"a": "b"})[:-4], 117, PARSE_ERROR),
    "an id of zero": Sent(request(0)[:-2], 0, PARSE_ERROR),
    "text behind": Sent(request(118) + b"x", 118, PARSE_ERROR),
    "an id deep inside": Sent(b'{"jsonrpc": "2.0", "params": {"id": 119}', None, PARSE_ERROR),
    "no JSON": Sent(b"{]", None, PARSE_ERROR),
    "a header": Sent(b"Content-Length: 20", None, PARSE_ERROR),
    "UTF-16": Sent("{}".encode("utf-16"), None, PARSE_ERROR),
    "NUL bytes": Sent(b"\x00" * 8, None, PARSE_ERROR),
    "bytes alone": Sent(b"\xff\xfe", None, PARSE_ERROR),
    "a number": Sent(b"7", None, INVALID_REQUEST),
    "null": Sent(b"null", None, INVALID_REQUEST),
    "an empty object": Sent(b"{}", None, INVALID_REQUEST),
    "no method": Sent(b'{"jsonrpc": "2.0", "id": 120}', 120, INVALID_REQUEST),
    "a method that is none": Sent(b'{"jsonrpc": "2.0", "id": 121, "method": 5}', 121, INVALID_REQUEST),
    "no version": Sent(b'{"id": 122, "method": "ping"}', 122, INVALID_REQUEST),
    "another version": Sent(b'{"jsonrpc": "1.0", "id": 123, "method": "ping"}', 123, INVALID_REQUEST),
    "a list of params": Sent(request(124, params=[1]), 124, INVALID_PARAMS),
    "a request that is an answer too": Sent(
        request(125, result={}, error={"code": 1, "message": "x"}), 125, INVALID_REQUEST
    ),
    "a malformed notification": Sent(b'{"jsonrpc": "2.0", "method": null}', None, INVALID_REQUEST),
    "an answer that is none": Sent(b'{"jsonrpc": "2.0", "id": 126, "result": 5}', None, INVALID_REQUEST),
    "an id of null": Sent(request(None), None, INVALID_REQUEST),
    "a fraction as id": Sent(request(1.5), 1.5, INVALID_REQUEST),
    "an id beyond all numbers": Sent(b'{"jsonrpc": "2.0", "id": 1e999, "method": "ping"}', None, INVALID_REQUEST),
    "NaN as id": Sent(b'{"jsonrpc": "2.0", "id": NaN, "method": "ping"}', None, INVALID_REQUEST),
    "an id of true": Sent(request(True), None, INVALID_REQUEST),  # the id itself
    "a list as id": Sent(request([1]), None, INVALID_REQUEST),
    "half a character as id": Sent(request("\ud83d"), None, INVALID_REQUEST),
    "an empty batch": Sent(b"[]", None, INVALID_REQUEST),
    "a batch of notifications": Sent(b'[{"jsonrpc": "2.0", "method": "a"}]', None, INVALID_REQUEST),
    "a batch of one": Sent(b"[" + request(127) + b"]", 127, INVALID_REQUEST),
}
IN_ONE_BATCH = b"[" + b",".join([request(128), b'{"jsonrpc": "2.0", "method": "a"}', b"5", request("x")]) + b"]"
"""A batch of two requests, with the ids 128 and "x", and of messages that need no answer."""


def answer_in(message: dict[str, Any]) -> int | str | None:
    """Return the kind of an answer, as in `Sent.answer`."""
    if "error" in message:
        code: int = message["error"]["code"]
        return code
    tool_error = message["result"].get("structuredContent", {}).get("error", {})
    known: str | None = tool_error.get("code")
    return known
