"""MCP over standard input and output: every byte of output is a message, for any input and any end."""

import json
import signal
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from subprocess import PIPE, Popen
from typing import IO, Any

import anyio
import pytest
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.shared._context_streams import create_context_streams
from mcp.shared.message import SessionMessage
from mcp_types import JSONRPCNotification, JSONRPCRequest, JSONRPCResponse

from freshdesk_mcp_server.transports.stdio import LONGEST_MESSAGE, _Answers, _Requests, _Unanswered
from freshdesk_sandbox import API_KEY, Fault, Sandbox, running_sandbox
from support.messages import BOM, IN_ONE_BATCH, INVALID_REQUEST, PARSE_ERROR, SENT, answer_in, create, request
from support.servers import COMMAND, PATIENCE_S, environment, in_background, log_lines, wait_until, work_a_ticket

pytestmark = pytest.mark.slow("processes")

SERVE = (*COMMAND, "serve", "--transport", "stdio", "--sandbox")

# A server with a tool that breaks the rules for tools, on plain asyncio and without a sandbox.
NOISY = """
import asyncio, os, subprocess, sys
from contextlib import asynccontextmanager
from mcp.server.mcpserver import MCPServer
from freshdesk_mcp_server.tools.kit.runtime import CallsUnderWay
from freshdesk_mcp_server.transports.stdio import serve_stdio

@asynccontextmanager
async def lifespan(_):
    try:
        yield
    finally:
        print("closed", file=sys.stderr)

def shout() -> str:
    print("a stray print", flush=True)
    os.write(1, b"a stray write\\n")
    subprocess.run(["echo", "a stray child"])
    return "read: " + sys.stdin.read()

async def hang() -> str:
    print("hanging", file=sys.stderr, flush=True)
    await asyncio.sleep(3600)

def large() -> str:
    return "x" * 1_000_000

server = MCPServer("noisy", lifespan=lifespan)
for tool in (shout, hang, large):
    server.add_tool(tool)
asyncio.run(serve_stdio(server, CallsUnderWay()))
"""

INITIALIZE = {
    "jsonrpc": "2.0",
    "id": "init",
    "method": "initialize",
    "params": {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}},
}
INITIALIZED = {"jsonrpc": "2.0", "method": "notifications/initialized"}


def call(request_id: int, tool: str, **arguments: Any) -> dict[str, Any]:
    params = {"name": tool, "arguments": arguments}
    return {"jsonrpc": "2.0", "id": request_id, "method": "tools/call", "params": params}


def lines_of(messages: Iterable[dict[str, Any]]) -> bytes:
    return b"".join(json.dumps(message).encode() + b"\n" for message in messages)


def messages_in(output: bytes) -> list[dict[str, Any]]:
    """Return the messages; anything in `output` but JSON-RPC, one message a line, is an error."""
    assert output.endswith(b"\n")
    messages = [json.loads(line) for line in output.splitlines()]
    assert all(message["jsonrpc"] == "2.0" for message in messages)
    return messages


def answers_in(output: bytes) -> dict[Any, Any]:
    """Return the results by their ids; any other message in `output` is an error."""
    messages = messages_in(output)
    assert len({message["id"] for message in messages}) == len(messages)
    return {message["id"]: message["result"] for message in messages}


@contextmanager
def process_of(
    command: Iterable[str], directory: Path, *, stdin: IO[bytes] | int = PIPE, stdout: IO[bytes] | int = PIPE
) -> Iterator[Popen[bytes]]:
    """Start a process with pipes, or with the given files, whose standard error is the file `stderr` in `directory`."""
    with (directory / "stderr").open("wb") as stderr:
        process = Popen([*command], stdin=stdin, stdout=stdout, stderr=stderr, cwd=directory, env=environment())
    with process:
        try:
            yield process
        finally:
            process.kill()


REQUESTS: list[dict[str, Any]] = [
    INITIALIZE,
    INITIALIZED,
    call(1, "freshdesk_list_tickets", per_page=100),
    call(2, "freshdesk_create_ticket", subject="Piped in", email="pipe@example.com"),
    call(3, "freshdesk_get_ticket", ticket_id=404404),
]


