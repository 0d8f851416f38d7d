"""What the tests of pages share: people of a workspace at its pages, and what a page shows."""

import re
from uuid import UUID

from aerostic_campaigns.editing import Details, create
from flask import Flask

from aerostic.sdk import AudienceSpec
from aerostic.testing.people import Client, sign_in

from .scenes import Scene

HOST = "app.localhost"
PAGE = {"Accept": "text/html"}
HERE = "/p/campaigns"


def visit(app: Flask, tenant_id: UUID, role: str = "marketer") -> Client:
    """A person with this role at the workspace's pages."""
    return sign_in(app, tenant_id, role, HOST)


def field(html: str, name: str) -> str:
    """What stands in a field of a page."""
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found, f"the page has no field {name}"
    return found[1]


def words(html: str) -> str:
    """A page's text without its marks, in one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", html.partition('id="content"')[2]).split())


def draft(scene: Scene) -> UUID:
    """A draft of which nothing but name and audience is said."""
    return create(scene.tenant_id, Details("Idea", None, None, AudienceSpec()))
