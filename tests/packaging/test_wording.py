"""The refusal of docstrings that begin with a word of a subordinate clause."""

import subprocess
import sys
from pathlib import Path

import pytest

from support.servers import PATIENCE_S

pytestmark = pytest.mark.slow("processes")

SCRIPT = Path(__file__).parents[2] / "scripts" / "wording.py"
DOCUMENTED = (
    '"""{}"""\n',
    'class Gate:\n    """{}"""\n',
    'class Gate:\n    limit_s: float\n    """\n    {}"""\n',
    'async def wait() -> None:\n    """{}"""\n',
    'LIMIT_S = 1\n"""{}"""\n',
)
"""A module, a class, an attribute of one, a function, and an attribute of a module."""


FOLDERS = ("adapter", "benchmarks", "scripts", "tests")


def check(repository: Path, folder: str, source: str) -> subprocess.CompletedProcess[str]:
    (repository / folder / "package").mkdir(parents=True)
    (repository / folder / "package" / "gate.py").write_text(source)
    command = [sys.executable, str(SCRIPT), "--root", str(repository)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE_S)


@pytest.mark.parametrize(
    "words",
    ["What there is.", "Whether it is.", "How many.", "Who waits.", "One that waits.", "Those of it."],
)
def test_each_docstring_with_a_forbidden_opening_is_refused(tmp_path: Path, words: str) -> None:
    done = check(tmp_path, "adapter", "".join(DOCUMENTED).format(*[words] * len(DOCUMENTED)))
    assert done.returncode == 1
    assert [line.split(": ")[0] for line in done.stderr.splitlines()] == [
        f"adapter/package/gate.py:{line}" for line in (1, 3, 6, 9, 11)
    ]


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_forbidden_opening_is_refused_in_each_folder(tmp_path: Path, folder: str) -> None:
    assert check(tmp_path, folder, '"""What there is."""').returncode == 1


@pytest.mark.parametrize("source", ['"""Whatever is there. What?"""', 'name = "What"\n', "# What\n"])
def test_a_text_without_a_forbidden_opening_passes(tmp_path: Path, source: str) -> None:
    done = check(tmp_path, "adapter", source)
    assert (done.returncode, done.stderr) == (0, "")
