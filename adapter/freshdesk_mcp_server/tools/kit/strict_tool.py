"""Tools with strictly checked arguments, whose failures are results.

Tools and the code below them raise errors. Here each error becomes a structured result with ``isError``
(``error_result``). An unexpected exception becomes `InternalError`. Its own text could hold a customer's words, so only
its type and place are logged.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import structlog
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.tools import Tool
from mcp.server.mcpserver.utilities.func_metadata import FuncMetadata
from mcp.shared.exceptions import MCPError
from mcp_types import CallToolResult, InputRequiredResult
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from freshdesk_mcp_server.errors import (
    FieldProblem,
    FreshdeskMCPError,
    InternalError,
    InvalidArgumentsError,
    NotConfirmedError,
    UnknownToolError,
)
from freshdesk_mcp_server.gateway.translate import clean
from freshdesk_mcp_server.telemetry.events import ToolCallFinished
from freshdesk_mcp_server.telemetry.log import crash_facts
from freshdesk_mcp_server.tools.kit.arguments import CannotClear, Form, ReadWith
from freshdesk_mcp_server.tools.kit.bounds import LONGEST_JSON
from freshdesk_mcp_server.tools.kit.error_result import error_result
from freshdesk_mcp_server.tools.kit.runtime import Runtime, observed_call, runtime_from
from freshdesk_mcp_server.tools.kit.schemas import slim
from freshdesk_mcp_server.tools.kit.toolset import ToolSpec

INPUT_REQUIRED = "input_required"
"""The code of a call whose client is asked something first."""
NO_TOOL = "unknown"
"""The name in logs and metrics of a tool that does not exist."""
MOST_PROBLEMS = 20
"""Problems that the error of one call names."""
SHOWN_OF_NAME = 60
"""Characters of the name of an argument."""
SHORTER = {"int_parsing": "should be a whole number", "missing": "is missing"}
"""Sentences in place of pydantic's, by its codes."""
SAYING_ALL = frozenset({"too_long", "too_many", "too_deep", "blank", "half_character", "not_json"})
"""Codes of problems that have nothing to do with the form of a value."""

log = structlog.get_logger(__name__)


class StrictMetadata(FuncMetadata):
    """Reads arguments as they were sent: a string stays a string wherever a parameter may be one.

    The SDK first tries to read every string as JSON. That turns the subject ``[1]`` into a list and ``null`` into
    nothing. Lists may still come as JSON text, a habit of some hosts.
    """

    def validate_arguments(self, arguments_to_validate: dict[str, Any]) -> dict[str, Any]:
        """Return the arguments as the tool takes them.

        Raises:
            InvalidArgumentsError: Some are unknown or were not accepted; it names all of them.
        """
        known = self.arg_model.model_fields
        given = {name: value for name, value in arguments_to_validate.items() if name in known}
        unknown = [name for name in arguments_to_validate if name not in known]
        accepted: dict[str, Any] = {}
        problems = [_unknown_argument(name, known) for name in unknown[:MOST_PROBLEMS]]
        problems += map(_cannot_clear, self._meant_to_clear(self.pre_parse_json(given)))
        refused: list[Any] = []
        try:
            accepted = super().validate_arguments(given)
        except ValidationError as error:
            refused = error.errors(include_url=False, include_context=False, include_input=False)
        if problems or refused:
            raise InvalidArgumentsError(_as_told(problems, unknown, refused, known))
        return accepted

    def _meant_to_clear(self, given: Mapping[str, Any]) -> list[str]:
        """Return the parameters whose null is meant to clear a value.

        A host that fills in every optional parameter means nothing by null.
        """
        fields = self.arg_model.model_fields
        if all(name in given for name, field in fields.items() if not field.is_required()):
            return []
        return [
            name for name, value in given.items() if value is None and mark_of(CannotClear, fields[name]) is not None
        ]

    def pre_parse_json(self, data: dict[str, Any]) -> dict[str, Any]:
        """Return the arguments, with JSON text read where only a list or an object is possible."""
        return data | super().pre_parse_json({name: text for name, text in data.items() if self._is_json(name, text)})

    def _is_json(self, name: str, value: object) -> bool:
        field = self.arg_model.model_fields.get(name)
        is_short = isinstance(value, str) and len(value) <= LONGEST_JSON
        return is_short and field is not None and not _admits_text(field.annotation)


def _admits_text(annotation: object) -> bool:
    if get_origin(annotation) is Annotated:
        return _admits_text(get_args(annotation)[0])
    if isinstance(annotation, UnionType) or get_origin(annotation) is Union:
        return any(map(_admits_text, get_args(annotation)))
    return annotation is str


