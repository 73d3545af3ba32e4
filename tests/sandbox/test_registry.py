"""The registration of resources: nothing that a resource brings is forgotten or doubled."""

import pkgutil
from datetime import timedelta
from importlib import import_module
from types import ModuleType

import pytest

from freshdesk_sandbox import Behaviour, SubLimits, resources
from freshdesk_sandbox.account import Account
from freshdesk_sandbox.files import FileHost
from freshdesk_sandbox.operation import Operation
from freshdesk_sandbox.registry import RESOURCES, Store
from freshdesk_sandbox.resources.agents import AgentSwitches
from freshdesk_sandbox.resources.tickets.records import Tickets
from freshdesk_sandbox.routes import OTHER, Route, route_from_path
from freshdesk_sandbox.switches import AccountSwitches, Files
from sandbox.helpers import Clock

OPERATIONS = [operation for resource in RESOURCES for operation in resource.operations]


def modules() -> list[ModuleType]:
    found = pkgutil.walk_packages(resources.__path__, f"{resources.__name__}.")
    return [import_module(one.name) for one in found]


def test_each_resource_with_operations_is_registered() -> None:
    assert [one.RESOURCE for one in modules() if hasattr(one, "RESOURCE") and one.RESOURCE not in RESOURCES] == []


def test_each_operation_of_a_module_is_registered() -> None:
    written = [operation for one in modules() for operation in getattr(one, "OPERATIONS", ())]

    assert [one.path for one in written if one not in OPERATIONS] == []
    assert written


def test_all_switches_of_a_resource_are_switches_of_the_account() -> None:
    values = [value for one in modules() for value in vars(one).values() if isinstance(value, type)]
    switches = [value for value in values if issubclass(value, AccountSwitches)]

    assert [one.__name__ for one in switches if not issubclass(Behaviour, one)] == []


def test_the_limit_of_an_operation_is_a_switch() -> None:
    assert {one.limit for one in OPERATIONS} - {None} == set(SubLimits.model_fields)


def test_no_operation_is_registered_twice() -> None:
    keys = [(one.method, one.path) for one in OPERATIONS]

    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: f"{one.method} {one.path}")
def test_the_path_of_an_operation_leads_to_it(operation: Operation) -> None:
    route = route_from_path(operation.path.replace("{id}", "47"))

    assert route == Route(operation.path, (47,) if "{id}" in operation.path else ())
    assert route.operation(operation.method) is operation


def test_a_path_of_no_operation_is_other() -> None:
    assert route_from_path("/api/v2/tickets/x") == Route(OTHER)
    assert Route(OTHER).operation("GET") is None


def test_a_copy_of_the_records_changes_alone(clock: Clock) -> None:
    store = Store(seeded=True, clock=clock)
    requester = store.contacts.add(email="new.person@example.com")
    copy = store.copy()

    copy.tickets.add(copy.contacts.add(email="another.person@example.com"), {"subject": "Late"})

    assert (len(store.tickets), len(copy.tickets)) == (60, 61)
    assert store.contacts.with_value("email", "another.person@example.com") is None
    assert copy.contacts.with_value("email", "new.person@example.com") is requester
    assert store.tickets.add(requester, {"subject": "Late"}).id == 61


def test_records_are_made_anew_after_a_reset(clock: Clock) -> None:
    store = Store(seeded=True, clock=clock)
    before = store[Tickets]
    before.drop(before[1])
    clock.advance(days=30)

    store.reset()

    assert len(store.tickets) == 60
    assert store.tickets[60].created_at == before[60].created_at + timedelta(days=30)


def test_switches_that_are_not_registered_are_an_error(clock: Clock) -> None:
    account = Account(Store(seeded=False), AccountSwitches(), FileHost(clock, Files, list))

    with pytest.raises(TypeError, match="AgentSwitches is not registered"):
        account.switches(AgentSwitches)
