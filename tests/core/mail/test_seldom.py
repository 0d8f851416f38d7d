"""Mail every so often: one at a time, whoever asks, and only what was really written counts."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask

from aerostic.db import tenant_scope, transaction
from aerostic.mail.seldom import claim
from tests.core.ledger.test_concurrency import at_once
from tests.support.factories import make_tenant

NOW, DAY = datetime(2026, 7, 1, tzinfo=UTC), timedelta(hours=24)


@pytest.fixture
def tenant(app: Flask) -> UUID:
    return make_tenant().id


def ask(tenant: UUID, at: datetime = NOW, kind: str = "odd") -> bool:
    with transaction(tenant_scope(tenant)) as session:
        return claim(session, tenant, kind, at, DAY)


def test_a_day_has_one_and_the_next_one_begins_with_it(tenant: UUID) -> None:
    times = [NOW, NOW, NOW + DAY - timedelta(seconds=1), NOW + DAY, NOW + DAY + timedelta(hours=23), NOW + 2 * DAY]
    assert [ask(tenant, at) for at in times] == [True, False, False, True, False, True]


def test_another_kind_and_another_workspace_have_their_own(tenant: UUID) -> None:
    assert [ask(tenant), ask(tenant, kind="even"), ask(make_tenant().id), ask(tenant)] == [True, True, True, False]


def test_of_many_who_ask_at_once_one_is_let(app: Flask, tenant: UUID) -> None:
    for day in range(5):
        assert at_once(app, 8, lambda _: ask(tenant, NOW + day * DAY)) == 1  # noqa: B023


def test_what_is_undone_does_not_count(tenant: UUID) -> None:
    with pytest.raises(RuntimeError), transaction(tenant_scope(tenant)) as session:
        assert claim(session, tenant, "odd", NOW, DAY)
        raise RuntimeError("killed before the commit")
    assert [ask(tenant), ask(tenant)] == [True, False]
