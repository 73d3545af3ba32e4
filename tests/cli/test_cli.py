"""The command line: the output of each command, its stream, and its exit code."""

import json
import logging
import re
import runpy
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import click
import httpx
import pytest
import structlog
from click.testing import CliRunner, Result

from freshdesk_mcp_server import __version__
from freshdesk_mcp_server.cli import main
from freshdesk_mcp_server.gateway import open_gateway
from freshdesk_sandbox import API_KEY as SANDBOX_API_KEY
from freshdesk_sandbox import running_sandbox
from support.gateways import settings_for_tests
from support.servers import (
    COMMAND,
    PATIENCE_S,
    environment,
    http_app,
    http_server_process,
    in_background,
    listening,
    server_over,
)

LIST_ONE = "".join(
    json.dumps({"jsonrpc": "2.0", **message}) + "\n"
    for message in (
        {
            "id": 1,
            "method": "initialize",
            "params": {
                "protocolVersion": "2025-11-25",
                "capabilities": {},
                "clientInfo": {"name": "host", "version": "1"},
            },
        },
        {"method": "notifications/initialized"},
        {
            "id": 2,
            "method": "tools/call",
            "params": {"name": "freshdesk_list_tickets", "arguments": {"per_page": 1}},
        },
    )
)
"""The messages of a host over stdio that read one ticket."""
COMMANDS = ["serve", "check", "call", "install", "sandbox"]


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    """Restore logging: a command configures it for its process, which here is that of all tests."""
    root = logging.getLogger()
    handlers, level, before = root.handlers[:], root.level, structlog.get_config()
    levels = {name: logging.getLogger(name).level for name in logging.root.manager.loggerDict}
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, old in levels.items():
        logging.getLogger(name).setLevel(old)
    structlog.configure(**before)


def run(*arguments: str) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(main, arguments)


def complaint_of(result: Result, *, exit_code: int) -> str:
    """Return the standard error of a command that failed without a crash and without standard output."""
    assert result.exit_code == exit_code, result.output
    assert result.stdout == ""
    assert isinstance(result.exception, SystemExit)
    assert "Traceback" not in result.stderr
    return result.stderr


@pytest.fixture(scope="module")
def sandbox_url() -> Iterator[str]:
    with in_background(running_sandbox()) as url:
        yield url


