"""An answer that repeats the API key, in any form, does not show it to a model or a log."""

import base64
import contextlib
import html
import json
import re
import time
import timeit
from collections.abc import Callable, Iterator
from urllib.parse import quote, unquote

import httpx
import pytest

from freshdesk_client.api.tickets import get_ticket
from freshdesk_mcp_server.errors import FreshdeskError
from freshdesk_mcp_server.gateway.operations.tickets import GET_TICKET
from freshdesk_mcp_server.gateway.redaction import HIDDEN, Redaction
from freshdesk_mcp_server.gateway.translate import LONGEST_TEXT
from freshdesk_mcp_server.telemetry.events import Event
from freshdesk_mcp_server.tools.kit.error_result import error_result
from support.gateways import gateway_over

pytestmark = pytest.mark.anyio

KEY = "zQ3-Key_of&an%41/agent<1>"
"""A key with many characters that HTML and URLs escape, and with a part that looks like an escape."""
PLAIN_KEY = "Zx81kPq0RtYw3uVb5nMc"
BACKSLASHES = r"a\b\c\d-e_f\gh"
KEYS = [KEY, PLAIN_KEY, BACKSLASHES]

type Form = Callable[[str], str]


def each(form: str) -> Form:
    """Return every character in `form`."""
    return lambda text: "".join(form.format(ord(c)) for c in text)


def every_other(form: Form) -> Form:
    return lambda text: "".join(form(c) if number % 2 else c for number, c in enumerate(text))


def encoded(before: str = "", after: str = "", encode: Callable[[bytes], bytes] = base64.b64encode) -> Form:
    return lambda text: encode(f"{before}{text}{after}".encode()).decode()


FORMS: dict[str, Form] = {
    "plain": str,
    "upper case": str.upper,
    "JSON": lambda text: json.dumps(text)[1:-1],
    "JSON, each": each("\\u{:04x}"),
    "JSON, each, upper case": each("\\u{:04X}"),
    "JSON, some": every_other(each("\\u{:04x}")),
    "JavaScript": each("\\x{:02x}"),
    "HTML": html.escape,
    "HTML, each": each("&#{};"),
    "HTML, each, hexadecimal": each("&#x{:X};"),
    "HTML, some": every_other(each("&#{};")),
    "URL": quote,
    "URL, each": each("%{:02x}"),
    "URL, some": every_other(each("%{:02X}")),
    "URL in a URL": lambda text: quote(quote(text)),
    "HTML in a URL": lambda text: quote(each("&#{};")(text)),
    "JSON in HTML": lambda text: html.escape(json.dumps(text)),
    "as it is sent": lambda text: "Basic " + encoded(after=":X")(text),
    "as others would send it": encoded(after=":password"),
    "base64": encoded(),
    "base64 of more": encoded(before="agent:"),
    "base64 of more, otherwise": encoded(before="ag:", after="."),
    "base64 for URLs": encoded(after=":X", encode=base64.urlsafe_b64encode),
    "hexadecimal digits": lambda text: text.encode().hex(),
    "hexadecimal digits, upper case": lambda text: text.encode().hex().upper(),
    "hexadecimal digits, apart": lambda text: text.encode().hex(":"),
    "hexadecimal digits, as a UUID": lambda text: re.sub("(.{8})(.{4})", r"\1-\2-", text.encode().hex()),
    "base64, quoted": lambda text: quote(encoded(after=":X")(text)),
}


def readings(text: str) -> Iterator[str]:
    """Yield all readings of a text, layer by layer."""
    for unescape in (unquote, html.unescape, unbackslash):
        yield text
        yield from (unescape(text), html.unescape(unquote(unescape(text))), unbackslash(html.unescape(unescape(text))))
        yield unescape(unescape(text))


def unbackslash(text: str) -> str:
    return re.sub(r"\\(?:u00|x)(..)", lambda found: chr(int(found[1], 16)), re.sub(r"\\([^ux])", r"\1", text))


def holds(text: str, key: str) -> bool:
    """Return True if a search for the key, or for most of it, finds it."""
    pieces = [base64.b64encode(bytes(before) + key.encode()).decode()[4:-4] for before in range(3)]
    sought = [piece.lower() for piece in (key[:-1], key[1:], *pieces)]
    digits = key.encode().hex()
    is_in_digits = any(part in re.sub("[-:]", "", text.lower()) for part in (digits[2:], digits[:-2]))
    return is_in_digits or any(piece in reading.lower() for reading in readings(text) for piece in sought)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("key", KEYS)
def test_no_form_of_the_key_is_left_in_a_text(key: str, form: str) -> None:
    said = FORMS[form](key)
    assert holds(said, key)
    for text in (said, f"the key {said} is wrong", f"?key={said}&x=1", said * 3):
        shown = Redaction(key)(text)
        assert not holds(shown, key)
        assert HIDDEN in shown


@pytest.mark.parametrize(
    "text", ["", "fine", "100 % & \\ more", "a &amp; b", "%41", "\\n", HIDDEN, PLAIN_KEY[:-1], "&"]
)
def test_a_text_without_the_key_is_unchanged(text: str) -> None:
    assert Redaction(PLAIN_KEY)(text) == text


