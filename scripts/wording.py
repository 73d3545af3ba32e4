"""Refuse docstrings that begin with a word of a subordinate clause.

The docstrings are those of modules, classes, functions and attributes. No other rule of language is checked here.
"""

import argparse
import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
FOLDERS: Final = ("adapter", "benchmarks", "scripts", "tests")
OPENING: Final = re.compile(r"\s*(What|Whether|How|Who|One that|Those)\b")


def openings_in(source: str) -> Iterator[int]:
    """Yield the lines of the docstrings that begin with such a word."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Expr(value=ast.Constant(value=str() as text)) if OPENING.match(text):
                yield node.lineno


def openings_below(root: Path) -> Iterator[str]:
    """Yield these docstrings in the Python files of the top folders of `root`, as `path:line`."""
    for path in sorted(path for folder in FOLDERS for path in (root / folder).rglob("*.py")):
        lines = sorted(openings_in(path.read_text(encoding="utf-8")))
        yield from (f"{path.relative_to(root)}:{line}" for line in lines)


def main() -> int:
    """Print the places of these docstrings, and return 1 if there are any."""
    parser = argparse.ArgumentParser("scripts/wording.sh", description=__doc__)
    parser.add_argument("--root", type=Path, default=ROOT, help=argparse.SUPPRESS)
    places = list(openings_below(parser.parse_args().root))
    for place in places:
        print(f"{place}: a docstring begins with What, Whether, How, Who, One that or Those", file=sys.stderr)
    return int(bool(places))


if __name__ == "__main__":
    sys.exit(main())
