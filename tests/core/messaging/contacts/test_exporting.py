"""Contacts as CSV."""

import csv
import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from aerostic.db import tenant_scope, transaction
from aerostic.jobs.models import Work
from aerostic.messaging.contacts import export_work, exporting, tags
from aerostic.messaging.contacts.audience import AudienceSpec
from aerostic.messaging.contacts.editing import ContactData, create
from aerostic.messaging.contacts.export_work import ExportOptions
from aerostic.messaging.work import run_work
from tests.support.factories import make_contact, make_tenant
from tests.support.storage import announced_storage, places

pytestmark = pytest.mark.usefixtures("app")
COLUMNS = ["phone", "name", "email", "tags", "consent", "added", "field:city"]


def read(raw: bytes) -> list[list[str]]:
    assert raw.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))


def exported(tenant_id: UUID, *, whole: bool = True, **spec: Any) -> list[list[str]]:
    return read(b"".join(exporting.pieces(tenant_id, AudienceSpec(**spec), COLUMNS, whole=whole, mark=True)))


def make_ada(tenant_id: UUID) -> UUID:
    with transaction(tenant_scope(tenant_id)) as session:
        data = ContactData(phone="+447911123456", name="Ada", email="ada@example.com", fields={"city": "=1+1"})
        contact = create(session, tenant_id, data)
        contact.created_at = datetime(2026, 5, 31, 14, tzinfo=UTC)
        tags.put_on(session, tenant_id, tags.tag_named(session, tenant_id, "vip").id, [contact.id])
        tags.put_on(session, tenant_id, tags.tag_named(session, tenant_id, "new").id, [contact.id])
        return contact.id


def test_cells_are_in_plain_words_and_no_spreadsheet_runs_them() -> None:
    tenant = make_tenant()
    make_ada(tenant.id)
    assert exported(tenant.id) == [
        ["phone", "name", "email", "tags", "consent", "added", "city"],
        ["'+447911123456", "Ada", "ada@example.com", "new,vip", "", "2026-05-31T14:00:00+00:00", "'=1+1"],
    ]


@pytest.mark.parametrize("first", list("=+-@\t\r"))
def test_every_beginning_of_a_formula_is_guarded(first: str) -> None:
    tenant = make_tenant()
    make_contact(tenant.id, name=f"{first}cmd")
    assert exported(tenant.id)[1][1] == f"'{first}cmd"


def test_phones_and_addresses_are_shown_in_part_to_whom_they_are_not_meant() -> None:
    tenant = make_tenant()
    make_ada(tenant.id)
    assert exported(tenant.id, whole=False)[1][:3] == ["'+44 ••• 3456", "Ada", "a•••@example.com"]


def test_only_those_who_are_meant_come_in_chunks_of_a_few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "CHUNK", 2)
    tenant, other = make_tenant(), make_tenant()
    made = [make_contact(tenant.id, name=f"Ada {number}") for number in range(5)]
    make_contact(tenant.id, name="Bob")
    make_contact(other.id, name="Ada elsewhere")
    assert [line[1] for line in exported(tenant.id, text="ada")[1:]] == [contact.name for contact in made]


def test_an_export_as_work_writes_the_same_file_even_if_a_step_is_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "CHUNK", 2)
    monkeypatch.setattr(export_work, "CHUNK", 2)
    tenant = make_tenant()
    for number in range(5):
        make_contact(tenant.id, name=f"Ada {number}")
    with transaction(tenant_scope(tenant.id)) as session:
        options = ExportOptions(spec=AudienceSpec(), columns=COLUMNS, whole=True)
        work = export_work.ask(session, tenant.id, options, user_id=None)
    with monkeypatch.context() as patch:  # the file is written, the transaction is not committed
        patch.setattr(export_work, "move", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            run_work(str(work.id), str(tenant.id))
    run_work(str(work.id), str(tenant.id))
    with transaction(tenant_scope(tenant.id)) as session:
        done = session.get_one(Work, work.id)
    assert (done.state, done.done, done.result) == ("done", 5, f"{work.id}.csv")
    path = export_work.path_of(work.id)
    assert read(path.read_bytes()) == exported(tenant.id)
    assert path.stat().st_mode & 0o777 == 0o600
    assert places(tenant.id) == {f"export:{work.id}": path.stat().st_size}
    assert (len(announced_storage(tenant.id)), sum(announced_storage(tenant.id))) == (3, path.stat().st_size)


def test_old_files_are_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    tenant = make_tenant()
    with transaction(tenant_scope(tenant.id)) as session:
        options = ExportOptions(spec=AudienceSpec(), columns=COLUMNS)
        work = export_work.ask(session, tenant.id, options, user_id=None)
    run_work(str(work.id), str(tenant.id))
    path = export_work.path_of(work.id)
    export_work.remove_old()
    assert path.exists()
    size = path.stat().st_size
    monkeypatch.setattr(export_work, "KEPT_SECONDS", -1)
    export_work.remove_old()
    assert not path.exists()
    assert (announced_storage(tenant.id), places(tenant.id)) == ([size, -size], {})


def test_a_file_that_could_not_be_removed_yet_is_stored_no_more_only_once(monkeypatch: pytest.MonkeyPatch) -> None:
    tenant = make_tenant()
    with transaction(tenant_scope(tenant.id)) as session:
        options = ExportOptions(spec=AudienceSpec(), columns=COLUMNS)
        work = export_work.ask(session, tenant.id, options, user_id=None)
    run_work(str(work.id), str(tenant.id))
    monkeypatch.setattr(export_work, "KEPT_SECONDS", -1)
    with monkeypatch.context() as patch:  # killed between the commit and the removal
        patch.setattr(Path, "unlink", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            export_work.remove_old()
    assert export_work.path_of(work.id).exists()
    export_work.remove_old()
    assert (sum(announced_storage(tenant.id)), len(announced_storage(tenant.id))) == (0, 2)