NOT_FOUND: dict[str, Form] = {
    "%u of old JavaScript": each("%u{:04x}"),
    "octal": each("\\{:03o}"),
    "\\U of Python": each("\\U{:08x}"),
    "CSS": each("\\{:x} "),
    "quoted-printable": each("={:02X}"),
    "invisible characters in between": "\u200b".join,
    "base64 of base64": lambda text: encoded()(encoded()(text)),
    "backwards": lambda text: text[::-1],
}
"""Forms that docs/security.md does not promise; if one is found, it may move to `FORMS`."""


@pytest.mark.parametrize("form", NOT_FOUND)
def test_forms_of_the_key_without_a_promise_are_not_hidden(form: str) -> None:
    assert Redaction(PLAIN_KEY)(NOT_FOUND[form](PLAIN_KEY)) != HIDDEN


def cost_s(key: str, text: str) -> float:
    redact = Redaction(key)
    return min(timeit.repeat(lambda: redact(text), timer=time.process_time, number=10, repeat=5))


@pytest.mark.parametrize(
    ("key", "text"),
    [("\\" * 16 + "a", "\\" * 31 + "x"), ("a" * 127 + "b", "a" * 8_000), ("&" * 128, "&" * 8_000)],
    ids=["backslashes", "almost the key", "ampersands"],
)
def test_an_awkward_key_costs_little_more_than_any_other(key: str, text: str) -> None:
    assert cost_s(key, text) < 50 * cost_s(PLAIN_KEY, text) + 1e-3


def test_a_search_for_another_key_compiles_no_pattern(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[object] = []
    with monkeypatch.context() as patch:
        patch.setattr(re, "compile", lambda *given: compiled.append(given))
        with contextlib.suppress(AttributeError):  # of None, where a pattern was wanted
            Redaction(KEY * 5)
    assert compiled == []


def test_the_text_around_a_plain_key_is_unchanged() -> None:
    assert Redaction(PLAIN_KEY)(f"the key {PLAIN_KEY} is wrong") == f"the key {HIDDEN} is wrong"


@pytest.mark.parametrize("text", ["&#" + "9" * 5000 + ";", "%" + "25" * 10 + "41", "&" + "amp;" * 10 + "lt;"])
def test_a_text_that_cannot_be_unescaped_to_its_end_is_hidden(text: str) -> None:
    assert Redaction(PLAIN_KEY)(f"a {text} b") == HIDDEN


def refusal(status: int, value: str, request_id: str) -> httpx.Response:
    """Return an answer in whose JSON `value` stands literally, escapes of JSON included."""
    body = (
        f'{{"message": "what is {value}?", "code": "{value}", "description": "{value}", "errors": ['
        f'{{"field": "{value}", "message": "{"x" * (LONGEST_TEXT - 10)} {value}", "code": "{value}"}}]}}'
    )
    headers = [(b"X-Request-Id", request_id.encode())]
    return httpx.Response(status, headers=headers, stream=httpx.ByteStream(body.encode()))


async def seen_of(answer: httpx.Response, key: str) -> str:
    """Return all that a model and a log see of a call with this answer."""
    events: list[Event] = []
    async with gateway_over(lambda _: answer, events=events, api_key=key, max_attempts=1) as gateway:
        try:
            await gateway.call(GET_TICKET, lambda client: get_ticket.asyncio_detailed(7, client=client))
        except FreshdeskError as error:
            shown = json.loads(error_result(error).model_dump_json())
            return f"{shown} {error!r} {events}"
    return repr(events)


@pytest.mark.parametrize("status", [400, 401, 407, 503])
@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("form", FORMS)
async def test_no_error_shows_the_key(form: str, key: str, status: int) -> None:
    said = FORMS[form](key)
    in_json = said if form.startswith("JSON") and " in " not in form else json.dumps(said)[1:-1]
    assert not holds(await seen_of(refusal(status, in_json, said), key), key)


@pytest.mark.parametrize("request_id", ["{}", "req-{}", "{}.1", "a:{}:b"])
@pytest.mark.parametrize("form", [name for name, form in FORMS.items() if re.fullmatch(r"[\w.:-]+=*", form(PLAIN_KEY))])
@pytest.mark.parametrize("status", [200, 400])
async def test_no_request_id_of_an_answer_shows_the_key(status: int, form: str, request_id: str) -> None:
    said = FORMS[form](PLAIN_KEY).rstrip("=")
    answer = httpx.Response(status, json={"id": 7}, headers={"X-Request-Id": request_id.format(said)})
    assert not holds(await seen_of(answer, PLAIN_KEY), PLAIN_KEY)


async def test_a_request_id_without_the_key_is_kept() -> None:
    answer = httpx.Response(400, headers={"X-Request-Id": "0d1c7a52-5a07"})
    assert "0d1c7a52-5a07" in await seen_of(answer, PLAIN_KEY)
