"""Everything here runs in virtual time."""

import pytest
from jsonschema import Draft202012Validator

from support.virtual_time import Backend


@pytest.fixture
def anyio_backend(virtual_time: Backend) -> Backend:
    return virtual_time


@pytest.fixture(autouse=True)
def _schemas_taken_as_valid(monkeypatch: pytest.MonkeyPatch) -> None:
    """Skip the check of the tools' schemas, which takes longer than a test."""
    monkeypatch.setattr(Draft202012Validator, "check_schema", lambda _: None)  # answers are still validated
