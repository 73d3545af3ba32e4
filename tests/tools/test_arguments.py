"""Bad arguments: one structured error, and no request."""

import json
from typing import Any

import httpx
import pytest
from pydantic import TypeAdapter, ValidationError

from freshdesk_mcp_server.tools.kit.arguments import HALF, NO_CHARACTER, EmailAddress
from freshdesk_mcp_server.tools.registry import create_tools
from freshdesk_mcp_server.tools.tickets.arguments import CustomFields, Description, Subject, Tags
from support.operations import needed_by
from support.tickets import ticket_body
from support.tools import client_over, data_of, error_of, text_of

pytestmark = pytest.mark.anyio

CREATE = {"subject": "Broken", "email": "ada@example.com"}

REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("get_ticket", {"ticket_id": "abc"}, "ticket_id"),
    ("get_ticket", {"ticket_id": 0}, "ticket_id"),
    ("get_ticket", {"ticket_id": -5}, "ticket_id"),
    ("get_ticket", {"ticket_id": 1.5}, "ticket_id"),
    ("get_ticket", {"ticket_id": True}, "ticket_id"),
    ("get_ticket", {"ticket_id": None}, "ticket_id"),
    ("get_ticket", {"ticket_id": 2**63}, "ticket_id"),
    ("get_ticket", {}, "ticket_id"),
    ("get_ticket", {"ticket_id": 1, "tickedid": 2}, "tickedid"),
    ("get_ticket", {"ticket_id": ""}, "ticket_id"),
    ("get_ticket", {"ticket_id": "#0"}, "ticket_id"),
    ("get_ticket", {"ticket_id": "31.0"}, "ticket_id"),
    ("get_ticket", {"ticket_id": "https://other.freshdesk.com/a/tickets/31"}, "ticket_id"),
    ("get_ticket", {"ticket_id": "https://acme.freshdesk.com.evil.example/a/tickets/31"}, "ticket_id"),
    ("get_ticket", {"ticket_id": "https://acme.freshdesk.com@evil.example/a/tickets/31"}, "ticket_id"),
    ("get_ticket", {"ticket_id": "https://acme.freshdesk.com/a/tickets/"}, "ticket_id"),
    ("delete_ticket", {"ticket_id": "https://other.freshdesk.com/a/tickets/31"}, "ticket_id"),
    ("delete_ticket", {"ticket_id": "all"}, "ticket_id"),
    ("delete_ticket", {"ticket_id": [1, 2]}, "ticket_id"),
    ("create_ticket", {"subject": "Broken"}, "email"),
    ("create_ticket", {"email": "ada@example.com"}, "subject"),
    ("create_ticket", CREATE | {"subject": " \n"}, "subject"),
    ("create_ticket", CREATE | {"subject": 5}, "subject"),
    ("create_ticket", CREATE | {"email": "not an address"}, "email"),
    ("create_ticket", CREATE | {"email": "ada@"}, "email"),
    ("create_ticket", CREATE | {"email": ""}, "email"),
    ("create_ticket", CREATE | {"email": "ada@example..com"}, "email"),
    ("create_ticket", CREATE | {"email": "ada byron@example.com"}, "email"),
    ("create_ticket", CREATE | {"email": "Ada <ada@example.com>"}, "email"),
    ("create_ticket", CREATE | {"email": "a@example.com,b@example.com"}, "email"),
    ("create_ticket", CREATE | {"priority": 9}, "priority"),
    ("create_ticket", CREATE | {"priority": 0}, "priority"),
    ("create_ticket", CREATE | {"priority": "high"}, "priority"),
    ("create_ticket", CREATE | {"status": 1}, "status"),
    ("create_ticket", CREATE | {"description": ""}, "description"),
    ("create_ticket", CREATE | {"cc_emails": ["ada@example.com", "nobody"]}, "cc_emails.1"),
    ("create_ticket", CREATE | {"cc_emails": "ada@example.com, nobody"}, "cc_emails.1"),
    ("create_ticket", CREATE | {"cc_emails": '["ada@example.com", bob]'}, "cc_emails"),
    ("create_ticket", CREATE | {"tags": " , "}, "tags"),
    ("create_ticket", CREATE | {"tags": {"a": 1}}, "tags"),
    ("create_ticket", CREATE | {"tags": ["ok", " "]}, "tags.1"),
    ("create_ticket", CREATE | {"tags": [1]}, "tags.0"),
    ("update_ticket", {"ticket_id": 1}, "arguments"),
    ("update_ticket", {"ticket_id": 1, "status": None}, "arguments"),
    ("update_ticket", {"ticket_id": 1, "type": ""}, "arguments"),
    ("update_ticket", {"ticket_id": 1, "tags": ""}, "arguments"),
    ("update_ticket", {"ticket_id": 1, "type": " ", "priority": 4}, "type"),
    ("update_ticket", {"ticket_id": 1, "prioritty": 3}, "prioritty"),
    ("update_ticket", {"ticket_id": 1, "priority": 9}, "priority"),
    ("list_tickets", {"per_page": 500}, "per_page"),
    ("list_tickets", {"per_page": 0}, "per_page"),
    ("list_tickets", {"page": 0}, "page"),
    ("list_tickets", {"page": 301}, "page"),
    ("list_tickets", {"order_type": "sideways"}, "order_type"),
    ("list_tickets", {"email": "nobody"}, "email"),
    ("list_tickets", {"updated_since": "yesterday"}, "updated_since"),
    ("list_tickets", {"updated_since": " "}, "updated_since"),
    ("list_tickets", {"updated_since": "0001-01-01T00:00:00+14:00"}, "updated_since"),
    ("list_tickets", {"status": 2}, "status"),
    ("list_tickets", {"filter": "all"}, "filter"),
    ("list_tickets", {"order_by": "priority"}, "order_by"),
    ("list_tickets", {"include": ["conversations"]}, "include.0"),
    ("list_tickets", {"include": "stats,company"}, "include.1"),
    ("list_tickets", {"requester_id": 0}, "requester_id"),
    ("list_tickets", {"company_id": "acme"}, "company_id"),
    ("get_ticket", {"ticket_id": 1, "include": ["everything"]}, "include.0"),
    ("get_ticket", {"ticket_id": 1, "include": 5}, "include"),
    ("get_ticket", {"ticket_id": 1, "description_limit": -1}, "description_limit"),
    ("create_ticket", CREATE | {"type": " "}, "type"),
    ("create_ticket", CREATE | {"name": ""}, "name"),
    ("create_ticket", CREATE | {"source": "phone"}, "source"),
    ("create_ticket", CREATE | {"responder_id": -1}, "responder_id"),
    ("create_ticket", CREATE | {"group_id": True}, "group_id"),
    ("create_ticket", CREATE | {"due_by": "soon"}, "due_by"),
    ("create_ticket", CREATE | {"custom_fields": "cf_a=1"}, "custom_fields"),
    ("create_ticket", CREATE | {"custom_fields": [1]}, "custom_fields"),
    ("update_ticket", {"ticket_id": 1, "custom_fields": {}}, "arguments"),
    ("update_ticket", {"ticket_id": 1, "custom_fields": '{"cf_a": [{"b": Infinity}]}'}, "custom_fields"),
    ("update_ticket", {"ticket_id": 1, "custom_fields": '{"cf_a": NaN}'}, "custom_fields"),
    ("update_ticket", {"ticket_id": 1, "name": "Ada"}, "name"),
]


