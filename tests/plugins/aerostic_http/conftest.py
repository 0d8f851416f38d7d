"""Fixtures of the tests of requests."""

from collections.abc import Iterator

import pytest

from tests.plugins.aerostic_http.system import System, running


@pytest.fixture
def system() -> Iterator[System]:
    """Another system."""
    with running() as found:
        yield found
