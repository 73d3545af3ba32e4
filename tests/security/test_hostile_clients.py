"""The memory of a real process under hostile clients, compared with the bytes they offer; and its answers to others."""

import json
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from support.servers import PATIENCE_S, ServerProcess, http_server_process

pytestmark = pytest.mark.slow("memory")

MIB = 1024 * 1024
OFFERED = 64 * MIB
JSON = b"Host: 127.0.0.1\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream\r\n"
CHUNKED = b"POST /mcp HTTP/1.1\r\n" + JSON + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n"
STREAM = b"GET /sse HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
WHOLE = b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
HEADERS = b"".join(b"X-%05d: some value\r\n" % number for number in range(3000))
INITIALIZE = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}


class Server:
    """A process, its memory beyond that at the start, and connections to it."""

    def __init__(self, served: ServerProcess) -> None:
        self.url = served.url
        self._status = Path(f"/proc/{served.process.pid}/status")
        self._sockets: list[socket.socket] = []
        for _ in range(20):
            self.answers_others()
        self._before = self._bytes("VmRSS:")

    def connect(self, data: bytes) -> socket.socket:
        client = socket.create_connection(("127.0.0.1", int(self.url.rpartition(":")[2])), PATIENCE_S)
        self._sockets.append(client)
        client.sendall(data)
        return client

    def offer(self, client: socket.socket, piece: bytes) -> None:
        """Send `piece` again and again, until enough is sent or the server ends the connection."""
        with suppress(ConnectionError):
            for _ in range(OFFERED // len(piece)):
                client.sendall(piece)

    def answers_others(self) -> None:
        assert httpx.get(f"{self.url}/health", timeout=PATIENCE_S, trust_env=False).status_code == 200

    def most_held(self) -> int:
        """Return the highest growth of memory so far, in bytes."""
        self.answers_others()
        held = self._bytes("VmHWM:") - self._before
        print(f"\nheld at most: {held / MIB:.1f} MiB")
        return held

    def close(self) -> None:
        for client in self._sockets:
            client.close()

    def _bytes(self, name: str) -> int:
        return int(self._status.read_text().partition(name)[2].split()[0]) * 1024


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with http_server_process(tmp_path) as served:
        server = Server(served)
        yield server
        server.close()


@pytest.mark.parametrize(
    ("beginning", "piece"),
    [
        (CHUNKED, HEADERS),
        (CHUNKED + b"X-Filler: ", b"x" * len(HEADERS)),
        (STREAM + b"GET /health HTTP/1.1\r\n", HEADERS),
        (STREAM + b"GET /", b"x" * len(HEADERS)),
        (b"", WHOLE * 1000),
        (STREAM, WHOLE * 1000),
    ],
    ids=["trailers", "a trailer", "a head behind a stream", "a path behind a stream", "a pipeline", "and a stream"],
)
def test_an_endless_request_is_not_kept(server: Server, beginning: bytes, piece: bytes) -> None:
    client = server.connect(beginning)
    client.settimeout(1)  # where the server reads no further, it keeps no more either
    with suppress(TimeoutError):
        server.offer(client, piece)
    assert server.most_held() < OFFERED / 4


def test_unfinished_bodies_are_kept_up_to_a_bound(server: Server) -> None:
    count = 300
    for _ in range(count):
        with suppress(ConnectionError):
            server.connect(b"POST /mcp HTTP/1.1\r\n" + JSON + b"Content-Length: 1000000\r\n\r\n" + b" " * 999_999)
    assert server.most_held() < count * 1_000_000 / 2


def test_a_stream_that_is_not_read_is_ended_before_much_is_kept(server: Server) -> None:
    stream = server.connect(STREAM)
    beginning = b""
    while not beginning.endswith(b"\r\n\r\n\r\n"):
        beginning += stream.recv(4096)
    address = beginning.split(b"data: ")[1].split()[0].decode()
    answered = 0
    with httpx.Client(base_url=server.url, timeout=PATIENCE_S, trust_env=False) as client:
        size = len(_post(client, "/mcp", "tools/list").content)
        _post(client, address, "initialize", **INITIALIZE)
        while answered < OFFERED and _post(client, address, "tools/list").status_code == 202:
            answered += size
    assert answered < OFFERED
    assert server.most_held() < OFFERED / 2


def test_unread_answers_are_not_kept(server: Server) -> None:
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/list"}).encode()
    request = b"POST /mcp HTTP/1.1\r\n" + JSON + b"Content-Length: %d\r\n\r\n" % len(body) + body
    for _ in range(50):
        client = server.connect(request)
        client.settimeout(0.01)
        with suppress(ConnectionError, TimeoutError):
            server.offer(client, request * 100)
    assert server.most_held() < OFFERED / 4


def _post(client: httpx.Client, path: str, method: str, **params: object) -> httpx.Response:
    message = {"jsonrpc": "2.0", "id": method, "method": method, "params": params}
    return client.post(path, json=message, headers={"Accept": "application/json, text/event-stream"})
