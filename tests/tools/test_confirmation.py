"""A person confirms a deletion: on every transport, in both eras of the protocol, for every reaction of the client."""

import contextlib
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import anyio
import httpx
import pytest
from mcp.client import Client, ClientRequestContext
from mcp.client.sse import sse_client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.shared.exceptions import MCPError
from mcp_types import (
    CallToolResult,
    ClientCapabilities,
    ElicitationCapability,
    ElicitRequestParams,
    ElicitResult,
    ErrorData,
    InputRequiredResult,
    UrlElicitationCapability,
)

from freshdesk_mcp_server.gateway import open_gateway
from freshdesk_mcp_server.server import Server, create_server
from freshdesk_mcp_server.settings import Confirmation
from freshdesk_mcp_server.telemetry.events import Event, ToolCallFinished
from freshdesk_mcp_server.tools.kit import asking, runtime
from freshdesk_mcp_server.tools.kit.runtime import ToolPolicy
from freshdesk_mcp_server.tools.kit.sealing import UsedStates
from freshdesk_mcp_server.transports.http import HttpOptions
from freshdesk_sandbox import API_KEY, Sandbox, running_sandbox
from support.gateways import settings_for_tests
from support.servers import COMMAND, PATIENCE_S, environment, http_app, listening, until
from support.tickets import ticket_body
from support.tools import data_of, error_of, text_of

pytestmark = [pytest.mark.anyio, pytest.mark.slow("every way in")]

REQUESTER = {"id": 80, "name": "Ada\u202e Byron", "email": "ada@example.com"}
SUBJECT = "The export\nstops\u200b"


class Freshdesk:
    """A network with one ticket; `deleted` and `read` count the requests."""

    def __init__(self) -> None:
        self.deleted = self.read = 0
        self.ticket = ticket_body(subject=SUBJECT, requester=REQUESTER)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.method == "DELETE":
            self.deleted += 1
            return httpx.Response(204)
        self.read += 1
        return httpx.Response(200, json=self.ticket)


def server_on(
    freshdesk: Callable[[httpx.Request], httpx.Response],
    policy: Confirmation,
    events: list[Event] | None = None,
    **options: Any,
) -> Server:
    settings = settings_for_tests()
    transport = httpx.MockTransport(freshdesk)
    observer = (events if events is not None else []).append
    return create_server(
        lambda: open_gateway(settings, observer, transport=transport),
        settings.portal_url,
        observer,
        policy=ToolPolicy(policy),
        **options,
    )


ANSWERS: dict[str, ElicitResult | ErrorData] = {
    "accepts": ElicitResult(action="accept", content={"confirm": True}),
    "leaves the box empty": ElicitResult(action="accept", content={"confirm": False}),
    "accepts without content": ElicitResult(action="accept"),
    "answers something else": ElicitResult(action="accept", content={"confirm": "perhaps"}),
    "declines": ElicitResult(action="decline"),
    "closes the question": ElicitResult(action="cancel"),
    "fails": ErrorData(code=-1, message="the window is gone"),
}
QUESTION = (
    "Delete ticket #17?\nSubject: The export stops\nRequester: Ada Byron <ada@example.com>\n"
    "It goes to the trash, from which an agent can restore it in Freshdesk."
)


NOT_TRUE: list[dict[str, Any]] = [
    *({"confirm": word} for word in ("true", "True", "yes", "y", "on", "t", "1", 1, 1.0, None, ["true"])),
    *({}, {"Confirm": True}),
]
"""Values that many readers take for true, and missing values."""


class Person:
    """The client's reaction to a question for its person; `questions` are the received ones."""

    def __init__(self, behaviour: str | ElicitResult) -> None:
        self.behaviour = behaviour
        self.questions: list[str] = []

    async def __call__(self, context: ClientRequestContext, params: ElicitRequestParams) -> ElicitResult | ErrorData:
        """Answer, or do not."""
        del context
        self.questions.append(params.message)
        if isinstance(self.behaviour, ElicitResult):
            return self.behaviour
        if self.behaviour not in ANSWERS:
            await anyio.sleep_forever()
        return ANSWERS[self.behaviour]


WAYS = ["memory", "/mcp", "/mcp with sessions", "/sse"]
MODES = ["auto", "legacy"]


@asynccontextmanager
async def client_on(way: str, mode: str, server: Server, person: Person | None) -> AsyncIterator[Client]:
    async with AsyncExitStack() as stack:
        target: Any = server
        if way != "memory":
            app = http_app(server, HttpOptions(has_sessions=way == "/mcp with sessions"))
            url, _ = await stack.enter_async_context(listening(app))
            target = sse_client(f"{url}/sse", timeout=PATIENCE_S) if way == "/sse" else f"{url}/mcp"
        yield await stack.enter_async_context(Client(target, mode=mode, elicitation_callback=person))


