"""Imports from start to end, also when they are killed."""

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, text

from aerostic.db import platform_scope, tenant_scope, transaction, utcnow
from aerostic.messaging.contacts.audience import AudienceSpec, count
from aerostic.messaging.contacts.consent import opt_out
from aerostic.messaging.imports import running
from aerostic.messaging.imports.running import run
from aerostic.messaging.models import Consent, Contact, ContactTag, Suppression
from tests.core.messaging.imports.support import begin, imported, job_of, verdicts
from tests.support.factories import make_contact, make_tenant

pytestmark = pytest.mark.usefixtures("app")


def file(folder: Path, text: str | bytes, name: str = "contacts.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def many(count: int) -> str:
    return "phone,name\n" + "".join(f"+4479{n:08d},Person {n}\n" for n in range(count))


def contacts(tenant_id: UUID) -> list[Contact]:
    with transaction(tenant_scope(tenant_id)) as session:
        return list(session.scalars(select(Contact).order_by(Contact.name)))


def counts(job: Any) -> tuple[int, int, int, int]:
    return job.rows_done, job.created, job.updated, job.refused


def test_a_file_becomes_contacts_with_fields_tags_and_consent(tmp_path: Path) -> None:
    tenant = make_tenant(country="BR")
    path = file(
        tmp_path,
        "telefone;nome;e-mail;cidade;etiquetas;opt-in\n"
        "(11) 8765-4321;Ana Souza;Ana@EXAMPLE.com;São Paulo;vip|novo;sim\n"
        "+447995000001;Bob;;;;\n",
    )
    job = imported(tenant.id, path, tags=["feira"])
    assert (job.state, job.reason, counts(job)) == ("finished", "", (2, 2, 0, 0))
    assert job.bytes_done == job.bytes_total == path.stat().st_size
    ana, bob = contacts(tenant.id)
    assert (ana.phone, ana.email, ana.country) == ("+5511987654321", "Ana@example.com", "BR")
    assert (ana.fields, ana.marketing, bob.marketing) == ({"cidade": "São Paulo"}, "granted", "unknown")
    with transaction(tenant_scope(tenant.id)) as session:
        assert session.scalar(select(func.count()).select_from(ContactTag)) == 4
        assert session.scalars(select(Consent.source)).all() == ["import"]
        assert count(session, tenant.id, AudienceSpec(import_id=job.id)) == 2


def test_a_second_import_completes_contacts_and_keeps_what_it_does_not_name(tmp_path: Path) -> None:
    tenant = make_tenant()
    imported(tenant.id, file(tmp_path, "phone,name,email,city\n+447995000001,Ann,ann@example.com,Rome\n"))
    job = imported(tenant.id, file(tmp_path, "phone,name,email,size\n+447995000001,,ann@example.org,M\n"))
    [ann] = contacts(tenant.id)
    assert counts(job) == (1, 0, 1, 0)
    assert (ann.name, ann.email, ann.fields) == ("Ann", "ann@example.org", {"city": "Rome", "size": "M"})


def test_consent_may_be_declared_for_the_whole_file(tmp_path: Path) -> None:
    tenant = make_tenant()
    declared = {"source": "shop fair", "given_at": "2026-01-01T10:00:00Z"}
    path = file(tmp_path, "phone,name,consent\n+447995000001,Ann,\n+447995000002,Bob,no\n")
    imported(tenant.id, path, consent=declared)
    assert [(c.name, c.marketing) for c in contacts(tenant.id)] == [("Ann", "granted"), ("Bob", "withdrawn")]
    with transaction(tenant_scope(tenant.id)) as session:
        entries = session.execute(select(Consent.state, Consent.source).order_by(Consent.state)).all()
        assert entries == [("granted", "import:shop fair"), ("withdrawn", "import")]
        assert session.scalars(select(Suppression.category)).all() == ["marketing"]


def test_an_import_never_takes_an_opt_out_back(tmp_path: Path) -> None:
    tenant = make_tenant()
    contact = make_contact(tenant.id, "+447995000001", name="Ann")
    with transaction(tenant_scope(tenant.id)) as session:
        opt_out(session, tenant.id, contact.id, source="stop_word", at=utcnow())
    claimed = imported(tenant.id, file(tmp_path, "phone,name,consent\n+447995000001,Ann B,yes\n"))
    silent = imported(tenant.id, file(tmp_path, "phone,name\n+447995000001,Ann C\n"))
    assert verdicts(tenant.id, claimed) == [(2, "suppressed", "phone")]
    assert counts(silent) == (1, 0, 1, 0)
    assert [(c.name, c.marketing) for c in contacts(tenant.id)] == [("Ann C", "withdrawn")]


@pytest.mark.parametrize("fail_at", [0, 1, 2, 4])
def test_a_killed_import_goes_on_exactly_where_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fail_at: int
) -> None:
    tenant = make_tenant()
    path = file(tmp_path, many(47) + "+447900000003,Again\nnonsense,Bad\n")
    import_id = begin(tenant.id, path)
    monkeypatch.setattr(running, "ROWS", 10)
    calls = 0

    def killed(*arguments: Any) -> None:
        nonlocal calls
        calls += 1
        if calls > fail_at:
            raise KeyboardInterrupt

    # Verdicts are the last thing written in a chunk: everything before is in the transaction that dies.
    with monkeypatch.context() as patch:
        refuse = running.refuse
        patch.setattr(running, "refuse", lambda *a: (refuse(*a), killed(*a)))
        with pytest.raises(KeyboardInterrupt):
            run(import_id, tenant.id)
    stopped = job_of(tenant.id, import_id)
    assert (stopped.state, stopped.rows_done) == ("running", fail_at * 10)
    assert len(contacts(tenant.id)) == stopped.created
    run(import_id, tenant.id)
    run(import_id, tenant.id)
    job = job_of(tenant.id, import_id)
    assert (job.state, counts(job)) == ("finished", (49, 47, 0, 2))
    assert verdicts(tenant.id, job) == [(49, "duplicate_in_file", "phone"), (50, "not_a_number", "phone")]
    assert len(contacts(tenant.id)) == 47


