"""The reckoning that soaks share sees each event that must never happen."""

from dataclasses import asdict

import pytest

from freshdesk_sandbox import Store
from soak.reckoning import Asked, Told, wrongs_of


@pytest.fixture
def store() -> Store:
    """Return one ticket that the create a made, renamed since; one of other people; one for an update or a delete."""
    store = Store(seeded=False)
    requester = store.contacts.add(email="emily.dean@example.com")
    store.tickets.add(requester, {"subject": "Renamed"}, asked={"description": "Since Monday. [soak-a]"})
    store.tickets.add(requester, {"subject": "Another's [soak-b]"})
    store.tickets.add(requester, {"subject": "No toner"})
    return store


def wrongs(store: Store, *told: Told) -> dict[str, int]:
    return {name: number for name, number in asdict(wrongs_of(told, store)).items() if number}


def create(marker: str, verdict: str, told_id: int | None = None, code: str = "") -> Told:
    return Told(Asked("create", marker), verdict, code, told_id, recovered=False, took_s=0.0)


def change(kind: str, verdict: str, told_id: int | None = None) -> Told:
    asked = Asked(kind, "[soak-c]", {}, 3)
    return Told(asked, verdict, "", told_id, recovered=False, took_s=0.0)


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
    store: Store, marker: str, verdict: str, told_id: int | None, wrong: dict[str, int]
) -> None:
    assert wrongs(store, create(marker, verdict, told_id)) == wrong


def test_a_second_ticket_of_a_create_is_a_duplicate(store: Store) -> None:
    store.tickets.add(store.contacts[158018064981], {"subject": "Renamed"}, asked={"description": "[soak-a]"})

    assert wrongs(store, create("[soak-a]", "done", 1)) == {"duplicates": 1}


def test_an_internal_error_is_broken_with_any_text(store: Store) -> None:
    assert wrongs(store, create("[soak-b]", "unknown", code="internal_error")) == {"broken": 1}


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
    store: Store, kind: str, is_made: bool, verdict: str, told_id: int | None, wrong: dict[str, int]
) -> None:
    if is_made and kind == "update":
        store.tickets.change(store.tickets[3], {"tags": ["[soak-c]"]})
    elif is_made:
        store.tickets.trash(store.tickets[3], deleted=True)

    assert wrongs(store, change(kind, verdict, told_id)) == wrong


def test_a_read_is_of_the_ticket_that_was_asked_for(store: Store) -> None:
    assert wrongs(store, change("get", "done", 3)) == {}
    assert wrongs(store, change("get", "done", 2)) == {"anothers": 1}