async def delete(client: Client) -> CallToolResult:
    return await client.call_tool("freshdesk_delete_ticket", {"ticket_id": 17})


def can_ask(way: str, mode: str) -> bool:
    """Return False for an older client on /mcp without sessions: it has no way back, and its abilities are unknown."""
    return not (way == "/mcp" and mode == "legacy")


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("way", WAYS)
async def test_a_person_who_agrees_sees_and_deletes_the_named_ticket(way: str, mode: str) -> None:
    freshdesk, person = Freshdesk(), Person("accepts")
    async with client_on(way, mode, server_on(freshdesk, Confirmation.ASK), person) as client:
        assert data_of(await delete(client))["deleted_ticket_id"] == 17
    assert freshdesk.deleted == 1
    assert person.questions == ([QUESTION] if can_ask(way, mode) else [])


@pytest.mark.parametrize(
    "behaviour",
    ["declines", "closes the question", "leaves the box empty", "accepts without content", "answers something else"],
)
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("way", [way for way in WAYS if way != "/mcp"])
async def test_a_person_who_does_not_agree_deletes_nothing(way: str, mode: str, behaviour: str) -> None:
    freshdesk, person = Freshdesk(), Person(behaviour)
    async with client_on(way, mode, server_on(freshdesk, Confirmation.ASK), person) as client:
        result = await delete(client)
    error = error_of(result)
    assert (error["code"], error["outcome"], error["retryable"]) == ("not_confirmed", "not_sent", False)
    assert error["hint"] in text_of(result)
    assert freshdesk.deleted == 0
    assert len(person.questions) == 1


@pytest.mark.parametrize(("way", "mode"), [(way, mode) for way in WAYS for mode in MODES if can_ask(way, mode)])
async def test_only_true_itself_is_agreement(way: str, mode: str) -> None:
    freshdesk, person = Freshdesk(), Person("accepts")
    async with client_on(way, mode, server_on(freshdesk, Confirmation.ASK), person) as client:
        for content in NOT_TRUE:
            person.behaviour = ElicitResult(action="accept", content=content)
            result = await delete(client)
            assert result.is_error, content
            assert error_of(result)["code"] == "not_confirmed"
    assert (freshdesk.deleted, len(person.questions)) == (0, len(NOT_TRUE))


@pytest.mark.parametrize("behaviour", ["fails", "never answers"])
@pytest.mark.parametrize("way", [way for way in WAYS if way != "/mcp"])
async def test_an_older_client_that_declared_to_ask_and_fails_to_has_not_confirmed(
    way: str, behaviour: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "ANSWER_WITHIN_S", 0.05)
    freshdesk = Freshdesk()
    async with client_on(way, "legacy", server_on(freshdesk, Confirmation.ASK), Person(behaviour)) as client:
        assert error_of(await delete(client))["code"] == "not_confirmed"
    assert freshdesk.deleted == 0


class Undecided(Person):
    """A person who answers after some thought."""

    def __init__(self) -> None:
        super().__init__("declines")
        self.has_thought = anyio.Event()

    async def __call__(self, context: ClientRequestContext, params: ElicitRequestParams) -> ElicitResult | ErrorData:
        """Answer at some time."""
        answer = await super().__call__(context, params)
        await self.has_thought.wait()
        return answer


async def test_open_questions_have_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtime, "MOST_QUESTIONS", 1)
    freshdesk, person = Freshdesk(), Undecided()
    async with (
        client_on("/sse", "legacy", server_on(freshdesk, Confirmation.ASK), person) as client,
        anyio.create_task_group() as tasks,
    ):
        tasks.start_soon(delete, client)
        await until(lambda: len(person.questions) == 1)
        error = error_of(await delete(client))
        person.has_thought.set()
    assert (error["code"], error["outcome"], error["retryable"]) == ("overloaded", "not_sent", True)
    assert (freshdesk.deleted, freshdesk.read) == (0, 1)


async def test_a_newer_client_that_fails_to_ask_fails_itself_and_nothing_is_deleted() -> None:
    freshdesk = Freshdesk()
    async with client_on("/mcp", "auto", server_on(freshdesk, Confirmation.ASK), Person("fails")) as client:
        with pytest.raises(MCPError, match="the window is gone"):
            await delete(client)
    assert freshdesk.deleted == 0