@pytest.fixture(scope="module")
def server_url(sandbox_url: str) -> Iterator[str]:
    settings = settings_for_tests(api_key=SANDBOX_API_KEY, upstream_url=sandbox_url)

    @asynccontextmanager
    async def serving() -> AsyncIterator[str]:
        async with listening(http_app(server_over(settings=settings))) as (url, _):
            yield url

    with in_background(serving()) as url:
        yield url


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@pytest.fixture
def closed_port() -> int:
    """Return a port that was free a moment ago, so that nobody answers there."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


# Help


def test_the_sandbox_is_imported_only_on_request() -> None:
    probe = "import sys, freshdesk_mcp_server.cli\nprint('freshdesk_sandbox' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


@pytest.mark.parametrize("command", [[], *([name] for name in COMMANDS)])
@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_help_is_given(command: list[str], flag: str) -> None:
    result = run(*command, flag)
    assert result.exit_code == 0
    assert "Usage:" in result.stdout
    assert result.stderr == ""


def test_help_explains_each_command_and_each_option() -> None:
    assert sorted(main.commands) == sorted(COMMANDS)
    for name, command in main.commands.items():
        assert command.help, name
        assert command.get_short_help_str(), name
        options = [parameter for parameter in command.params if isinstance(parameter, click.Option)]
        assert [option.name for option in options if not option.help] == [], name


def test_help_shows_how_to_begin() -> None:
    assert "serve --sandbox" in run("--help").stdout
    assert "FRESHDESK_API_KEY" in run("--help").stdout
    assert """call freshdesk_get_ticket '{"ticket_id": 7}'""" in run("call", "--help").stdout


def test_the_module_is_the_command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["freshdesk-mcp-server", "--version"])
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("freshdesk_mcp_server", run_name="__main__", alter_sys=True)
    assert ended.value.code == 0
    assert capsys.readouterr().out.split()[-1] == __version__


# Settings


@pytest.mark.parametrize("command", [["serve"], ["serve", "--transport", "stdio"], ["check"], ["call", "some_tool"]])
def test_all_wrong_settings_are_reported_at_once(monkeypatch: pytest.MonkeyPatch, command: list[str]) -> None:
    monkeypatch.setenv("FRESHDESK_API_KEY", "short")
    monkeypatch.setenv("FRESHDESK_MCP_SERVER_LOGLEVEL", "DEBUG")
    monkeypatch.setenv("FRESHDESK_MCP_SERVER_PORT", "eighty")
    complaint = complaint_of(run(*command), exit_code=2)
    for expected in (
        "FRESHDESK_API_KEY is not valid",
        "FRESHDESK_DOMAIN is not set",
        "FRESHDESK_MCP_SERVER_PORT is not valid",
        "did you mean FRESHDESK_MCP_SERVER_LOG_LEVEL?",
    ):
        assert expected in complaint
    assert "short" not in complaint
    assert "eighty" not in complaint


@pytest.mark.parametrize("command", [["serve"], ["check"], ["call", "some_tool"]])
def test_a_missing_env_file_is_reported_in_one_sentence(command: list[str]) -> None:
    complaint = complaint_of(run(*command, "--env-file", "nowhere/.env"), exit_code=2)
    assert "Invalid value for '--env-file': File 'nowhere/.env' does not exist." in complaint


@pytest.mark.parametrize("command", [["serve"], ["check"], ["call", "some_tool"]])
def test_problems_in_a_given_env_file_are_reported_with_its_name(tmp_path: Path, command: list[str]) -> None:
    (tmp_path / ".env").write_text("FRESHDESK_DOMAIN=acme\nFRESHDESK_API_KEY=a-key-of-acme\n")
    (tmp_path / "other").write_text("FRESHDESK_DOMAIN=acme\n")
    complaint = complaint_of(run(*command, "--env-file", "other"), exit_code=2)
    assert "FRESHDESK_API_KEY is not set" in complaint
    assert f"the file {tmp_path / 'other'} (see .env.example)" in complaint


@pytest.mark.parametrize("command", [["serve"], ["check"], ["call", "some_tool"]])
def test_a_missing_env_file_is_reported_with_its_path(tmp_path: Path, command: list[str]) -> None:
    complaint = complaint_of(run(*command), exit_code=2)
    assert f"the file {tmp_path / '.env'} (which is not there; see .env.example)" in complaint


def test_a_wrong_setting_in_the_env_file_is_reported_with_the_path(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("FRESHDESK_MCP_SERVER_PORT=x\nFRESHDESK_MCP_SERVER_PROT=1\n")
    complaint = complaint_of(run("serve", "--sandbox"), exit_code=2)
    assert f"FRESHDESK_MCP_SERVER_PORT in {tmp_path / '.env'} is not valid" in complaint
    assert f"FRESHDESK_MCP_SERVER_PROT in {tmp_path / '.env'} is not a setting" in complaint


def test_a_wrong_option_is_reported_like_a_variable() -> None:
    assert "PORT is not valid" in complaint_of(run("serve", "--sandbox", "--port", "70000"), exit_code=2)


# Proxies and certificates

SECRET = "marked-and-secret"
ASTRAY = {
    "ALL_PROXY": f"socks://user:{SECRET}@127.0.0.1:1",
    "all_proxy": f"socks5://user:{SECRET}@127.0.0.1:1",
    "HTTPS_PROXY": f"htp://user:{SECRET}@proxy",
    "https_proxy": f"http://user:{SECRET}@proxy:port",
    "SSL_CERT_FILE": f"/nowhere/{SECRET}",
    "SSL_CERT_DIR": f"/nowhere/{SECRET}",
}
HARMLESS = {"NO_PROXY": "[::1]", "no_proxy": "fe80::/10,10.0.0.0/8", "HTTP_PROXY": ASTRAY["ALL_PROXY"]}


@pytest.mark.parametrize("name", ASTRAY)
@pytest.mark.parametrize(
    "command",
    [
        ["serve"],
        ["serve", "--transport", "stdio"],
        ["check"],
        ["call", "freshdesk_list_tickets"],
        ["call", "--url", "https://mcp.example.com/mcp", "freshdesk_list_tickets"],
    ],
    ids=" ".join,
)
def test_an_invalid_network_variable_is_named_in_one_line(
    monkeypatch: pytest.MonkeyPatch, name: str, command: list[str]
) -> None:
    monkeypatch.setenv("FRESHDESK_API_KEY", "a-key-of-acme")
    monkeypatch.setenv("FRESHDESK_DOMAIN", "acme")
    monkeypatch.setenv(name, ASTRAY[name])
    complaint = complaint_of(run(*command), exit_code=2)
    assert [line.split()[1] for line in complaint.splitlines() if name in line] == [name]
    assert SECRET not in complaint


@pytest.mark.slow("processes")
@pytest.mark.parametrize("name", [*ASTRAY, *HARMLESS])
def test_a_call_on_this_machine_ignores_the_network_variables(
    monkeypatch: pytest.MonkeyPatch, way: list[str], name: str
) -> None:
    monkeypatch.setenv(name, (ASTRAY | HARMLESS)[name])
    assert json_of(run("call", *way, "freshdesk_list_tickets"), exit_code=0)["page"] == 1


@pytest.mark.slow("processes")
@pytest.mark.parametrize("transport", ["http", "stdio"])
def test_a_server_on_the_sandbox_ignores_the_network_variables(tmp_path: Path, transport: str) -> None:
    command = ("serve", "--sandbox", "--transport", transport, "--port", "0")
    if transport == "http":
        with http_server_process(tmp_path, *command, **ASTRAY, **HARMLESS) as server:
            assert SECRET not in server.stderr.read_text()
        return
    done = subprocess.run(
        [*COMMAND, *command],
        input=LIST_ONE,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=environment(**ASTRAY, **HARMLESS),
        timeout=PATIENCE_S,
        check=True,
    )
    assert SECRET not in done.stderr
    assert json.loads(done.stdout.splitlines()[-1])["result"]["structuredContent"]["tickets"]


# check


@pytest.fixture
def _account(monkeypatch: pytest.MonkeyPatch, sandbox_url: str) -> None:
    monkeypatch.setenv("FRESHDESK_DOMAIN", "acme")
    monkeypatch.setenv("FRESHDESK_API_KEY", SANDBOX_API_KEY)
    monkeypatch.setenv("FRESHDESK_MCP_SERVER_UPSTREAM_URL", sandbox_url)


@pytest.mark.usefixtures("_account")
def test_check_shows_the_settings_and_the_owner_of_the_key_but_not_the_key() -> None:
    result = run("check")
    assert result.exit_code == 0, result.output
    assert "FRESHDESK_DOMAIN = acme.freshdesk.com" in result.stdout
    assert "FRESHDESK_API_KEY = ****" in result.stdout
    assert SANDBOX_API_KEY not in result.output
    assert result.stderr == ""


def test_check_reads_the_given_env_file(tmp_path: Path, sandbox_url: str) -> None:
    (tmp_path / "acme.env").write_text(
        f"FRESHDESK_DOMAIN=acme\nFRESHDESK_API_KEY={SANDBOX_API_KEY}\nFRESHDESK_MCP_SERVER_UPSTREAM_URL={sandbox_url}\n"
    )
    result = run("check", "--env-file", "acme.env")
    assert result.exit_code == 0, result.output
    assert "FRESHDESK_DOMAIN = acme.freshdesk.com" in result.stdout


@pytest.mark.usefixtures("_account")
def test_check_advises_on_a_key_that_does_not_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRESHDESK_API_KEY", "not-the-key-of-anyone")
    result = run("check")
    assert result.exit_code == 1
    assert "FRESHDESK_API_KEY" in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert "not-the-key" not in result.output


@pytest.mark.usefixtures("_account")
def test_check_reports_an_unreachable_freshdesk(monkeypatch: pytest.MonkeyPatch, closed_port: int) -> None:
    monkeypatch.setenv("FRESHDESK_MCP_SERVER_UPSTREAM_URL", f"http://127.0.0.1:{closed_port}")
    monkeypatch.setenv("FRESHDESK_MCP_SERVER_MAX_ATTEMPTS", "1")
    result = run("check")
    assert result.exit_code == 1
    assert "could not be reached" in result.stderr
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.usefixtures("_account")
def test_check_shows_the_owner_and_the_rights_of_the_key() -> None:
    result = run("check")
    told = result.stdout.partition("Asking 127.0.0.1:")[2].splitlines()[1:]
    assert told[:4] == [
        "The API key works. It belongs to Sam Agent <sam.agent@example.com>.",
        "Agent: number 158017609801, full-time support agent",
        "Roles: 158000018401",
        "Tickets: all tickets of the account",
    ]
    assert re.fullmatch(r"Rate limit: 700 calls a minute for the whole account, 6\d\d left of this one", told[4])


@pytest.mark.parametrize(
    ("agent", "headers", "told"),
    [
        (
            {"type": "collaborator", "occasional": True, "ticket_scope": 2, "role_ids": [1, 2]},
            {"X-RateLimit-Total": "50.0", "X-RateLimit-Remaining": "0.0"},
            [
                "The API key works. It belongs to agent 7.",
                "Agent: number 7, occasional collaborator",
                "Roles: 1, 2",
                "Tickets: those of its groups, and those that are assigned to it; others are not found",
                "Rate limit: 50 calls a minute for the whole account, 0 left of this one",
            ],
        ),
        (
            {"ticket_scope": 3, "contact": {"name": "A\u001b[31m\nda"}},
            {},
            [
                "The API key works. It belongs to A [31m da.",
                "Agent: number 7, agent",
                "Roles: Freshdesk does not say",
                "Tickets: only those that are assigned to it; others are not found",
                "Rate limit: Freshdesk does not say",
            ],
        ),
        (
            {"ticket_scope": 9, "occasional": None, "role_ids": None, "contact": {"email": "ada@example.com"}},
            {"X-RateLimit-Total": "soon"},
            [
                "The API key works. It belongs to ada@example.com.",
                "Agent: number 7, agent",
                "Roles: Freshdesk does not say",
                "Tickets: Freshdesk does not say",
                "Rate limit: Freshdesk does not say",
            ],
        ),
    ],
)
def test_check_shows_only_facts_of_an_agent_that_freshdesk_gives(
    monkeypatch: pytest.MonkeyPatch, agent: dict[str, Any], headers: dict[str, str], told: list[str]
) -> None:
    assert checked(monkeypatch, httpx.Response(200, json={"id": 7} | agent, headers=headers)).stdout.endswith(
        "\n".join(["", *told, ""])
    )


@pytest.mark.parametrize(
    ("answer", "advice"),
    [
        (httpx.Response(401), "Copy the key again from Freshdesk (profile picture > Profile settings > API key)"),
        (httpx.Response(403), "Ask an administrator of the account"),
        (httpx.Response(404), "There is no such account: check FRESHDESK_DOMAIN."),
        (httpx.Response(429, headers={"Retry-After": "60"}), "Run this again in a minute."),
        (httpx.Response(500), "Run this again in a minute"),
        (httpx.Response(302, headers={"Location": "/login"}), "Something else may answer there, such as a proxy"),
        (httpx.Response(200, text="<html>"), "Something else may answer there, such as a proxy or a login page"),
        (httpx.ConnectError("refused"), "No connection came about. Check the network."),
        (httpx.ProxyError("refused"), "Check the settings of the proxy (see HTTPS_PROXY, ALL_PROXY, NO_PROXY)."),
        (httpx.ReadError("lost"), "check the network and the proxy"),
    ],
    ids=repr,
)
def test_check_reports_each_failure_with_advice(
    monkeypatch: pytest.MonkeyPatch, answer: httpx.Response | Exception, advice: str
) -> None:
    result = checked(monkeypatch, answer)
    assert result.exit_code == 1
    assert advice in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert "whoever" not in result.stderr
    assert "Traceback" not in result.output


def checked(monkeypatch: pytest.MonkeyPatch, answer: httpx.Response | Exception) -> Result:
    """Return the output of ``check`` when Freshdesk gives this answer, or fails like this."""

    def respond(_: httpx.Request) -> httpx.Response:
        if isinstance(answer, Exception):
            raise answer
        return answer

    opened = partial(open_gateway, transport=httpx.MockTransport(respond))
    monkeypatch.setattr("freshdesk_mcp_server.app.open_gateway", opened)
    monkeypatch.setenv("FRESHDESK_DOMAIN", "acme")
    monkeypatch.setenv("FRESHDESK_API_KEY", SANDBOX_API_KEY)
    return run("check")


# call


def json_of(result: Result, *, exit_code: int) -> Any:
    """Return the output of a call, which is JSON and nothing else."""
    assert result.exit_code == exit_code, result.output
    assert result.stderr == ""
    return json.loads(result.stdout)


@pytest.fixture(params=["in this process", "/mcp", "/sse"])
def way(request: pytest.FixtureRequest) -> list[str]:
    """Return the options that lead to a server."""
    if request.param == "in this process":
        return ["--sandbox"]
    return ["--url", request.getfixturevalue("server_url") + request.param]


def test_call_prints_the_result(way: list[str]) -> None:
    data = json_of(run("call", *way, "freshdesk_list_tickets", '{"per_page": 2}'), exit_code=0)
    assert len(data["tickets"]) == 2


def test_call_prints_the_text_for_a_model(way: list[str]) -> None:
    result = run("call", *way, "--text", "freshdesk_list_tickets", '{"per_page": 2}')
    assert result.exit_code == 0
    assert re.match(r"2 ticket\(s\) on page 1, now [-0-9]+T[:0-9]+Z\. More: page=2\. ", result.stdout)
    assert run("call", *way, "--text", "freshdesk_get_ticket", '{"ticket_id": 404404}').exit_code == 1


def test_call_needs_no_arguments_where_the_tool_needs_none(way: list[str]) -> None:
    assert json_of(run("call", *way, "freshdesk_list_tickets"), exit_code=0)["page"] == 1


def test_call_prints_the_error_of_a_tool(way: list[str]) -> None:
    data = json_of(run("call", *way, "freshdesk_get_ticket", '{"ticket_id": 404404}'), exit_code=1)
    assert data["error"]["code"] == "not_found"


def test_call_prints_the_error_of_wrong_arguments(way: list[str]) -> None:
    data = json_of(run("call", *way, "freshdesk_get_ticket", '{"ticket": 1}'), exit_code=1)
    assert data["error"]["code"] == "invalid_arguments"


def test_call_prints_the_error_of_an_unknown_tool(way: list[str]) -> None:
    data = json_of(run("call", *way, "freshdesk_close_ticket"), exit_code=1)
    assert data["error"]["code"] == "unknown_tool"
    assert "freshdesk_list_tickets" in data["error"]["message"]


@pytest.mark.usefixtures("_account")
def test_call_uses_the_settings_where_no_server_is_named() -> None:
    ticket = {"subject": "Zażółć <b>", "email": "cli@example.com"}
    made = json_of(run("call", "freshdesk_create_ticket", json.dumps(ticket)), exit_code=0)["ticket"]
    assert made["subject"] == ticket["subject"]
    read = json_of(run("call", "freshdesk_get_ticket", json.dumps({"ticket_id": made["id"]})), exit_code=0)
    assert read["ticket"]["subject"] == ticket["subject"]


@pytest.mark.parametrize("arguments", ["{", "{'ticket_id': 7}", "[7]", "7", "null", ""])
def test_call_refuses_arguments_that_are_no_json_object(arguments: str) -> None:
    complaint = complaint_of(run("call", "--sandbox", "freshdesk_get_ticket", arguments), exit_code=2)
    assert "Invalid value for JSON" in complaint


def test_call_refuses_a_url_together_with_a_sandbox() -> None:
    result = run("call", "--sandbox", "--url", "http://127.0.0.1:1/mcp", "freshdesk_list_tickets")
    assert "--url and --sandbox exclude each other" in complaint_of(result, exit_code=2)


@pytest.mark.parametrize("path", ["", "/mcp", "/sse"])
def test_call_reports_in_one_line_that_nobody_answers(closed_port: int, path: str) -> None:
    url = f"http://127.0.0.1:{closed_port}{path}"
    complaint = complaint_of(run("call", "--url", url, "freshdesk_list_tickets"), exit_code=1)
    assert url in complaint
    assert len(complaint.splitlines()) == 1


@pytest.mark.parametrize("path", ["", "/nothing", "/health"])
def test_call_reports_in_one_line_that_a_url_has_no_mcp_endpoint(server_url: str, path: str) -> None:
    url = server_url + path
    complaint = complaint_of(run("call", "--url", url, "freshdesk_list_tickets"), exit_code=1)
    assert url in complaint
    assert len(complaint.splitlines()) == 1


@pytest.mark.parametrize("url", ["nonsense", "http://", "ftp://127.0.0.1/mcp", "http://[::1/mcp"])
def test_call_reports_in_one_line_that_a_text_is_no_url(url: str) -> None:
    complaint = complaint_of(run("call", "--url", url, "freshdesk_list_tickets"), exit_code=1)
    assert url in complaint
    assert len(complaint.splitlines()) == 1


# serve and sandbox


@pytest.mark.parametrize("command", [["serve", "--sandbox"], ["sandbox"]])
def test_a_taken_port_is_reported_in_one_line(taken_port: int, command: list[str]) -> None:
    complaint = complaint_of(run(*command, "--port", str(taken_port)), exit_code=1)
    (line,) = [line for line in complaint.splitlines() if line.startswith("Error:")]
    assert f"Cannot listen on 127.0.0.1 port {taken_port}: Address already in use." in line
    assert "Choose another port with --port; --port 0 takes a free one." in line
    assert '"level": "error"' not in complaint


@pytest.mark.slow("processes")
def test_the_sandbox_prints_its_address_and_ends_without_an_error(tmp_path: Path) -> None:
    command = [*COMMAND, "sandbox", "--port", "0", "--control"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path, env=environment(), text=True
    ) as process:
        try:
            assert process.stdout
            line = process.stdout.readline()
            assert line.startswith("The sandbox listens on http://127.0.0.1:")
            url = f"{line.split()[-1]}/_sandbox/statistics"
            answer = httpx.get(url, timeout=PATIENCE_S, trust_env=False)
            assert answer.json()["faults_served"] == 0
            process.send_signal(signal.SIGTERM)
            assert process.communicate(timeout=PATIENCE_S) == ("", "")
        finally:
            process.kill()
    assert process.returncode == 0
