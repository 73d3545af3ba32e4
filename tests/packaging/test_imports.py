"""The modules that ``serve`` imports: each costs about a millisecond of the start, used or not."""

import re
import signal
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from support.gateways import API_KEY
from support.servers import PATIENCE_S, environment, http_server_process

ROOT = Path(__file__).parents[2]

MODULES = {"freshdesk_mcp_server": 130, "freshdesk_client": 40, "freshdesk_sandbox": 0}
"""At most so many of each package. Raise a number only for modules that every start needs."""
HEAVY = ("email_validator", "mcp.cli", "opentelemetry.exporter", "opentelemetry.sdk", "pydantic.v1")
DEVELOPMENT = {"openapi_python_client", "pytest", "rich"}

SETTINGS = {
    "FRESHDESK_DOMAIN": "example",
    "FRESHDESK_API_KEY": API_KEY,
    "FRESHDESK_MCP_SERVER_UPSTREAM_URL": "http://127.0.0.1:9",
}


def normalized(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def only_for_development() -> set[str]:
    """Return the packages here that an installation of the server does not have."""
    locked = re.findall(r"^([\w.-]+)==", (ROOT / "requirements.txt").read_text(encoding="utf-8"), re.MULTILINE)
    installed = {normalized(name) for name in [*locked, "freshdesk-mcp-server"]}
    return {
        package
        for package, distributions in packages_distributions().items()
        if installed.isdisjoint(map(normalized, distributions))
    }


# Some libraries import a package such as rich wherever they find it.
COMMAND = (
    sys.executable,
    "-c",
    f"""
import atexit, sys
from pathlib import Path

sys.modules.update(dict.fromkeys({sorted(only_for_development())}))
listing = Path("modules").resolve()
atexit.register(lambda: listing.write_text("\\n".join(name for name, module in sys.modules.items() if module)))

from freshdesk_mcp_server.cli import main

main()
""",
)


def serve_stdio(directory: Path) -> None:
    subprocess.run(
        [*COMMAND, "serve", "--transport", "stdio"],
        stdin=subprocess.DEVNULL,
        cwd=directory,
        env=environment(**SETTINGS),
        timeout=PATIENCE_S,
        check=True,
    )


def serve_http(directory: Path) -> None:
    with http_server_process(directory, "serve", "--port", "0", command=COMMAND, **SETTINGS) as server:
        server.end(signal.SIGTERM)


@pytest.fixture(scope="module", params=[serve_stdio, serve_http])
def imported(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Return the modules of a server that was started and stopped, in an environment without other packages."""
    serve: Callable[[Path], None] = request.param
    directory = tmp_path_factory.mktemp("serve")
    serve(directory)
    return (directory / "modules").read_text().splitlines()


def within(package: str, modules: list[str]) -> list[str]:
    return sorted(module for module in modules if f"{module}.".startswith(f"{package}."))


def test_serve_imports_no_more_modules_than_it_needs(imported: list[str]) -> None:
    counts = {package: len(within(package, imported)) for package in MODULES}
    assert {package: count for package, count in counts.items() if count > MODULES[package]} == {}


def test_serve_imports_no_heavy_module_without_use(imported: list[str]) -> None:
    assert [module for package in HEAVY for module in within(package, imported)] == []


@pytest.mark.usefixtures("imported")
def test_serve_starts_without_the_packages_for_development() -> None:
    assert only_for_development() >= DEVELOPMENT