def mark_of[M](kind: type[M], field: FieldInfo) -> M | None:
    """Return the outermost mark of that kind on a parameter, or on the type in it."""
    marks = (*field.metadata, *_marks_in(field.annotation))
    return next((mark for mark in marks if isinstance(mark, kind)), None)


def _marks_in(annotation: object) -> Iterator[object]:
    if get_origin(annotation) is Annotated:
        inner, *marks = get_args(annotation)
        yield from marks
        yield from _marks_in(inner)
    elif isinstance(annotation, UnionType) or get_origin(annotation) is Union:
        for option in get_args(annotation):
            yield from _marks_in(option)


class StrictTool(Tool):
    """A tool that turns every failure into a structured result, and refuses an unknown argument."""

    async def run(self, arguments: dict[str, Any], context: Context[Any, Any], convert_result: bool = False) -> Any:  # noqa: FBT001, FBT002  # the SDK's signature
        """Run the tool, and report its end to the observer."""
        try:
            with observed_call(context, partial(ToolCallFinished, self.name)) as ending:
                result = await self._run_strictly(arguments, context, convert_result)
                ending.code = INPUT_REQUIRED if isinstance(result, InputRequiredResult) else None
                return result
        except FreshdeskMCPError as error:
            return error_result(error)

    async def _run_strictly(self, arguments: dict[str, Any], context: Context[Any, Any], convert_result: bool) -> Any:  # noqa: FBT001  # as above
        try:
            return await super().run(_read(arguments, self.fn_metadata, runtime_from(context)), context, convert_result)
        except ToolError as error:
            raise _error_behind(error) from None


def tool_from(spec: ToolSpec) -> Tool:
    """Create the tool that `spec` describes, for the SDK."""
    description = " ".join((spec.function.__doc__ or "").split())
    tool = StrictTool.from_function(
        spec.function, title=spec.title, description=description, annotations=spec.annotations
    )
    # Advertised and, without an output model, not checked again: tests compare results with schemas.
    tool.fn_metadata = StrictMetadata(arg_model=tool.fn_metadata.arg_model, output_schema=spec.output)
    tool.parameters = slim(tool.parameters)
    return tool


def _read(arguments: dict[str, Any], metadata: FuncMetadata, runtime: Runtime) -> dict[str, Any]:
    """Return the arguments, each read by its own `ReadWith`."""
    fields = metadata.arg_model.model_fields
    readers = {name: mark_of(ReadWith, fields[name]) for name in arguments if name in fields}
    return arguments | {name: one.read(arguments[name], runtime) for name, one in readers.items() if one}


def unknown_tool_result(context: Context[Any, Any], names: Sequence[str]) -> CallToolResult:
    """Return the result of a call of a tool that is not among `names`, the tools that the caller may use."""
    error = UnknownToolError(names)
    with observed_call(context, partial(ToolCallFinished, NO_TOOL)) as ending:
        ending.code = error.code
    return error_result(error)


def _error_behind(error: ToolError) -> Exception:
    cause = error.__cause__
    if isinstance(cause, FreshdeskMCPError | MCPError):
        return cause
    if isinstance(cause, ToolError):  # raised by the SDK for an invalid answer of a client to a question
        return NotConfirmedError()
    log.error("tool_crashed", **crash_facts(cause or error))
    return InternalError()


def _as_told(
    problems: Sequence[FieldProblem], unknown: Sequence[str], refused: Sequence[Any], fields: Mapping[str, FieldInfo]
) -> list[FieldProblem]:
    """Return as many problems as a model can use, and the number of the rest."""
    told = [*problems, *(_field_problem(details, fields) for details in refused[: MOST_PROBLEMS - len(problems)])]
    more = max(0, len(unknown) - MOST_PROBLEMS) + len(problems) + len(refused) - len(told)
    return [*told, FieldProblem("arguments", "more_problems", f"{more:,} more were not accepted")] if more else told


def _field_problem(details: Any, fields: Mapping[str, FieldInfo]) -> FieldProblem:
    field, code = fields.get(str(details["loc"][0])), details["type"]
    mark = mark_of(Form, field) if field and code not in SAYING_ALL else None
    told = SHORTER.get(code) or details["msg"].removeprefix("Input ")
    return FieldProblem(
        _name(".".join(map(str, details["loc"]))), code, f"{told}; the form is {mark.text}" if mark else told
    )


def _unknown_argument(name: str, known: Iterable[str]) -> FieldProblem:
    return FieldProblem(_name(name), "unknown_argument", f"there is no such argument; there are {', '.join(known)}")


def _cannot_clear(name: str) -> FieldProblem:
    told = "null does not take its value away, which this tool cannot do; leave it out to keep the value"
    return FieldProblem(name, "cannot_clear", told)


def _name(name: str) -> str:
    return clean(name)[:SHOWN_OF_NAME] or "(not printable)"
