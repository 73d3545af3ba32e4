"""Print figures of the code that a document may quote."""

import ast
import statistics
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
MEASURED: Final = "adapter/freshdesk_mcp_server"


def lengths_in(source: str) -> Iterator[int]:
    """Yield the lines of each function's body, nested functions included, docstrings excluded."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield _length_of(node)


def _length_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def main() -> None:
    """Print the lengths of functions."""
    lengths = [n for path in (ROOT / MEASURED).rglob("*.py") for n in lengths_in(path.read_text(encoding="utf-8"))]
    percentiles = statistics.quantiles(lengths, n=100, method="inclusive")
    print(
        f"{MEASURED}: {len(lengths)} functions; lines of a body without its docstring: "
        f"median {percentiles[49]:.0f}, p90 {percentiles[89]:.0f}, p99 {percentiles[98]:.0f}, longest {max(lengths)}"
    )


if __name__ == "__main__":
    main()
