"""The audit logs in the platform's console: its own, and that of each workspace."""

import json

import pytest
from flask import Flask

from aerostic.audit import Act, record, sink
from aerostic.audit.sealing import seal_pending
from aerostic.db import transaction
from aerostic.testing.people import Client
from tests.core.web.platform.test_consoles import PAGE, staff
from tests.support.factories import TESTS, make_tenant


@pytest.fixture
def platform(app: Flask) -> Client:
    sink.sink().unlink(missing_ok=True)
    return staff(app, "platform", "admin.localhost")


def test_the_platforms_own_log_is_shown_and_that_of_a_workspace_on_demand(platform):
    tenant = make_tenant(name="Maple")
    with transaction(TESTS) as session:
        record(session, Act(None, "domain.added", "domain:chat.example", reason="of the platform"))
        record(session, Act(tenant.id, "settings.changed", reason="of the workspace"))
    seal_pending()
    own = platform.get("/audit-log", headers=PAGE).text
    other = platform.get(f"/audit-log?chain={tenant.id}", headers=PAGE).text
    assert ("of the platform" in own, "of the workspace" in own, "Maple" in own) == (True, False, True)
    assert ("of the platform" in other, "of the workspace" in other) == (False, True)


def test_a_log_can_be_taken_along_and_all_verified(platform):
    tenant = make_tenant()
    with transaction(TESTS) as session:
        record(session, Act(tenant.id, "settings.changed"))
    lines = platform.post_form("/audit-log/download", {"chain": str(tenant.id)}).data.splitlines()
    assert json.loads(lines[0])["chain"] == str(tenant.id)
    assert [json.loads(line).get("seq") for line in lines[1:]] == [1, 2, None]
    platform.post_form("/audit-log/verify")
    assert "the log is whole" in platform.get("/audit-log", headers=PAGE).text
