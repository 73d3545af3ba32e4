"""The documents of the project: their text, their blocks of code, and the commands in them."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = (".", "docs", "docs/decisions", "deploy/kubernetes", "openapi", "tests", "tests/interop")
DOCUMENTS = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for folder in FOLDERS
    for path in sorted((ROOT / folder).glob("*.md"))
}
"""The text of each document, by its path from the root."""
SHELLS = ("sh", "bat")


def blocks(document: str, language: str) -> list[str]:
    """Return the blocks of code of a document, in one language."""
    return re.findall(rf"^```{language}\n(.*?)^```", DOCUMENTS[document], re.DOTALL | re.MULTILINE)


def all_blocks(language: str) -> list[str]:
    """Return the blocks of all documents, in one language."""
    return [block for document in DOCUMENTS for block in blocks(document, language)]


def commands(document: str) -> list[str]:
    """Return the commands of a document, each on one line, without the comments behind them."""
    lines = "\n".join(block for shell in SHELLS for block in blocks(document, shell)).replace("\\\n", " ").splitlines()
    return [line for line in (re.sub(r"\s+# .*", "", line).strip() for line in lines) if line]