@pytest.mark.parametrize("behaviour", ["accepts", "declines", "fails"])
async def test_an_older_client_without_sessions_cannot_be_asked(behaviour: str) -> None:
    freshdesk, person = Freshdesk(), Person(behaviour)
    async with client_on("/mcp", "legacy", server_on(freshdesk, Confirmation.ASK), person) as client:
        assert data_of(await delete(client))["deleted_ticket_id"] == 17
    assert (freshdesk.deleted, freshdesk.read, person.questions) == (1, 0, [])


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("way", WAYS)
async def test_the_policy_decides_where_nobody_can_be_asked(way: str, mode: str) -> None:
    for policy, code in ((Confirmation.ASK, None), (Confirmation.REQUIRE, "confirmation_unavailable")):
        freshdesk = Freshdesk()
        async with client_on(way, mode, server_on(freshdesk, policy), None) as client:
            result = await delete(client)
        assert (error_of(result)["code"] if result.is_error else None) == code
        assert (freshdesk.deleted, freshdesk.read) == (0 if code else 1, 0)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("way", WAYS)
async def test_required_confirmation_asks_the_person_or_refuses_the_call(way: str, mode: str) -> None:
    freshdesk, person = Freshdesk(), Person("accepts")
    async with client_on(way, mode, server_on(freshdesk, Confirmation.REQUIRE), person) as client:
        result = await delete(client)
    asked = 1 if can_ask(way, mode) else 0
    assert (freshdesk.deleted, len(person.questions)) == (asked, asked)
    assert result.is_error is not bool(asked)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("way", WAYS)
async def test_nobody_is_asked_with_confirmation_off(way: str, mode: str) -> None:
    freshdesk, person = Freshdesk(), Person("declines")
    async with client_on(way, mode, server_on(freshdesk, Confirmation.OFF), person) as client:
        assert data_of(await delete(client))["deleted_ticket_id"] == 17
    assert (freshdesk.read, person.questions) == (0, [])


@pytest.mark.parametrize(("mode", "behaviour"), [("auto", "accepts"), ("legacy", "accepts"), ("legacy", "declines")])
async def test_a_deletion_is_confirmed_over_stdio(tmp_path: Path, mode: str, behaviour: str) -> None:
    sandbox, person = Sandbox(), Person(behaviour)
    async with running_sandbox(sandbox=sandbox) as upstream:
        variables = environment(
            FRESHDESK_API_KEY=API_KEY, FRESHDESK_DOMAIN="sandbox", FRESHDESK_MCP_SERVER_UPSTREAM_URL=upstream
        )
        parameters = StdioServerParameters(
            command=sys.executable, args=[*COMMAND[1:], "serve", "--transport", "stdio"], env=variables, cwd=tmp_path
        )
        with (tmp_path / "stderr").open("w") as stderr:
            async with Client(
                stdio_client(parameters, errlog=stderr), mode=mode, elicitation_callback=person
            ) as client:
                result = await delete(client)
    assert sandbox.store.tickets[17].deleted is (behaviour == "accepts")
    assert result.is_error is (behaviour != "accepts")
    assert len(person.questions) == 1


async def test_the_ticket_that_is_asked_about_must_be_there() -> None:
    network = Freshdesk()

    def without_ticket(request: httpx.Request) -> httpx.Response:
        network(request)
        return httpx.Response(404)

    person = Person("accepts")
    server = server_on(without_ticket, Confirmation.ASK)
    async with Client(server, elicitation_callback=person) as client:
        assert error_of(await delete(client))["code"] == "not_found"
    assert (network.deleted, person.questions) == (0, [])


HALF_IN_JSON = (
    b'{"id": 17, "subject": "cut \\ud83d", "tags": ["\\ude00"], "description": "<p>\xed\xa0\xbd</p>", '
    b'"requester": {"id": 80, "name": "A \\ud83d", "email": "a@b.c\\udc00"}, '
    b'"custom_fields": {"cf_\\ud800": "\\udfff"}}'
)


@pytest.mark.parametrize(("way", "mode"), [(way, mode) for way in WAYS for mode in MODES if can_ask(way, mode)])
async def test_half_a_character_of_freshdesk_ends_no_connection(way: str, mode: str) -> None:
    """The character goes into the question, a result, a prompt and a resource."""
    person = Person("accepts")

    def freshdesk(request: httpx.Request) -> httpx.Response:
        return httpx.Response(204) if request.method == "DELETE" else httpx.Response(200, content=HALF_IN_JSON)

    async with client_on(way, mode, server_on(freshdesk, Confirmation.ASK), person) as client:
        shown = text_of(await client.call_tool("freshdesk_get_ticket", {"ticket_id": 17, "include": ["requester"]}))
        prompt = await client.get_prompt("triage_ticket", {"ticket_id": "17"})
        resource = await client.read_resource("freshdesk://tickets/17")
        assert data_of(await delete(client))["deleted_ticket_id"] == 17
    said = f"{shown} {prompt} {resource} {person.questions}"
    assert said.encode()
    assert said.count("cut \ufffd") == 4


