"""scripts/generate.sh makes exactly the committed client, and its --check fails if the two differ."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from support.servers import PATIENCE_S

pytestmark = pytest.mark.slow("generation")

ROOT = Path(__file__).parents[2]
CLIENT = Path("generated_client/freshdesk_client")
TICKETS = Path("openapi/resources/tickets.yaml")


def generate(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the script of that copy of the repository with the tools of this environment, so that it makes none."""
    return subprocess.run(
        [folder / "scripts/generate.sh", *arguments],
        env={**os.environ, "VENV": sys.prefix},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_S,
    )


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """As much of the repository as the script needs."""
    for part in ("openapi", "scripts", "generated_client"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_the_committed_client_is_the_one_of_the_specification() -> None:
    result = generate(ROOT, "--check")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == "generated_client/freshdesk_client is up to date\n"


def test_every_generated_module_says_where_it_comes_from_and_that_it_is_not_to_be_edited() -> None:
    for path in (ROOT / CLIENT).rglob("*.py"):
        header = path.read_text(encoding="utf-8").split("\n\n")[0]
        assert header.startswith("# Made from openapi/freshdesk.yaml by scripts/generate.sh"), path
        assert "Do not edit" in header


def test_the_check_shows_every_edit_of_the_client_and_a_run_undoes_it_to_the_byte(copy: Path) -> None:
    before = files(copy / CLIENT)
    replace(copy / CLIENT / "models/ticket_status.py", "    OPEN = 2\n", "    OPEN = 1\n")
    (copy / CLIENT / "py.typed").unlink()
    (copy / CLIENT / "stray.py").touch()

    result = generate(copy, "--check")

    assert result.returncode == 1
    assert "\n-    OPEN = 1\n" in result.stdout
    assert "\n+    OPEN = 2\n" in result.stdout
    assert "py.typed" in result.stdout
    assert "stray.py" in result.stdout
    assert "run scripts/generate.sh" in result.stderr
    assert "OPEN = 1" in (copy / CLIENT / "models/ticket_status.py").read_text(encoding="utf-8")

    assert generate(copy).returncode == 0
    assert files(copy / CLIENT) == before
    assert [path.name for path in (copy / "generated_client").iterdir()] == [CLIENT.name]


def test_the_check_fails_after_an_edit_of_the_specification_that_changes_the_client(copy: Path) -> None:
    replace(copy / TICKETS, "x-enum-varnames: [LOW, MEDIUM, HIGH,", "x-enum-varnames: [LOW, NORMAL, HIGH,")
    result = generate(copy, "--check")
    assert result.returncode == 1
    assert "\n+    NORMAL = 2\n" in result.stdout


def test_the_check_passes_after_an_edit_of_the_specification_that_changes_no_client(copy: Path) -> None:
    with (copy / TICKETS).open("a", encoding="utf-8") as specification:
        specification.write("# A remark.\n")
    assert generate(copy, "--check").returncode == 0


def test_a_misspelt_keyword_fails_and_leaves_the_client_alone(copy: Path) -> None:
    before = files(copy / CLIENT)
    text = (copy / TICKETS).read_text(encoding="utf-8")
    (copy / TICKETS).write_text(text.replace("requestBody:", "requestbody:"), encoding="utf-8")
    result = generate(copy)
    assert result.returncode == 1
    assert "requestbody" in result.stderr
    assert files(copy / CLIENT) == before


def test_the_example_of_the_rules_adds_a_resource_and_changes_no_other_module(copy: Path) -> None:
    before = files(copy / CLIENT)
    rules = (copy / "openapi/README.md").read_text(encoding="utf-8")
    example = rules.split("<!-- example -->\n```yaml\n")[1].split("```")[0]
    (copy / "openapi/resources/skills.yaml").write_text(example, encoding="utf-8")

    assert generate(copy).returncode == 0

    after = files(copy / CLIENT)
    assert after.keys() - before.keys() == {
        *("api/skills/__init__.py", "api/skills/list_skills.py", "models/skill.py"),
    }
    assert {name for name in before if after[name] != before[name]} == {"models/__init__.py"}
    assert after["api/skills/list_skills.py"].count(b"ApiError.from_dict(response.json())") == 13


@pytest.mark.parametrize("arguments", [["--chekc"], ["--check", "--check"], ["-h"], [""]])
def test_an_unknown_option_prints_the_usage(arguments: list[str]) -> None:
    result = generate(ROOT, *arguments)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == "usage: scripts/generate.sh [--check]\n"
