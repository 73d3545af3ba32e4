"""Fixtures of the tests against the wire."""

from collections.abc import Iterator

import pytest
import respx


@pytest.fixture
def wire() -> Iterator[respx.MockRouter]:
    """Yield the network, which takes answers; an unexpected request fails the test."""
    with respx.mock() as router:
        yield router
