"""The documents name what there is: links, files, settings, options, metrics and commands."""

import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import click
import pytest
import yaml
from dotenv import dotenv_values

from freshdesk_mcp_server.cli import main
from freshdesk_mcp_server.errors import ErrorCode
from freshdesk_mcp_server.settings import SETTING_NAMES
from freshdesk_mcp_server.telemetry.metrics import Metrics
from freshdesk_mcp_server.tools.kit.toolset import SCOPES
from freshdesk_mcp_server.tools.registry import TOOL_NAMES, TOOLSET_NAMES
from freshdesk_mcp_server.transports.narrowing import NARROWING_HEADERS
from support.documents import DOCUMENTS, ROOT, all_blocks, blocks, commands

LINK = re.compile(r"\[[^\]\[]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
FENCE = re.compile(r"^ *```.*?^ *```", re.DOTALL | re.MULTILINE)
PATH = re.compile(r"`((?:adapter|benchmarks|deploy|docs|openapi|scripts|tests)/[\w/.-]*\w/?)[^`]*`")
SETTING = re.compile(r"\bFRESHDESK_[A-Z_]*[A-Z]\b")
NOT_SETTINGS = {"FRESHDESK_MCP_SERVER_TOKEN"}
"""Variables that one command reads, beside the settings."""
TOPS = ("adapter", "benchmarks", "generated_client", "scripts", "tests")
HISTORY = {"CHANGELOG.md"}
"""Documents that may name what there was."""
OUTLINES = re.compile(r"<\w+>|NNNN|\bPORT\b")
DECISIONS = [name for name in DOCUMENTS if name.startswith("docs/decisions/")]
README_WORDS = 900
"""Words that a reader takes in on the way through one screen for each of four readers."""


def anchors(text: str) -> set[str]:
    """Return the anchors that GitHub gives to the headings of a document."""
    headings = HEADING.findall(FENCE.sub("", text))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def links(document: str) -> list[str]:
    return [target for target in LINK.findall(FENCE.sub("", DOCUMENTS[document])) if "://" not in target]


def test_every_link_inside_the_project_leads_somewhere() -> None:
    broken = []
    for document in DOCUMENTS:
        for target in links(document):
            path, _, anchor = target.partition("#")
            found = (ROOT / document).parent / path if path else ROOT / document
            name = found.resolve().relative_to(ROOT).as_posix()
            if not found.exists() or (anchor and anchor not in anchors(DOCUMENTS[name])):
                broken.append(f"{document}: {target}")
    assert broken == []


def test_every_document_is_led_to_from_the_readme() -> None:
    seen, waiting = {"README.md"}, ["README.md"]
    while waiting:
        document = waiting.pop()
        for target in links(document):
            found = ((ROOT / document).parent / target.partition("#")[0]).resolve()
            below = [found] if found.is_file() else [*found.glob("*.md")]
            new = {one.relative_to(ROOT).as_posix() for one in below} & DOCUMENTS.keys() - seen
            seen |= new
            waiting += new
    assert DOCUMENTS.keys() - seen == set()


@pytest.mark.parametrize("document", sorted(DOCUMENTS.keys() - HISTORY))
def test_what_a_document_names_is_there(document: str) -> None:
    named = [name for name in PATH.findall(DOCUMENTS[document]) if not OUTLINES.search(name)]
    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("document", sorted(DOCUMENTS.keys() - HISTORY))
def test_every_module_that_a_document_names_is_there(document: str) -> None:
    modules = [f"/{path.relative_to(ROOT).as_posix()}" for top in TOPS for path in (ROOT / top).rglob("*.py")]
    named = re.findall(r"`([\w/]+\.py)`", DOCUMENTS[document])
    assert [name for name in named if not any(module.endswith(f"/{name}") for module in modules)] == []


def test_every_variable_that_a_document_names_is_a_setting() -> None:
    named = {name for text in DOCUMENTS.values() for name in SETTING.findall(text)}
    assert named - NOT_SETTINGS - {*SETTING_NAMES} == set()


def test_every_setting_header_and_scope_of_tools_is_explained() -> None:
    page = DOCUMENTS["docs/tools.md"]
    wanted = [*(f"FRESHDESK_MCP_SERVER_{name}" for name in ("TOOLSETS", "TOOLS", "EXCLUDE_TOOLS", "READ_ONLY"))]
    assert [name for name in (*wanted, *SCOPES, *TOOL_NAMES, *TOOLSET_NAMES) if f"`{name}`" not in page] == []
    assert [name for name in NARROWING_HEADERS if f"`{name}`" not in page.lower()] == []


def test_every_metric_is_explained_and_no_other() -> None:
    text = Metrics().text().decode()
    there_are = {name for name in re.findall(r"^# TYPE (\S+)", text, re.MULTILINE) if not name.endswith("_created")}
    table = DOCUMENTS["docs/operating.md"].partition("| Metric |")[2].partition("\n\n")[0]
    assert set(re.findall(r"^\| `(\w+)", table, re.MULTILINE)) == there_are


def test_every_error_code_has_a_row() -> None:
    page = DOCUMENTS["docs/errors.md"]
    assert [code for code in ErrorCode if f"| `{code}` |" not in page and code is not ErrorCode.CONFIGURATION] == []


def test_the_outline_of_the_command_has_every_option_of_every_command() -> None:
    outline = next(block for block in blocks("docs/hosts.md", "text") if block.startswith("freshdesk-mcp-server"))
    shown = {}
    for part in outline.split("freshdesk-mcp-server ")[1:]:
        shown[part.split()[0]] = set(re.findall(r"--[a-z-]+", part))
    there_are = {
        name: {option for parameter in command.params for option in parameter.opts if option.startswith("--")}
        for name, command in main.commands.items()
    }
    assert shown == there_are


@pytest.mark.parametrize("document", DECISIONS)
def test_a_decision_has_a_number_a_date_and_a_status(document: str) -> None:
    number = int(Path(document).name[:4])
    status = r"(accepted|superseded by \[decision \d+\]\(.+\))"
    head = rf"# {number}\. .+\n\n\d{{4}}-\d\d-\d\d\. Status: {status}\.\n\n## Context\n"
    assert re.match(head, DOCUMENTS[document])


def test_the_constants_that_decisions_name_are_in_the_code() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "adapter").rglob("*.py"))
    named = {name for document in DECISIONS for name in re.findall(r"`(_?[A-Z]+(?:_[A-Z]+)+)`", DOCUMENTS[document])}
    settings = {name.removeprefix("FRESHDESK_MCP_SERVER_") for name in SETTING_NAMES} | {*SETTING_NAMES}
    assert named - settings
    assert [name for name in named - settings if not re.search(rf"^{name}\b", code, re.MULTILINE)] == []


