"""The process of webhooks, and an account whose webhooks it takes."""

import pytest
from flask import Flask

from aerostic.messaging.models import ChannelAccount
from aerostic.web.incoming.server import Incoming
from tests.support.factories import make_account, make_tenant


@pytest.fixture
def account(app: Flask) -> ChannelAccount:
    """An account with a webhook."""
    return make_account(make_tenant().id)


@pytest.fixture
def incoming(app: Flask) -> Incoming:
    """The process of webhooks."""
    return Incoming(app)
