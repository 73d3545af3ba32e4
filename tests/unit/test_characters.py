"""Lone surrogates in an answer: all of them are replaced, and nothing else is."""

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from freshdesk_mcp_server.gateway.characters import REPLACEMENT, with_whole_characters

PIECES = [r"\\", r"\ud83d", r"\uDE00", r"\"", "a", r"\u0041", "u", "d83d", "\u00e9", r"\n", "\ud7ff", "\U0001f600"]


@settings(max_examples=500, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(PIECES), max_size=7).map("".join))
def test_the_text_equals_pythons_with_each_lone_surrogate_replaced(written: str) -> None:
    text = f'"{written}"'
    assert json.loads(with_whole_characters(text.encode())) == re.sub("[\ud800-\udfff]", REPLACEMENT, json.loads(text))


@pytest.mark.parametrize("half", [b"\xed\xa0\xbd", b"\xed\xbf\xbf", b"\\ud83d", b"\\uDFFF"])
def test_a_lone_surrogate_is_found_in_bytes_and_in_escapes(half: bytes) -> None:
    assert json.loads(with_whole_characters(b'{"a": "x%by"}' % half)) == {"a": f"x{REPLACEMENT}y"}


@pytest.mark.parametrize(
    "text", [b"", b"{}", b'"\\ud83d\\ude00"', b'"\\\\ud83d"', b'"\xed\x9f\xbf"', b'"\\ud83', b"\xff"]
)
def test_all_other_characters_stay(text: bytes) -> None:
    assert with_whole_characters(text) == text