def test_requests_that_are_piped_in_are_all_answered_before_the_end(tmp_path: Path) -> None:
    with process_of(SERVE, tmp_path) as process:
        output, _ = process.communicate(lines_of(REQUESTS), PATIENCE_S)
    assert process.returncode == 0
    answers = answers_in(output)
    assert set(answers) == {"init", 1, 2, 3}
    assert answers[1]["structuredContent"]["tickets"]
    assert answers[2]["structuredContent"]["ticket"]["subject"] == "Piped in"
    assert answers[3]["structuredContent"]["error"]["code"] == "not_found"
    assert {event["level"] for event in log_lines(tmp_path / "stderr")} == {"info", "warning"}


def test_input_and_output_may_be_files(tmp_path: Path) -> None:
    (tmp_path / "requests").write_bytes(lines_of([INITIALIZE, INITIALIZED, call(1, "large"), call(2, "shout")]))
    with (
        (tmp_path / "requests").open("rb") as requests,
        (tmp_path / "answers").open("wb") as answers,
        process_of([sys.executable, "-c", NOISY], tmp_path, stdin=requests, stdout=answers) as process,
    ):
        assert process.wait(PATIENCE_S) == 0
    assert set(answers_in((tmp_path / "answers").read_bytes())) == {"init", 1, 2}


def test_a_signal_ends_the_server_without_an_error_while_input_is_open(tmp_path: Path) -> None:
    for_each = {number: tmp_path / number.name for number in (signal.SIGINT, signal.SIGTERM)}
    with ExitStack() as stack:
        processes = {}
        for number, directory in for_each.items():
            directory.mkdir()
            processes[number] = stack.enter_context(process_of(SERVE, directory))
        for number, process in processes.items():
            assert process.stdin
            assert process.stdout
            process.stdin.write(lines_of([INITIALIZE]))
            process.stdin.flush()
            answer = process.stdout.readline()
            process.send_signal(number)
            assert process.wait(PATIENCE_S) == 0
            assert set(answers_in(answer + process.stdout.read())) == {"init"}
            assert {event["level"] for event in log_lines(for_each[number] / "stderr")} == {"info"}


def test_a_call_under_way_is_answered_after_a_signal(tmp_path: Path) -> None:
    sandbox = Sandbox()
    sandbox.faults.add(Fault(method="GET", delay_s=1))
    with in_background(running_sandbox(sandbox=sandbox)) as url:
        settings = {"API_KEY": API_KEY, "DOMAIN": "acme", "MCP_SERVER_UPSTREAM_URL": url}
        settings["MCP_SERVER_SHUTDOWN_GRACE_S"] = str(PATIENCE_S)
        (tmp_path / ".env").write_text("".join(f"FRESHDESK_{name}={value}\n" for name, value in settings.items()))
        with process_of((*COMMAND, "serve", "--transport", "stdio"), tmp_path) as process:
            assert process.stdin
            assert process.stdout
            process.stdin.write(lines_of([INITIALIZE, INITIALIZED, call(1, "freshdesk_get_ticket", ticket_id=7)]))
            process.stdin.flush()
            wait_until(lambda: bool(sandbox.statistics.requests), "the request to reach Freshdesk")
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE_S) == 0
            answers = answers_in(process.stdout.read())
    assert answers[1]["structuredContent"]["ticket"]["id"] == 7


def test_prints_of_a_tool_are_no_output_and_a_too_long_line_is_no_end(tmp_path: Path) -> None:
    too_long = b'{"jsonrpc": "2.0", "id": 9, "method": "' + b"x" * (LONGEST_MESSAGE + 1024 * 1024) + b'"}\n'
    garbage = b"\xff\xfe\n\n{]\n7\n"
    with process_of([sys.executable, "-c", NOISY], tmp_path) as process:
        sent = lines_of([INITIALIZE, INITIALIZED]) + too_long + garbage + lines_of([call(1, "shout"), call(2, "large")])
        output, _ = process.communicate(sent, PATIENCE_S)
    assert process.returncode == 0
    answers: dict[Any, Any] = {message["id"]: message.get("result") for message in messages_in(output)}
    assert set(answers) == {"init", 1, 2, 9, None}
    assert answers[1]["content"] == [{"type": "text", "text": "read: "}]
    assert len(answers[2]["content"][0]["text"]) == 1_000_000
    stderr = (tmp_path / "stderr").read_text()
    assert all(f"a stray {kind}\n" in stderr for kind in ("print", "write", "child"))


