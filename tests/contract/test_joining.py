"""scripts/specification.py joins the files of openapi/ into one document, and refuses files that do not fit."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from support.specification import ROOT, SPECIFICATION, joined

type Json = dict[str, Any]

SHARED = Path("openapi/freshdesk.yaml")
TICKETS = Path("openapi/resources/tickets.yaml")
LIGHTHOUSES = Path("openapi/resources/lighthouses.yaml")
RESOURCES = sorted((ROOT / "openapi/resources").glob("*.yaml"))
EACH_RESOURCE = pytest.mark.parametrize("path", RESOURCES, ids=lambda path: path.stem)

LIST_LIGHTHOUSES: Json = {
    "paths": {
        "/lighthouses": {
            "parameters": [{"$ref": "#/components/parameters/Page"}],
            "get": {
                "operationId": "list_lighthouses",
                "tags": ["lighthouses"],
                "responses": {"200": {"description": "Lighthouses."}},
            },
        }
    }
}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Make a repository with the files that the script needs."""
    for part in ("openapi", "scripts"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def write(path: Path, document: object) -> None:
    path.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")


def document_of(copy: Path) -> Json:
    result = joined(copy)
    assert (result.returncode, result.stderr) == (0, "")
    document: Json = json.loads(result.stdout)
    return document


def refusal_of(copy: Path) -> str:
    """Return the complaint of the script, which prints nothing else."""
    result = joined(copy)
    assert (result.returncode, result.stdout) == (1, "")
    assert len(result.stderr.splitlines()) == 1
    return result.stderr.replace(f"{copy}/", "")


def errors_of(operation: Json) -> Json:
    return {status: response for status, response in operation["responses"].items() if status[0] in "45"}


@EACH_RESOURCE
def test_a_resource_has_one_tag_which_is_its_name_and_every_operation_bears_it(path: Path) -> None:
    resource = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert [tag["name"] for tag in resource["tags"]] == [path.stem]
    tags = [item[method]["tags"] for item in resource["paths"].values() for method in item.keys() - {"parameters"}]
    assert tags
    assert all(tag == [path.stem] for tag in tags)


@EACH_RESOURCE
def test_a_resource_repeats_no_error_and_no_header_of_every_success(path: Path) -> None:
    shared = yaml.safe_load((ROOT / SHARED).read_text(encoding="utf-8"))["x-each-operation"]
    text = path.read_text(encoding="utf-8")
    for reference in [*shared["errors"].values(), *shared["success-headers"].values()]:
        assert reference["$ref"] not in text


def test_no_key_for_the_script_is_left_in_the_document() -> None:
    assert SPECIFICATION.keys() == {
        *("openapi", "info", "externalDocs", "servers", "security", "tags", "paths", "components")
    }


def test_a_file_more_adds_its_operations_complete(copy: Path) -> None:
    before = document_of(copy)
    write(copy / LIGHTHOUSES, LIST_LIGHTHOUSES)

    document = document_of(copy)

    added = document["paths"].pop("/lighthouses")
    assert document == before
    assert errors_of(added["get"]) == errors_of(SPECIFICATION["paths"]["/tickets"]["get"])
    assert len(errors_of(added["get"])) == 13
    assert added["get"]["responses"]["200"]["headers"].keys() == {
        *("X-Request-Id", "X-Freshdesk-API-Version"),
        *("X-RateLimit-Total", "X-RateLimit-Remaining", "X-RateLimit-Used-CurrentRequest"),
    }


@pytest.mark.parametrize("status", ["404", 404])
def test_an_operation_keeps_an_error_that_it_states_itself(copy: Path, status: object) -> None:
    own = {"$ref": "#/components/responses/Conflict"}
    responses = {**LIST_LIGHTHOUSES["paths"]["/lighthouses"]["get"]["responses"], status: own}
    write(
        copy / LIGHTHOUSES,
        {"paths": {"/lighthouses": {"get": {"operationId": "list_lighthouses", "responses": responses}}}},
    )
    given = document_of(copy)["paths"]["/lighthouses"]["get"]["responses"]
    usual = SPECIFICATION["paths"]["/tickets"]["get"]["responses"]
    assert list(given) == list(usual)
    assert {name for name in given if name != "200" and given[name] != usual[name]} == {"404"}
    assert given["404"] == own


@pytest.mark.parametrize(
    ("resource", "name"),
    [
        ({"paths": {"/tickets": {}}}, "/tickets"),
        ({"components": {"schemas": {"Ticket": {}}}}, "Ticket"),
        ({"components": {"schemas": {"ApiError": {}}}}, "ApiError"),
        ({"components": {"parameters": {"TicketId": {}}}}, "TicketId"),
        ({"components": {"examples": {"AgentMe": {}}}}, "AgentMe"),
        ({"tags": [{"name": "tickets"}]}, "tickets"),
    ],
)
def test_a_name_that_two_files_state_is_refused(copy: Path, resource: Json, name: str) -> None:
    write(copy / "openapi/resources/zones.yaml", resource)
    assert refusal_of(copy) == (
        f"specification: openapi/resources/zones.yaml states {name}, which another file states too\n"
    )


@pytest.mark.parametrize("path", [SHARED, TICKETS])
def test_a_key_that_a_file_states_twice_is_refused(copy: Path, path: Path) -> None:
    with (copy / path).open("a", encoding="utf-8") as file:
        file.write("components: {}\n")
    assert refusal_of(copy) == f"specification: {path} states components twice in one mapping\n"


def test_a_resource_holds_nothing_that_belongs_into_the_shared_file(copy: Path) -> None:
    write(copy / LIGHTHOUSES, {"path": {}, "security": []})
    assert refusal_of(copy) == (
        "specification: openapi/resources/lighthouses.yaml may hold tags, paths and components, not path, security\n"
    )


@pytest.mark.parametrize("text", ["", "- paths\n"])
def test_a_file_that_holds_no_mapping_is_refused(copy: Path, text: str) -> None:
    (copy / LIGHTHOUSES).write_text(text)
    assert refusal_of(copy) == "specification: openapi/resources/lighthouses.yaml is not a mapping\n"