NUMBERS = [
    (tool.name, needed_by(tool), name)
    for tool in create_tools()
    for name, schema in tool.parameters["properties"].items()
    if schema.get("type") == "integer"
]
"""Every number that a tool takes, beside what the tool needs."""
NO_NUMBERS = [" 3_0 ", "3_0", "+3", "\u0663", "\uff13", "3e0", "0x3", "3.", "3.0.0", "3.5", "- 3", "3 0", "#x3", "3,0"]
"""Forms that Python, pydantic or other programs read as a number, and people do not mean as one."""


@pytest.mark.parametrize(("tool", "others", "name"), NUMBERS)
async def test_a_text_that_people_do_not_mean_as_a_number_is_refused(
    tool: str, others: dict[str, Any], name: str
) -> None:
    requests: list[httpx.Request] = []
    async with client_over(lambda request: requests.append(request) or httpx.Response(400)) as client:  # type: ignore[func-returns-value]
        for given in NO_NUMBERS:
            error = error_of(await client.call_tool(tool, others | {name: given}))
            assert [problem["field"] for problem in error["fields"]] == [name], given
    assert requests == []


@pytest.mark.parametrize("given", [3, 3.0, "3", " 3 ", "03", "3.0"])
async def test_a_whole_number_may_come_in_the_forms_of_json_and_as_text(given: object) -> None:
    asked: list[httpx.URL] = []
    async with client_over(lambda request: asked.append(request.url) or httpx.Response(200, json=[])) as client:  # type: ignore[func-returns-value]
        assert not (await client.call_tool("freshdesk_list_tickets", {"page": given, "requester_id": given})).is_error
    assert [(url.params["page"], url.params["requester_id"]) for url in asked] == [("3", "3")]