def answers_to(lines: Iterable[bytes], directory: Path) -> list[dict[str, Any]]:
    """Return the answers of a server to these lines; it ends with its input."""
    with process_of(SERVE, directory) as process:
        output, _ = process.communicate(b"".join(line + b"\n" for line in lines), PATIENCE_S)
    assert process.returncode == 0
    assert {event["level"] for event in log_lines(directory / "stderr")} <= {"info", "warning"}
    return messages_in(output)


def test_each_message_of_a_careless_client_is_answered_under_its_id(tmp_path: Path) -> None:
    begin = lines_of([INITIALIZE, INITIALIZED]).splitlines()
    messages = answers_to([*begin, *(sent.data for sent in SENT.values()), b"", b" \r", request("last")], tmp_path)
    told = [(message["id"], answer_in(message)) for message in messages]
    wanted = [("init", None), ("last", None), *((sent.id, sent.answer) for sent in SENT.values())]
    assert sorted(told, key=repr) == sorted(wanted, key=repr)


def test_a_byte_order_mark_before_the_first_message_is_ignored(tmp_path: Path) -> None:
    assert [message["id"] for message in answers_to([BOM + json.dumps(INITIALIZE).encode()], tmp_path)] == ["init"]


def test_the_first_line_may_be_no_message(tmp_path: Path) -> None:
    messages = answers_to([b"Content-Length: 20"] * 20 + lines_of([INITIALIZE]).splitlines(), tmp_path)
    assert [message["id"] for message in messages] == [None] * 20 + ["init"]


def test_each_request_of_a_batch_is_answered(tmp_path: Path) -> None:
    messages = answers_to([*lines_of([INITIALIZE]).splitlines(), IN_ONE_BATCH], tmp_path)
    told = {message["id"]: answer_in(message) for message in messages}
    assert told == {"init": None, 128: INVALID_REQUEST, "x": INVALID_REQUEST}


@pytest.mark.parametrize(
    ("begin", "end", "request_id"),
    [
        (b'{"jsonrpc": "2.0", "id": 9, "method": "', b'"}', 9),
        (b'{"method": "', b'", "jsonrpc": "2.0", "id": "nine"}', "nine"),
        (b'{"method": "', b'", "params": {"id": 9}}', None),
        (b"", b"", None),
    ],
)
def test_a_message_that_is_too_long_is_answered_once(
    tmp_path: Path, begin: bytes, end: bytes, request_id: object
) -> None:
    too_long = begin + b"x" * (3 * LONGEST_MESSAGE) + end
    messages = answers_to([*lines_of([INITIALIZE]).splitlines(), too_long, request("last")], tmp_path)
    assert {message["id"]: answer_in(message) for message in messages} == {
        "init": None,
        request_id: INVALID_REQUEST,
        "last": None,
    }


def test_a_message_of_the_largest_size_is_read(tmp_path: Path) -> None:
    largest = create(9, b"x").replace(b'"x"', b'"' + b"x" * (LONGEST_MESSAGE - len(create(9, b""))) + b'"')
    assert len(largest) == LONGEST_MESSAGE
    messages = answers_to([*lines_of([INITIALIZE, INITIALIZED]).splitlines(), largest], tmp_path)
    assert {message["id"]: answer_in(message) for message in messages} == {"init": None, 9: "invalid_arguments"}


def test_two_requests_under_one_id_are_both_answered(tmp_path: Path) -> None:
    twice = [json.dumps(call(1, "freshdesk_get_ticket", ticket_id=number)).encode() for number in (7, 8)]
    messages = answers_to([*lines_of([INITIALIZE, INITIALIZED]).splitlines(), *twice], tmp_path)
    ids = [message["result"]["structuredContent"]["ticket"]["id"] for message in messages if message["id"] == 1]
    assert sorted(ids) == [7, 8]


def test_a_line_of_a_file_that_is_no_message_is_answered(tmp_path: Path) -> None:
    (tmp_path / "requests").write_bytes(BOM + lines_of([INITIALIZE, INITIALIZED]) + b"{]\n" + request(1.5) + b"\n")
    with (
        (tmp_path / "requests").open("rb") as requests,
        (tmp_path / "answers").open("wb") as answers,
        process_of(SERVE, tmp_path, stdin=requests, stdout=answers) as process,
    ):
        assert process.wait(PATIENCE_S) == 0
    told = {message["id"]: answer_in(message) for message in messages_in((tmp_path / "answers").read_bytes())}
    assert told == {"init": None, None: PARSE_ERROR, 1.5: INVALID_REQUEST}


