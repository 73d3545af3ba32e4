"""``server.json``, the entry for the MCP registry: it agrees with the project and with the registry's schema."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from freshdesk_mcp_server.cli import main
from freshdesk_mcp_server.settings import Settings, load_settings

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
ENTRY = json.loads((ROOT / "server.json").read_text())
PACKAGES: dict[str, Any] = {package["transport"]["type"]: package for package in ENTRY["packages"]}
FIELDS = {str(field.alias): field for field in Settings.model_fields.values()}

each_package = pytest.mark.parametrize("package", PACKAGES.values(), ids=PACKAGES)


def variables_of(package: dict[str, Any]) -> dict[str, Any]:
    return {variable["name"]: variable for variable in package["environmentVariables"]}


def arguments_of(package: dict[str, Any]) -> list[str]:
    parts = [[argument.get("name"), argument["value"]] for argument in package["packageArguments"]]
    return [part for both in parts for part in both if part is not None]


def test_the_entry_agrees_with_the_metadata_of_the_project() -> None:
    assert (ENTRY["version"], ENTRY["description"]) == (PROJECT["version"], PROJECT["description"])
    assert len(ENTRY["description"]) <= 100
    assert set(PACKAGES) == {"stdio", "streamable-http"}


def test_the_name_is_valid_for_the_registry_and_stands_in_the_readme() -> None:
    assert re.fullmatch(r"[a-zA-Z0-9][a-zA-Z0-9.-]*[a-zA-Z0-9]/[a-zA-Z0-9][a-zA-Z0-9._-]*[a-zA-Z0-9]", ENTRY["name"])
    assert f"<!-- mcp-name: {ENTRY['name']} -->\n" in (ROOT / "README.md").read_text()


@each_package
def test_a_package_has_the_name_and_the_version_of_this_project(package: dict[str, Any]) -> None:
    assert (package["registryType"], package["identifier"]) == ("pypi", PROJECT["name"])
    assert package["version"] == PROJECT["version"]
    assert "registryBaseUrl" not in package


@each_package
def test_the_arguments_of_a_package_start_its_transport(package: dict[str, Any]) -> None:
    command, *options = arguments_of(package)
    given = main.commands[command].make_context(command, options).params
    assert given["transport"] == package["transport"]["type"].removeprefix("streamable-")


@each_package
def test_the_variables_of_a_package_are_settings_in_the_same_words(package: dict[str, Any]) -> None:
    variables = variables_of(package)
    assert variables.keys() <= FIELDS.keys()
    assert all(variable["description"] == FIELDS[name].description for name, variable in variables.items())


@each_package
def test_required_and_secret_variables_are_marked(package: dict[str, Any]) -> None:
    variables = variables_of(package)
    marked = {mark: {name for name, it in variables.items() if it.get(mark)} for mark in ("isRequired", "isSecret")}
    assert marked["isRequired"] == {name for name, field in FIELDS.items() if field.is_required()}
    assert marked["isSecret"] == {name for name in variables if "SecretStr" in repr(FIELDS[name].annotation)}
    assert "FRESHDESK_API_KEY" in marked["isSecret"]


@each_package
def test_the_default_of_a_variable_is_that_of_its_setting(
    monkeypatch: pytest.MonkeyPatch, package: dict[str, Any]
) -> None:
    account = {"api_key": "a-key-for-tests-only", "domain": "acme"}
    before = load_settings(account)
    defaults = {name: one["default"] for name, one in variables_of(package).items() if "default" in one}
    assert len(defaults) > 5
    for name, default in defaults.items():
        monkeypatch.setenv(name, default)
        assert default in variables_of(package)[name].get("choices", [default])
    assert load_settings(account) == before


def test_the_url_of_a_package_has_the_port_setting() -> None:
    package = PACKAGES["streamable-http"]
    port = "FRESHDESK_MCP_SERVER_PORT"
    assert package["transport"]["url"] == f"http://127.0.0.1:{{{port}}}/mcp"
    assert port in variables_of(package)
    assert port not in variables_of(PACKAGES["stdio"])
