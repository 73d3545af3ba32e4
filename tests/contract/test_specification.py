"""The specification keeps its own rules (openapi/README.md), and the generated client does as they promise."""

import datetime
import importlib
import json
import pkgutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from openapi_schema_validator import OAS31Validator, oas31_format_checker
from openapi_spec_validator import OpenAPIV31SpecValidator

import freshdesk_client
from freshdesk_client.api.tickets import list_tickets
from freshdesk_client.models import Agent, ApiError, Attachment, CustomFields, Ticket, TicketCreate, TicketUpdate
from freshdesk_client.models.ticket_priority import TicketPriority
from freshdesk_client.models.ticket_status import TicketStatus
from support.specification import SPECIFICATION

type Json = dict[str, Any]

SCHEMAS: Json = SPECIFICATION["components"]["schemas"]

METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}
OPERATIONS: dict[str, Json] = {
    operation["operationId"]: operation
    for path in SPECIFICATION["paths"].values()
    for method, operation in path.items()
    if method in METHODS
}
MODULES = sorted(module.name for module in pkgutil.walk_packages(freshdesk_client.__path__, "freshdesk_client."))

ERROR_STATUSES = {"400", "401", "403", "404", "405", "406", "409", "415", "429", "500", "502", "503", "504"}
REQUESTS = {
    operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    for operation in OPERATIONS.values()
    if "requestBody" in operation
}
"""Names of the schemas of request bodies, which are strict."""
OPEN_ENUMS = (
    ("Ticket", "status"),
    ("Ticket", "priority"),
    ("Ticket", "source"),
    ("TicketCreate", "status"),
    ("TicketCreate", "source"),
    ("TicketUpdate", "status"),
    ("TicketUpdate", "source"),
)
# Names that users of the client import.
NAMES = {
    "Agent", "AgentContact", "ApiError", "Attachment", "Company", "Conversation", "CustomFields", "FieldError",
    "OrderType", "Requester", "StructuredDescription", "Ticket", "TicketCreate", "TicketFilter", "TicketOrderBy",
    "TicketPriority", "TicketSource", "TicketStats", "TicketStatus", "TicketUpdate",
}  # fmt: skip


def resolved(node: Json) -> Json:
    """Follow `$ref`s within the specification until there is none."""
    while "$ref" in node:
        found: Any = SPECIFICATION
        for key in node["$ref"].removeprefix("#/").split("/"):
            found = found[key]
        node = found
    return node


def complaints(value: Any, schema: Json) -> list[str]:
    """Return the schema's complaints about the value; formats count."""
    document = {"components": SPECIFICATION["components"], "allOf": [schema]}
    return [error.message for error in OAS31Validator(document, format_checker=oas31_format_checker).iter_errors(value)]


def responses(operation: Json) -> Iterator[tuple[str, Json]]:
    for status, response in operation["responses"].items():
        yield status, resolved(response)


def contents() -> Iterator[tuple[str, Json]]:
    """Yield every body of a request or a response, with a name for it."""
    for name, operation in OPERATIONS.items():
        bodies = [("request", operation["requestBody"])] if "requestBody" in operation else []
        for where, body in [*bodies, *responses(operation)]:
            for content in body.get("content", {}).values():
                yield f"{name}-{where}", content


def parameters() -> Iterator[Json]:
    for path in SPECIFICATION["paths"].values():
        yield from map(resolved, path.get("parameters", []))
        for method in METHODS & path.keys():
            yield from map(resolved, path[method].get("parameters", []))


def headers() -> Iterator[Json]:
    yield from SPECIFICATION["components"]["headers"].values()
    for operation in OPERATIONS.values():
        for _, response in responses(operation):
            yield from map(resolved, response.get("headers", {}).values())