def test_a_client_that_left_is_no_crash_and_a_signal_ends_its_call(tmp_path: Path) -> None:
    stderr = tmp_path / "stderr"
    with process_of([sys.executable, "-c", NOISY], tmp_path) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(lines_of([INITIALIZE, INITIALIZED]))
        process.stdin.flush()
        assert process.stdout.readline()
        process.stdout.close()
        process.stdin.write(lines_of([call(1, "large"), call(2, "large"), call(3, "hang")]))
        process.stdin.close()
        wait_until(lambda: "hanging" in stderr.read_text(), "the last call to begin")
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == 0
    assert stderr.read_text() == "hanging\nclosed\n"


@pytest.mark.anyio
async def test_the_official_client_works_a_ticket(tmp_path: Path) -> None:
    parameters = StdioServerParameters(command=SERVE[0], args=[*SERVE[1:]], env=environment(), cwd=tmp_path)
    with (tmp_path / "stderr").open("w") as stderr:
        async with Client(stdio_client(parameters, errlog=stderr)) as client:
            assert client.protocol_version == "2026-07-28"
            await work_a_ticket(client)
    assert {event["level"] for event in log_lines(tmp_path / "stderr")} == {"info"}


class Connection:
    """The two streams between the SDK and the client, with both ends at hand."""

    def __init__(self) -> None:
        unanswered = _Unanswered()
        self.client_sends, incoming = create_context_streams[SessionMessage | Exception](8)
        outgoing, self.client_receives = create_context_streams[SessionMessage](8)
        self.requests = _Requests(incoming, unanswered)
        self.answers = _Answers(outgoing, unanswered)

    async def receive(self, message: JSONRPCRequest | JSONRPCNotification) -> None:
        await self.client_sends.send(SessionMessage(message))
        await self.requests.receive()

    async def answer(self, request_id: int) -> None:
        await self.answers.send(SessionMessage(JSONRPCResponse(jsonrpc="2.0", id=request_id, result={})))

    async def end_is_seen(self) -> bool:
        """Return True if the end of input is passed on as soon as all possible work is done."""
        is_seen = False

        async def read() -> None:
            nonlocal is_seen
            async for _ in self.requests:
                pytest.fail("nothing more was sent")
            is_seen = True

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(read)
            await anyio.wait_all_tasks_blocked()
            tasks.cancel_scope.cancel()
        return is_seen


@pytest.fixture
async def connection() -> Any:
    connection = Connection()
    async with connection.client_sends, connection.client_receives, connection.requests, connection.answers:
        yield connection


REQUEST = JSONRPCRequest(jsonrpc="2.0", id=1, method="tools/list")


@pytest.mark.anyio
async def test_the_end_of_input_waits_for_the_last_answer(connection: Connection) -> None:
    await connection.receive(REQUEST)
    await connection.receive(REQUEST.model_copy(update={"id": 2}))
    await connection.client_sends.aclose()
    await connection.answer(2)
    assert not await connection.end_is_seen()
    await connection.answer(1)
    assert await connection.end_is_seen()


@pytest.mark.anyio
async def test_the_end_of_input_waits_for_both_answers_under_one_id(connection: Connection) -> None:
    await connection.receive(REQUEST)
    await connection.receive(REQUEST)
    await connection.client_sends.aclose()
    await connection.answer(1)
    assert not await connection.end_is_seen()
    await connection.answer(1)
    assert await connection.end_is_seen()


@pytest.mark.anyio
async def test_the_end_of_input_does_not_wait_for_a_call_that_was_cancelled(connection: Connection) -> None:
    await connection.receive(REQUEST)
    cancelled = JSONRPCNotification(jsonrpc="2.0", method="notifications/cancelled", params={"requestId": 1})
    await connection.receive(cancelled)
    await connection.client_sends.aclose()
    assert await connection.end_is_seen()


@pytest.mark.anyio
async def test_the_end_of_input_does_not_wait_for_ever(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("freshdesk_mcp_server.transports.stdio.LAST_ANSWERS_S", 0)
    await connection.receive(REQUEST)
    await connection.client_sends.aclose()
    assert await connection.end_is_seen()
