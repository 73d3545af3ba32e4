"""The conditions of every test of a command."""

import os
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _private_files() -> Iterator[None]:
    """Create files for this user alone, as an env file should be."""
    before = os.umask(0o077)
    yield
    os.umask(before)
