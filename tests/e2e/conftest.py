"""One house a test process, shared by the tests of this folder: each has a tenant and a number of its own in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import FOLDER, RUN
from tests.e2e.emulator import emulator
from tests.e2e.house import House, house


@pytest.fixture(scope="session")
def shared_house(request: pytest.FixtureRequest, worker: str) -> Iterator[House]:
    """A running installation, in the folder of this run of tests, which is in memory where possible."""
    config = request.config
    run = Path(config.workerinput[FOLDER] if hasattr(config, "workerinput") else config.stash[RUN][0])
    folder = run / f"house-{worker}"
    folder.mkdir()
    with emulator(folder) as beside, house(folder, beside) as running:
        yield running


@pytest.fixture
def home(shared_house: House) -> Iterator[House]:
    """The shared house, its emulator without faults."""
    shared_house.emulator.calm()
    shared_house.emulator.behave()
    yield shared_house
    shared_house.emulator.calm()
