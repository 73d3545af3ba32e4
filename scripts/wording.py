"""Count docstrings that begin with a word of a subordinate clause, and hold each top folder to its allowance.

The docstrings are those of modules, classes, functions and attributes. No other rule of language is checked here.
"""

import argparse
import ast
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
ALLOWANCES: Final = "scripts/wording.txt"
OPENING: Final = re.compile(r"\s*(What|Whether|How|Who|One that|Those)\b")


def openings_in(source: str) -> Iterator[int]:
    """Yield the lines of the docstrings that begin with such a word."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Expr(value=ast.Constant(value=str() as text)) if OPENING.match(text):
                yield node.lineno


def openings_below(folder: str, root: Path) -> Iterator[str]:
    """Yield these docstrings in the Python files below a folder of `root`, as `path:line`."""
    for path in sorted((root / folder).rglob("*.py")):
        yield from (f"{path.relative_to(root)}:{line}" for line in openings_in(path.read_text(encoding="utf-8")))


def allowances_in(text: str) -> dict[str, int]:
    """Return the allowance of each folder; a line is a folder and a number."""
    pairs = (line.split() for line in text.splitlines() if not line.startswith("#"))
    return {folder: int(number) for folder, number in pairs}


def lowered(text: str, counts: Mapping[str, int]) -> str:
    """Return the file of allowances, each lowered to its count; none rises."""
    lines = [line for line in text.splitlines() if line.startswith("#")]
    lines += [f"{folder} {min(allowed, counts[folder])}" for folder, allowed in allowances_in(text).items()]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Compare, or lower the allowances, and return the exit code."""
    parser = argparse.ArgumentParser("scripts/wording.sh", description=__doc__)
    parser.add_argument("--lower", action="store_true", help=f"bring {ALLOWANCES} down to what there is")
    parser.add_argument("--list", action="store_true", help="print where they are")
    parser.add_argument("--root", type=Path, default=ROOT, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    file = arguments.root / ALLOWANCES
    allowed = allowances_in(file.read_text(encoding="utf-8"))
    found = {folder: list(openings_below(folder, arguments.root)) for folder in allowed}
    if arguments.list:
        print("\n".join(place for places in found.values() for place in places))
    counts = {folder: len(places) for folder, places in found.items()}
    if arguments.lower:
        file.write_text(lowered(file.read_text(encoding="utf-8"), counts), encoding="utf-8")
        allowed = allowances_in(file.read_text(encoding="utf-8"))
    return judged(counts, allowed)


def judged(counts: Mapping[str, int], allowed: Mapping[str, int]) -> int:
    """Print the counts, and return 1 if a folder has more than its allowance."""
    words = ", ".join(f"{folder} {counts[folder]} of {allowed[folder]}" for folder in allowed)
    print(f"Docstrings that begin with What, Whether, How, Who, One that, Those: {words}")
    above = [folder for folder in allowed if counts[folder] > allowed[folder]]
    if above:
        print(f"wording: too many in {', '.join(above)}; scripts/wording.sh --list prints all", file=sys.stderr)
    elif any(counts[folder] < allowed[folder] for folder in allowed):
        print("wording: run scripts/wording.sh --lower, and commit the lower allowances")
    return int(bool(above))


if __name__ == "__main__":
    sys.exit(main())