def test_a_second_worker_on_the_same_import_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tenant = make_tenant()
    import_id = begin(tenant.id, file(tmp_path, many(50)))
    monkeypatch.setattr(running, "ROWS", 10)
    take, entered = running._take, []

    def interrupted(*arguments: Any) -> Any:
        if len(entered) == 2:
            entered.append(1)
            run(import_id, tenant.id)
        entered.append(1)
        return take(*arguments)

    monkeypatch.setattr(running, "_take", interrupted)
    run(import_id, tenant.id)
    job = job_of(tenant.id, import_id)
    assert (job.state, counts(job)) == ("finished", (50, 50, 0, 0))


def test_a_person_twice_in_a_file_is_taken_once_even_chunks_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant = make_tenant()
    monkeypatch.setattr(running, "ROWS", 3)
    path = file(tmp_path, many(5) + "+44 7900 000001,Same chunk or not\n+447900000004,Next\n")
    job = imported(tenant.id, path)
    assert verdicts(tenant.id, job) == [(7, "duplicate_in_file", "phone"), (8, "duplicate_in_file", "phone")]
    assert [c.name for c in contacts(tenant.id)] == [f"Person {n}" for n in range(5)]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, "not a text file"),
        (b"+447995000001,Ann\n", "name the columns"),
        (b"name,city\nAnn,Rome\n", "No column holds phone numbers"),
    ],
)
def test_a_file_that_is_no_list_is_refused_with_what_to_do(tmp_path: Path, data: bytes, reason: str) -> None:
    tenant = make_tenant()
    job = imported(tenant.id, file(tmp_path, data))
    assert (job.state, counts(job)) == ("refused", (0, 0, 0, 0))
    assert reason in job.reason
    assert job.finished_at is not None


def test_a_file_that_vanishes_half_way_ends_the_import(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tenant = make_tenant()
    path = file(tmp_path, many(5))
    import_id = begin(tenant.id, path)
    with monkeypatch.context() as patch:
        patch.setattr(running, "_chunks", lambda reader: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            run(import_id, tenant.id)
    path.unlink()
    run(import_id, tenant.id)
    job = job_of(tenant.id, import_id)
    assert (job.state, job.reason) == ("refused", "The file is no longer there. Upload it again.")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_names_survive_any_encoding(tmp_path: Path, encoding: str) -> None:
    tenant = make_tenant()
    job = imported(tenant.id, file(tmp_path, "phone;name\n+447995000001;Zoë Müller\n".encode(encoding)))
    assert [c.name for c in contacts(tenant.id)] == ["Zoë Müller"]
    assert [path.name for path in tmp_path.iterdir()] == ["contacts.csv"]
    assert job.layout["notices"] != [] if encoding == "cp1252" else job.layout["notices"] == []


def test_the_end_is_announced_with_counts_only(tmp_path: Path) -> None:
    tenant = make_tenant()
    job = imported(tenant.id, file(tmp_path, many(2)))
    with transaction(platform_scope("tests")) as session:
        who, progress, event = session.execute(text("SELECT type, data FROM outbox ORDER BY position")).all()
    ids = [str(one.id) for one in sorted(contacts(tenant.id), key=lambda one: one.id)]
    assert who.type == "contact.imported"
    assert {**who.data, "contact_ids": sorted(who.data["contact_ids"])} == {
        "import_id": str(job.id),
        "new": True,
        "contact_ids": ids,
    }
    assert (progress.type, progress.data) == ("import.progressed", {"import_id": str(job.id), "rows": 2})
    assert event.type == "import.finished"
    assert event.data == {"import_id": str(job.id), "state": "finished", "created": 2, "updated": 0, "refused": 0}


def test_imports_of_two_tenants_with_the_same_people_never_meet(tmp_path: Path) -> None:
    mine, theirs = make_tenant(), make_tenant()
    first = imported(mine.id, file(tmp_path, "phone,name,tags\n+447995000001,Mine,vip\n"))
    second = imported(theirs.id, file(tmp_path, "phone,name,tags\n+447995000001,Theirs,vip\n"))
    assert counts(first) == counts(second) == (1, 1, 0, 0)
    assert [c.name for c in contacts(mine.id)] == ["Mine"]
    with pytest.raises(LookupError):
        run(first.id, theirs.id)
    with transaction(tenant_scope(theirs.id)) as session:
        assert count(session, theirs.id, AudienceSpec(import_id=first.id)) == 0
