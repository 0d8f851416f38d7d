"""Mail to who has a permission, by a plugin that has no pages."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask_babel import get_timezone
from pydantic import SecretStr
from sqlalchemy import select

from aerostic.db import tenant_scope, transaction
from aerostic.jobs.queues import DEFAULT, queue
from aerostic.mail.models import Mail
from aerostic.mail.outbox import Letter, letter_of
from aerostic.mail.sending import SEND
from aerostic.registry import runtime
from aerostic.sdk import people
from aerostic.settings import Settings
from aerostic.web.sites import site
from tests.core.registry.conftest import Shelf, shelf
from tests.core.registry.test_hooks import running
from tests.support.factories import TESTS, make_person, make_tenant

__all__ = ["shelf"]
AT = datetime(2026, 1, 1, 20, tzinfo=UTC)
SAFE = """
@hookimpl
def register_permissions(): return [Permission('t_safe.open', 'Open it', frozenset({'owner', 'agent'}))]
"""
TEXT = """{% extends "mail/layout.txt" %}
{% block subject %}The safe of {{ workspace }}{% endblock %}
{% block content %}
{{ name }}: {{ what }}, {{ at|clock }}, {{ site }}/p/t_safe/
{% endblock %}"""
HTML = """{% extends "mail/layout.html" %}
{% block content %}{{ what }}{% endblock %}"""


@pytest.fixture
def tenant(app: Flask, settings: Settings, shelf: Shelf) -> Iterator[UUID]:
    """A workspace in Tokyo with the plugin, an owner and an agent whom it writes to, and a marketer."""
    templates = shelf.write("t_safe", SAFE) / "templates"
    files = {"t_safe/mail/opened.txt": TEXT, "t_safe/mail/opened.html": HTML, "mail/layout.html": "not the product's"}
    for name, source in files.items():
        (templates / name).parent.mkdir(parents=True, exist_ok=True)
        (templates / name).write_text(source)
    with running(settings, shelf):
        tenant = make_tenant(plugins=("t_safe",), name="Shop", zone="Asia/Tokyo").id
        make_person(tenant)
        make_person(tenant, email="gus@shop.example", name="Gus", role="agent", locale="de")
        make_person(tenant, email="mia@shop.example", name="Mia", role="marketer")
        yield tenant


def tell(tenant: UUID, **more: timedelta) -> int:
    with transaction(tenant_scope(tenant)) as session:
        return people.tell(session, tenant, "t_safe.open", "t_safe.opened", what="<b>open</b>", at=AT, **more)


def letters() -> list[Letter]:
    with transaction(TESTS) as session:
        found = [letter_of(mail) for mail in session.scalars(select(Mail).order_by(Mail.id))]
    return [letter for letter in found if letter]


def jobs() -> list[str]:
    return [job.func_name for job in queue(DEFAULT).jobs]


def test_those_who_have_the_permission_read_the_plugins_mail(tenant: UUID) -> None:
    assert tell(tenant) == 2
    rest = f"{site()}/p/t_safe/\n\n\n--"
    assert [(letter.recipient, letter.subject, letter.text.partition(" \n")[0]) for letter in letters()] == [
        ("ann@shop.example", "The safe of Shop", f"Ann: <b>open</b>, Jan 2, 2026, 5:00\u202fAM, {rest}"),
        ("gus@shop.example", "The safe of Shop", f"Gus: <b>open</b>, 02.01.2026, 05:00, {rest}"),
    ]
    html = letters()[0].html
    assert "&lt;b&gt;open" in html and "not the product" not in html and 'role="presentation"' in html


def test_times_are_in_the_workspaces_zone_for_the_mail_only(tenant: UUID) -> None:
    assert str(get_timezone()) == "UTC"
    tell(tenant)
    assert str(get_timezone()) == "UTC"


def test_as_often_as_one_likes_unless_it_is_said_how_often(tenant: UUID) -> None:
    assert [tell(tenant), tell(tenant)] == [2, 2]
    assert [tell(tenant, every=timedelta(days=1)), tell(tenant)] == [0, 2]


def test_who_nobody_knows_the_permission_of_is_nobody(tenant: UUID) -> None:
    with transaction(tenant_scope(tenant)) as session:
        assert people.tell(session, tenant, "t_safe.shut", "t_safe.opened", what="", at=AT) == 0
    assert letters() == []


def test_a_workspace_without_the_plugin_has_nobody_with_its_permission(tenant: UUID) -> None:
    other = make_tenant(plugins=()).id
    make_person(other, email="oz@example.org")
    assert (tell(other), letters()) == (0, [])


def test_one_tenant_cannot_write_to_anothers_people(tenant: UUID) -> None:
    with transaction(tenant_scope(make_tenant(plugins=("t_safe",)).id)) as session:
        assert people.tell(session, tenant, "t_safe.open", "t_safe.opened", what="", at=AT) == 0
    assert letters() == []


def test_the_outbox_is_looked_at_once_it_is_committed_and_not_where_it_is_undone(
    tenant: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runtime().settings, "smtp_url", SecretStr("smtp://127.0.0.1:9"))
    with pytest.raises(RuntimeError), transaction(tenant_scope(tenant)) as session:
        people.tell(session, tenant, "t_safe.open", "t_safe.opened", what="", at=AT, every=timedelta(days=1))
        raise RuntimeError("killed before the commit")
    assert (letters(), jobs()) == ([], [])
    with transaction(tenant_scope(tenant)) as session:
        with session.begin_nested():
            people.tell(session, tenant, "t_safe.open", "t_safe.opened", what="", at=AT, every=timedelta(days=1))
        assert jobs() == []
    assert (len(letters()), jobs()) == (2, [SEND])
