"""The judging of the interoperability matrix: no problem, and no stale line, may pass."""

from typing import Any

import pytest

from interop.clients import CELLS, TOUR, judge
from interop.conformance import REVISIONS, SERVERS, Excuse, lines_of
from interop.conformance import judge as judge_suite
from interop.converters import judge as judge_converted

CELL = CELLS[0]
FAILED = Excuse("ping", None, "why not")
CHECK_FAILED = Excuse("ping", "ping-answer", "why not")
TICKET = {"id": 7}
LISTS = {"list tickets": {"tickets": [TICKET]}, "list after delete": {"tickets": []}}


def told() -> dict[str, dict[str, Any]]:
    """Return the report of a driver without a problem."""
    lines: dict[str, dict[str, Any]] = {
        "connect": {"protocol": CELL.protocol, "server": "freshdesk-mcp-server"},
        "list tools": {"tools": [tool_named(name) for name in TOUR["tools"]]},
    }
    for step in TOUR["steps"]:
        data = {"error": {"code": step["error"]}} if "error" in step else LISTS.get(step["name"], {"ticket": TICKET})
        lines[step["name"]] = {"isError": "error" in step, "text": "some", "structured": data}
    return lines


def tool_named(name: str) -> dict[str, Any]:
    required, optional = TOUR["tools"][name].values()
    properties = {parameter: {"type": "string"} for parameter in [*required, *optional, "a_new_one"]}
    return {"name": name, "inputSchema": {"required": required, "properties": properties}}


def problems(lines: dict[str, dict[str, Any]]) -> list[str]:
    return list(judge(CELL, [{"did": name, **line} for name, line in lines.items()]))


def test_a_report_with_the_expected_result_of_each_step_is_no_problem() -> None:
    assert problems(told()) == []


@pytest.mark.parametrize("step", ["connect", "list tools", *(step["name"] for step in TOUR["steps"])])
def test_a_step_without_a_report_is_a_problem(step: str) -> None:
    lines = told()
    del lines[step]
    assert problems(lines)


@pytest.mark.parametrize(
    ("step", "change"),
    [
        ("connect", {"protocol": "2024-11-05"}),
        ("create", {"structured": None}),
        ("get", {"structured": {"ticket": {"id": 8}}}),
        ("update", {"raised": "McpError"}),
        ("delete", {"isError": True}),
        ("list after delete", {"structured": {"tickets": [{"id": 7}]}}),
        ("bad argument", {"isError": False}),
        ("unknown argument", {"structured": {"error": {"code": "internal_error"}}}),
        ("unknown ticket", {"structured": None}),
        ("unknown tool", {"text": ""}),
    ],
)
def test_a_step_with_another_result_is_a_problem(step: str, change: dict[str, Any]) -> None:
    lines = told()
    lines[step] |= change
    assert problems(lines)


def test_a_scenario_that_fails_unexpectedly_is_a_problem() -> None:
    verdict = judge_suite({"ping": {"ping-answer"}, "tools-list": set()}, [])
    assert verdict.passed == 1
    assert verdict.problems == ("ping failed: ping-answer",)


@pytest.mark.parametrize("excuse", [FAILED, CHECK_FAILED])
def test_a_scenario_that_fails_as_expected_is_no_problem(excuse: Excuse) -> None:
    verdict = judge_suite({"ping": {"ping-answer"}}, [excuse])
    assert (verdict.passed, verdict.excused, verdict.problems) == (0, (excuse,), ())


def test_an_excuse_for_one_check_does_not_cover_another_check() -> None:
    verdict = judge_suite({"ping": {"ping-answer", "ping-twice"}}, [CHECK_FAILED])
    assert verdict.problems == ("ping failed: ping-twice",)


@pytest.mark.parametrize("excuse", [FAILED, CHECK_FAILED])
@pytest.mark.parametrize("results", [{"ping": set[str]()}, {"pong": set[str]()}])
def test_an_excuse_for_a_check_that_passes_is_stale(excuse: Excuse, results: dict[str, set[str]]) -> None:
    (problem,) = judge_suite(results, [excuse]).problems
    assert "stale" in problem


def test_only_the_applying_scenarios_count_and_none_may_be_missing() -> None:
    results = {"ping": set[str](), "tools-list": {"tools-list"}}
    assert judge_suite(results, [], {"ping"}).problems == ()
    assert judge_suite(results, [], {"ping", "pong"}).problems == ("pong was not run",)


def test_each_line_of_the_tables_is_about_an_existing_run() -> None:
    assert {revision for revision, _ in lines_of("scenarios.txt", 2)} <= {*REVISIONS}
    runs = {(server, revision) for server, revision, *_ in lines_of("expected-failures.txt", 4)}
    assert runs <= {(server, revision) for server in SERVERS for revision in REVISIONS}


def converted(**changes: object) -> list[dict[str, Any]]:
    """Return the lines of a driver whose library converts all tools well, with `changes` of one line."""
    lines = {name: {"did": name, "schema": tool_named(name)["inputSchema"]} for name in TOUR["tools"]}
    lines["freshdesk_get_ticket"] |= changes
    return list(lines.values())


def test_a_report_with_all_parameters_of_each_tool_is_no_problem() -> None:
    assert [*judge_converted(converted())] == []


@pytest.mark.parametrize(
    "change",
    [
        {"raised": "ValueError"},
        {"did": "another_tool"},
        {"schema": {}},
        {"schema": {"properties": {"ticket_id": {}}}},
        {"schema": {"properties": {}, "required": ["ticket_id"]}},
    ],
)
def test_a_tool_that_was_not_converted_whole_is_a_problem(change: dict[str, Any]) -> None:
    assert [*judge_converted(converted(**change))]