def keys(node: Any) -> Iterator[str]:
    """Yield every key of every object below, except in examples, which hold words of people."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield str(key)
            if key not in {"examples", "example"}:
                yield from keys(value)
    elif isinstance(node, list):
        for value in node:
            yield from keys(value)


CONTENTS = list(contents())
BODIES = pytest.mark.parametrize("content", [content for _, content in CONTENTS], ids=[name for name, _ in CONTENTS])
EACH_OPERATION = pytest.mark.parametrize("name", sorted(OPERATIONS))


def test_the_specification_is_valid_openapi_3_1() -> None:
    assert SPECIFICATION["openapi"] == "3.1.0"
    assert [error.message for error in OpenAPIV31SpecValidator(SPECIFICATION).iter_errors()] == []


@EACH_OPERATION
def test_an_operation_has_one_tag_a_description_and_a_link_to_its_documentation(name: str) -> None:
    operation = OPERATIONS[name]
    assert len(operation["tags"]) == 1
    assert operation["summary"]
    assert operation["description"].endswith(".")
    assert operation["externalDocs"]["url"].startswith("https://developers.freshdesk.com/api/#")


@EACH_OPERATION
def test_an_operation_has_every_error_status_with_the_one_error_schema_as_json(name: str) -> None:
    errors = {status: response for status, response in responses(OPERATIONS[name]) if not status.startswith("2")}
    assert errors.keys() == ERROR_STATUSES
    for response in errors.values():
        assert response["content"].keys() == {"application/json"}
        assert response["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/ApiError"}


@EACH_OPERATION
def test_an_operation_has_one_success_response_that_documents_the_rate_limit_headers(name: str) -> None:
    (success,) = [response for status, response in responses(OPERATIONS[name]) if status.startswith("2")]
    assert success["headers"].keys() >= {
        "X-RateLimit-Total",
        "X-RateLimit-Remaining",
        "X-RateLimit-Used-CurrentRequest",
    }


def test_the_headers_that_a_caller_acts_on_are_documented() -> None:
    assert "Location" in OPERATIONS["create_ticket"]["responses"]["201"]["headers"]
    assert "Link" in OPERATIONS["list_tickets"]["responses"]["200"]["headers"]
    assert "Retry-After" in SPECIFICATION["components"]["responses"]["TooManyRequests"]["headers"]


@EACH_OPERATION
def test_an_operation_has_no_security_of_its_own(name: str) -> None:
    assert SPECIFICATION["security"] == [{"apiKey": []}]
    assert "security" not in OPERATIONS[name]


def test_the_examples_are_held_against_references_and_formats() -> None:
    ticket = {"$ref": "#/components/schemas/Ticket"}
    assert complaints({"id": 1}, ticket) == []
    assert complaints({"id": "1"}, ticket)
    assert complaints({"id": 1, "created_at": "yesterday"}, ticket)


@BODIES
def test_a_body_has_examples_and_each_is_valid(content: Json) -> None:
    assert content["examples"]
    for example in content["examples"].values():
        assert complaints(resolved(example)["value"], content["schema"]) == []


def test_a_parameter_or_a_header_has_a_description_and_a_valid_example() -> None:
    for described in [*parameters(), *headers()]:
        assert described["description"]
        assert complaints(described["example"], described["schema"]) == []


def test_every_component_is_used() -> None:
    text = json.dumps(SPECIFICATION)
    components = SPECIFICATION["components"]
    for section in components.keys() - {"securitySchemes"}:
        for name in components[section]:
            assert f'"#/components/{section}/{name}"' in text


def test_requests_are_strict() -> None:
    for name in REQUESTS:
        assert SCHEMAS[name]["additionalProperties"] is False
        assert complaints({"subject": "s", "status": 2, "priority": 1, "urgent": True}, SCHEMAS[name])


def test_responses_require_nothing_but_an_id() -> None:
    for name, schema in SCHEMAS.items():
        if name not in REQUESTS:
            assert schema.get("required", []) in ([], ["id"])
            assert schema.get("additionalProperties", True) is True


def test_a_response_may_hold_null_anywhere_but_in_its_id() -> None:
    for name, schema in SCHEMAS.items():
        if name not in REQUESTS and "properties" in schema:
            nullable = dict.fromkeys(schema["properties"].keys() - set(schema.get("required", [])))
            assert complaints({"id": 1, **nullable}, {"$ref": f"#/components/schemas/{name}"}) == []


@pytest.mark.parametrize(("schema", "name"), OPEN_ENUMS)
def test_an_enum_that_accounts_extend_admits_other_numbers(schema: str, name: str) -> None:
    for number in (7, 9000):
        assert complaints(number, SCHEMAS[schema]["properties"][name]) == []


def test_nothing_has_a_default_because_the_client_would_send_it() -> None:
    paths_and_schemas = [SPECIFICATION["paths"], SPECIFICATION["components"]["parameters"], SCHEMAS]
    assert "default" not in set(keys(paths_and_schemas))


def test_every_generated_module_imports() -> None:
    for module in MODULES:
        importlib.import_module(module)
    assert {module for module in MODULES if module.count(".") == 3} == {
        f"freshdesk_client.api.{operation['tags'][0]}.{name}" for name, operation in OPERATIONS.items()
    }


def test_the_generated_package_is_typed_and_has_the_names_that_others_use() -> None:
    assert (Path(freshdesk_client.__path__[0]) / "py.typed").is_file()
    assert set(importlib.import_module("freshdesk_client.models").__all__) >= NAMES


NULLS: Json = {"id": 1, **dict.fromkeys(SCHEMAS["Ticket"]["properties"].keys() - {"id"})}
AWKWARD: dict[str, Json] = {
    "nothing but an id": {"id": 1},
    "null everywhere": NULLS,
    "a custom status": {"id": 1, "status": 7, "priority": 1, "source": 13},
    "a status of an extension": {"id": 1, "status": 9000, "priority": 9, "source": 22},
    "unknown keys": {"id": 1, "mood": {"level": [1, None]}, "": 0},
    "no lists": {"id": 1, "cc_emails": None, "fwd_emails": None, "to_emails": None, "tags": None, "attachments": None},
    "due times to come": {"id": 1, "status": 2, "due_by": None, "fr_due_by": None},
    "values of every type in custom fields": {"id": 1, "custom_fields": {"cf_a": None, "cf_b": 1.5, "cf_c": [True]}},
    "an attachment with neither name nor size": {"id": 1, "attachments": [{"id": 2}, {}]},
    "empty embeds": {"id": 1, "stats": {}, "requester": {}, "company": {}, "conversations": [{}]},
    "a structured description without parts": {"id": 1, "structured_description": {"description_contents": None}},
    "things of the wrong type": {"id": 1, "status": "2", "tags": "a", "created_at": "yesterday", "custom_fields": []},
}


@pytest.mark.parametrize("payload", AWKWARD.values(), ids=AWKWARD.keys())
def test_an_awkward_ticket_parses(payload: Json) -> None:
    assert Ticket.from_dict(payload).id == 1


def test_a_list_of_awkward_tickets_parses() -> None:
    base_url = "https://example.freshdesk.com/api/v2"
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json=list(AWKWARD.values())))
    with httpx.Client(base_url=base_url, transport=transport) as http:
        tickets = list_tickets.sync(client=freshdesk_client.Client(base_url).set_httpx_client(http))
    assert isinstance(tickets, list)
    assert [ticket.id for ticket in tickets] == [1] * len(AWKWARD)


def test_a_ticket_without_an_id_does_not_parse() -> None:
    with pytest.raises(KeyError):
        Ticket.from_dict({"subject": "s"})


def test_a_parsed_ticket_holds_names_for_known_numbers_and_numbers_for_others() -> None:
    known = Ticket.from_dict({"id": 1, "status": 2, "priority": 4})
    assert (known.status, known.priority) == (TicketStatus.OPEN, TicketPriority.URGENT)
    assert isinstance(known.status, TicketStatus)
    other = Ticket.from_dict({"id": 1, "status": 9000})
    assert other.status == 9000
    assert not isinstance(other.status, TicketStatus)


def test_a_parsed_ticket_keeps_times_custom_fields_files_and_unknown_keys() -> None:
    ticket = Ticket.from_dict(
        {
            "id": 1,
            "created_at": "2026-03-02T09:15:00Z",
            "custom_fields": {"cf_floor": 3},
            "attachments": [{"file_size": 20}, {"size": 10}],
            "mood": "good",
        }
    )
    assert ticket.created_at == datetime.datetime(2026, 3, 2, 9, 15, tzinfo=datetime.UTC)
    assert isinstance(ticket.custom_fields, CustomFields)
    assert ticket.custom_fields["cf_floor"] == 3
    assert isinstance(ticket.attachments, list)
    assert ticket.attachments == [Attachment(file_size=20), Attachment(size=10)]
    assert ticket["mood"] == "good"


PARSERS: dict[str, Callable[[Json], object]] = {
    "Ticket": Ticket.from_dict,
    "Agent": Agent.from_dict,
    "ApiError": ApiError.from_dict,
}


@pytest.mark.parametrize("schema", PARSERS)
def test_every_example_of_a_response_parses(schema: str) -> None:
    examples = [
        resolved(example)["value"]
        for _, content in CONTENTS
        if content["schema"] == {"$ref": f"#/components/schemas/{schema}"}
        for example in content["examples"].values()
    ]
    assert examples
    for example in examples:
        PARSERS[schema](example)


def test_a_create_sends_the_values_set_and_nothing_else() -> None:
    ticket = TicketCreate(
        subject="s", status=TicketStatus.OPEN, priority=TicketPriority.LOW, email="ada@example.com", due_by="2026-03-05"
    )
    sent = {"subject": "s", "status": 2, "priority": 1, "email": "ada@example.com", "due_by": "2026-03-05"}
    assert ticket.to_dict() == sent
    assert complaints(sent, SCHEMAS["TicketCreate"]) == []


def test_an_update_tells_null_from_not_set() -> None:
    assert TicketUpdate(responder_id=None, status=7).to_dict() == {"responder_id": None, "status": 7}
    assert TicketUpdate().to_dict() == {}
