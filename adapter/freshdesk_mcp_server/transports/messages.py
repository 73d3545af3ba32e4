"""JSON-RPC messages as clients send them, before the SDK parses them.

The SDK drops a message that it cannot parse, and takes a request with an odd id for a notification. It answers neither,
so the client waits without end. Here bad characters in a message are replaced, so that the tool can name the argument.
Any other bad message is answered with an error under its id.
"""

import json
import math
import re
from dataclasses import dataclass
from typing import Any

from mcp_types import INVALID_PARAMS, INVALID_REQUEST, PARSE_ERROR, jsonrpc_message_adapter
from pydantic import ValidationError
from pydantic_core import from_json

from freshdesk_mcp_server.tools.kit.arguments import HALF, NO_CHARACTER
from freshdesk_mcp_server.transports.structure import DEEPEST, MOST_VALUES, is_too_rich

SEEN_OF_LONG = 1024
"""Bytes at each end of a message that are searched for its id when the whole cannot be parsed."""
LARGEST_INITIALIZE = 16 * 1024
"""Bytes. The SDK keeps this message as long as its session lasts; known clients send less than 1,000 bytes."""
MOST_IN_INITIALIZE = 250
"""Names and values in an ``initialize`` message."""
_BATCH = "This server takes no batches: send each message by itself."
_TOO_RICH = f"A message has at most {MOST_VALUES:,} names and values, on {DEEPEST} levels."
_NO_JSON = "Parse error: this is not JSON in UTF-8, or it is nested too deeply, or holds a number that is too long."

_SCALAR = rb'(?:"[^"\\]*"|-?[0-9][0-9.eE+-]*|true|false|null)'
_OTHERS = rb'(?:\s*"[^"\\]*"\s*:\s*' + _SCALAR + rb"\s*,){0,8}"
_OTHERS_BEHIND = rb'(?:,\s*"[^"\\]*"\s*:\s*' + _SCALAR + rb"\s*){0,8}"
_ID = rb'\s*"id"\s*:\s*("[^"\\]*"|-?[0-9]{1,40})\s*'
# Both find only the id of the outermost object: no bracket stands between it and that end.
_ID_AT_HEAD = re.compile(rb"(?:\xef\xbb\xbf)?\s*\{" + _OTHERS + _ID + rb"[,}]")
_ID_AT_TAIL = re.compile(_ID + _OTHERS_BEHIND + rb"\}\s*$")


@dataclass(frozen=True, slots=True)
class Refusal:
    """The answers, as JSON, to a bad message or to each request of a batch."""

    answers: tuple[str, ...]
    is_batch: bool = False

    @property
    def body(self) -> str:
        """All answers as one JSON value."""
        return f"[{','.join(self.answers)}]" if self.is_batch else self.answers[0]


def read_message(data: bytes) -> bytes | Refusal:
    """Return one message that the SDK can parse, or its refusal.

    Half of a surrogate pair, and a byte that is not UTF-8, become `NO_CHARACTER`, which the tools refuse.
    """
    if is_too_rich(data):
        return _refusal(_id_of_rich(data), INVALID_REQUEST, _TOO_RICH)
    try:
        return _checked(from_json(data), data)
    except ValueError:
        pass
    try:
        mended = _mended(data)
        return _checked(from_json(mended), mended)
    except (ValueError, RecursionError):
        return _refusal(_id_in(_ID_AT_HEAD.match(data[:SEEN_OF_LONG])), PARSE_ERROR, _NO_JSON)


def refuse_too_long(head: bytes, tail: bytes, longest: int) -> Refusal:
    """Refuse a message of more than `longest` bytes, of which only the ends are known."""
    return _refusal(_id_at_end(head, tail), INVALID_REQUEST, f"A message has at most {longest:,} bytes.")


def answer_with_error(request_id: object, code: int, text: str, data: object = None) -> str:
    """Return a JSON-RPC error as JSON; `request_id` is None if the request has no id."""
    error = {"code": code, "message": text} | ({} if data is None else {"data": data})
    return json.dumps({"jsonrpc": "2.0", "id": request_id, "error": error})


