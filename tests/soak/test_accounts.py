"""The reckoning that soaks share: it sees each thing that must never happen."""

import importlib
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from freshdesk_sandbox import Store

SCRIPTS = str(Path(__file__).parents[2] / "scripts")


@pytest.fixture(scope="module")
def accounts() -> Iterator[Any]:
    sys.path.insert(0, SCRIPTS)
    try:
        yield importlib.import_module("soak_accounts")
    finally:
        sys.path.remove(SCRIPTS)


@pytest.fixture
def store() -> Store:
    """One ticket that the create a made, renamed since; one of other people; one that an update or a delete is for."""
    store = Store(seeded=False)
    requester = store.contacts.add(email="emily.dean@example.com")
    store.tickets.add(requester, {"subject": "Renamed"}, asked={"description": "Since Monday. [soak-a]"})
    store.tickets.add(requester, {"subject": "Another's [soak-b]"})
    store.tickets.add(requester, {"subject": "No toner"})
    return store


def wrongs(accounts: Any, store: Store, *told: Any) -> dict[str, int]:
    return {name: number for name, number in asdict(accounts.wrongs_of(told, store)).items() if number}


def create(accounts: Any, marker: str, verdict: str, told_id: int | None = None, code: str = "") -> Any:
    return accounts.Told(accounts.Asked("create", marker), verdict, code, told_id, recovered=False, took_s=0.0)


def change(accounts: Any, kind: str, verdict: str, told_id: int | None = None) -> Any:
    asked = accounts.Asked(kind, "[soak-c]", {}, 3)
    return accounts.Told(asked, verdict, "", told_id, recovered=False, took_s=0.0)


@pytest.mark.parametrize(
    ("marker", "verdict", "told_id", "wrong"),
    [
        ("[soak-a]", "done", 1, {}),
        ("[soak-a]", "applied", None, {}),
        ("[soak-a]", "unknown", None, {}),
        ("[soak-a]", "not_sent", None, {"denied": 1}),
        ("[soak-a]", "refused", None, {"denied": 1}),
        ("[soak-b]", "refused", None, {}),
        ("[soak-b]", "unknown", None, {}),
        ("[soak-b]", "applied", None, {"absent": 1}),
        ("[soak-b]", "done", 9, {"absent": 1}),
        ("[soak-b]", "done", 1, {"anothers": 1}),
        ("[soak-b]", "done", 2, {"anothers": 1}),
        ("[soak-b]", "no structure", None, {"broken": 1}),
    ],
)
def test_a_create_is_held_against_what_is_stored(
    accounts: Any, store: Store, marker: str, verdict: str, told_id: int | None, wrong: dict[str, int]
) -> None:
    assert wrongs(accounts, store, create(accounts, marker, verdict, told_id)) == wrong


def test_a_second_ticket_of_a_create_is_a_duplicate(accounts: Any, store: Store) -> None:
    store.tickets.add(store.contacts[158018064981], {"subject": "Renamed"}, asked={"description": "[soak-a]"})

    assert wrongs(accounts, store, create(accounts, "[soak-a]", "done", 1)) == {"duplicates": 1}


def test_an_internal_error_is_broken_whatever_it_says(accounts: Any, store: Store) -> None:
    assert wrongs(accounts, store, create(accounts, "[soak-b]", "unknown", code="internal_error")) == {"broken": 1}


@pytest.mark.parametrize("kind", ["update", "delete"])
@pytest.mark.parametrize(
    ("is_made", "verdict", "told_id", "wrong"),
    [
        (True, "done", 3, {}),
        (True, "unknown", None, {}),
        (True, "refused", None, {"denied": 1}),
        (True, "done", 1, {"anothers": 1}),
        (False, "done", 3, {"absent": 1}),
        (False, "applied", None, {"absent": 1}),
        (False, "not_sent", None, {}),
    ],
)
def test_a_change_is_held_against_what_is_stored(
    accounts: Any, store: Store, kind: str, is_made: bool, verdict: str, told_id: int | None, wrong: dict[str, int]
) -> None:
    if is_made and kind == "update":
        store.tickets.change(store.tickets[3], {"tags": ["[soak-c]"]})
    elif is_made:
        store.tickets.trash(store.tickets[3], deleted=True)

    assert wrongs(accounts, store, change(accounts, kind, verdict, told_id)) == wrong


def test_a_read_is_of_the_ticket_that_was_asked_for(accounts: Any, store: Store) -> None:
    assert wrongs(accounts, store, change(accounts, "get", "done", 3)) == {}
    assert wrongs(accounts, store, change(accounts, "get", "done", 2)) == {"anothers": 1}
