"""Mail about incidents: to those who may see the security centre, in their language, once a day, and about nobody else."""

import socket
from datetime import UTC, datetime
from uuid import UUID

import pytest
from flask import Flask
from pydantic import SecretStr
from sqlalchemy import select, text

from aerostic.db import new_id, transaction
from aerostic.detection.running.process import assemble
from aerostic.mail.models import Mail
from aerostic.mail.outbox import Letter, letter_of
from aerostic.registry import OpenedIncident, runtime
from aerostic.tenancy.models import Tenant
from aerostic.tenancy.plugins import view_for
from aerostic.web.handlers import event_handlers
from tests.core.flows.starts import announced
from tests.core.ledger.test_concurrency import at_once
from tests.core.web.brands.support import make_host
from tests.support.detecting import NOW, signal
from tests.support.factories import TESTS, make_person, make_tenant

OPENED = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)


@pytest.fixture
def tenant(app: Flask) -> UUID:
    """A workspace in Berlin."""
    return make_tenant(name="Corner Shop", zone="Europe/Berlin").id


def open_incident(tenant: UUID, *families: str) -> None:
    """What the process of events does."""
    with transaction(TESTS) as session:
        view = view_for(session, tenant)
    found = OpenedIncident(new_id(), OPENED, families or ("guessing", "volume"), 0.9, 7)
    view.incident_opened(tenant, found)


def letters() -> dict[str, Letter]:
    """The latest mail to each address."""
    with transaction(TESTS) as session:
        found = [letter_of(mail) for mail in session.scalars(select(Mail).order_by(Mail.id))]
    return {letter.recipient: letter for letter in found if letter}


def count() -> int:
    with transaction(TESTS) as session:
        return len(session.scalars(select(Mail.id)).all())


def test_owners_and_admins_are_told_what_and_when_and_where_it_stands(tenant: UUID) -> None:
    make_person(tenant)
    make_person(tenant, email="al@shop.example", role="admin")
    open_incident(tenant)
    assert sorted(letters()) == ["al@shop.example", "ann@shop.example"]
    letter = letters()["ann@shop.example"]
    assert letter.subject == "Something unusual was noticed in Corner Shop"
    assert letter.text.startswith("""Hello Ann,

Something unusual was noticed in your workspace Corner Shop.

- Guessed passwords
- Volume

When: Jul 2, 2026, 12:30\u202fAM (Central European Time)

Whatever was done because of it stands in the security centre, with its reason and a way to object.

Open the security centre:
""")
    for words in ("Guessed passwords", "Volume", "Jul 2, 2026, 12:30\u202fAM", '/security"'):
        assert words in letter.html


def test_each_reads_it_in_their_language(tenant: UUID) -> None:
    make_person(tenant, locale="de")
    make_person(tenant, email="samir@shop.example", role="admin", locale="ar")
    open_incident(tenant)
    german, arabic = letters()["ann@shop.example"], letters()["samir@shop.example"]
    assert german.subject == "In Corner Shop ist etwas Ungewöhnliches aufgefallen"
    assert "Wann: 02.07.2026, 00:30 (Mitteleuropäische Zeit)" in german.text and "- Erratene Passwörter" in german.text
    assert arabic.subject == "لوحظ أمر غير معتاد في Corner Shop"
    assert 'dir="rtl"' in arabic.html and "تخمين كلمات المرور" in arabic.html


@pytest.mark.parametrize("person", [{"role": "marketer"}, {"role": "agent"}, {"role": "viewer"}, {"active": False}])
def test_nobody_else_is_told(tenant: UUID, person: dict[str, object]) -> None:
    make_person(tenant, **person)  # type: ignore[arg-type]
    make_person(make_tenant().id, email="other@example.org")
    open_incident(tenant)
    assert letters() == {}


