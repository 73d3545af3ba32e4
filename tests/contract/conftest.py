"""Fixtures of the tests against the wire."""

from collections.abc import Iterator

import pytest
import respx


@pytest.fixture
def wire() -> Iterator[respx.MockRouter]:
    """The network, to be given answers; a request that nobody expects fails the test."""
    with respx.mock() as router:
        yield router
