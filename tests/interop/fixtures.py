"""The tools, resources and prompts that the conformance suite needs to exercise the protocol.

Names and behaviour are the suite's; each scenario of the suite names its needs. Tickets have no use for them, so they
are added here to the server that people get.
"""

import json
from base64 import b64decode
from collections.abc import Callable, Mapping
from typing import Annotated, Any

import anyio
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.prompts import Prompt
from mcp.server.mcpserver.prompts.base import UserMessage
from mcp.shared.exceptions import MCPError
from mcp_types import (
    MISSING_REQUIRED_CLIENT_CAPABILITY,
    AudioContent,
    CallToolResult,
    Completion,
    ContentBlock,
    CreateMessageRequest,
    CreateMessageRequestParams,
    ElicitRequest,
    ElicitRequestFormParams,
    ElicitResult,
    EmbeddedResource,
    EmptyResult,
    ImageContent,
    InputRequest,
    InputRequiredResult,
    ListRootsRequest,
    SamplingMessage,
    SetLevelRequestParams,
    SubscribeRequestParams,
    TextContent,
    TextResourceContents,
    UnsubscribeRequestParams,
)
from pydantic import Field

from freshdesk_mcp_server.server import Server

type Answer = CallToolResult | InputRequiredResult

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="  # one pixel
WAV = "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA="  # no samples
PAUSE_S = 0.05


def add_fixtures(server: Server) -> None:
    """Give a server the fixtures of the suite, beside its own tools."""
    for tool in TOOLS:
        server.add_tool(tool, structured_output=False)
    _with_schema(server, json_schema_2020_12_tool.__name__, JSON_SCHEMA_2020_12)
    for prompt in PROMPTS:
        server.add_prompt(Prompt.from_function(prompt))
    for (uri, mime_type), resource in RESOURCES.items():
        server.resource(uri, mime_type=mime_type)(resource)
    server.completion()(_complete)  # type: ignore[no-untyped-call]  # not typed there
    # Methods that the 2026 revision removed, which MCPServer does not offer.
    for method, params in OLDER_METHODS.items():
        server._lowlevel_server.add_request_handler(method, params, _accept)


def _with_schema(server: Server, name: str, schema: dict[str, Any]) -> None:
    tool = server._tool_manager.get_tool(name)
    assert tool is not None
    tool.parameters = schema


# Answers of a tool.


def _said(*content: str | ContentBlock) -> CallToolResult:
    return CallToolResult(content=[TextContent(text=part) if isinstance(part, str) else part for part in content])


def _image() -> ImageContent:
    return ImageContent(data=PNG, mime_type="image/png")


def _embedded(uri: str, text: str, mime_type: str = "text/plain") -> EmbeddedResource:
    return EmbeddedResource(resource=TextResourceContents(uri=uri, mime_type=mime_type, text=text))


async def test_simple_text() -> CallToolResult:
    """Answer with a text."""
    return _said("This is a simple text response for testing.")


async def test_image_content() -> CallToolResult:
    """Answer with an image."""
    return _said(_image())


async def test_audio_content() -> CallToolResult:
    """Answer with a sound."""
    return _said(AudioContent(data=WAV, mime_type="audio/wav"))


async def test_embedded_resource() -> CallToolResult:
    """Answer with a resource."""
    return _said(_embedded("test://embedded-resource", "This is an embedded resource content."))


async def test_multiple_content_types() -> CallToolResult:
    """Answer with a text, an image and a resource."""
    data = _embedded("test://mixed-content-resource", '{"test":"data","value":123}', "application/json")
    return _said("Multiple content types test:", _image(), data)


async def test_error_handling() -> CallToolResult:
    """Fail."""
    raise ToolError("This tool intentionally returns an error for testing")


async def json_schema_2020_12_tool() -> CallToolResult:
    """Show an input schema that uses much of JSON Schema."""
    return _said("done")


async def test_routed_by_header(region: Annotated[str, Field(json_schema_extra={"x-mcp-header": "Region"})]) -> Answer:
    """Take an argument that a proxy can read in a header."""
    return _said(region)


# Messages of a tool while it works.


async def test_tool_with_logging(ctx: Context[Any, Any]) -> CallToolResult:
    """Log three lines to the client."""
    for line in ("Tool execution started", "Tool processing data", "Tool execution completed"):
        await ctx.log("info", line)
        await anyio.sleep(PAUSE_S)
    return _said("done")


async def test_logging_tool(ctx: Context[Any, Any]) -> CallToolResult:
    """Log to a client that wants to hear it."""
    await ctx.log("info", "a line")
    return _said("done")


async def test_tool_with_progress(ctx: Context[Any, Any]) -> CallToolResult:
    """Report progress three times."""
    for progress in (0, 50, 100):
        await ctx.report_progress(progress, 100)
        await anyio.sleep(PAUSE_S)
    return _said("done")


# Questions of a tool to an older client while it works.


