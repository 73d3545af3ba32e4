"""Answers byte by byte, over real sockets: heads, lengths, chunks, and bytes after the end."""

import gzip
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
import pytest

from freshdesk_client.api.tickets import get_ticket
from freshdesk_mcp_server.errors import (
    ForeignReplyError,
    FreshdeskError,
    ReplyLostError,
    ReplyTooLargeError,
    ServerFailureError,
    UnexpectedStatusError,
    UnreadableReplyError,
)
from freshdesk_mcp_server.gateway import Gateway, open_gateway
from freshdesk_mcp_server.gateway.client import LARGEST_ANSWER
from freshdesk_mcp_server.gateway.operations.tickets import GET_TICKET
from support.gateways import settings_for_tests
from support.raw import RawServer, Said, raw_server

pytestmark = pytest.mark.anyio

OK = b"HTTP/1.1 200 OK\r\n"
SEVEN = b'{"id":7}'
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"


def whole(body: bytes = SEVEN, *headers: bytes, start: bytes = OK) -> bytes:
    """Return an answer of known length."""
    return b"\r\n".join([start.strip(), *headers, b"Content-Length: %d" % len(body), b"", body])


def packed(body: bytes, layers: int = 1, *, start: bytes = OK) -> bytes:
    for _ in range(layers):
        body = gzip.compress(body)
    return whole(body, b"Content-Encoding: " + b", ".join([b"gzip"] * layers), start=start)


