"""The specification as one document: openapi/freshdesk.yaml joined with the files of openapi/resources.

    scripts/specification.py    print it as JSON

A name that is stated twice, in two files or in one, is an error: YAML alone would keep the last and say nothing.
"""

import json
import sys
from pathlib import Path
from typing import Any

import yaml

type Json = dict[str, Any]

FOLDER = Path(__file__).parent.parent / "openapi"
SHARED = "x-each-operation"
METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}


class SpecificationError(Exception):
    """The files do not fit together."""


class Loader(yaml.SafeLoader):
    """A loader that refuses a key that a mapping has twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002
        """Construct the mapping as YAML does, after a look at its keys."""
        keys = [key.value for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise SpecificationError(f"{node.start_mark.name} states {key} twice in one mapping")
        return super().construct_mapping(node, deep)


def load(path: Path) -> Json:
    """Read one file."""
    with path.open(encoding="utf-8") as stream:
        document = yaml.load(stream, Loader)  # a SafeLoader
    if not isinstance(document, dict):
        raise SpecificationError(f"{path} is not a mapping")
    return document


def join(document: Json, resource: Json, path: Path) -> None:
    """Add the tags, paths and components of a resource to the document."""
    unknown = resource.keys() - {"tags", "paths", "components"}
    if unknown:
        raise SpecificationError(f"{path} may hold tags, paths and components, not {', '.join(sorted(unknown))}")
    add(document["tags"], {tag["name"]: tag for tag in resource.get("tags", [])}, path)
    add(document["paths"], resource.get("paths", {}), path)
    for section, named in resource.get("components", {}).items():
        add(document["components"].setdefault(section, {}), named, path)


def add(into: Json, named: Json, path: Path) -> None:
    """Add entries; refuse a name that is there already."""
    for name, value in named.items():
        if name in into:
            raise SpecificationError(f"{path} states {name}, which another file states too")
        into[name] = value


def complete(operation: Json, errors: Json, success_headers: Json) -> None:
    """Give an operation the errors that it does not state, and the headers of a success."""
    responses = {str(status): response for status, response in operation.get("responses", {}).items()}
    for status, response in responses.items():
        if status.startswith("2"):
            response["headers"] = {**success_headers, **response.get("headers", {})}
    operation["responses"] = dict(sorted({**errors, **responses}.items()))


def specification(folder: Path = FOLDER) -> Json:
    """Join the files of the folder.

    Raises:
        SpecificationError: A name is stated twice, or a file holds an entry that belongs elsewhere.
    """
    document = load(folder / "freshdesk.yaml") | {"tags": {}, "paths": {}}
    for path in sorted((folder / "resources").glob("*.yaml")):
        join(document, load(path), path)
    document["tags"] = list(document["tags"].values())
    shared = document.pop(SHARED)
    for item in document["paths"].values():
        for method in METHODS & item.keys():
            complete(item[method], shared["errors"], shared["success-headers"])
    return document


if __name__ == "__main__":
    try:
        print(json.dumps(specification(), indent=2))
    except (SpecificationError, yaml.YAMLError) as error:
        sys.exit(f"specification: {error}")
