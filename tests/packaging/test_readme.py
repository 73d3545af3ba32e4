"""The blocks of documents that one pastes: they do what is said, as far as a machine without the hosts can show."""

import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from anyio import to_thread
from click.testing import CliRunner
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

from freshdesk_mcp_server.cli import main
from freshdesk_sandbox import API_KEY, running_sandbox
from support.documents import blocks, commands
from support.servers import COMMAND, environment, http_server_process, work_a_ticket

pytestmark = pytest.mark.slow("processes")

CLONE = "/path/to/freshdesk-mcp-server"
PROGRAM = Path(sys.executable).with_name("freshdesk-mcp-server")


def entries() -> list[dict[str, Any]]:
    """Return the servers that hosts start, by the JSON of the documents."""
    documents = [json.loads(block) for block in blocks("docs/hosts.md", "json")]
    return [entry for document in documents for servers in document.values() for entry in servers.values()]


def commands_of_claude_code() -> list[list[str]]:
    """Return the command that Claude Code is told to start: all behind the two hyphens."""
    words = [shlex.split(line) for line in commands("docs/hosts.md") if line.startswith("claude mcp add")]
    return [one[one.index("--") + 1 :] for one in words if "--" in one]


STARTED = [[entry["command"], *entry["args"]] for entry in entries()] + commands_of_claude_code()
HERE = [command for command in STARTED if command[0].startswith(CLONE)]
IN_DOCKER = [command for command in STARTED if command[0] == "docker"]


def test_each_kind_of_host_has_a_block_with_and_without_docker() -> None:
    assert (len(HERE), len(IN_DOCKER)) == (3, 2)


@pytest.mark.anyio
@pytest.mark.parametrize("command", HERE, ids=lambda command: command[0].rpartition("/")[2])
async def test_the_command_of_a_host_works_tickets(command: list[str], tmp_path: Path) -> None:
    """The start is from another folder, without this machine's variables, with the key in the named file."""
    async with running_sandbox() as upstream:
        settings = {"API_KEY": API_KEY, "DOMAIN": "sandbox", "MCP_SERVER_UPSTREAM_URL": upstream}
        env_file = tmp_path / "settings.env"
        env_file.write_text("".join(f"FRESHDESK_{name}={value}\n" for name, value in settings.items()))
        places = {f"{CLONE}/.venv/bin/freshdesk-mcp-server": str(PROGRAM), f"{CLONE}/.env": str(env_file)}
        program, *arguments = [places.get(word, word) for word in command]
        parameters = StdioServerParameters(command=program, args=arguments, env={}, cwd=tmp_path)
        with (tmp_path / "stderr").open("w") as stderr:
            async with Client(stdio_client(parameters, errlog=stderr)) as client:
                await work_a_ticket(client)


@pytest.mark.parametrize("command", IN_DOCKER, ids=lambda command: command[-1])
def test_docker_starts_a_command_of_the_image(command: list[str]) -> None:
    image = command.index("freshdesk-mcp-server")
    assert command[1:image] == ["run", "--rm", "-i", "--no-healthcheck", "--env-file", f"{CLONE}/.env"]
    assert CliRunner().invoke(main, [*command[image + 1 :], "--help"]).exit_code == 0


NEEDS_CURL = pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed: its blocks were NOT tried")


def request_of(document: str, marker: str) -> list[str]:
    """Return the words of the one request with curl in a document that has `marker` in it."""
    (given,) = [command for command in commands(document) if command.startswith("curl ") and marker in command]
    return shlex.split(given)


def answer_to(words: list[str], url: str) -> dict[str, Any]:
    """Return the result of a request that is sent to the server at `url` in place of the usual one."""
    sent = [word.replace("http://127.0.0.1:5000", url) for word in words]
    done = subprocess.run([*sent, "-s", "--noproxy", "*"], capture_output=True, text=True, check=True)
    result: dict[str, Any] = json.loads(done.stdout)["result"]
    return result


@NEEDS_CURL
def test_the_call_without_a_library_is_answered(tmp_path: Path) -> None:
    with http_server_process(tmp_path) as served:
        result = answer_to(request_of("docs/hosts.md", "tools/call"), served.url)
    assert len(result["structuredContent"]["tickets"]) == 3


@NEEDS_CURL
def test_the_request_for_fewer_tools_lists_those_that_read(tmp_path: Path) -> None:
    with http_server_process(tmp_path) as served:
        result = answer_to(request_of("docs/tools.md", "X-MCP-Readonly"), served.url)
    assert [tool["name"] for tool in result["tools"]] == ["freshdesk_get_ticket", "freshdesk_list_tickets"]


@NEEDS_CURL
@pytest.mark.anyio
async def test_the_call_that_names_its_account_is_answered(tmp_path: Path) -> None:
    words = [word.replace("Key: ...", f"Key: {API_KEY}") for word in request_of("docs/operating.md", "Api-Key")]
    async with running_sandbox() as upstream:
        settings = {"FRESHDESK_MCP_SERVER_TENANCY": "header", "FRESHDESK_MCP_SERVER_UPSTREAM_URL": upstream}

        def ask() -> dict[str, Any]:
            with http_server_process(tmp_path, "serve", "--port", "0", **settings) as served:
                return answer_to(words, served.url)

        result = await to_thread.run_sync(ask)
    assert len(result["structuredContent"]["tickets"]) == 3


def test_the_calls_of_the_readme_succeed(tmp_path: Path) -> None:
    given = [shlex.split(command) for command in commands("README.md") if " call " in command]
    assert len(given) == 2
    with http_server_process(tmp_path) as served:
        for _, *arguments in given:
            here = [word.replace("http://127.0.0.1:5000", served.url) for word in arguments]
            done = subprocess.run(
                [*COMMAND, *here], capture_output=True, text=True, cwd=tmp_path, env=environment(), check=False
            )
            assert done.returncode == 0, done.stdout


def test_what_is_shown_of_an_exchange_is_what_the_tools_say(tmp_path: Path) -> None:
    """Lines with a number may differ from day to day; all others stand in what is said now."""
    (shown,) = blocks("docs/tools.md", "text")
    calls = re.findall(r"^(freshdesk_\w+) (\{.*\})$", shown, re.MULTILINE)
    assert len(calls) == 3
    with http_server_process(tmp_path) as served:
        for name, arguments in calls:
            command = [*COMMAND, "call", name, arguments, "--text", "--url", f"{served.url}/mcp"]
            done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=environment(), check=False)
            told = shown.partition(f"{name} {arguments}\n\n")[2].partition("\nfreshdesk_")[0]
            lasting = [line for line in told.splitlines() if not re.search(r"\d", line)]
            assert lasting
            assert [line for line in lasting if line not in done.stdout.splitlines()] == []