@pytest.mark.parametrize(("tool", "arguments", "field"), REFUSED, ids=lambda value: str(value)[:40])
async def test_a_bad_argument_is_one_clear_error_and_nothing_is_sent(
    tool: str, arguments: dict[str, Any], field: str
) -> None:
    requests: list[httpx.Request] = []
    async with client_over(lambda request: requests.append(request) or httpx.Response(500)) as client:  # type: ignore[func-returns-value]
        result = await client.call_tool(f"freshdesk_{tool}", arguments)
    error = error_of(result)
    assert (error["code"], error["outcome"], error["retryable"]) == ("invalid_arguments", "not_sent", False)
    assert [problem["field"] for problem in error["fields"]] == [field]
    assert field in text_of(result)
    assert error["hint"] in text_of(result)
    assert requests == []


async def test_several_bad_arguments_are_named_together() -> None:
    async with client_over(lambda _: httpx.Response(500)) as client:
        result = await client.call_tool("freshdesk_create_ticket", {"subject": "", "email": "x", "priority": 7})
    assert [problem["field"] for problem in error_of(result)["fields"]] == ["subject", "email", "priority"]


async def test_all_problems_are_named_at_once_with_the_right_forms() -> None:
    async with client_over(lambda _: httpx.Response(500)) as client:
        result = await client.call_tool(
            "freshdesk_update_ticket",
            {
                "ticket_id": "the first",
                "prioritty": 3,
                "responder_id": None,
                "priority": "high",
                "status": "closed",
                "tags": {"a": 1},
                "cc_emails": ["Ada <ada@example.com>"],
                "custom_fields": "cf_floor=3",
                "due_by": "tomorrow",
            },
        )
    told = {problem["field"]: problem["message"] for problem in error_of(result)["fields"]}
    assert list(told) == [
        *("prioritty", "responder_id", "ticket_id", "priority", "status", "cc_emails.0", "tags", "due_by"),
        "custom_fields",
    ]
    assert "31, #31, or the URL of a ticket of this account" in told["ticket_id"]
    assert "3 = High" in told["priority"]
    assert "4 = Resolved" in told["status"]
    assert '["a", "b"]' in told["tags"]
    assert "ada@example.com" in told["cc_emails.0"]
    assert "cf_" in told["custom_fields"]
    assert "+02:00" in told["due_by"]
    for message in told.values():
        assert message in text_of(result)
    assert "fields" not in text_of(result).replace("custom_fields", "")
    assert "retryable: false" in text_of(result)


ALL_OF_UPDATE = (
    *("subject", "description", "priority", "status", "cc_emails", "tags", "type", "source", "responder_id"),
    *("group_id", "due_by", "custom_fields"),
)


@pytest.mark.parametrize("name", ["responder_id", "group_id", "type", "due_by"])
@pytest.mark.parametrize("beside", [{}, {"priority": 4}, {"priority": 4, "subject": None, "tags": None}], ids=str)
async def test_a_null_that_is_meant_to_clear_is_not_taken_for_left_out(name: str, beside: dict[str, Any]) -> None:
    requests: list[httpx.Request] = []
    async with client_over(lambda request: requests.append(request) or httpx.Response(500)) as client:  # type: ignore[func-returns-value]
        for null in (None, "null") if name.endswith("_id") else (None,):
            result = await client.call_tool("freshdesk_update_ticket", {"ticket_id": 17, name: null} | beside)
            (problem,) = error_of(result)["fields"]
            assert (problem["field"], problem["code"]) == (name, "cannot_clear")
            assert "cannot" in problem["message"]
    assert requests == []


async def test_nulls_of_a_host_that_fills_in_every_parameter_mean_nothing() -> None:
    sent: list[Any] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(httpx.Response(200, content=request.content).json())
        return httpx.Response(200, json=ticket_body())

    nulls = dict.fromkeys(ALL_OF_UPDATE)
    async with client_over(answer) as client:
        assert not (
            await client.call_tool("freshdesk_update_ticket", {"ticket_id": 17} | nulls | {"priority": 4})
        ).is_error
        error = error_of(await client.call_tool("freshdesk_update_ticket", {"ticket_id": 17} | nulls))
    assert sent == [{"priority": 4}]
    assert [problem["code"] for problem in error["fields"]] == ["nothing_to_change"]