def _mended(data: bytes) -> bytes:
    # Python accepts what the SDK's parser does not: half a surrogate pair, control characters in strings.
    text = data.decode("utf-8", "surrogateescape").removeprefix("\ufeff")
    written = json.dumps(json.loads(text, strict=False), ensure_ascii=False)
    return HALF.sub(NO_CHARACTER, written).encode()


def _checked(message: Any, data: bytes) -> bytes | Refusal:
    if isinstance(message, list):
        ids = [_id_of(one) for one in message if isinstance(one, dict) and "method" in one and "id" in one]
        answers = [answer_with_error(request_id, INVALID_REQUEST, _BATCH) for request_id in ids or [None]]
        return Refusal(tuple(answers), is_batch=bool(ids))
    fault = _fault_of(message) or _fault_of_initialize(message, data)
    return _refusal(_id_of(message), *fault) if fault else data


def _fault_of(message: Any) -> tuple[int, str] | None:
    """Return the code and the text of the error for a message that the SDK would drop or misread."""
    if not isinstance(message, dict):
        return INVALID_REQUEST, "A message is a JSON object."
    if message.get("jsonrpc") != "2.0":
        return INVALID_REQUEST, 'A message has "jsonrpc": "2.0".'
    if "method" not in message or "result" in message or "error" in message:
        return _fault_of_answer(message)
    return _fault_of_request(message)


def _fault_of_request(message: dict[str, Any]) -> tuple[int, str] | None:
    if not isinstance(message["method"], str):
        return INVALID_REQUEST, "A method is a string."
    if "id" in message and not _is_id(message["id"]):
        return INVALID_REQUEST, "An id is a string or a whole number."
    if not isinstance(message.get("params", {}), dict | None):
        return INVALID_PARAMS, "The params are an object."
    return None


def _fault_of_initialize(message: dict[str, Any], data: bytes) -> tuple[int, str] | None:
    if message.get("method") != "initialize":
        return None
    if len(data) <= LARGEST_INITIALIZE and not is_too_rich(data, MOST_IN_INITIALIZE):
        return None
    most = f"{LARGEST_INITIALIZE:,} bytes, and {MOST_IN_INITIALIZE} names and values"
    return INVALID_PARAMS, f"A message of initialize has at most {most}."


def _fault_of_answer(message: dict[str, Any]) -> tuple[int, str] | None:
    try:
        jsonrpc_message_adapter.validate_python(message, by_name=False)
        is_one = "method" not in message
    except ValidationError:
        is_one = False
    return None if is_one else (INVALID_REQUEST, "A message has a method, or else a result or an error.")


def _is_id(value: object) -> bool:
    if isinstance(value, str):
        return NO_CHARACTER not in value
    return isinstance(value, int) and not isinstance(value, bool)


def _id_of(message: Any) -> object:
    """Return the id for the answer: a string or a finite number, a fraction included. A response gets no answer."""
    if not isinstance(message, dict) or ("method" not in message and ("result" in message or "error" in message)):
        return None
    value = message.get("id")
    return value if _is_id(value) or (isinstance(value, float) and math.isfinite(value)) else None


def _id_of_rich(data: bytes) -> object:
    """Return the id of a message that is parsed for its id alone, and not kept."""
    try:
        return _id_of(from_json(data))
    except ValueError:
        return _id_at_end(data[:SEEN_OF_LONG], data[-SEEN_OF_LONG:])


def _id_at_end(head: bytes, tail: bytes) -> object:
    return _id_in(_ID_AT_HEAD.match(head) or _ID_AT_TAIL.search(tail))


def _id_in(found: re.Match[bytes] | None) -> object:
    try:
        return json.loads(found[1]) if found else None
    except ValueError:
        return None


def _refusal(request_id: object, code: int, text: str) -> Refusal:
    return Refusal((answer_with_error(request_id, code, text),))
