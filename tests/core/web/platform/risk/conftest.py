"""What the tests of the risk console share."""

import pytest
from flask import Flask

from aerostic.testing.people import Client
from tests.core.web.platform.test_consoles import PAGE, staff


@pytest.fixture
def platform(app: Flask) -> Client:
    """Somebody of the platform's people."""
    return staff(app, "platform", "admin.localhost")


def page_of(client: Client, path: str) -> str:
    """A page that opens."""
    answer = client.get(path, headers=PAGE)
    assert (path, answer.status_code) == (path, 200)
    return str(answer.text)
