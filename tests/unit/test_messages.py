"""Messages before the SDK reads them: repaired where a tool can name the fault, or answered under their id."""

import json

import pytest

from freshdesk_mcp_server.tools.kit.arguments import NO_CHARACTER
from freshdesk_mcp_server.transports.lines import LongLine, lines_from
from freshdesk_mcp_server.transports.messages import (
    LARGEST_INITIALIZE,
    MOST_IN_INITIALIZE,
    Refusal,
    read_message,
    refuse_too_long,
)
from freshdesk_mcp_server.transports.structure import DEEPEST, MOST_VALUES
from support.messages import BOM, IN_ONE_BATCH, INVALID_REQUEST, SENT, Sent, answer_in, create


def test_a_message_without_a_fault_is_passed_on_byte_by_byte() -> None:
    message = b'{ "jsonrpc":"2.0","id":1,"method":"ping","params":{"\\u00e9":"\\ud83d\\ude00\xc3\xa9"} }\r'
    assert read_message(message) == message


@pytest.mark.parametrize("sent", SENT.values(), ids=SENT)
def test_a_message_is_passed_on_or_answered_under_its_id(sent: Sent) -> None:
    read = read_message(sent.data)
    if isinstance(sent.answer, int):
        assert isinstance(read, Refusal)
        answer = json.loads(read.answers[0])
        assert (answer_in(answer), answer["id"]) == (sent.answer, sent.id)
    else:
        assert isinstance(read, bytes)
        assert json.loads(read)["id"] == sent.id


@pytest.mark.parametrize(
    ("subject", "read"),
    [
        (rb"\ud83d", NO_CHARACTER),
        (rb"a\ud83d\ude00\ud83d", f"a\U0001f600{NO_CHARACTER}"),
        (b"M\xfc", f"M{NO_CHARACTER}"),
        (b"\xed\xa0\xbd", NO_CHARACTER * 3),
        (b"a\tb", "a\tb"),
    ],
)
def test_invalid_characters_are_told_from_valid_ones(subject: bytes, read: str) -> None:
    message = read_message(create(1, subject))
    assert isinstance(message, bytes)
    assert json.loads(message)["params"]["arguments"]["subject"] == read


def test_only_a_mark_at_the_beginning_is_no_part_of_a_message() -> None:
    inside = create(1, "\ufeff".encode())
    assert read_message(inside) == inside
    assert isinstance(read_message(BOM + BOM + inside), Refusal)


def message_with(values: str, method: str = "tools/call") -> bytes:
    return b'{"jsonrpc":"2.0","params":{"_meta":[%b]},"id":7,"method":"%b"}' % (values.encode(), method.encode())


@pytest.mark.parametrize("value", ["[]", "{}", "1", '"ab"', '{"a":1}', "null", "1.5"])
def test_a_message_of_too_many_values_is_refused_under_its_id(value: str) -> None:
    few = message_with(",".join([value] * (MOST_VALUES // 4)))
    assert read_message(few) == few
    refusal = read_message(message_with(",".join([value] * (MOST_VALUES + 1))))
    assert isinstance(refusal, Refusal)
    answer = json.loads(refusal.body)
    assert (answer["id"], answer_in(answer)) == (7, INVALID_REQUEST)
    assert f"{MOST_VALUES:,}" in answer["error"]["message"]


@pytest.mark.parametrize(("open_", "close"), [("[", "]"), ('{"a":', "}")])
@pytest.mark.parametrize("levels", [DEEPEST, 100_000])
def test_a_message_of_too_many_levels_is_refused_under_its_id(open_: str, close: str, levels: int) -> None:
    refusal = read_message(message_with(open_ * levels + "1" + close * levels))
    assert isinstance(refusal, Refusal)
    answer = json.loads(refusal.body)
    assert (answer["id"], answer_in(answer)) == (7, INVALID_REQUEST)


def test_marks_in_a_text_are_no_values() -> None:
    message = message_with('"' + r"[{,:\"" * 20_000 + '"')
    assert read_message(message) == message


@pytest.mark.parametrize("values", ['"' + "x" * LARGEST_INITIALIZE + '"', ",".join(["[]"] * MOST_IN_INITIALIZE)])
def test_messages_kept_for_a_session_have_a_bound_of_their_own(values: str) -> None:
    assert isinstance(read_message(message_with(values)), bytes)
    refusal = read_message(message_with(values, "initialize"))
    assert isinstance(refusal, Refusal)
    assert json.loads(refusal.body)["id"] == 7


def test_each_request_of_a_batch_is_answered_in_one_body() -> None:
    read = read_message(IN_ONE_BATCH)
    assert isinstance(read, Refusal)
    assert [(answer["id"], answer_in(answer)) for answer in json.loads(read.body)] == [
        (128, INVALID_REQUEST),
        ("x", INVALID_REQUEST),
    ]


@pytest.mark.parametrize(
    ("head", "tail", "request_id"),
    [
        (b'{"id":7,"method":"a', b'"}', 7),
        (b'{"id":0,"method":"a', b'"}', 0),
        (b'{"method":"a', b'"},"id":0}', 0),
        (BOM + b'{ "jsonrpc" : "2.0" , "method" : "a" , "id" : "7" , "params": {"a', b"}}", "7"),
        (b'{"method":"a', b'"},"id":-7}\r', -7),
        (b'{"method":"a', b'"},"id":7,"jsonrpc":"2.0"}', 7),
        (b'{"method":"a', b'"},"jsonrpc":"2.0"}', None),
        (b'{"params":{"id":7,"a', b'"}}', None),
        (b'{"method":"a', b'","params":{"id":7}}', None),
        (b'{"method":"a', rb"\"id\":7}", None),
        (b'{"method":"a', b'"id":7.5}', None),
        (b'["id",7', b"]", None),
    ],
)
def test_the_id_of_a_message_that_is_too_long_is_that_of_its_outermost_object(
    head: bytes, tail: bytes, request_id: object
) -> None:
    answer = json.loads(refuse_too_long(head, tail, 1024).body)
    assert (answer["id"], answer["error"]["message"]) == (request_id, "A message has at most 1,024 bytes.")


@pytest.mark.anyio
@pytest.mark.parametrize("size", [1, 2, 3, 7, 10_000])
async def test_lines_are_the_same_in_whatever_parts_they_come(size: int) -> None:
    long = b"h" * 2000 + b"t" * 3000
    data = b"\n".join([b"one", b"", b"x" * 4000, long, b"two\r", long, b"rest"])
    parts = [data[start : start + size] for start in range(0, len(data), size)]

    async def read() -> bytes:
        return parts.pop(0) if parts else b""

    ends = LongLine(b"h" * 1024, b"t" * 1024)
    lines = [line async for line in lines_from(read, 4000)]
    assert lines == [b"one", b"", b"x" * 4000, ends, b"two\r", ends, b"rest"]
