"""The table of operations is complete: each test here names the step of "Add an operation" that was left out."""

import pkgutil
from importlib import import_module

import httpx
import pytest

from freshdesk_mcp_server.gateway import operations
from freshdesk_mcp_server.gateway.operation import AnyOperation, Effect, Operation
from freshdesk_sandbox import API_KEY, running_sandbox
from support.operations import ALL, TABLE, WRITES, Row
from support.specification import SPECIFICATION

pytestmark = pytest.mark.anyio


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


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.operation.name)
async def test_the_sandbox_has_each_operation(row: Row) -> None:
    async with running_sandbox() as url, httpx.AsyncClient(base_url=f"{url}/api/v2", auth=(API_KEY, "X")) as client:
        answer = await client.request(row.method, row.path, json=row.body, params=row.query)
    assert answer.status_code not in (404, 405, 501), "add it to adapter/freshdesk_sandbox/resources/"
    assert answer.status_code in (row.status, 400)  # no contact has the address of the table's words
