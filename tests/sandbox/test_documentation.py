"""The examples of docs/sandbox.md work as described."""

import re
import shlex
from pathlib import Path

import httpx
import pytest
from starlette.datastructures import Headers

from freshdesk_sandbox import Behaviour, Sandbox
from freshdesk_sandbox.account import Account
from freshdesk_sandbox.resources import contacts
from freshdesk_sandbox.wire import Request

pytestmark = pytest.mark.anyio

PAGE = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


async def test_each_request_that_is_shown_is_taken(raw: httpx.AsyncClient, sandbox: Sandbox) -> None:
    for block in blocks("sh"):
        words = shlex.split(block)
        url = next(word for word in words if "/_sandbox/" in word)
        response = await raw.request(
            words[words.index("-X") + 1] if "-X" in words else "POST",
            f"https://example.freshdesk.com{url.partition('PORT')[2]}",
            content=words[words.index("-d") + 1],
        )
        assert response.status_code == 200, response.text

    assert len(blocks("sh")) == 3
    assert sandbox.behaviour.list_lag_s == 6
    assert sandbox.faults.as_json()["faults"]
    assert sandbox.outages.as_json()


def test_the_example_of_a_test_runs() -> None:
    block, _ = blocks("python")
    names: dict[str, Sandbox] = {}

    exec(block, names)

    assert names["sandbox"].behaviour.edits.spam
    assert names["sandbox"].outages.refuses


def test_the_example_of_an_operation_runs(sandbox: Sandbox) -> None:
    _, block = blocks("python")
    names = dict(vars(contacts))

    exec(block, names)

    operation = names["RESOURCE"].operations[-1]
    account = Account(sandbox.store, sandbox.behaviour, sandbox.files)
    request = Request("GET", operation.path, "https://example.freshdesk.com", [], Headers(), b"")
    assert operation.answer(account, request).body == b'{"count":13}'
    assert len(names["RESOURCE"].operations) == len(contacts.RESOURCE.operations) + 1


def test_every_switch_is_named() -> None:
    assert [name for name in Behaviour.model_fields if f"`{name}`" not in PAGE] == []
