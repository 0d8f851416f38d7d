"""The platform's console listens, too: to the platform's notices, and to those of no tenant."""

import pytest
from flask import Flask
from redis import Redis

from aerostic.db import new_id, transaction
from aerostic.detection.running.telling import SIGNALS, tell
from aerostic.identity.models import User
from aerostic.identity.people import create_user
from aerostic.registry import runtime
from aerostic.settings import Settings
from aerostic.tenancy.models import Tenant
from aerostic.testing.people import PASSWORD
from tests.core.web.live.page import House, cookie_of, make_person, visit
from tests.core.web.live.page import tell as tell_topics
from tests.support.factories import TESTS, make_tenant

ADMIN = "admin.localhost"


@pytest.fixture
def tenant(app: Flask) -> Tenant:
    return make_tenant()


@pytest.fixture
def staff(app: Flask) -> User:
    """One of the platform's people."""
    with transaction(TESTS) as session:
        return create_user(
            session, email=f"{new_id()}@platform.example", name="Root", password=PASSWORD, staff="platform"
        )


def test_it_hears_of_every_tenants_signals_and_of_nothing_else(
    app: Flask, redis: Redis, settings: Settings, tenant: Tenant, staff: User
) -> None:
    async def story(house: House) -> None:
        page = await house.open(cookie_of(app, staff, None), "signals,contacts", host=ADMIN)
        tell_topics(redis, settings.redis_prefix, tenant.id, "contacts")
        tell(runtime(), [SIGNALS], [tenant.id, None])
        assert (await page.next()).data == ["signals"]

    visit(app, story)


def test_a_tenant_hears_of_its_own_signals_and_never_of_the_platforms(
    app: Flask, redis: Redis, settings: Settings, tenant: Tenant
) -> None:
    other = make_tenant()
    owner, agent = make_person(tenant.id), make_person(tenant.id, "agent", "joe@shop.example")

    async def story(house: House) -> None:
        pages = [await house.open(cookie_of(app, user, tenant.id), "signals,contacts") for user in (owner, agent)]
        tell(runtime(), [SIGNALS], [other.id, None])
        tell_topics(redis, settings.redis_prefix, tenant.id, "contacts")
        assert [(await page.next()).data for page in pages] == [["contacts"], ["contacts"]]
        tell(runtime(), [SIGNALS], [tenant.id])
        tell_topics(redis, settings.redis_prefix, tenant.id, "contacts")
        assert (await pages[0].next()).data in (["signals"], ["contacts", "signals"])
        assert (await pages[1].next()).data == ["contacts"]

    visit(app, story)


def test_nobody_else_listens_there(app: Flask, tenant: Tenant, staff: User, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = make_person(tenant.id)

    async def story(house: House) -> None:
        root = cookie_of(app, staff, None)
        asked = [
            await house.ask(cookie_of(app, owner, None), "signals", host=ADMIN),
            await house.ask(root, "signals"),
            await house.ask("", "signals", host=ADMIN),
        ]
        assert [answer.status for answer in asked] == [403, 403, 401]
        monkeypatch.setattr(runtime().settings, "staff_second_step", True)
        assert (await house.ask(root, "signals", host=ADMIN)).status == 403

    visit(app, story)
