"""The generated documents: tables and a picture in README.md and docs, .env.example, and most of server.json."""

import difflib
import json
import re
import sys
import tomllib
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo

from freshdesk_mcp_server.errors import (
    HINT_REPEATABLE,
    REMEDIES,
    ConfigurationError,
    ErrorCode,
    FreshdeskMCPError,
)
from freshdesk_mcp_server.gateway.operations.tickets import CREATION
from freshdesk_mcp_server.settings import Settings
from freshdesk_mcp_server.tools.kit.toolset import Toolset, ToolSpec
from freshdesk_mcp_server.tools.registry import CATALOGUE, PRESETS, Entry, create_tools
from picture import mermaid

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
DOCS = ROOT / "docs"
ENV_EXAMPLE = ROOT / ".env.example"
ERRORS = DOCS / "errors.md"
SERVER_JSON = ROOT / "server.json"
ERRORS_PAGE = """\
# Errors

<!-- made by scripts/docs.sh from adapter/freshdesk_mcp_server/errors.py -->

Every failure of a tool is a result with `isError: true` and one `error` in its structured content; the text says as
much.

{table}

## Reasons

An `unreachable` says in `reason` why no connection was made; hint, log and metrics follow it.

{reasons}

What is sent again by this server, and when, is in [decision 4](decisions/0004-repeating-a-call.md).

## Outcomes

`outcome` says what became of the change that was asked for. Where it is `unknown` or `applied`, the hint is about that:

| Outcome | Meaning | Hint |
|---|---|---|
| `not_sent` | The request never left. | by code |
| `refused` | It was sent, and is known to have changed nothing. | by code |
| `unknown`, of an update or a delete | It was sent; nobody can say whether the change was made. | {repeatable} |
| `unknown`, of a create | The same; the requester's tickets were looked at, if that was possible. | {check_first} |
| `applied` | Freshdesk reported success; its answer could not be read. | {applied} |
"""


def toolsets_table() -> str:
    """Return one row for each toolset and each preset: its default, and its tools or toolsets."""
    on = default_of(Settings.model_fields["toolsets"]).split(",")
    rows = ["| Toolset | On by default | Tools |", "|---|---|---|"]
    rows += [f"| `{one.name}` | {yes_or_no(one.name in on)} | {in_code(one.tools)} |" for one in CATALOGUE]
    rows += [f"| `{name}` | preset | all tools of {in_code(toolsets)} |" for name, toolsets in PRESETS.items()]
    return "\n".join(rows)


def tools_tables() -> str:
    """Return a table of tools for each toolset, and a line for its prompts and resources."""
    return "\n\n".join(part for entry in CATALOGUE for part in parts_of(entry))


def parts_of(entry: Entry) -> list[str]:
    """Return the parts of one toolset, under a heading."""
    toolset = entry.load()
    lines = [f"### Toolset `{entry.name}`", f"{entry.summary[0].upper()}{entry.summary[1:]}.", table_of(toolset)]
    prompts = in_code(prompt.name for prompt in toolset.prompts)
    resources = in_code(resource.uri for resource in toolset.resources)
    return [*lines, *([f"Prompts: {prompts}."] * bool(prompts)), *([f"Resources: {resources}."] * bool(resources))]


def table_of(toolset: Toolset) -> str:
    """Return one row for each tool: effect, scope, parameters (required ones in bold), and its description."""
    rows = ["| Tool | Effect | Scope | Parameters | Description |", "|---|---|---|---|---|"]
    made = {tool.name: tool for tool in create_tools()}
    for spec in toolset.tools:
        tool = made[spec.name]
        required = tool.parameters.get("required", [])
        names = [f"**{name}**" if name in required else name for name in tool.parameters["properties"]]
        cells = (f"`{spec.name}`", effect_of(spec), f"`{spec.scope}`", ", ".join(names), tool.description)
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def effect_of(spec: ToolSpec) -> str:
    """Return the effect of a tool in the words of a reader."""
    words = [spec.effect.name.lower().replace("_", " ")]
    return ", ".join(words + ["sends"] * spec.sends + ["destructive"] * spec.destroys)


def in_code(names: Iterable[str]) -> str:
    """Return names in the type of code, separated by commas."""
    return ", ".join(f"`{name}`" for name in names)


def yes_or_no(holds: bool) -> str:  # noqa: FBT001  # a cell of a table
    """Return a cell of a table."""
    return "yes" if holds else "no"


def settings_table() -> str:
    """Return one row for each variable."""
    rows = ["| Variable | Default | Meaning |", "|---|---|---|"]
    for field in Settings.model_fields.values():
        default = "**required**" if field.is_required() else f"`{default_of(field)}`" if default_of(field) else ""
        rows.append(f"| `{field.alias}` | {default} | {field.description} |")
    return "\n".join(rows)


def default_of(field: FieldInfo) -> str:
    """Return the default in the form of the environment; nothing if there is none."""
    if field.is_required() or field.default in (None, ()):
        return ""
    if isinstance(field.default, tuple):
        return ",".join(field.default)
    return str(field.default).lower() if field.annotation is bool else str(field.default)