@pytest.mark.parametrize("mode", MODES)
async def test_nobody_is_asked_about_another_ticket(mode: str) -> None:
    freshdesk, person = Freshdesk(), Person("accepts")
    freshdesk.ticket |= {"id": 18}
    async with Client(server_on(freshdesk, Confirmation.ASK), mode=mode, elicitation_callback=person) as client:
        assert error_of(await delete(client))["code"] == "unreadable_reply"
    assert (freshdesk.deleted, person.questions) == (0, [])


async def test_the_answer_to_one_question_does_not_answer_another() -> None:
    """The subject changes while the person thinks: the next question names the present subject."""
    freshdesk = Freshdesk()
    questions: list[str] = []

    async def slow_person(context: ClientRequestContext, params: ElicitRequestParams) -> ElicitResult:
        del context
        questions.append(params.message)
        freshdesk.ticket |= {"subject": "Something else"}
        return ElicitResult(action="accept", content={"confirm": True})

    async with Client(server_on(freshdesk, Confirmation.ASK), elicitation_callback=slow_person) as client:
        assert data_of(await delete(client))["deleted_ticket_id"] == 17
    assert ["The export stops" in question for question in questions] == [True, False]


async def test_the_state_of_a_question_is_opened_by_whoever_has_the_key_and_by_nobody_else() -> None:
    """Two processes are two servers: the question of one is answered to the other."""
    freshdesk = Freshdesk()
    key, other_key = b"k" * 32, b"o" * 32
    agreed = ElicitResult(action="accept", content={"confirm": True})

    async def answer_to(server: Server, asked: InputRequiredResult) -> None:
        async with Client(server, elicitation_callback=Person("accepts")) as client:
            await client.session.call_tool(
                "freshdesk_delete_ticket",
                {"ticket_id": 17},
                input_responses=dict.fromkeys(asked.input_requests or {}, agreed),
                request_state=asked.request_state,
            )

    asking = server_on(freshdesk, Confirmation.ASK, state_keys=[key])
    async with Client(asking, elicitation_callback=Person("accepts")) as client:
        asked = await client.session.call_tool("freshdesk_delete_ticket", {"ticket_id": 17}, allow_input_required=True)
    assert isinstance(asked, InputRequiredResult)
    refused = pytest.RaisesExc(MCPError, match="requestState")
    with pytest.RaisesGroup(refused, flatten_subgroups=True, allow_unwrapped=True):
        await answer_to(server_on(freshdesk, Confirmation.ASK, state_keys=[other_key]), asked)
    assert freshdesk.deleted == 0
    await answer_to(server_on(freshdesk, Confirmation.ASK, state_keys=[other_key, key]), asked)
    assert freshdesk.deleted == 1


AGREED = ElicitResult(action="accept", content={"confirm": True})


async def asked_by(client: Client) -> InputRequiredResult:
    asked = await client.session.call_tool("freshdesk_delete_ticket", {"ticket_id": 17}, allow_input_required=True)
    assert isinstance(asked, InputRequiredResult)
    return asked


async def answer(client: Client, asked: InputRequiredResult, ticket_id: int = 17) -> CallToolResult:
    return await client.session.call_tool(
        "freshdesk_delete_ticket",
        {"ticket_id": ticket_id},
        input_responses=dict.fromkeys(asked.input_requests or {}, AGREED),
        request_state=asked.request_state,
    )


async def test_an_answer_counts_once() -> None:
    """The ticket is restored after the deletion; the same answer does not delete it again."""
    freshdesk = Freshdesk()
    async with Client(server_on(freshdesk, Confirmation.ASK), elicitation_callback=Person("accepts")) as client:
        asked = await asked_by(client)
        await answer(client, asked)
        assert error_of(await answer(client, asked))["code"] == "not_confirmed"
        assert freshdesk.deleted == 1
        await answer(client, await asked_by(client))
    assert freshdesk.deleted == 2


