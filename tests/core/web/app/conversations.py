"""What tests of the conversation pages share."""

import re
from uuid import UUID

from flask import Flask

from aerostic.testing.people import Client, sign_in
from tests.core.messaging.conversations.talk import Talk

HOST = "app.localhost"


def visit(app: Flask, tenant_id: UUID, role: str = "owner") -> Client:
    """A person of the workspace at its pages."""
    return sign_in(app, tenant_id, role, HOST)


def form_key(html: str) -> str:
    """The key of the form on a page."""
    found = re.search(r'name="form_key" value="([^"]+)"', html)
    assert found
    return found[1]


def path(talk: Talk) -> str:
    """Where a conversation is shown."""
    return f"/conversations/{talk.id}"