def errors_page() -> str:
    """Return all errors that a model can meet, with their advice."""
    rows = ["| Code | What happened | What to do next | Passes by itself |", "|---|---|---|---|"]
    for error in sorted(_leaves(FreshdeskMCPError), key=lambda error: list(ErrorCode).index(error.code)):
        if error is not ConfigurationError:
            summary = getattr(error, "summary", "") or " ".join((error.__doc__ or "").split(";")[0].split())
            passes = "yes" if getattr(error, "transient", False) else "no"
            rows.append(f"| `{error.code}` | {summary} | {error.advice} | {passes} |")
    return ERRORS_PAGE.format(
        table="\n".join(rows),
        reasons=reasons_table(),
        repeatable=HINT_REPEATABLE,
        check_first=CREATION.check,
        applied=CREATION.applied,
    )


def reasons_table() -> str:
    """Return one row for each reason why a host is not reached."""
    rows = ["| Reason | What happened | What to do | Passes by itself |", "|---|---|---|---|"]
    for reason, remedy in REMEDIES.items():
        todo = remedy.todo[0].upper() + remedy.todo[1:]
        rows.append(f"| `{reason}` | {remedy.happened} | {todo}. | {'perhaps' if remedy.passes else 'no'} |")
    return "\n".join(rows)


def _leaves(error: type[FreshdeskMCPError]) -> list[type[FreshdeskMCPError]]:
    below = error.__subclasses__()
    return [leaf for one in below for leaf in _leaves(one)] if below else [error]


def env_example() -> str:
    """Return every variable with its meaning; variables with a default are commented out."""
    blocks = ["# Copy to .env and fill in the first two. A variable of the environment wins over this file.\n"]
    blocks += [
        f"# {field.description}\n{'' if field.is_required() else '# '}{field.alias}={default_of(field)}\n"
        for field in Settings.model_fields.values()
    ]
    return "\n".join(blocks)


def server_json() -> str:
    """Return the entry for the MCP registry, with the parts that other files know: versions, texts, variables.

    The entry itself names the variables of a package, and its schema in ``$schema``.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    entry = json.loads(SERVER_JSON.read_text(encoding="utf-8"))
    entry |= {name: project[name] for name in ("description", "version")}
    for package in entry["packages"]:
        package |= {"identifier": project["name"], "version": project["version"]}
        names = [variable["name"] for variable in package["environmentVariables"]]
        package["environmentVariables"] = [variable_called(name) for name in names]
    return json.dumps(entry, indent=2, ensure_ascii=False) + "\n"


def variable_called(name: str) -> dict[str, Any]:
    """Return the entry of a variable for the registry."""
    field = next((field for field in Settings.model_fields.values() if field.alias == name), None)
    if field is None:
        sys.exit(f"docs: server.json has the variable {name}, which is no setting")
    kind: Any = field.annotation
    told = {
        "isRequired": field.is_required(),
        "isSecret": "SecretStr" in repr(kind),
        "format": {int: "number", float: "number", bool: "boolean"}.get(kind, ""),
        "choices": [*kind] if isinstance(kind, type) and issubclass(kind, StrEnum) else [],
        "default": default_of(field),
    }
    return {"name": name, "description": field.description} | {key: value for key, value in told.items() if value}


PARTS = {
    README: {"toolsets": toolsets_table},
    DOCS / "tools.md": {"toolsets": toolsets_table, "tools": tools_tables},
    DOCS / "settings.md": {"settings": settings_table},
    DOCS / "architecture.md": {"rooms": mermaid},
}
"""The parts between markers, by document."""
PAGES = {ENV_EXAMPLE: env_example, ERRORS: errors_page, SERVER_JSON: server_json}
"""The documents that are made as a whole."""


def with_parts(path: Path) -> str:
    """Return a document with its parts as they should be."""
    text = path.read_text(encoding="utf-8")
    for name, make in PARTS[path].items():
        text = replace_part(text, path.name, name, make())
    return text


def replace_part(text: str, document: str, name: str, content: str) -> str:
    """Return `text` with new content between the two markers of `name`."""
    pattern = rf"(<!-- {name}: made by scripts/docs.sh -->\n).*?(<!-- end -->)"
    replaced, count = re.subn(pattern, lambda m: f"{m[1]}{content}\n{m[2]}", text, flags=re.DOTALL)
    if count != 1:
        sys.exit(f"docs: {document} needs exactly one part called {name}")
    return replaced


def main() -> None:
    """Write the documents, or with --check compare them."""
    wanted = {path: with_parts(path) for path in PARTS} | {path: make() for path, make in PAGES.items()}
    stale = False
    for path, text in wanted.items():
        present = path.read_text(encoding="utf-8") if path.exists() else ""
        if sys.argv[1:] != ["--check"]:
            path.write_text(text, encoding="utf-8")
        elif present != text:
            stale = True
            lines = (present.splitlines(keepends=True), text.splitlines(keepends=True))
            sys.stdout.writelines(difflib.unified_diff(*lines, path.name, "would be made"))
    if stale:
        sys.exit("docs: out of date; run scripts/docs.sh")


main()