async def test_no_one_is_assigned_by_a_null_of_a_create() -> None:
    sent: list[Any] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(httpx.Response(200, content=request.content).json())
        return httpx.Response(201, json=ticket_body())

    async with client_over(answer) as client:
        assert not (await client.call_tool("freshdesk_create_ticket", CREATE | {"responder_id": None})).is_error
    assert "responder_id" not in sent[0]


EMPTY: list[tuple[str, dict[str, Any], set[str]]] = [
    (
        "create_ticket",
        CREATE | dict.fromkeys(set(ALL_OF_UPDATE) - {"subject", "description"}, ""),
        {"subject", "email", "description", "priority", "status"},
    ),
    (
        "update_ticket",
        {"ticket_id": 17, "subject": "Broken"} | dict.fromkeys(set(ALL_OF_UPDATE) - {"subject", "description"}, ""),
        {"subject"},
    ),
    ("update_ticket", {"ticket_id": 17, "priority": 4, "type": "", "due_by": "", "tags": ""}, {"priority"}),
    (
        "list_tickets",
        dict.fromkeys(("email", "updated_since", "per_page", "page", "order_type", "order_by", "filter"), "")
        | dict.fromkeys(("requester_id", "company_id", "include"), ""),
        {"per_page", "page", "order_type"},
    ),
    ("get_ticket", {"ticket_id": 17, "include": "", "description_limit": ""}, set()),
]


@pytest.mark.parametrize(("tool", "arguments", "names"), EMPTY, ids=lambda value: str(value)[:40])
async def test_an_empty_string_is_left_out(tool: str, arguments: dict[str, Any], names: set[str]) -> None:
    sent: list[set[str]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        body = httpx.Response(200, content=request.content).json() if request.content else dict(request.url.params)
        sent.append(set(body))
        if request.method == "GET" and request.url.path.endswith("/tickets"):
            return httpx.Response(200, json=[])
        return httpx.Response(201 if request.method == "POST" else 200, json=ticket_body())

    async with client_over(answer) as client:
        result = await client.call_tool(f"freshdesk_{tool}", arguments)
    assert not result.is_error, text_of(result)
    assert sent == [names]


@pytest.mark.parametrize(
    "address",
    [
        *("ada@corp.local", "a..b@docomo.ne.jp", "ada.@docomo.ne.jp", ".ada@example.com", "ada@localhost"),
        *("o'brien+x/y=z@example.com", '"ada byron"@example.com', "ada@[192.0.2.1]", "ädä@exämple.de", "ada@test"),
    ],
)
async def test_an_address_that_may_exist_is_left_to_freshdesk(address: str) -> None:
    requests: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(201, json=ticket_body()) if request.method == "POST" else httpx.Response(200, json=[])

    async with client_over(answer) as client:
        await client.call_tool("freshdesk_list_tickets", {"email": f" {address}\n"})
        await client.call_tool(
            "freshdesk_create_ticket", CREATE | {"email": f"\t{address} ", "cc_emails": [f" {address}"]}
        )
    sent = httpx.Response(200, content=requests[1].content).json()
    assert [requests[0].url.params["email"], sent["email"], *sent["cc_emails"]] == [address] * 3


@pytest.mark.parametrize(
    "given",
    [
        *("17", "#17", " # 17 ", "https://acme.freshdesk.com/a/tickets/17", "acme.freshdesk.com/a/tickets/17"),
        *("https://ACME.freshdesk.com/a/tickets/17?lang=de#note", "http://acme.freshdesk.com/helpdesk/tickets/17"),
        *("https://acme.freshdesk.com/support/tickets/17", "https://acme.freshdesk.com/a/tickets/17/edit"),
    ],
)
async def test_a_ticket_may_be_named_as_people_name_it(given: str) -> None:
    paths: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        paths.append(request.url.path)
        return httpx.Response(204) if request.method == "DELETE" else httpx.Response(200, json=ticket_body())

    async with client_over(answer) as client:
        for tool, more in (("get", {}), ("update", {"priority": 4}), ("delete", {})):
            result = await client.call_tool(f"freshdesk_{tool}_ticket", {"ticket_id": given} | more)
            assert not result.is_error, text_of(result)
    assert paths == ["/api/v2/tickets/17"] * 3


@pytest.mark.parametrize("given", [["a", "b"], '["a", "b"]', "a, b", "a,b,"])
async def test_several_words_may_come_as_one_string(given: object) -> None:
    requests: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(200, json=ticket_body())

    async with client_over(answer) as client:
        await client.call_tool("freshdesk_update_ticket", {"ticket_id": 17, "tags": given})
        await client.call_tool("freshdesk_update_ticket", {"ticket_id": 17, "cc_emails": "a@b.cc , d@e.ff"})
    sent = [httpx.Response(200, content=request.content).json() for request in requests]
    assert sent == [{"tags": ["a", "b"]}, {"cc_emails": ["a@b.cc", "d@e.ff"]}]


async def test_a_null_counts_as_left_out() -> None:
    requests: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(200, json=[] if request.url.path.endswith("/tickets") else ticket_body())

    async with client_over(answer) as client:
        properties = {tool.name: tool.input_schema["properties"] for tool in (await client.list_tools()).tools}
        for tool, needed in (("freshdesk_list_tickets", {}), ("freshdesk_get_ticket", {"ticket_id": 17})):
            assert not (await client.call_tool(tool, dict.fromkeys(properties[tool]) | needed)).is_error
    assert dict(requests[0].url.params) == {"per_page": "30", "page": "1", "order_type": "desc"}


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Subject, "s\ud800x"),
        (Description, "\udc00"),
        (Tags, ["s\ud800x"]),
        (CustomFields, {"cf": "\ud800"}),
        (CustomFields, {"\udc00": 1}),
        (EmailAddress, "a\ud800@example.com"),
    ],
    ids=["subject", "description", "tags", "custom fields", "name of a field", "address"],
)
@pytest.mark.parametrize("stands_for_it", [False, True])
def test_half_a_character_is_refused(kind: Any, value: object, stands_for_it: bool) -> None:
    """Hosts send it when they cut a text inside an emoji; it comes directly, or as the transports pass it on."""
    if stands_for_it:
        value = json.loads(HALF.sub(NO_CHARACTER, json.dumps(value, ensure_ascii=False)))
    with pytest.raises(ValidationError):
        TypeAdapter(kind).validate_python(value)


