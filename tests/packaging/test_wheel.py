"""The wheel as shipped, installed apart from this repository, and the locked requirements."""

import json
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from freshdesk_mcp_server import __version__
from support.servers import environment

pytestmark = pytest.mark.slow("wheel")

ROOT = Path(__file__).parents[2]
PACKAGES = {
    "freshdesk_mcp_server": ROOT / "adapter/freshdesk_mcp_server",
    "freshdesk_sandbox": ROOT / "adapter/freshdesk_sandbox",
    "freshdesk_client": ROOT / "generated_client/freshdesk_client",
}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
LOCKS = ["requirements.txt", "requirements-otel.txt", "requirements-dev.txt"]


def run(*command: str | Path, directory: Path) -> str:
    """Run a command outside the repository, and return its standard output."""
    done = subprocess.run(
        [*map(str, command)],
        check=False,
        capture_output=True,
        text=True,
        cwd=directory,
        env=environment(PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_NO_INDEX="1", PYTHONNOUSERSITE="1", PYTHONPATH=""),
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the wheel, built from a copy of its sources, with the packages installed here alone."""
    source = tmp_path_factory.mktemp("source")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    for package in PACKAGES.values():
        copy = source / package.relative_to(ROOT)
        shutil.copytree(package, copy, ignore=shutil.ignore_patterns("__pycache__"))
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", directory=source)
    (built,) = (source / "dist").iterdir()
    return built


@dataclass(frozen=True)
class Installation:
    """An environment with the wheel; its dependencies come from the environment that runs the tests."""

    home: Path

    def run(self, program: str, *arguments: str) -> str:
        return run(self.home / "bin" / program, *arguments, directory=self.home)


@pytest.fixture(scope="module")
def installation(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    home = tmp_path_factory.mktemp("installation") / "venv"
    run(sys.executable, "-m", "venv", "--without-pip", home, directory=home.parent)
    python = home / "bin" / "python"
    pip = (sys.executable, "-m", "pip", "--python", python)
    run(*pip, "install", "--quiet", "--no-deps", "--no-index", wheel, directory=home)
    (own,) = home.glob("lib/python*/site-packages")
    # A path in a .pth file only adds a directory: the .pth files in it, such as that of the editable installation of
    # this repository, are not read.
    (own / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return Installation(home)


def test_the_wheel_holds_the_packages_whole_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
        about = {name.partition(".dist-info/")[2] for name in archive.namelist()} - {""}
    expected = {
        f"{name}/{path.relative_to(package)}"
        for name, package in PACKAGES.items()
        for path in package.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert held == expected
    assert {f"{name}/py.typed" for name in PACKAGES} < held
    assert {f"freshdesk_sandbox/seeds/{name}.json" for name in ("companies", "contacts", "tickets")} <= set(held)
    assert {Path(name).suffix for name in held} == {".py", ".typed", ".json"}
    assert about == {"METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE"}


def test_the_wheel_is_for_any_machine_and_has_the_version_of_the_project(wheel: Path) -> None:
    assert wheel.name == f"freshdesk_mcp_server-{PROJECT['version']}-py3-none-any.whl"
    assert PROJECT["version"] == __version__


def test_the_installed_wheel_works_without_the_repository(installation: Installation) -> None:
    said = installation.run("freshdesk-mcp-server", "call", "--sandbox", "freshdesk_list_tickets", '{"per_page":1}')
    assert len(json.loads(said)["tickets"]) == 1


def test_a_host_is_told_to_start_the_installed_command(installation: Installation) -> None:
    said = installation.run("freshdesk-mcp-server", "install", "cursor", "--sandbox", "--print")
    command = json.loads(said)["mcpServers"]["freshdesk"]["command"]
    assert command == str(installation.home / "bin" / "freshdesk-mcp-server")


def test_the_imported_packages_are_the_installed_ones(installation: Installation) -> None:
    script = f"""
import importlib, json
print(json.dumps([importlib.import_module(name).__file__ for name in {[*PACKAGES]!r}]))
"""
    places = [Path(place) for place in json.loads(installation.run("python", "-c", script))]
    assert len(places) == 3
    assert [place for place in places if not place.is_relative_to(installation.home)] == []


def requirements_in(lock: str) -> dict[str, str]:
    """Return the text of each requirement of a lock, by its name."""
    lines = [line for line in (ROOT / lock).read_text().splitlines() if not line.lstrip().startswith("#")]
    blocks = "\n".join(lines).replace("\\\n", " ").splitlines()
    return {name_of(block): block for block in blocks if block.strip()}


def name_of(requirement: str) -> str:
    """Return its normalized name, https://packaging.python.org/en/latest/specifications/name-normalization/."""
    name = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert name, requirement
    return re.sub(r"[-_.]+", "-", name[0]).lower()


@pytest.mark.parametrize("lock", LOCKS)
def test_each_locked_requirement_is_pinned_and_hashed(lock: str) -> None:
    requirements = requirements_in(lock)
    assert len(requirements) > 20
    for name, text in requirements.items():
        assert re.match(r"\S+==\S+( ; [^\\]+?)?( +--hash=sha256:[0-9a-f]{64})+ *$", text), name


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_registry(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert "://" not in text
    assert re.findall(r"^ *-(?!-hash=)\S*", text, re.MULTILINE) == []
    assert " @ " not in text


@pytest.mark.parametrize("lock", LOCKS)
def test_every_requirement_of_the_project_is_locked(lock: str) -> None:
    missing = {name_of(requirement) for requirement in PROJECT["dependencies"]} - requirements_in(lock).keys()
    assert missing == set()


def test_the_locks_agree_on_versions() -> None:
    runtime, traced, development = (
        {name: text.split()[0] for name, text in requirements_in(lock).items()} for lock in LOCKS
    )
    assert runtime.items() < traced.items() < development.items()
