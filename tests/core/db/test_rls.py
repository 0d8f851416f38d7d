"""Who may announce what: everybody its own, and nobody may read the outbox but the relay."""

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from aerostic.db import Event, emit, reseller_scope, service_scope, tenant_scope, transaction
from aerostic.db.scopes import Scope
from tests.support.factories import make_reseller, make_tenant

COUNT = text("SELECT count(*) FROM outbox")


def announce(scope: Scope, tenant_id: object) -> None:
    with transaction(scope) as session:
        emit(session, Event("test.done", tenant_id, "key", {}))  # type: ignore[arg-type]


def test_a_reseller_announces_to_its_own_workspaces_alone(app: Flask) -> None:
    reseller_id = make_reseller().id
    mine, other = make_tenant(reseller_id=reseller_id).id, make_tenant().id
    announce(reseller_scope(reseller_id), mine)
    with pytest.raises(ProgrammingError, match="row-level security"):
        announce(reseller_scope(reseller_id), other)
    with pytest.raises(ProgrammingError, match="row-level security"):
        announce(tenant_scope(mine), other)
    with transaction(service_scope("relay")) as session:
        assert session.scalar(COUNT) == 1
    with transaction(reseller_scope(reseller_id)) as session:
        assert session.scalar(COUNT) == 0