@pytest.mark.parametrize("values", [{"status": "suspended"}, {"status": "suspended", "erased_at": OPENED}])
def test_a_workspace_that_is_suspended_or_erased_gets_none(tenant: UUID, values: dict[str, object]) -> None:
    make_person(tenant)
    with transaction(TESTS) as session:
        for name, value in values.items():
            setattr(session.get_one(Tenant, tenant), name, value)
    open_incident(tenant)
    assert letters() == {}


def test_there_is_one_a_day_for_each_workspace(tenant: UUID) -> None:
    other = make_tenant().id
    make_person(tenant)
    make_person(other, email="bo@example.org")
    for _ in range(2):
        open_incident(tenant)
    open_incident(other)
    assert (count(), sorted(letters())) == (2, ["ann@shop.example", "bo@example.org"])
    with transaction(TESTS) as session:
        a_day_later = "UPDATE mail_told SET told_at = told_at - interval '24 hours' WHERE tenant_id = :own"
        session.execute(text(a_day_later), {"own": tenant})
    for _ in range(2):
        open_incident(tenant)
    assert count() == 3


def test_there_is_one_even_when_several_processes_hear_of_incidents_at_once(app: Flask, tenant: UUID) -> None:
    make_person(tenant)

    def hear(_: int) -> bool:
        open_incident(tenant)
        return True

    assert at_once(app, 6, hear) == 6
    assert count() == 1


def test_it_leads_to_the_workspaces_own_host_under_its_brand(app: Flask) -> None:
    shop = make_tenant(reseller_id=make_host("chat.northwind.example", slug="northwind")).id
    make_person(shop)
    open_incident(shop)
    letter = letters()["ann@shop.example"]
    assert "\nhttps://chat.northwind.example/security\n" in letter.text
    assert 'href="https://chat.northwind.example/security"' in letter.html
    assert "aerostic" not in f"{letter.subject}{letter.text}{letter.html}{letter.sender}".lower()


def test_a_family_without_a_name_is_shown_as_the_security_centre_does_and_cannot_mark_up(tenant: UUID) -> None:
    make_person(tenant)
    open_incident(tenant, "<b>own</b>")
    assert "<b>own" not in letters()["ann@shop.example"].html


def test_a_mail_server_that_is_away_holds_nobody_up(tenant: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    """The mail waits in the outbox: it is a job that asks the server."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        away = SecretStr(f"smtp://127.0.0.1:{server.getsockname()[1]}")
        monkeypatch.setattr(runtime().settings, "smtp_url", away)
        make_person(tenant)
        open_incident(tenant)
        with pytest.raises(BlockingIOError):
            server.accept()
    with transaction(TESTS) as session:
        mail = session.scalars(select(Mail)).one()
    assert (mail.state, mail.attempts, mail.kind, mail.tenant_id) == ("waiting", 0, "anomaly.incident", tenant)


def test_of_an_incident_of_several_each_reads_its_own_part(app: Flask) -> None:
    """From the signals on, through the event that tells of it: twice, as where a process is killed."""
    ours, theirs = make_tenant(name="Ours"), make_tenant(name="Theirs")
    for number, one in enumerate((ours, theirs)):
        make_person(one.id, email=f"{number}@example.org", name="Kim")
    keeper = assemble(app).keeper
    shared = frozenset({"content:5d0c7e11", "address:9f3ab2c1"})
    found = ((ours.id, "content"), (theirs.id, "money"))
    keeper.put(
        signal("tenant", str(own), tenant_id=own, shares=shared, family=family, time=NOW) for own, family in found
    )
    keeper.write()
    handler = next(one for one in event_handlers(runtime().registry) if one.name == "core.incidents")
    events = [event for own, _ in found for event in announced(own) if event.type in handler.types]
    for event in (*events, *events):
        handler.function(event.tenant_id, [event])
    assert (len(events), count()) == (2, 2)
    told = letters()["0@example.org"]
    assert "- The same text elsewhere" in told.text
    said = f"{told.subject}{told.text}{told.html}"
    for never in ("Theirs", str(theirs.id), str(ours.id), "Money", "5d0c7e11", "9f3ab2c1", "tests.any", "address:"):
        assert never not in said
