"""The bytes kept for a client of a stream that does not read, and the end of the stream."""

from dataclasses import dataclass, field

import anyio
import pytest
from starlette.types import Message

from freshdesk_mcp_server.transports import outbox as module
from freshdesk_mcp_server.transports.outbox import open_outbox
from freshdesk_mcp_server.transports.room import Budget

pytestmark = pytest.mark.anyio

START: Message = {"type": "http.response.start", "status": 200, "headers": []}
END: Message = {"type": "http.response.body"}


def piece(size: int) -> Message:
    return {"type": "http.response.body", "body": b"x" * size, "more_body": True}


@dataclass
class Reader:
    """A client that reads nothing until a test tells it to."""

    reads: anyio.Event = field(default_factory=anyio.Event)
    got: list[Message] = field(default_factory=list)

    async def send(self, message: Message) -> None:
        await self.reads.wait()
        self.got.append(message)


async def test_a_client_that_reads_gets_all_in_order_and_holds_nobody_up() -> None:
    reader = Reader()
    async with open_outbox(reader.send, Budget()) as outbox:
        messages = [START, *(piece(size) for size in range(100)), END]
        for message in messages:
            await outbox(message)
        assert reader.got == []
        reader.reads.set()
    assert reader.got == messages


async def test_a_client_may_leave_as_much_unread_as_the_bound_and_get_it_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_UNREAD", 10)
    reader = Reader()
    async with open_outbox(reader.send, Budget()) as outbox:
        for message in (START, piece(5), piece(5), piece(5)):
            await outbox(message)
        assert not outbox.is_full.is_set()
        reader.reads.set()
    assert reader.got == [START, piece(5), piece(5), piece(5)]


async def test_an_outbox_beyond_its_bound_keeps_only_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_UNREAD", 10)
    reader = Reader()
    async with open_outbox(reader.send, Budget()) as outbox:
        await outbox(START)
        await anyio.wait_all_tasks_blocked()  # the start is on its way
        for _ in range(100):
            await outbox(piece(11))
        assert outbox.is_full.is_set()
        assert list(outbox._messages) == []
        await outbox(END)
        reader.reads.set()
    assert reader.got == [START, END]


async def test_a_stream_that_is_cut_off_leaves_room_for_others() -> None:
    budget = Budget(10)
    for _ in range(5):
        with anyio.CancelScope() as call:
            async with open_outbox(Reader().send, budget) as outbox:
                await outbox(START)
                await outbox(piece(6))
                assert not outbox.is_full.is_set()
                call.cancel()


async def test_the_stream_with_most_unread_bytes_ends() -> None:
    budget = Budget(10)
    few, many = Reader(), Reader()
    async with open_outbox(few.send, budget) as small, open_outbox(many.send, budget) as large:
        for outbox in (small, large):
            await outbox(START)
        await anyio.wait_all_tasks_blocked()
        await small(piece(4))
        await large(piece(6))
        assert not large.is_full.is_set()
        await small(piece(1))
        assert (small.is_full.is_set(), large.is_full.is_set()) == (False, True)
        for reader in (few, many):
            reader.reads.set()
    assert few.got == [START, piece(4), piece(1)]
    assert many.got == [START]


@pytest.mark.slow("sockets")
async def test_read_bytes_do_not_count() -> None:
    budget = Budget(10)
    reader = Reader()
    reader.reads.set()
    async with open_outbox(reader.send, budget) as outbox:
        for _ in range(100):
            await outbox(piece(6))
            await anyio.wait_all_tasks_blocked()
    assert len(reader.got) == 100
    assert not outbox.is_full.is_set()
