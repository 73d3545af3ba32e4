"""The scripts of a clone, with stand-ins for the programs that they start."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from support.servers import PATIENCE_S, environment

ROOT = Path(__file__).parents[2]
SERVE = ROOT / "scripts" / "serve.sh"


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Return a clone whose server prints its arguments, a line for each."""
    clone = tmp_path / "a clone"
    for name, content in {"scripts/setup.sh": "", ".venv/bin/freshdesk-mcp-server": 'printf "%s\\n" "$@"'}.items():
        file = clone / name
        file.parent.mkdir(parents=True)
        file.write_text(f"#!/bin/sh\n{content}\n")
        file.chmod(0o755)
    shutil.copy(SERVE, clone / "scripts")
    return clone


def served_with(clone: Path, *arguments: str, cwd: Path) -> list[str]:
    """Return the arguments with which the server of a clone is started."""
    command = [str(clone / "scripts" / "serve.sh"), *arguments]
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=cwd, env=environment(), timeout=PATIENCE_S, check=True
    )
    return done.stdout.splitlines()


def test_serve_finds_the_env_file_of_its_clone_from_anywhere(tmp_path: Path, clone: Path) -> None:
    (clone / ".env").touch()
    (tmp_path / ".env").touch()  # of some other project
    for folder in (tmp_path, clone, clone / "scripts"):
        expected = ["serve", "--env-file", str(clone / ".env"), "--sandbox"]
        assert served_with(clone, "--sandbox", cwd=folder) == expected


@pytest.mark.parametrize("given", [["--env-file", "mine"], ["--port", "1", "--env-file=mine"]])
def test_serve_takes_the_given_env_file(tmp_path: Path, clone: Path, given: list[str]) -> None:
    (clone / ".env").touch()
    assert served_with(clone, *given, cwd=tmp_path) == ["serve", *given]


def test_serve_without_an_env_file_names_none(tmp_path: Path, clone: Path) -> None:
    assert served_with(clone, "--read-only", cwd=tmp_path) == ["serve", "--read-only"]
    assert served_with(clone, cwd=tmp_path) == ["serve"]


@pytest.mark.slow("processes")
def test_fast_reports_the_tests_that_it_leaves_out() -> None:
    command = [sys.executable, "-m", "pytest", "--fast", "--quiet", "-p", "no:cacheprovider", "tests/soak/test_soak.py"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=PATIENCE_S, check=False)
    assert done.returncode == pytest.ExitCode.NO_TESTS_COLLECTED
    assert "NOT RUN" in done.stdout
    assert "--fast left out 3 slow tests: soak 3." in done.stdout
