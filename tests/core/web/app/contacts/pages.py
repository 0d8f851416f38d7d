"""A signed-in person and what a page shows."""

import re
from typing import Any
from uuid import UUID

from flask import Flask

from aerostic.testing.people import Client, sign_in

HOST = "app.localhost"


def person(app: Flask, tenant_id: UUID, role: str = "owner") -> Client:
    """A client in which somebody of this role is signed in."""
    return sign_in(app, tenant_id, role, HOST)


def names(answer: Any) -> list[str]:
    """The rows of a table, by the words of their links."""
    assert answer.status_code == 200, answer.status
    return re.findall(r'class="row-link"[^>]*>([^<]+)</a>', answer.text)


def hidden(answer: Any, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'type="hidden" name="{name}" value="([^"]*)"', answer.text)
    assert found, name
    return found[1]