def test_the_readme_is_short() -> None:
    assert len(FENCE.sub("", DOCUMENTS["README.md"]).split()) < README_WORDS


# --- Commands


def parse(words: list[str]) -> None:
    """Let a command parse its options, without running it."""
    name, *arguments = words
    with click.Context(main) as parent:
        main.commands[name].make_context(name, arguments, parent)


def of_server(command: str) -> None:
    parse(without_files(command.split("freshdesk-mcp-server", 1)[1]))


def without_files(options: str) -> list[str]:
    return [word.strip("'") for word in re.findall(r"'[^']*'|\S+", re.sub(r"--env-file \S+", "", options))]


def of_scripts(command: str) -> None:
    words = [word for word in command.split() if not re.fullmatch(r"[A-Z_]+=\S+|\.venv/bin/python", word)]
    script = ROOT / words[0]
    assert script.is_file(), command
    if script.name == "serve.sh":
        parse(["serve", *words[1:]])
        return
    known = script.read_text(encoding="utf-8") + "".join(DOCUMENTS.values()).replace(command, "")
    for option in words[1:]:  # of pytest are those with one hyphen
        assert re.match("-[a-z]", option) or (ROOT / option).exists() or option in known, option


def of_docker(command: str) -> None:
    given = re.findall(r"-e (\w+)=", command)
    assert {*given} <= {*SETTING_NAMES}
    for argument, value in re.findall(r"--build-arg (\w+)=(\S+)", command):
        assert f"ARG {argument}=" in (ROOT / "Dockerfile").read_text(encoding="utf-8")
        assert (ROOT / value).is_file()
    services = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]
    for profile, service in re.findall(r"compose --profile (\w+) up (\w+)", command):
        assert services[service]["profiles"] == [profile]


def of_pip(command: str) -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    assert {*re.findall(r"\.\[(\w+)\]", command)} <= {*extras}
    assert all((ROOT / name).is_file() for name in re.findall(r"--requirement (\S+)", command))


def of_kubectl(command: str) -> None:
    assert all((ROOT / name).exists() for name in re.findall(r"-[fk] (\S+)", command))


def of_install(command: str) -> None:
    assert (ROOT / command.split()[-2]).is_file()


def of_claude(command: str) -> None:
    """Check the address; a command behind two hyphens is started (test_readme.py)."""
    assert "--" in command.split() or re.search(r" --transport http \w+ https?://\S+/mcp\b", command)


def of_others(command: str) -> None:
    """Requests are sent (test_readme.py, tests/sandbox/test_documentation.py); the rest is Python's own."""
    assert command


KINDS: dict[str, Callable[[str], None]] = {
    r"(\.venv[/\\](bin|Scripts)[/\\])?freshdesk-mcp-server \w": of_server,
    r"([A-Z_]+=\d )?scripts/|\.venv/bin/python scripts/": of_scripts,
    r"docker ": of_docker,
    r"\.venv/bin/pip |\.venv\\Scripts\\python -m pip ": of_pip,
    r"kubectl ": of_kubectl,
    r"install -m ": of_install,
    r"claude mcp add ": of_claude,
    r"curl |py -m venv \.venv$": of_others,
}
COMMANDS = sorted({command for document in DOCUMENTS for command in commands(document)})


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_a_document_can_be_given(command: str) -> None:
    checks = [check for kind, check in KINDS.items() if re.match(kind, command)]
    assert len(checks) == 1, "nothing holds a command of this kind"
    checks[0](command)


def test_each_command_of_the_server_is_shown() -> None:
    shown = "\n".join(all_blocks("sh") + all_blocks("text"))
    assert set(re.findall(r"freshdesk-mcp-server (\w+)", shown)) >= set(main.commands)


def test_the_variables_that_are_shown_are_settings(tmp_path: Path) -> None:
    (block,) = all_blocks("dotenv")
    file = tmp_path / "shown.env"
    file.write_text(block, encoding="utf-8")
    assert set(dotenv_values(file)) == {"FRESHDESK_MCP_SERVER_OAUTH_ISSUER", "FRESHDESK_MCP_SERVER_PUBLIC_URL"}
    assert "#" not in "".join(f"{value}" for value in dotenv_values(file).values())