async def test_sampling(prompt: str, ctx: Context[Any, Any]) -> CallToolResult:
    """Ask the client's model."""
    message = SamplingMessage(role="user", content=TextContent(text=prompt))
    answer = await ctx.session.create_message([message], max_tokens=100, related_request_id=ctx.request_id)
    return _said(f"LLM response: {answer.content}")


async def _asked(ctx: Context[Any, Any], message: str, properties: Mapping[str, Any]) -> CallToolResult:
    answer = await ctx.session.elicit_form(message, _form(properties), ctx.request_id)
    return _said(f"Elicitation completed: action={answer.action}, content={answer.content}")


def _form(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


async def test_elicitation(message: str, ctx: Context[Any, Any]) -> CallToolResult:
    """Ask the user for a name and an address."""
    return await _asked(ctx, message, {name: {"type": "string"} for name in ("username", "email")})


async def test_elicitation_sep1034_defaults(ctx: Context[Any, Any]) -> CallToolResult:
    """Ask with a default of each type."""
    return await _asked(
        ctx,
        "Please review these",
        {
            "name": {"type": "string", "default": "John Doe"},
            "age": {"type": "integer", "default": 30},
            "score": {"type": "number", "default": 95.5},
            "status": {"type": "string", "enum": ["active", "inactive", "pending"], "default": "active"},
            "verified": {"type": "boolean", "default": True},
        },
    )


async def test_elicitation_sep1330_enums(ctx: Context[Any, Any]) -> CallToolResult:
    """Ask with each form of a choice."""
    options = ["option1", "option2", "option3"]
    titled = [{"const": f"value{number}", "title": f"Option {number}"} for number in (1, 2, 3)]
    return await _asked(
        ctx,
        "Please choose",
        {
            "untitledSingle": {"type": "string", "enum": options},
            "titledSingle": {"type": "string", "oneOf": titled},
            "legacyEnum": {
                "type": "string",
                "enum": ["opt1", "opt2", "opt3"],
                "enumNames": ["Option One", "Option Two", "Option Three"],
            },
            "untitledMulti": {"type": "array", "items": {"type": "string", "enum": options}},
            "titledMulti": {"type": "array", "items": {"anyOf": titled}},
        },
    )


# Questions of a tool to a newer client, which then calls again with the answer.


def _question(message: str, **properties: str) -> ElicitRequest:
    form = _form({name: {"type": type_} for name, type_ in properties.items()})
    return ElicitRequest(params=ElicitRequestFormParams(message=message, requested_schema=form))


def _prompt(text: str) -> CreateMessageRequest:
    message = SamplingMessage(role="user", content=TextContent(text=text))
    return CreateMessageRequest(params=CreateMessageRequestParams(messages=[message], max_tokens=100))


def _round(ctx: Context[Any, Any], requests: Mapping[str, InputRequest], state: str | None = None) -> Answer:
    """Ask the unanswered questions, and report the end when none is left."""
    answers = ctx.input_responses or {}
    if all(name in answers for name in requests):
        return _said(f"state-ok, with answers to {', '.join(requests)}")
    return InputRequiredResult(input_requests=dict(requests), request_state=state)


async def test_input_required_result_elicitation(ctx: Context[Any, Any]) -> Answer:
    """Ask for a name, and greet."""
    answer = (ctx.input_responses or {}).get("user_name")
    if isinstance(answer, ElicitResult) and answer.content:
        return _said(f"Hello, {answer.content['name']}!")
    return InputRequiredResult(input_requests={"user_name": _question("What is your name?", name="string")})


async def test_input_required_result_sampling(ctx: Context[Any, Any]) -> Answer:
    """Ask the client's model."""
    return _round(ctx, {"capital_question": _prompt("What is the capital of France?")})


async def test_input_required_result_list_roots(ctx: Context[Any, Any]) -> Answer:
    """Ask for the client's roots."""
    return _round(ctx, {"client_roots": ListRootsRequest()})


async def test_input_required_result_multiple_inputs(ctx: Context[Any, Any]) -> Answer:
    """Ask three things at once."""
    requests: dict[str, InputRequest] = {
        "user_name": _question("What is your name?", name="string"),
        "greeting": _prompt("Generate a greeting"),
        "client_roots": ListRootsRequest(),
    }
    return _round(ctx, requests, "asked")


async def test_input_required_result_request_state(ctx: Context[Any, Any]) -> Answer:
    """Ask, and have the client keep a state."""
    return _round(ctx, {"confirm": _question("Please confirm", ok="boolean")}, "asked")


async def test_input_required_result_tampered_state(ctx: Context[Any, Any]) -> Answer:
    """Ask, and have the client keep a state that it may not change."""
    return _round(ctx, {"confirm": _question("Please confirm", ok="boolean")}, "asked")


async def test_input_required_result_multi_round(ctx: Context[Any, Any]) -> Answer:
    """Ask twice, one after the other."""
    if ctx.request_state is None:
        return _round(ctx, {"step1": _question("Step 1: What is your name?", name="string")}, "first")
    return _round(ctx, {"step2": _question("Step 2: What is your favorite color?", color="string")}, "second")


async def test_input_required_result_capabilities(ctx: Context[Any, Any]) -> Answer:
    """Ask only what this client can answer."""
    able = ctx.client_capabilities
    requests: dict[str, InputRequest] = {}
    if able and able.elicitation:
        requests["user_name"] = _question("What is your name?", name="string")
    if able and able.sampling:
        requests["greeting"] = _prompt("Generate a greeting")
    return _round(ctx, requests)


async def test_streaming_elicitation(ctx: Context[Any, Any]) -> Answer:
    """Ask in the answer, not beside it."""
    return _round(ctx, {"confirm": _question("Please confirm", ok="boolean")})


async def test_missing_capability() -> CallToolResult:
    """Need something that the client did not declare."""
    data: dict[str, Any] = {"requiredCapabilities": {"sampling": {}}}
    raise MCPError(code=MISSING_REQUIRED_CLIENT_CAPABILITY, message="This needs sampling", data=data)


TOOLS: tuple[Callable[..., Any], ...] = (
    test_simple_text,
    test_image_content,
    test_audio_content,
    test_embedded_resource,
    test_multiple_content_types,
    test_error_handling,
    json_schema_2020_12_tool,
    test_routed_by_header,
    test_tool_with_logging,
    test_logging_tool,
    test_tool_with_progress,
    test_sampling,
    test_elicitation,
    test_elicitation_sep1034_defaults,
    test_elicitation_sep1330_enums,
    test_input_required_result_elicitation,
    test_input_required_result_sampling,
    test_input_required_result_list_roots,
    test_input_required_result_multiple_inputs,
    test_input_required_result_request_state,
    test_input_required_result_tampered_state,
    test_input_required_result_multi_round,
    test_input_required_result_capabilities,
    test_streaming_elicitation,
    test_missing_capability,
)

JSON_SCHEMA_2020_12: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "$defs": {
        "address": {
            "$anchor": "addressDef",
            "type": "object",
            "properties": {"street": {"type": "string"}, "city": {"type": "string"}},
        }
    },
    "properties": {
        "name": {"type": "string"},
        "address": {"$ref": "#/$defs/address"},
        "contactMethod": {"type": "string", "enum": ["phone", "email"]},
        "phone": {"type": "string"},
        "email": {"type": "string"},
    },
    "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
    "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
    "then": {"required": ["phone"]},
    "else": {"required": ["email"]},
    "additionalProperties": False,
}


