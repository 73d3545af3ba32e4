"""The blocks of the README for pasting: they work as described, as far as a machine without the hosts can show."""

import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

from freshdesk_mcp_server.cli import main
from freshdesk_sandbox import API_KEY, running_sandbox
from support.servers import http_server_process, work_a_ticket

pytestmark = pytest.mark.slow("processes")

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
CLONE = "/path/to/freshdesk-mcp-server"
PROGRAM = Path(sys.executable).with_name("freshdesk-mcp-server")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.DOTALL | re.MULTILINE)


def entries() -> list[dict[str, Any]]:
    """Return the servers that hosts start, by the JSON of the README."""
    documents = [json.loads(block) for block in blocks("json") if "ervers" in block]
    return [entry for document in documents for servers in document.values() for entry in servers.values()]


def commands_of_claude_code() -> list[list[str]]:
    """Return the command that Claude Code is told to start: all behind the two hyphens."""
    lines = "\n".join(blocks("sh")).replace("\\\n", " ").splitlines()
    words = [shlex.split(line) for line in lines if line.startswith("claude mcp add")]
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


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed: the block with it was NOT tried")
def test_the_calls_without_a_library_are_answered(tmp_path: Path) -> None:
    given = [block for block in blocks("sh") if block.startswith("curl ") and "Api-Key" not in block]
    assert len(given) == 1
    with http_server_process(tmp_path) as served:
        words = shlex.split(given[0].replace("\\\n", " ").replace("http://127.0.0.1:5000", served.url))
        done = subprocess.run([*words, "-s", "--noproxy", "*"], capture_output=True, text=True, check=True)
    assert len(json.loads(done.stdout)["result"]["structuredContent"]["tickets"]) == 3


def test_the_named_commands_exist() -> None:
    lines = [line.removeprefix(".venv/bin/").split("#")[0] for block in blocks("sh") for line in block.splitlines()]
    named = {line.split()[1] for line in lines if line.startswith("freshdesk-mcp-server ")}
    assert named == set(main.commands)
