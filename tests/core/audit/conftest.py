"""What tests of the chain share."""

import pytest
from flask import Flask

from aerostic.audit import sink


@pytest.fixture(autouse=True)
def _no_checkpoints_of_other_tests(app: Flask) -> None:
    sink.sink().unlink(missing_ok=True)
