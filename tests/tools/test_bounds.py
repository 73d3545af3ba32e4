"""Bounds of arguments: the largest value is sent; one more is refused before its parts are examined."""

import itertools
import json
from typing import Any

import httpx
import pytest

from freshdesk_mcp_server.tools.kit import arguments as accepted
from freshdesk_mcp_server.tools.registry import create_tools
from support.operations import needed_by
from support.tickets import ticket_body
from support.tools import client_over, error_of, text_of

pytestmark = pytest.mark.anyio

UPDATE = {"ticket_id": 17}
CREATE = {"subject": "Broken", "email": "ada@example.com"}
MARK = "zqxjk"


def address(length: int) -> str:
    """Return an address of `length` characters whose parts are as long as the standards allow."""
    domain = ".".join("d" * 60 for _ in range(6))
    return f"{'a' * 64}@{domain}"[: length - 4] + ".com"


def nested(levels: int) -> Any:
    """Return lists in lists, which make `levels` levels with the object around them."""
    return [] if levels <= 2 else [nested(levels - 1)]


def sized(length: int) -> dict[str, Any]:
    """Return custom fields of `length` bytes as JSON."""
    return {"cf_text": "x" * (length - len(json.dumps({"cf_text": ""})))}


class Freshdesk:
    """A network that keeps its requests."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if request.method == "POST":
            return httpx.Response(201, json=ticket_body())
        return httpx.Response(200, json=[] if request.url.path.endswith("/tickets") else ticket_body())


WITHIN: list[tuple[str, dict[str, Any]]] = [
    *[("update_ticket", UPDATE | {"cc_emails": [f"a{n}@b.cc" for n in range(count)]}) for count in (199, 200)],
    *[("update_ticket", UPDATE | {"tags": ["t"] * count}) for count in (199, 200)],
    ("update_ticket", UPDATE | {"tags": ",".join(["t"] * 200)}),
    ("update_ticket", UPDATE | {"tags": json.dumps(["t"] * 200)}),
    *[("update_ticket", UPDATE | {"tags": ["t" * length]}) for length in (999, 1_000)],
    *[("update_ticket", UPDATE | {"subject": "é" * length}) for length in (1_999, 2_000)],
    *[("update_ticket", UPDATE | {"description": "x" * length}) for length in (255_999, 256_000)],
    *[("update_ticket", UPDATE | {"description": "é" * length}) for length in (127_999, 128_000)],
    *[("update_ticket", UPDATE | {"type": "t" * length}) for length in (999, 1_000)],
    *[("update_ticket", UPDATE | {"custom_fields": {f"cf_{n}": n for n in range(count)}}) for count in (999, 1_000)],
    *[("update_ticket", UPDATE | {"custom_fields": {"cf_a": ["x"] * count}}) for count in (998, 999)],
    *[("update_ticket", UPDATE | {"custom_fields": {"cf_a": nested(levels)}}) for levels in (4, 5)],
    *[("update_ticket", UPDATE | {"custom_fields": sized(length)}) for length in (255_999, 256_000)],
    ("update_ticket", UPDATE | {"custom_fields": json.dumps(sized(256_000))}),
    *[("update_ticket", UPDATE | {"priority": f"{1:>{length}}"}) for length in (31, 32)],
    *[("update_ticket", UPDATE | {"due_by": f"{'2026-01-31':>{length}}"}) for length in (63, 64)],
    *[("create_ticket", CREATE | {"name": "n" * length}) for length in (999, 1_000)],
    *[("get_ticket", UPDATE | {"include": ["stats"] * count}) for count in (3, 4)],
    *[("get_ticket", UPDATE | {"include": ",".join(["stats"] * count)}) for count in (3, 4)],
    *[("get_ticket", UPDATE | {"include": f"{'stats':>{length}}"}) for length in (199, 200)],
    *[("list_tickets", {"include": ["stats"] * count}) for count in (2, 3)],
    *[("list_tickets", {"page": f"{2:>{length}}"}) for length in (31, 32)],
    *[("list_tickets", {"updated_since": f"{'2026-01-31':>{length}}"}) for length in (63, 64)],
]
BEYOND: list[tuple[str, dict[str, Any], str, str, str]] = [
    ("update_ticket", UPDATE | {"cc_emails": [f"{MARK}@b.cc"] * 201}, "cc_emails", "too_many", "at most 200"),
    ("update_ticket", UPDATE | {"cc_emails": [MARK] * 100_000}, "cc_emails", "too_many", "at most 200"),
    ("update_ticket", UPDATE | {"cc_emails": json.dumps([MARK] * 201)}, "cc_emails", "too_many", "at most 200"),
    ("update_ticket", UPDATE | {"cc_emails": f'["{MARK}{"x" * 256_000}"]'}, "cc_emails", "too_long", "at most 256,000"),
    ("update_ticket", UPDATE | {"tags": [MARK] * 201}, "tags", "too_many", "at most 200"),
    ("update_ticket", UPDATE | {"tags": ["t", MARK * 201]}, "tags.1", "too_long", "at most 1,000"),
    ("update_ticket", UPDATE | {"subject": f"{MARK:>2001}"}, "subject", "too_long", "at most 2,000"),
    ("update_ticket", UPDATE | {"subject": " " * 2_001}, "subject", "too_long", "at most 2,000"),
    ("update_ticket", UPDATE | {"description": f"{MARK:>256001}"}, "description", "too_long", "at most 256,000 bytes"),
    ("update_ticket", UPDATE | {"description": "é" * 128_001}, "description", "too_long", "at most 256,000 bytes"),
    ("update_ticket", UPDATE | {"description": "\ud800" * 1_000_000}, "description", "too_long", "at most 256,000"),
    ("update_ticket", UPDATE | {"type": f"{MARK:>1001}"}, "type", "too_long", "at most 1,000"),
    ("update_ticket", UPDATE | {"priority": f"{1:>33}"}, "priority", "too_long", "at most 32"),
    ("update_ticket", UPDATE | {"responder_id": "9" * 100_000}, "responder_id", "too_long", "at most 32"),
    ("update_ticket", UPDATE | {"due_by": f"{'2026-01-31':>65}"}, "due_by", "too_long", "at most 64"),
    (
        "update_ticket",
        UPDATE | {"custom_fields": {f"cf_{n}": n for n in range(1_001)}},
        "custom_fields",
        "too_many",
        "at most 1,000",
    ),
    (
        "update_ticket",
        UPDATE | {"custom_fields": {"cf_a": [MARK] * 1_000}},
        "custom_fields",
        "too_many",
        "1,000 values",
    ),
    ("update_ticket", UPDATE | {"custom_fields": {"cf_a": nested(6)}}, "custom_fields", "too_deep", "at most 5 levels"),
    ("update_ticket", UPDATE | {"custom_fields": sized(256_001)}, "custom_fields", "too_long", "at most 256,000 bytes"),
    ("update_ticket", UPDATE | {"custom_fields": {"é" * 128_000: 1}}, "custom_fields", "too_long", "at most 256,000"),
    (
        "update_ticket",
        UPDATE | {"custom_fields": '{"cf_a": ' + "[" * 900 + "]" * 900 + "}"},
        "custom_fields",
        "too_deep",
        "at most 5 levels",
    ),
    ("create_ticket", CREATE | {"email": f"{MARK:>321}"}, "email", "too_long", "at most 320"),
    ("create_ticket", CREATE | {"cc_emails": ["a@b.cc", f"{MARK:>321}"]}, "cc_emails.1", "too_long", "at most 320"),
    ("create_ticket", CREATE | {"name": f"{MARK:>1001}"}, "name", "too_long", "at most 1,000"),
    ("list_tickets", {"email": f"{MARK:>321}"}, "email", "too_long", "at most 320"),
    ("list_tickets", {"updated_since": f"{MARK:>65}"}, "updated_since", "too_long", "at most 64"),
    ("list_tickets", {"include": ["stats"] * 4}, "include", "too_many", "at most 3"),
    ("list_tickets", {"per_page": f"{1:>33}"}, "per_page", "too_long", "at most 32"),
    ("get_ticket", {"ticket_id": "9" * 5_000}, "ticket_id", "too_long", "at most 200"),
    (
        "get_ticket",
        {"ticket_id": f"https://acme.freshdesk.com/a/tickets/17?{'x' * 200}"},
        "ticket_id",
        "too_long",
        "at most 200",
    ),
    ("update_ticket", UPDATE | {"tags": ",".join(["t"] * 201)}, "tags", "too_many", "at most 200"),
    ("update_ticket", UPDATE | {"cc_emails": "x" * 256_001}, "cc_emails", "too_long", "at most 256,000"),
    ("get_ticket", {"ticket_id": 17, "include": ["stats"] * 5}, "include", "too_many", "at most 4"),
    ("get_ticket", {"ticket_id": 17, "include": "stats,stats,stats,stats,stats"}, "include", "too_many", "at most 4"),
    ("get_ticket", {"ticket_id": 17, "include": "a" + " " * 40_000 + "b"}, "include", "too_long", "at most 200"),
    ("get_ticket", {"ticket_id": 17, "include": "," * 1_000_000}, "include", "too_long", "at most 200"),
    ("get_ticket", {"ticket_id": 17, "include": f'["{MARK * 60_000}"]'}, "include", "too_long", "at most 200"),
    ("get_ticket", {"ticket_id": 17, "description_limit": f"{1:>33}"}, "description_limit", "too_long", "at most 32"),
]
HUGE: list[Any] = ["x" * 300_000, ["x"] * 1_001, {f"cf_{number}": number for number in range(1_001)}]


@pytest.mark.parametrize(("tool", "arguments"), WITHIN, ids=lambda value: str(value)[:40])
async def test_the_largest_allowed_value_is_sent(tool: str, arguments: dict[str, Any]) -> None:
    freshdesk = Freshdesk()
    async with client_over(freshdesk) as client:
        result = await client.call_tool(f"freshdesk_{tool}", arguments)
    assert not result.is_error, text_of(result)
    assert len(freshdesk.requests) == 1


@pytest.mark.parametrize(("tool", "arguments", "field", "code", "allowed"), BEYOND, ids=lambda value: str(value)[:40])
async def test_a_larger_value_is_refused_with_the_bound_and_without_the_value(
    tool: str, arguments: dict[str, Any], field: str, code: str, allowed: str
) -> None:
    freshdesk = Freshdesk()
    async with client_over(freshdesk) as client:
        result = await client.call_tool(f"freshdesk_{tool}", arguments)
    error = error_of(result)
    assert (error["code"], error["outcome"]) == ("invalid_arguments", "not_sent")
    assert [(problem["field"], problem["code"]) for problem in error["fields"]] == [(field, code)]
    assert allowed in error["fields"][0]["message"]
    assert allowed in text_of(result)
    assert MARK not in result.model_dump_json()
    assert len(result.model_dump_json()) < 1_000
    assert freshdesk.requests == []


@pytest.mark.parametrize("length", [253, 254])
async def test_the_longest_addresses_are_sent(length: int) -> None:
    freshdesk = Freshdesk()
    async with client_over(freshdesk) as client:
        result = await client.call_tool("freshdesk_create_ticket", CREATE | {"cc_emails": [address(length)]})
    assert not result.is_error, text_of(result)


@pytest.mark.parametrize("length", [319, 320])
async def test_an_address_within_the_bound_that_no_mail_server_takes_is_judged_as_an_address(length: int) -> None:
    async with client_over(Freshdesk()) as client:
        result = await client.call_tool("freshdesk_create_ticket", CREATE | {"email": address(length)})
    assert [problem["code"] for problem in error_of(result)["fields"]] == ["email"]


async def test_all_arguments_beyond_their_bounds_are_reported_at_once() -> None:
    async with client_over(Freshdesk()) as client:
        result = await client.call_tool(
            "freshdesk_update_ticket",
            {"subject": "x" * 3_000, "cc_emails": ["a"] * 300, "tags": [" "], "priority": 9, "prioritty": 3},
        )
    assert [(problem["field"], problem["code"]) for problem in error_of(result)["fields"]] == [
        ("prioritty", "unknown_argument"),
        ("ticket_id", "missing"),
        ("subject", "too_long"),
        ("priority", "out_of_range"),
        ("cc_emails", "too_many"),
        ("tags.0", "blank"),
    ]


@pytest.mark.parametrize(
    ("arguments", "more"),
    [
        ({"tags": [" "] * 200}, 180),
        ({f"{MARK}{number}": 1 for number in range(10_000)}, 9_980),
        ({"x" * 100_000 + str(number): 1 for number in range(5)}, 0),
        ({f"{number}\n\u202e\ud800" + MARK * 100: 1 for number in range(21)}, 1),
    ],
    ids=["items", "names", "long names", "odd names"],
)
async def test_an_error_is_small_for_any_number_of_problems(arguments: dict[str, Any], more: int) -> None:
    async with client_over(Freshdesk()) as client:
        result = await client.call_tool("freshdesk_update_ticket", {"ticket_id": 1} | arguments)
    fields = error_of(result)["fields"]
    assert len(fields) <= 21
    assert [problem["message"] for problem in fields if problem["code"] == "more_problems"] == [
        f"{count:,} more were not accepted" for count in (more,) if count
    ]
    assert all(len(problem["field"]) <= 60 and problem["field"].isprintable() for problem in fields)
    assert len(result.model_dump_json()) < 16_000


async def test_every_argument_of_every_tool_has_a_bound() -> None:
    freshdesk = Freshdesk()
    async with client_over(freshdesk) as client:
        for tool in create_tools():
            needed = UPDATE if tool.name == "freshdesk_update_ticket" else needed_by(tool)
            for name, huge in itertools.product(tool.parameters["properties"], HUGE):
                problems = error_of(await client.call_tool(tool.name, needed | {name: huge}))["fields"]
                assert [problem["field"] for problem in problems] == [name]
    assert freshdesk.requests == []


async def test_no_part_of_a_too_large_value_is_examined(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: list[object] = []
    monkeypatch.setattr(accepted, "is_address", looked_at.append)
    async with client_over(Freshdesk()) as client:
        for cc_emails in (["a@b.cc"] * 201, ["a@b.cc" * 100], json.dumps(["a@b.cc"] * 201)):
            result = await client.call_tool("freshdesk_update_ticket", UPDATE | {"cc_emails": cc_emails})
            assert result.is_error
    assert looked_at == []
