"""The plain text that Freshdesk makes of HTML: by default one that has lost the lines."""

from dataclasses import replace
from typing import Any

import httpx
import pytest

from freshdesk_sandbox import Behaviour, Conversation, Sandbox
from sandbox.helpers import START

pytestmark = pytest.mark.anyio

LEAST: dict[str, Any] = {"email": "new.person@example.com", "subject": "Late order"}
CASES = [
    ("Where is it?", "Where is it?", "Where is it?"),
    ("one\ntwo", "one\ntwo", "one\ntwo"),
    ("a < b & c", "a < b & c", "a < b & c"),
    ("Hi, <br><br> it is <b>l</b>ate", "Hi, it is late", "Hi,\n\nit is late"),
    ("<div>Hi,<br>it is late<br/>Ada</div>", "Hi, it is late Ada", "Hi,\nit is late\nAda"),
    ("<p>Caf&eacute; &amp; bar</p><p>two</p>", "Café & bar two", "Café & bar\ntwo"),
    ("<div>a<style>b{}</style></div><ul><li>c</li></ul>", "a c", "a\nc"),
    ("<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>", "1 2 3", "1 2\n3"),
    ('<div>see <img src="https://attachment.example.com/a" /> here</div>', "see  here", "see  here"),
]


async def described(api: httpx.AsyncClient, html: str) -> str:
    made = await api.post("/tickets", json={**LEAST, "description": html})
    return str((await api.get(f"/tickets/{made.json()['id']}")).json()["description_text"])


@pytest.mark.parametrize(("html", "text", "_lines"), CASES)
async def test_breaks_and_blocks_become_blanks(api: httpx.AsyncClient, html: str, text: str, _lines: str) -> None:
    assert await described(api, html) == text


@pytest.mark.parametrize(("html", "_text", "lines"), CASES)
async def test_an_account_may_keep_the_lines_of_a_text(
    api: httpx.AsyncClient,
    sandbox: Sandbox,
    html: str,
    _text: str,
    lines: str,
) -> None:
    sandbox.behaviour = Behaviour(text_keeps_lines=True)

    assert await described(api, html) == lines


async def test_the_switch_of_lines_counts_for_tickets_stored_before(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    lost = (await api.get("/tickets/1")).json()["description_text"]
    sandbox.behaviour = Behaviour(text_keeps_lines=True)
    kept = (await api.get("/tickets/1")).json()["description_text"]

    assert ("\n" in lost, "\n" in kept) == (False, True)
    assert lost.split() == kept.split()


async def test_the_switch_of_lines_counts_for_conversations(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    conversation = Conversation(1, 60, "reply", "<div>Hi,<br>soon</div>", 158017609801, START)
    sandbox.store.tickets.keep(replace(sandbox.store.tickets[60], conversations=[conversation]))

    async def text() -> str:
        shown = await api.get("/tickets/60", params={"include": "conversations"})
        return str(shown.json()["conversations"][0]["body_text"])

    assert await text() == "Hi, soon"
    sandbox.behaviour = Behaviour(text_keeps_lines=True)
    assert await text() == "Hi,\nsoon"
