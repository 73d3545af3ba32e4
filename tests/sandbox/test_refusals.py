"""Refusals that concern no resource."""

import base64
from typing import Any

import httpx
import pytest
from openapi_core.validation.response.exceptions import InvalidData

from freshdesk_sandbox import API_KEY, Sandbox
from sandbox.helpers import BASE_URL, Clock, check_against_specification

pytestmark = pytest.mark.anyio

LEAST = {"email": "a@example.com", "subject": "s", "description": "d"}


def basic(pair: bytes) -> str:
    return "Basic " + base64.b64encode(pair).decode()


def validation(*errors: tuple[str, str, str]) -> dict[str, Any]:
    entries = [{"field": field, "message": message, "code": code} for field, message, code in errors]
    return {"description": "Validation failed", "errors": entries}


@pytest.mark.parametrize(
    "authorization",
    [None, "", "Bearer sandbox-api-key", "Basic ???", basic(b"other:X"), basic(b"X:sandbox-api-key"), basic(b"\xff:X")],
)
@pytest.mark.parametrize("path", ["/tickets", "/tickets/4711", "/agents/me"])
async def test_a_wrong_key_is_a_401(sandbox: Sandbox, authorization: str | None, path: str) -> None:
    headers = {} if authorization is None else {"authorization": authorization}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(sandbox), base_url=BASE_URL) as client:
        response = await client.get(path, headers=headers)

    check_against_specification(response)
    assert response.status_code == 401
    assert response.json() == {
        "code": "invalid_credentials",
        "message": "You have to be logged in to perform this action.",
    }


@pytest.mark.parametrize("password", ["X", "", "anything", "a:b"])
async def test_the_password_can_be_anything(sandbox: Sandbox, password: str) -> None:
    transport = httpx.ASGITransport(sandbox)
    async with httpx.AsyncClient(transport=transport, base_url=BASE_URL, auth=(API_KEY, password)) as client:
        assert (await client.get("/tickets/1")).status_code == 200


async def test_the_key_can_be_chosen(clock: Clock) -> None:
    transport = httpx.ASGITransport(Sandbox(api_key="another", clock=clock))
    async with httpx.AsyncClient(transport=transport, base_url=BASE_URL) as client:
        assert (await client.get("/tickets/1", auth=("another", "X"))).status_code == 200
        assert (await client.get("/tickets/1", auth=(API_KEY, "X"))).status_code == 401


@pytest.mark.parametrize("path", ["/", "/ticket", "/tickets/", "/tickets/1/", "/tickets/1/notes", "/companies"])
async def test_an_unknown_path_is_a_blank_404(raw: httpx.AsyncClient, path: str) -> None:
    response = await raw.get(path)

    assert (response.status_code, response.content) == (404, b" ")
    assert "x-freshdesk-api-version" not in response.headers


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/tickets", "GET, POST"),
        ("POST", "/tickets/1", "GET, PUT, PATCH, DELETE"),
        ("GET", "/tickets/1/restore", "PUT"),
        ("PUT", "/agents/me", "GET"),
    ],
)
async def test_a_wrong_verb_is_a_405_that_names_the_right_ones(
    raw: httpx.AsyncClient, method: str, path: str, allowed: str
) -> None:
    response = await raw.request(method, path)

    assert (response.status_code, response.headers["allow"]) == (405, allowed)
    assert response.json() == {
        "message": f"{method} method is not allowed. It should be one of these method(s): {allowed}"
    }


@pytest.mark.parametrize("accept", ["application/json", "*/*", "text/html, application/json;q=0.5", "Application/JSON"])
async def test_a_request_that_accepts_json_is_answered(api: httpx.AsyncClient, accept: str) -> None:
    assert (await api.get("/tickets/1", headers={"accept": accept})).status_code == 200


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "application/*", ""])
async def test_a_request_that_accepts_no_json_is_refused(api: httpx.AsyncClient, accept: str) -> None:
    response = await api.get("/tickets/1", headers={"accept": accept})

    assert response.status_code == 406
    assert set(response.json()) == {"message"}


@pytest.mark.parametrize("kind", ["application/xml", "text/plain", "multipart/form-data; boundary=x", ""])
@pytest.mark.parametrize(("method", "path"), [("POST", "/tickets"), ("PUT", "/tickets/1"), ("PATCH", "/tickets/1")])
async def test_a_write_that_is_not_json_is_a_415(raw: httpx.AsyncClient, method: str, path: str, kind: str) -> None:
    response = await raw.request(method, path, content=b"{}", headers={"content-type": kind})

    assert response.status_code == 415
    assert set(response.json()) == {"message"}


async def test_a_charset_beside_the_content_type_is_fine(api: httpx.AsyncClient) -> None:
    headers = {"content-type": "application/json; charset=utf-8"}

    assert (await api.put("/tickets/1", content=b'{"priority": 2}', headers=headers)).status_code == 200


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'"text"', b"null", b'{"subject": "\xff"}', b"[" * 100_000, b'{"a": 1} {"b": 2}'],
)
@pytest.mark.parametrize(("method", "path"), [("POST", "/tickets"), ("PUT", "/tickets/1")])
async def test_a_body_that_is_no_json_object_is_refused(
    api: httpx.AsyncClient, method: str, path: str, body: bytes
) -> None:
    response = await api.request(method, path, content=body, headers={"content-type": "application/json"})

    assert response.status_code == 400
    assert response.json()["code"] == "invalid_json"
    assert set(response.json()) == {"code", "message"}


async def test_a_refusal_has_the_headers_of_every_answer(api: httpx.AsyncClient) -> None:
    response = await api.post("/tickets", json={**LEAST, "priority": 9})

    assert response.headers["status"] == "400 Bad Request"
    assert response.headers["x-ratelimit-used-currentrequest"] == "1"
    assert response.headers["x-freshdesk-api-version"] == "latest=v2; requested=v2"
    assert "x-request-id" in response.headers


async def test_the_check_against_the_specification_can_fail() -> None:
    request = httpx.Request("GET", f"{BASE_URL}/tickets/1")
    wrong = httpx.Response(200, json={"id": "one"}, request=request)

    with pytest.raises(InvalidData, match="not of type 'integer'"):
        check_against_specification(wrong)


async def test_only_http_is_answered(sandbox: Sandbox) -> None:
    async def nothing() -> dict[str, object]:
        return {}

    async def nowhere(_: object) -> None:
        return

    with pytest.raises(RuntimeError, match="websocket"):
        await sandbox({"type": "websocket"}, nothing, nowhere)


async def test_a_body_that_is_not_json_is_refused_in_freshdesks_words(api: httpx.AsyncClient) -> None:
    response = await api.post("/tickets", content=b"{", headers={"content-type": "application/json"})

    assert response.status_code == 400
    assert response.json() == {"code": "invalid_json", "message": "Request body has invalid json format"}


async def test_two_slashes_are_taken_for_a_wrong_field(raw: httpx.AsyncClient) -> None:
    response = await raw.get("https://example.freshdesk.com//api/v2/tickets")

    refusal = validation(("ticket", "Unexpected/invalid field in request", "invalid_field"))
    assert (response.status_code, response.json()) == (400, refusal)
