"""Attachments: how answers show them, and the host that their links lead to."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

import httpx
import pytest

from freshdesk_sandbox import API_KEY, Attachment, Behaviour, Conversation, Files, Sandbox, running_sandbox
from sandbox.helpers import START, Clock

pytestmark = pytest.mark.anyio

RECORDED = {"id", "name", "content_type", "size", "created_at", "updated_at", "attachment_url"}
BLANKS = "photo of the kettle 1.png"


@pytest.fixture
async def files(sandbox: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(sandbox.files)) as client:
        yield client


def attach(sandbox: Sandbox, **values: Any) -> None:
    given: dict[str, Any] = {"id": 158064290001, "name": BLANKS, "content_type": "image/png", "size": 4096} | values
    file = Attachment(**given, created_at=START)
    conversation = Conversation(158081290001, 60, "reply", "<div>See</div>", 158017609801, START, attachments=[file])
    ticket = sandbox.store.tickets[60]
    sandbox.store.tickets.keep(replace(ticket, attachments=[file], conversations=[conversation]))


async def shown(api: httpx.AsyncClient) -> dict[str, Any]:
    (one,) = (await api.get("/tickets/60")).json()["attachments"]
    found: dict[str, Any] = one
    return found


async def test_a_file_has_the_recorded_keys_wherever_it_is(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    attach(sandbox)

    ticket = (await api.get("/tickets/60", params={"include": "conversations"})).json()

    (own,), (sent,) = ticket["attachments"], ticket["conversations"][0]["attachments"]
    assert set(own) == RECORDED
    assert own == sent
    assert (own["name"], own["content_type"], own["size"]) == (BLANKS, "image/png", 4096)


@pytest.mark.parametrize("key", ["size", "file_size", "both"])
async def test_an_account_may_call_the_size_otherwise(
    api: httpx.AsyncClient, sandbox: Sandbox, key: Literal["size", "file_size", "both"]
) -> None:
    attach(sandbox)
    sandbox.behaviour = Behaviour(files=Files(size_key=key))

    sizes = {name: value for name, value in (await shown(api)).items() if name in {"size", "file_size"}}

    assert sizes == dict.fromkeys(["size", "file_size"] if key == "both" else [key], 4096)


@pytest.mark.parametrize(("kind", "has_one"), [("image/png", True), ("text/plain", False)])
async def test_an_account_may_show_thumbnails_of_images(
    api: httpx.AsyncClient, files: httpx.AsyncClient, sandbox: Sandbox, kind: str, has_one: bool
) -> None:
    attach(sandbox, content_type=kind)
    assert "thumb_url" not in await shown(api)
    sandbox.behaviour = Behaviour(files=Files(thumbnails=True))

    file = await shown(api)

    assert ("thumb_url" in file) is has_one
    if has_one:
        assert (await files.get(file["thumb_url"])).status_code == 200


async def test_a_link_is_signed_and_has_no_raw_blank(api: httpx.AsyncClient, sandbox: Sandbox) -> None:
    attach(sandbox)

    url = (await shown(api))["attachment_url"]

    parts = urlsplit(url)
    assert " " not in url
    assert unquote(parts.path) == f"/data/helpdesk/attachments/production/158064290001/original/{BLANKS}"
    assert [pair.partition("=")[0] for pair in parts.query.split("&")] == ["Expires", "Signature", "Key-Pair-Id"]


async def test_a_link_leads_to_the_file(api: httpx.AsyncClient, files: httpx.AsyncClient, sandbox: Sandbox) -> None:
    attach(sandbox)

    response = await files.get((await shown(api))["attachment_url"])

    assert (response.status_code, response.headers["content-type"]) == (200, "image/png")
    assert len(response.content) == int(response.headers["content-length"]) == 4096
    assert response.content.startswith(b"\x89PNG")


async def test_the_host_refuses_a_login(api: httpx.AsyncClient, files: httpx.AsyncClient, sandbox: Sandbox) -> None:
    attach(sandbox)

    response = await files.get((await shown(api))["attachment_url"], auth=(API_KEY, "X"))

    assert (response.status_code, response.headers["content-type"]) == (400, "application/xml")
    assert b"<Error>" in response.content


async def test_a_link_expires(api: httpx.AsyncClient, files: httpx.AsyncClient, sandbox: Sandbox, clock: Clock) -> None:
    attach(sandbox)
    url = (await shown(api))["attachment_url"]

    clock.advance(seconds=299)
    assert (await files.get(url)).status_code == 200
    clock.advance(seconds=1)
    assert (await files.get(url)).status_code == 403
    assert (await files.get((await shown(api))["attachment_url"])).status_code == 200


async def test_the_life_of_a_link_can_be_set(
    api: httpx.AsyncClient, files: httpx.AsyncClient, sandbox: Sandbox, clock: Clock
) -> None:
    attach(sandbox)
    sandbox.behaviour = Behaviour(files=Files(link_lifetime_s=2))
    url = (await shown(api))["attachment_url"]

    clock.advance(seconds=2)

    assert (await files.get(url)).status_code == 403


@pytest.mark.parametrize(
    "change",
    [("Signature=", "Signature=0"), ("Expires=1", "Expires=2"), ("158064290001", "158064230115"), ("?", "?x=")],
)
async def test_a_link_that_was_changed_leads_nowhere(
    api: httpx.AsyncClient, files: httpx.AsyncClient, sandbox: Sandbox, change: tuple[str, str]
) -> None:
    attach(sandbox)

    url = (await shown(api))["attachment_url"].replace(*change)

    assert (await files.get(url)).status_code == 403


async def test_a_file_can_only_be_read(api: httpx.AsyncClient, files: httpx.AsyncClient, sandbox: Sandbox) -> None:
    attach(sandbox)

    assert (await files.delete((await shown(api))["attachment_url"])).status_code == 403


async def test_every_file_of_the_seed_can_be_fetched(
    api: httpx.AsyncClient, files: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    numbers = [ticket.id for ticket in sandbox.store.tickets.values() if ticket.attachments]
    links = [one for number in numbers for one in (await api.get(f"/tickets/{number}")).json()["attachments"]]

    assert links
    for one in links:
        response = await files.get(one["attachment_url"])
        assert (response.status_code, len(response.content)) == (200, one["size"])


async def test_a_served_sandbox_has_its_files_on_another_port() -> None:
    async with running_sandbox() as url, httpx.AsyncClient(base_url=f"{url}/api/v2", auth=(API_KEY, "X")) as api:
        link = (await api.get("/tickets/31")).json()["attachments"][0]["attachment_url"]
        with_login = await api.get(link)
        async with httpx.AsyncClient() as files:
            without = await files.get(link)

    assert (urlsplit(link).hostname, urlsplit(link).port == urlsplit(url).port) == ("127.0.0.1", False)
    assert (with_login.status_code, without.status_code) == (400, 200)