# Resources, prompts, and the rest of the older protocol.


def static_text() -> str:
    """A text that never changes."""
    return "This is the content of the static text resource."


def static_binary() -> bytes:
    """An image that never changes."""
    return b64decode(PNG)


def template(id: str) -> str:  # noqa: A002  # the suite's name for it
    """A text for each id."""
    return json.dumps({"id": id, "templateTest": True, "data": f"Data for ID: {id}"})


def watched() -> str:
    """A text that clients may subscribe to."""
    return "watched"


RESOURCES: dict[tuple[str, str], Callable[..., Any]] = {
    ("test://static-text", "text/plain"): static_text,
    ("test://static-binary", "image/png"): static_binary,
    ("test://template/{id}/data", "application/json"): template,
    ("test://watched-resource", "text/plain"): watched,
}


def test_simple_prompt() -> str:
    """A prompt without arguments."""
    return "This is a simple prompt for testing."


def test_prompt_with_arguments(arg1: str, arg2: str) -> str:
    """A prompt with two arguments."""
    return f"Prompt with arguments: arg1='{arg1}', arg2='{arg2}'"


def test_prompt_with_embedded_resource(resourceUri: str) -> list[UserMessage]:  # noqa: N803  # the suite's name for it
    """A prompt that holds a resource."""
    resource = _embedded(resourceUri, "Embedded resource content for testing.")
    return [UserMessage(resource), UserMessage("Please process the embedded resource above.")]


def test_prompt_with_image() -> list[UserMessage]:
    """A prompt that holds an image."""
    return [UserMessage(_image()), UserMessage("Please analyze the image above.")]


async def test_input_required_result_prompt(ctx: Context[Any, Any]) -> str | InputRequiredResult:
    """A prompt that first asks something."""
    if ctx.input_responses:
        return "The context is known."
    question = _question("What context should the prompt use?", context="string")
    return InputRequiredResult(input_requests={"user_context": question})


PROMPTS: tuple[Callable[..., Any], ...] = (
    test_simple_prompt,
    test_prompt_with_arguments,
    test_prompt_with_embedded_resource,
    test_prompt_with_image,
    test_input_required_result_prompt,
)


async def _complete(*_: object) -> Completion:
    return Completion(values=["testing"], total=1, has_more=False)


async def _accept(*_: object) -> EmptyResult:
    return EmptyResult()


OLDER_METHODS: dict[str, type[Any]] = {
    "logging/setLevel": SetLevelRequestParams,
    "resources/subscribe": SubscribeRequestParams,
    "resources/unsubscribe": UnsubscribeRequestParams,
}