async def test_of_two_calls_at_once_with_one_answer_one_deletes() -> None:
    freshdesk, results = Freshdesk(), list[CallToolResult]()

    async def answered(client: Client, asked: InputRequiredResult) -> None:
        results.append(await answer(client, asked))

    async with Client(server_on(freshdesk, Confirmation.ASK), elicitation_callback=Person("accepts")) as client:
        asked = await asked_by(client)
        async with anyio.create_task_group() as tasks:
            for _ in range(5):
                tasks.start_soon(answered, client, asked)
    assert (freshdesk.deleted, sum(result.is_error for result in results)) == (1, 4)


async def test_an_answer_about_one_ticket_does_not_delete_another() -> None:
    freshdesk = Freshdesk()
    async with Client(server_on(freshdesk, Confirmation.ASK), elicitation_callback=Person("accepts")) as client:
        with pytest.raises(MCPError, match="requestState"):
            await answer(client, await asked_by(client), ticket_id=18)
    assert freshdesk.deleted == 0


@pytest.mark.parametrize(("later_s", "deleted"), [(asking.ANSWER_WITHIN_S - 1, 1), (asking.ANSWER_WITHIN_S, 0)])
async def test_an_answer_that_comes_too_late_counts_for_nothing(
    later_s: float, deleted: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    freshdesk, now = Freshdesk(), 1_800_000_000.0
    monkeypatch.setattr("mcp.server.request_state.time", SimpleNamespace(time=lambda: now))
    async with Client(server_on(freshdesk, Confirmation.ASK), elicitation_callback=Person("accepts")) as client:
        asked = await asked_by(client)
        now += later_s
        with contextlib.suppress(MCPError):
            await answer(client, asked)
    assert freshdesk.deleted == deleted


def test_a_used_state_is_forgotten_once_it_can_be_opened_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter(range(0, 1_000, 10))
    monkeypatch.setattr("freshdesk_mcp_server.tools.kit.sealing.time", SimpleNamespace(monotonic=lambda: next(times)))
    used = UsedStates(keep_s=100.0)
    assert all(used.use(bytes([number])) for number in range(100))
    assert len(used) == 10


async def test_a_question_is_no_success_in_the_log() -> None:
    events: list[Event] = []
    async with Client(
        server_on(Freshdesk(), Confirmation.ASK, events), elicitation_callback=Person("accepts")
    ) as client:
        await delete(client)
    assert [event.code for event in events if isinstance(event, ToolCallFinished)] == ["input_required", None]


async def test_a_client_that_was_asked_cannot_say_afterwards_that_it_cannot_be() -> None:
    freshdesk = Freshdesk()
    server = server_on(freshdesk, Confirmation.ASK)
    async with Client(server, elicitation_callback=Person("accepts")) as client:
        asked = await client.session.call_tool("freshdesk_delete_ticket", {"ticket_id": 17}, allow_input_required=True)
    assert isinstance(asked, InputRequiredResult)
    async with Client(server) as client:
        result = await client.session.call_tool(
            "freshdesk_delete_ticket", {"ticket_id": 17}, request_state=asked.request_state
        )
    assert error_of(result)["code"] == "not_confirmed"
    assert freshdesk.deleted == 0


@pytest.mark.parametrize(
    ("ticket", "line"),
    [
        ({"subject": "x" * 500}, f"Subject: {'x' * 120}…"),
        ({"subject": None}, "Subject: (no subject)"),
        ({"requester": None, "requester_id": 80}, "Requester: contact 80"),
        ({"requester": None, "requester_id": None}, "Requester: not known"),
        ({"requester": {"id": 80, "name": "Ada"}}, "Requester: Ada"),
        ({"requester": {"id": 80, "name": "A\nSubject: B", "email": "a@b.c"}}, "Requester: A Subject: B <a@b.c>"),
    ],
)
async def test_the_question_names_the_known_facts_of_the_ticket(ticket: dict[str, Any], line: str) -> None:
    freshdesk, person = Freshdesk(), Person("declines")
    freshdesk.ticket |= ticket
    async with Client(server_on(freshdesk, Confirmation.ASK), elicitation_callback=person) as client:
        await delete(client)
    assert line in person.questions[0].splitlines()
    assert len(person.questions[0].splitlines()) == 4


def test_a_client_that_can_only_open_a_page_cannot_be_asked() -> None:
    page_only = ElicitationCapability(url=UrlElicitationCapability())
    for capability, way in ((page_only, None), (ElicitationCapability(), "rounds"), (None, None)):
        context = SimpleNamespace(
            client_capabilities=ClientCapabilities(elicitation=capability), protocol_version="2026-07-28"
        )
        assert asking.way_to_ask(cast("Any", context)) == way
