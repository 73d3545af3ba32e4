"""The body of an answer: unpacking, refusals, and the memory that reading takes."""

import gzip
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Callable, Sequence

import httpx
import pytest

from freshdesk_mcp_server.gateway.body import MOST_PIECES, STEP, BodyTooLargeError, read_bounded

pytestmark = pytest.mark.anyio

MOST = 8 * 1024 * 1024
WHOLE = b'{"id": 7}' * 1000
PACKED = gzip.compress(WHOLE)


class Pieces(httpx.AsyncByteStream):
    """A body in pieces; `taken` counts the pieces that were read."""

    def __init__(self, pieces: Sequence[bytes]) -> None:
        self._pieces = pieces
        self.taken = 0
        self.is_closed = False

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        if self.taken == len(self._pieces):
            raise StopAsyncIteration
        self.taken += 1
        return self._pieces[self.taken - 1]

    async def aclose(self) -> None:
        self.is_closed = True


def cut(body: bytes, size: int = STEP) -> list[bytes]:
    return [body[start : start + size] for start in range(0, len(body), size)]


async def read(pieces: Sequence[bytes], *codings: str, most: int = MOST) -> bytes:
    headers = [("Content-Encoding", coding) for coding in codings]
    return await read_bounded(httpx.Response(200, headers=headers, stream=Pieces(pieces)), most)


@pytest.mark.parametrize("size", [1, 7, STEP])
@pytest.mark.parametrize("codings", [[], [""], ["identity"], [" Identity "]])
async def test_a_body_without_coding_is_unchanged(codings: list[str], size: int) -> None:
    assert await read(cut(WHOLE, size), *codings) == WHOLE


@pytest.mark.parametrize("size", [1, 7, STEP])
@pytest.mark.parametrize("coding", ["gzip", "GZip", " gzip ", "gzip,"])
async def test_one_gzip_is_unpacked(coding: str, size: int) -> None:
    assert await read(cut(PACKED, size), coding) == WHOLE


@pytest.mark.parametrize("length", [0, 1, STEP - 1, STEP, STEP + 1, 3 * STEP])
@pytest.mark.parametrize("fill", [bytes, lambda length: b"0123456789abcdef" * (length // 16) + b"x" * (length % 16)])
async def test_a_body_of_any_length_is_unpacked_whole(fill: Callable[[int], bytes], length: int) -> None:
    body = fill(length)
    assert await read([gzip.compress(body)], "gzip") == body


@pytest.mark.parametrize(
    "codings",
    [
        ["gzip, gzip"],
        ["gzip", "gzip"],
        ["identity, gzip"],
        ["gzip,identity"],
        *(["deflate"], ["br"], ["zstd"], ["compress"], ["x"], ["gzip;q=1"], ["\xff"]),
    ],
)
async def test_any_other_coding_is_refused_before_it_is_read(codings: list[str]) -> None:
    stream = Pieces(cut(gzip.compress(PACKED), 10))
    headers = [(b"Content-Encoding", coding.encode("latin-1")) for coding in codings]
    with pytest.raises(httpx.DecodingError):
        await read_bounded(httpx.Response(200, headers=headers, stream=stream), MOST)
    assert stream.taken == 1


@pytest.mark.parametrize("pieces", [[], [b""]])
@pytest.mark.parametrize("coding", ["gzip", "gzip, gzip", "br", "nonsense"])
async def test_an_empty_body_is_empty_whatever_its_coding(coding: str, pieces: list[bytes]) -> None:
    assert await read(pieces, coding) == b""


@pytest.mark.parametrize(
    "broken",
    [
        b"this is not gzip",
        zlib.compress(WHOLE),
        PACKED[:5],
        PACKED[: len(PACKED) // 2],
        PACKED[:-8],
        PACKED[:-1],
        PACKED[:-8] + bytes(4) + PACKED[-4:],
        PACKED[:-4] + bytes(4),
        PACKED[:12] + b"broken" + PACKED[18:],
    ],
    ids="other zlib head half no-trailer trailer checksum length broken".split(),  # noqa: SIM905  # one line
)
@pytest.mark.parametrize("size", [1, STEP])
async def test_gzip_that_is_broken_or_cut_off_is_refused(broken: bytes, size: int) -> None:
    with pytest.raises(httpx.DecodingError):
        await read(cut(broken, size), "gzip")


@pytest.mark.parametrize("more", [PACKED, gzip.compress(b""), b"x", bytes(512)], ids="member empty x zeros".split())  # noqa: SIM905  # as above
@pytest.mark.parametrize("size", [1, STEP])
async def test_gzip_with_anything_after_its_end_is_refused(more: bytes, size: int) -> None:
    with pytest.raises(httpx.DecodingError):
        await read(cut(PACKED + more, size), "gzip")


@pytest.mark.parametrize(("pack", "codings"), [(bytes, []), (gzip.compress, ["gzip"])], ids=["plain", "packed"])
async def test_the_bound_is_exact(pack: Callable[[bytes], bytes], codings: list[str]) -> None:
    assert await read(cut(pack(bytes(1000)), 100), *codings, most=1000) == bytes(1000)
    with pytest.raises(BodyTooLargeError):
        await read(cut(pack(bytes(1001)), 100), *codings, most=1000)


async def test_gzip_without_content_is_given_up_at_the_bound_too() -> None:
    nothing = bytes([0, 0, 0, 255, 255])  # a stored block without content
    stream = Pieces([gzip.compress(b"")[:10], *[nothing * 1000] * 100])
    with pytest.raises(BodyTooLargeError):
        await read_bounded(httpx.Response(200, headers={"Content-Encoding": "gzip"}, stream=stream), 50_000)
    assert stream.taken == 11


async def test_a_body_in_very_many_pieces_is_refused() -> None:
    assert await read([b" "] * MOST_PIECES) == b" " * MOST_PIECES
    with pytest.raises(httpx.DecodingError):
        await read([b" "] * (MOST_PIECES + 1))


async def test_a_read_response_is_closed() -> None:
    stream = Pieces([WHOLE])
    await read_bounded(httpx.Response(200, stream=stream), MOST)
    assert stream.is_closed


async def peak_of(pieces: Sequence[bytes], *codings: str) -> int:
    """Return the bytes of memory that reading takes at most, even if it fails."""
    tracemalloc.start()
    try:
        await read(pieces, *codings)
    except httpx.DecodingError:
        """The refusal does not matter here."""
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return peak


@pytest.mark.parametrize("layers", [1, 2])
async def test_a_bomb_takes_no_more_memory_than_an_answer_as_large_as_the_bound(layers: int) -> None:
    bomb = bytes(128 * 1024 * 1024)
    for _ in range(layers):
        bomb = gzip.compress(bomb)
    honest = await peak_of([bytes(STEP)] * (MOST // STEP))
    assert await peak_of([bomb], ", ".join(["gzip"] * layers)) <= honest + 2 * len(bomb)
