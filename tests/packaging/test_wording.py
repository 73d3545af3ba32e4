"""The allowances of docstrings that begin with a word of a subordinate clause."""

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


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    (tmp_path / "scripts").mkdir()
    (tmp_path / "adapter" / "package").mkdir(parents=True)
    return tmp_path


def allow(repository: Path, number: int) -> None:
    (repository / "scripts" / "wording.txt").write_text(f"# Numbers only sink.\nadapter {number}\n")


def allowed(repository: Path) -> str:
    return (repository / "scripts" / "wording.txt").read_text()


def hold(repository: Path, source: str, *options: str) -> subprocess.CompletedProcess[str]:
    (repository / "adapter" / "package" / "gate.py").write_text(source)
    command = [sys.executable, str(SCRIPT), "--root", str(repository), *options]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE_S)


@pytest.mark.parametrize(
    "words",
    ["What there is.", "Whether it is.", "How many.", "Who waits.", "One that waits.", "Those of it."],
)
def test_a_docstring_with_a_forbidden_opening_is_counted(repository: Path, words: str) -> None:
    allow(repository, len(DOCUMENTED) - 1)
    done = hold(repository, "".join(DOCUMENTED).format(*[words] * len(DOCUMENTED)), "--list")
    assert done.returncode == 1
    assert f"adapter {len(DOCUMENTED)} of {len(DOCUMENTED) - 1}" in done.stdout
    assert done.stdout.count("adapter/package/gate.py:") == len(DOCUMENTED)


@pytest.mark.parametrize("source", ['"""Whatever is there. What?"""', 'name = "What"\n', "# What\n"])
def test_a_text_without_a_forbidden_opening_is_not_counted(repository: Path, source: str) -> None:
    allow(repository, 0)
    assert hold(repository, source).returncode == 0


def test_counts_within_the_allowance_pass(repository: Path) -> None:
    allow(repository, 1)
    assert hold(repository, '"""What there is."""').returncode == 0


@pytest.mark.parametrize(("before", "after", "code"), [(3, 1, 0), (1, 1, 0), (0, 0, 1)])
def test_allowances_only_sink(repository: Path, before: int, after: int, code: int) -> None:
    allow(repository, before)
    assert hold(repository, '"""What there is."""', "--lower").returncode == code
    assert allowed(repository) == f"# Numbers only sink.\nadapter {after}\n"