def endless(head: bytes, piece: bytes) -> Said:
    return itertools.chain([head], itertools.repeat(piece * (65536 // len(piece))))


@asynccontextmanager
async def gateway_to(
    *answers: Said, is_closing: bool = False, deadline_s: float = 45.0
) -> AsyncIterator[tuple[Gateway, RawServer]]:
    async with raw_server(*answers, is_closing=is_closing) as (url, server):
        settings = settings_for_tests(upstream_url=url, max_attempts=1, deadline_s=deadline_s)
        async with open_gateway(settings, lambda _: None) as gateway:
            yield gateway, server


async def ticket_from(gateway: Gateway, number: int = 7) -> object:
    """Return the number of the ticket read, or the class of the error."""
    try:
        reply = await gateway.call(GET_TICKET, lambda client: get_ticket.asyncio_detailed(number, client=client))
    except FreshdeskError as error:
        return type(error)
    return reply.value.id


@pytest.mark.parametrize(
    ("said", "ending"),
    [
        (whole(), 7),
        (whole(start=b"HTTP/1.0 200 OK"), 7),
        (OK + b"\r\n" + SEVEN, 7),
        (CHUNKED + b"4\r\n" + SEVEN[:4] + b"\r\n4;x=y\r\n" + SEVEN[4:] + b"\r\n0\r\nX: y\r\n\r\n", 7),
        (b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" * 100 + whole(), 7),
        (whole(SEVEN, *[b"X: y"] * 10_000), 7),
        (whole(SEVEN, *[b"Set-Cookie: a=b; expires=1 1 1"] * 2_000), 7),
        (whole(SEVEN, b"X: " + b"y" * 90_000), 7),
        (whole(SEVEN, b"X: " + b"y" * 200_000), ReplyLostError),
        (whole(SEVEN, *[b"X: y"] * 40_000), ReplyLostError),
        (OK + b"Content-Length: 80\r\n\r\n" + SEVEN, ReplyLostError),
        (OK + b"Content-Length: 4\r\n\r\n" + SEVEN, ForeignReplyError),
        (OK + b"Content-Type: application/json\r\nContent-Length: 4\r\n\r\n" + SEVEN, UnreadableReplyError),
        (OK + b"Content-Length: 8\r\nContent-Length: 9\r\n\r\n" + SEVEN, ReplyLostError),
        (OK + b"Content-Length: -8\r\n\r\n" + SEVEN, ReplyLostError),
        (OK + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n" + SEVEN, ReplyLostError),
        (CHUNKED + b"8\r\n" + SEVEN, ReplyLostError),
        (CHUNKED + b"-8\r\n" + SEVEN, ReplyLostError),
        (CHUNKED + b"F" * 30 + b"\r\n" + SEVEN, ReplyLostError),
        (SEVEN, ReplyLostError),
        (b"\x00" * 1000, ReplyLostError),
        (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", ReplyLostError),
        (whole(start=b"HTTP/1.1 999 Odd"), ServerFailureError),
        (packed(SEVEN), 7),
        (packed(SEVEN)[:-1], ReplyLostError),
        (packed(SEVEN, 2), ForeignReplyError),
        (packed(bytes(LARGEST_ANSWER + 1)), ReplyTooLargeError),
        (packed(bytes(64 * 1024 * 1024), 2), ForeignReplyError),
        (packed(bytes(64 * 1024 * 1024), 2, start=b"HTTP/1.1 500 X"), ServerFailureError),
    ],
)
async def test_an_answer_of_any_bytes_ends_in_a_reply_or_in_one_of_our_errors(said: bytes, ending: object) -> None:
    async with gateway_to([said], is_closing=True) as (gateway, _):
        assert await ticket_from(gateway) == ending


@pytest.mark.parametrize(
    ("said", "ending"),
    [
        (endless(OK + b"X: ", b"y"), ReplyLostError),
        (endless(OK, b"X: y\r\n"), ReplyLostError),
        (endless(b"", b"\r\n"), ReplyLostError),
        (endless(CHUNKED + b"8;", b"x"), ReplyLostError),
        (endless(CHUNKED + b"8\r\n" + SEVEN + b"\r\n0\r\n", b"X: y\r\n"), ReplyLostError),
        (endless(CHUNKED, b"1\r\n \r\n"), ForeignReplyError),
        (endless(OK + b"\r\n", b" "), ReplyTooLargeError),
        (
            endless(OK + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"")[:10], b"\0\0\0\xff\xff"),
            ReplyTooLargeError,
        ),
    ],
    ids=["header", "headers", "lines", "chunk extension", "trailers", "small chunks", "body", "empty gzip"],
)
async def test_an_answer_without_an_end_is_given_up_before_the_deadline(said: Said, ending: object) -> None:
    async with gateway_to(said) as (gateway, _):
        assert await ticket_from(gateway) is ending


async def test_heads_without_an_answer_are_given_up_at_the_deadline() -> None:
    async with gateway_to(endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), deadline_s=2) as (gateway, _):
        started = anyio.current_time()
        assert await ticket_from(gateway) is ReplyLostError
        assert anyio.current_time() - started >= 2


@pytest.mark.parametrize(
    ("first", "ending"),
    [
        (whole() + whole(b'{"id":666}'), 7),
        (whole() + b"\r\n", 7),
        (OK + b"Content-Length: 4\r\n\r\n" + SEVEN, ForeignReplyError),
        (b"HTTP/1.1 204 No Content\r\n\r\n" + whole(b'{"id":666}'), ForeignReplyError),
        (b"HTTP/1.1 304 Not Modified\r\n\r\n" + whole(b'{"id":666}'), UnexpectedStatusError),
        (whole(b"{}", start=b"HTTP/1.1 500 X") + whole(b'{"id":666}'), ServerFailureError),
        (CHUNKED + b"8\r\n" + SEVEN + b"\r\n0\r\n\r\n" + whole(b'{"id":666}'), 7),
        (packed(SEVEN) + whole(b'{"id":666}'), 7),
        (packed(SEVEN, 2) + whole(b'{"id":666}'), ForeignReplyError),
    ],
    ids=["answer", "line", "short length", "204", "304", "500", "chunked", "packed", "refused"],
)
async def test_bytes_after_an_answer_are_never_taken_for_the_next_answer(first: bytes, ending: object) -> None:
    async with gateway_to([first], [whole(b'{"id":8}')]) as (gateway, server):
        assert [await ticket_from(gateway), await ticket_from(gateway, 8)] == [ending, 8]
        assert server.connections == 2


async def test_a_connection_is_used_again_if_nothing_comes_after_the_answer() -> None:
    answers = [[whole()], [packed(SEVEN)], [CHUNKED + b"8\r\n" + SEVEN + b"\r\n0\r\n\r\n"], [whole(b'{"id":8}')]]
    async with gateway_to(*answers) as (gateway, server):
        assert [await ticket_from(gateway, number) for number in (7, 7, 7, 8)] == [7, 7, 7, 8]
        assert server.connections == 1
