"""The table of operations is complete: each test here names the step of "Add an operation" that was left out."""

import pkgutil
from importlib import import_module

import httpx
import pytest

from faults.stack import TICKET_ID, stack
from freshdesk_mcp_server.errors import Guidance
from freshdesk_mcp_server.gateway import operations
from freshdesk_mcp_server.gateway.operation import AnyOperation, Effect, Operation
from freshdesk_mcp_server.tools.kit.choice import EVERYTHING
from freshdesk_mcp_server.tools.kit.toolset import ToolSpec
from freshdesk_mcp_server.tools.kit.undelivered import Delivery, delivered_by
from freshdesk_mcp_server.tools.registry import TOOL_NAMES, granted
from freshdesk_sandbox import API_KEY, running_sandbox
from support.operations import ALL, TABLE, WRITES, Row
from support.specification import SPECIFICATION
from support.tools import data_of

pytestmark = pytest.mark.anyio

SPECS = [spec for toolset in granted(EVERYTHING) for spec in toolset.tools]


def specified() -> set[str]:
    return {
        operation["operationId"]
        for path in SPECIFICATION["paths"].values()
        for operation in path.values()
        if "operationId" in operation
    }


def known() -> list[AnyOperation]:
    modules = [import_module(f"{operations.__name__}.{one.name}") for one in pkgutil.iter_modules(operations.__path__)]
    return [value for module in modules for value in vars(module).values() if isinstance(value, Operation)]


def test_each_operation_of_the_specification_is_known_to_the_gateway() -> None:
    assert specified() - {one.name for one in known()} == set(), "add an Operation in gateway/operations/"


def test_each_operation_of_the_gateway_is_in_the_specification() -> None:
    assert {one.name for one in known()} - specified() == set(), "add it to openapi/resources/, or correct its name"


def test_each_operation_of_the_gateway_has_a_row() -> None:
    assert {one.name for one in known()} - {one.name for one in ALL} == set(), (
        "add a row in tests/support/operations.py"
    )


def test_no_operation_has_two_rows() -> None:
    assert len({one.name for one in ALL}) == len(TABLE)


@pytest.mark.parametrize("row", [row for row in TABLE if row.operation in WRITES], ids=lambda row: row.path)
def test_a_write_has_a_recovery_or_a_reason_to_have_none(row: Row) -> None:
    assert (row.recovery is None) is bool(row.without_recovery), "add a recovery in gateway/recoveries/, or say why not"


@pytest.mark.parametrize("effect", [Effect.WRITE, Effect.IDEMPOTENT_WRITE])
def test_an_operation_that_writes_cannot_leave_its_caller_without_advice(effect: Effect) -> None:
    with pytest.raises(ValueError, match="needs a guidance"):
        Operation("burn_ticket", effect, lambda _, __: None)


def test_a_write_cannot_call_its_repetition_safe() -> None:
    with pytest.raises(ValueError, match="needs check and candidates"):
        Operation("burn_ticket", Effect.WRITE, lambda _, __: None, guidance=Guidance("fire"))


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.operation.name)
async def test_the_sandbox_has_each_operation(row: Row) -> None:
    async with running_sandbox() as url, httpx.AsyncClient(base_url=f"{url}/api/v2", auth=(API_KEY, "X")) as client:
        answer = await client.request(row.method, row.path, json=row.body, params=row.query)
    assert answer.status_code not in (404, 405, 501), "add it to adapter/freshdesk_sandbox/resources/"
    assert answer.status_code in (row.status, 400)  # no contact has the address of the table's words


@pytest.mark.parametrize("row", [row for row in TABLE if row.operation in WRITES], ids=lambda row: row.path)
def test_the_guidance_of_a_write_is_its_own_and_names_its_thing(row: Row) -> None:
    guidance = row.operation.guidance
    assert [one.name for one in ALL if one.guidance is guidance] == [row.operation.name], (
        "give it a Guidance of its own"
    )
    assert guidance.thing in guidance.check, "name the thing in `check` of its Guidance"
    assert f"possible_{guidance.thing}_ids" in guidance.candidates, "name the ids in `candidates` of its Guidance"


@pytest.mark.parametrize("name", TOOL_NAMES)
def test_each_tool_is_called_in_a_row(name: str) -> None:
    called = {call.tool for row in TABLE for call in row.calls}
    assert name in called, "add a ToolCall to the row of its operation in tests/support/operations.py"


@pytest.mark.parametrize("spec", SPECS, ids=[spec.name for spec in SPECS])
def test_a_tool_has_the_effect_of_its_operation(spec: ToolSpec) -> None:
    (row,) = (row for row in TABLE if spec.name in {call.tool for call in row.calls})
    assert (spec.effect, spec.sends) == (row.operation.effect, row.operation.sends), "correct its ToolSpec in TOOLSET"


@pytest.mark.usefixtures("virtual_time")
@pytest.mark.parametrize("row", [row for row in TABLE if row.operation in WRITES], ids=lambda row: row.path)
async def test_a_write_whose_client_has_gone_is_not_made_twice(row: Row) -> None:
    for call in row.calls:
        async with stack() as at:
            with delivered_by(Delivery(is_open=lambda: False)):
                await at.call(call.tool, **call.arguments(TICKET_ID))
            again = await at.call(call.tool, **call.arguments(TICKET_ID))
            assert call.count(at.sandbox) == 1, "call it through runtime.undelivered.once in its tool"
            assert data_of(again)["recovered"]
