"""The generated package of models imports a model at the first use of its name; type checkers see all models."""

import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

from freshdesk_client import models
from support.servers import PATIENCE_S

PATH = models.__path__[0]
NAMES = models.__all__


def models_loaded_by(statement: str) -> set[str]:
    code = f"{statement}\nimport sys\nprint(*(m for m in sys.modules if m.startswith('freshdesk_client.models.')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=PATIENCE_S)
    return {module.rpartition(".")[2] for module in done.stdout.split()}


@pytest.mark.parametrize(
    ("statement", "modules"),
    [
        ("import freshdesk_client.models", set()),
        ("from freshdesk_client.models import ApiError", {"api_error"}),
        ("import freshdesk_client.models as m; m.TicketStatus; m.TicketStatus", {"ticket_status"}),
        ("import freshdesk_client.models as m; hasattr(m, 'Tiket'); dir(m)", set()),
        ("from freshdesk_client.api.tickets import delete_ticket", {"api_error"}),
    ],
)
def test_only_the_models_that_are_used_are_imported(statement: str, modules: set[str]) -> None:
    assert models_loaded_by(statement) == modules


@pytest.mark.parametrize("name", NAMES)
def test_a_name_gives_the_class_of_its_module(name: str) -> None:
    model = getattr(models, name)
    assert isinstance(model, type)
    assert model is getattr(importlib.import_module(model.__module__), name)
    assert (model.__name__, model.__module__.rpartition(".")[0]) == (name, models.__name__)


def test_there_is_a_name_for_each_module() -> None:
    modules = {path.stem for path in Path(PATH).glob("*.py")} - {"__init__"}
    assert {getattr(models, name).__module__.rpartition(".")[2] for name in NAMES} == modules


def test_the_names_are_listed_before_they_are_used() -> None:
    code = "import freshdesk_client.models as m; print(set(m.__all__) - set(dir(m)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=PATIENCE_S)
    assert done.stdout == "set()\n"


def test_an_unknown_name_is_an_error_as_in_any_module() -> None:
    with pytest.raises(AttributeError, match=r"module 'freshdesk_client\.models' has no attribute 'Tiket'"):
        getattr(models, "Tiket")  # noqa: B009  # a type checker would refuse the plain one
    with pytest.raises(ImportError, match="cannot import name 'Tiket'"):
        exec("from freshdesk_client.models import Tiket")


def test_a_type_checker_knows_the_models_and_refuses_another_name(tmp_path: Path) -> None:
    source = tmp_path / "source.py"
    source.write_text(
        "from freshdesk_client import models\n"
        "from freshdesk_client.models import TicketUpdate, Tiket\n"
        "TicketUpdate(subject=1)\n"
        "models.TicketStatus.OPENED\n"
    )
    (tmp_path / "mypy.ini").write_text(f"[mypy]\nstrict = true\nmypy_path = {Path(PATH).parents[1]}\n")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--no-error-summary", source.name],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
        timeout=PATIENCE_S,
    )
    assert re.findall(r"^source\.py:(\d+): error: .* \[([\w-]+)\]$", done.stdout, re.MULTILINE) == [
        ("2", "attr-defined"),
        ("3", "arg-type"),
        ("4", "attr-defined"),
    ]
