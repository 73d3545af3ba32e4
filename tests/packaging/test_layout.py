"""The places of tests: tests/README.md names every place, and each unique part exists once."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TESTS = ROOT / "tests"
README = (TESTS / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
FIRST_COLUMN = re.compile(r"^\| `([^`]+)` \|", re.MULTILINE)


def test_every_folder_of_tests_stands_in_the_readme() -> None:
    folders = {f"tests/{path.name}" for path in TESTS.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert {name for name in FIRST_COLUMN.findall(README) if name.startswith("tests/")} == folders


def test_every_shared_helper_stands_in_the_readme() -> None:
    helpers = {path.stem for path in (TESTS / "support").iterdir() if not path.name.startswith("__")}
    of_support = README.partition("| Module of `tests/support` |")[2].partition("\n\n")[0]
    assert set(FIRST_COLUMN.findall(of_support)) == helpers


@pytest.mark.parametrize("command", ["scripts/test.sh ", "scripts/test.sh --fast "])
def test_contributing_and_the_readme_run_tests_alike(command: str) -> None:
    for document in (CONTRIBUTING, README):
        assert re.search(rf"^{re.escape(command)}\s*#", document, re.MULTILINE), command


def test_continuous_integration_runs_the_test_command_of_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert re.search(r"^scripts/test\.sh\s+# runs all tests", readme, re.MULTILINE)
    assert re.search(r"scripts/test\.sh$", (ROOT / ".ci" / "run").read_text(encoding="utf-8"), re.MULTILINE)


def test_virtual_time_is_made_in_one_place() -> None:
    makers = [path for path in TESTS.rglob("*.py") if re.search(r"\bMockClock\(", path.read_text(encoding="utf-8"))]
    assert makers == [TESTS / "support" / "virtual_time.py"]