@pytest.mark.parametrize("subject", ["[1]", "null", '{"a": 1}', "true", '"quoted"', "12"])
async def test_a_string_that_looks_like_json_stays_a_string(subject: str) -> None:
    requests: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(200, json=ticket_body(subject=subject))

    async with client_over(answer) as client:
        arguments = {"ticket_id": 17, "subject": subject, "description": subject}
        result = await client.call_tool("freshdesk_update_ticket", arguments)
    assert data_of(result)["ticket"]["subject"] == subject
    sent = httpx.Response(200, content=requests[0].content).json()
    assert sent["subject"] == subject


async def test_a_list_may_come_as_json_text_and_a_number_as_text() -> None:
    requests: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(200, json=ticket_body())

    async with client_over(answer) as client:
        await client.call_tool("freshdesk_update_ticket", {"ticket_id": "17", "tags": '["a", "b"]'})
    assert requests[0].url.path.endswith("/tickets/17")
    assert httpx.Response(200, content=requests[0].content).json() == {"tags": ["a", "b"]}


@pytest.mark.parametrize("given", [{"cf_floor": 3}, '{"cf_floor": 3}'], ids=["an object", "text"])
async def test_custom_fields_may_come_as_the_object_that_their_text_stands_for(given: object) -> None:
    requests: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(200, json=ticket_body())

    async with client_over(answer) as client:
        await client.call_tool("freshdesk_update_ticket", {"ticket_id": 17, "custom_fields": given})
    assert httpx.Response(200, content=requests[0].content).json() == {"custom_fields": {"cf_floor": 3}}


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("2026-01-31T09:00:00Z", "2026-01-31T09:00:00Z"),
        ("2026-01-31T09:00:00", "2026-01-31T09:00:00Z"),
        ("2026-01-31", "2026-01-31T00:00:00Z"),
        ("2026-01-31T09:00:00.5+02:00", "2026-01-31T07:00:00Z"),
    ],
)
async def test_a_time_without_zone_is_utc(given: str, sent: str) -> None:
    requests: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(200, json=[])

    async with client_over(answer) as client:
        await client.call_tool("freshdesk_list_tickets", {"updated_since": given})
    assert requests[0].url.params["updated_since"] == sent
