"""The libraries that convert the schemas of tools for the API of a model, and the check of their results.

Each connects, lists the tools, and converts them as for a request to the model, which is not sent.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from interop.clients import TOUR, pinned, python_driver
from interop.tools import run_tool


@dataclass(frozen=True)
class Conversion:
    """A library in one of its modes."""

    library: str
    driver: tuple[str, ...]
    mode: str

    @property
    def row(self) -> str:
        """The row in the table."""
        return f"{self.library}, {self.mode}"

    @property
    def name(self) -> str:
        """The name of the folder."""
        return "-".join(self.row.replace(",", "").split())


def _conversions(name: str, environment: str, driver: str, *modes: str) -> list[Conversion]:
    library = f"{name} {pinned(environment)}"
    return [Conversion(library, python_driver(driver, environment), mode) for mode in modes]


CONVERSIONS = (
    *_conversions("google-genai", "google_genai_1", "convert_google.py", "Gemini", "Agent Platform"),
    *_conversions("google-genai", "google_genai_3", "convert_google.py", "Gemini", "Agent Platform"),
    *_conversions("langchain-google-genai", "langchain_google_genai", "convert_langchain.py", "Gemini"),
    *_conversions("openai-agents", "openai_agents", "convert_openai.py", "as listed", "strict"),
)


def problems_of(conversion: Conversion, url: str) -> list[str]:
    """Let a library convert the tools of the server at `url`, and return the problems."""
    done = run_tool(conversion.name, [*conversion.driver, json.dumps({"url": url, "mode": conversion.mode})])
    if done.returncode:
        return [f"the driver ended with {done.returncode}: {done.stderr.strip()[-2000:]}"]
    return list(judge([json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]))


def judge(lines: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Yield the problems in the lines of a driver."""
    told = {line["did"]: line for line in lines}
    for tool in TOUR["tools"]:
        for problem in _problems_of_tool(tool, told.get(tool, {"raised": "nothing was told of it"})):
            yield f"{tool}: {problem}"


def _problems_of_tool(tool: str, line: dict[str, Any]) -> Iterator[str]:
    if "raised" in line:
        yield str(line["raised"])
        return
    wanted, schema = TOUR["tools"][tool], line["schema"]
    if missing := {*wanted["required"], *wanted["optional"]} - {*schema.get("properties", {})}:
        yield f"a model is not told of {sorted(missing)}"
    if missing := {*wanted["required"]} - {*schema.get("required", [])}:
        yield f"a model is not told that it must give {sorted(missing)}"
