"""Importing a file in the browser: upload, columns, a look at what would happen, run, result."""

import csv
import io
import re
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from aerostic.db import new_id, tenant_scope, transaction, utcnow
from aerostic.jobs.queues import IMPORTS, queue
from aerostic.messaging.contacts.consent import opt_out
from aerostic.messaging.imports import uploads
from aerostic.messaging.imports.jobs import run_import
from aerostic.messaging.models import Consent, Contact, ContactImport, ImportVerdict
from aerostic.testing.people import Client
from aerostic.web.app.imports import upload as upload_step
from tests.core.web.app.contacts.pages import hidden, person
from tests.support.factories import make_contact, make_tenant
from tests.support.storage import announced_storage, places


@pytest.fixture(autouse=True)
def _no_files(app: Flask) -> None:
    for path in kept_files():
        path.unlink()


LIST = "Celular;Nome;Plano\n+447911000001;Ada;pro\n+447911000002;Bob;\n12;Eve;\n+447911000001;Ada again;\n"


def send(client: Client, text: str | bytes, name: str = "list.csv", key: str = "") -> Any:
    raw = text.encode() if isinstance(text, str) else text
    data = {"file": (io.BytesIO(raw), name), "form_key": key or str(new_id())}
    return client.post_form("/contacts/imports/new", data, content_type="multipart/form-data")


def sent(client: Client, text: str | bytes = LIST) -> str:
    """Upload a file; the address of its import."""
    answer = send(client, text)
    assert answer.status_code == 303, answer.text
    return str(answer.location).removesuffix("/columns")


def run_all() -> None:
    for job in queue(IMPORTS).jobs:
        run_import(*job.args)


def jobs_of(tenant_id: UUID) -> list[ContactImport]:
    with transaction(tenant_scope(tenant_id)) as session:
        return list(session.scalars(select(ContactImport).order_by(ContactImport.id)))


def contacts_of(tenant_id: UUID) -> list[Contact]:
    with transaction(tenant_scope(tenant_id)) as session:
        return list(session.scalars(select(Contact).order_by(Contact.name)))


def kept_files() -> list[Path]:
    return sorted(uploads.folder().glob("*/*"))


def figures(text: str) -> list[str]:
    """The numbers of the tiles."""
    return re.findall(r'class="kpi-value">([^<]+)<', text)


def test_a_list_is_imported_from_the_file_to_its_result(app: Flask) -> None:
    tenant = make_tenant(country="GB")
    client = person(app, tenant.id)
    where = sent(client)
    columns = client.get(f"{where}/columns").text
    assert re.findall(r'<option value="([^"]+)" selected>', columns)[:3] == ["phone", "name", "field:Plano".lower()]
    assert client.post_form(f"{where}/columns", {"tags": "spring", "region": "GB"}).location == f"{where}/preview"
    preview = client.get(f"{where}/preview").text
    assert figures(preview) == ["2", "0", "2"]
    assert "Digits are missing." in preview
    assert "An earlier row has the same phone." in preview
    assert contacts_of(tenant.id) == []
    assert client.post_form(f"{where}/start").location == where
    assert "hx-trigger" in client.get(where).text
    run_all()
    result = client.get(where).text
    assert figures(result) == ["2", "0", "2"]
    assert "hx-trigger" not in result
    assert [(contact.name, contact.fields) for contact in contacts_of(tenant.id)] == [
        ("Ada", {"plano": "pro"}),
        ("Bob", {}),
    ]
    rows = list(csv.DictReader(io.StringIO(client.get(f"{where}/refused.csv").data.decode("utf-8-sig")), delimiter=";"))
    assert [(row["aerostic_line"], row["Celular"]) for row in rows] == [("4", "12"), ("5", "'+447911000001")]
    assert kept_files() == []


def test_the_preview_says_what_the_run_then_does(app: Flask) -> None:
    tenant = make_tenant()
    make_contact(tenant.id, "+447911000001", name="Known")
    gone = make_contact(tenant.id, "+447911000002", name="Gone")
    with transaction(tenant_scope(tenant.id)) as session:
        opt_out(session, tenant.id, gone.id, source="stop_word", at=utcnow())
    client = person(app, tenant.id)
    where = sent(client, "phone,name,consent\n+447911000001,A,\n+447911000002,B,yes\n+447911000003,C,yes\n,D,\n")
    client.post_form(f"{where}/columns", {})
    told = figures(client.get(f"{where}/preview").text)
    client.post_form(f"{where}/start")
    run_all()
    assert told == figures(client.get(where).text) == ["1", "1", "2"]


def test_columns_can_be_read_as_something_else(app: Flask) -> None:
    tenant = make_tenant()
    client = person(app, tenant.id)
    where = sent(client, "A,B,C\n+447911000001,x,Ada\n")
    chosen = {"column.0": "phone", "column.1": "ignore", "column.2": "name"}
    assert client.post_form(f"{where}/columns", chosen).status_code == 303
    client.post_form(f"{where}/start")
    run_all()
    assert [(contact.name, contact.phone, contact.fields) for contact in contacts_of(tenant.id)] == [
        ("Ada", "+447911000001", {})
    ]


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"column.0": "ignore"}, "No column is read as the phone."),
        ({"column.1": "phone"}, "Two columns are read as Phone."),
        ({"agreed": "1", "consent_day": "2026-01-05"}, "Say where they agreed"),
        ({"agreed": "1", "consent_source": "shop form"}, "Say when they agreed."),
        ({"agreed": "1", "consent_source": "shop form", "consent_day": "2999-01-01"}, "not in the future"),
        ({"tags": "x" * 65}, "At most 20 tags"),
        ({"region": "Germany"}, "This does not have the right form."),
    ],
)
def test_choices_that_do_not_fit_are_said_and_what_was_chosen_stays(
    app: Flask, chosen: dict[str, str], said: str
) -> None:
    tenant = make_tenant()
    client = person(app, tenant.id)
    where = sent(client)
    answer = client.post_form(f"{where}/columns", {"column.2": "locale", **chosen})
    assert answer.status_code == 422
    assert said in answer.text
    assert '<option value="locale" selected>' in answer.text
    assert [job.state for job in jobs_of(tenant.id)] == ["draft"]


def test_a_target_that_does_not_exist_is_refused(app: Flask) -> None:
    client = person(app, make_tenant().id)
    answer = client.post_form(f"{sent(client)}/columns", {"column.2": "password"})
    assert answer.status_code == 422


def test_declared_consent_is_written_with_its_source_and_day(app: Flask) -> None:
    tenant = make_tenant()
    client = person(app, tenant.id)
    where = sent(client, "phone\n+447911000001\n")
    declared = {"agreed": "1", "consent_source": "shop form", "consent_day": "2026-01-05"}
    client.post_form(f"{where}/columns", declared)
    again = client.get(f"{where}/columns").text
    assert ('value="shop form"' in again, 'value="2026-01-05"' in again) == (True, True)
    client.post_form(f"{where}/start")
    run_all()
    with transaction(tenant_scope(tenant.id)) as session:
        entry = session.scalars(select(Consent)).one()
    assert (entry.source, entry.given_at.date().isoformat()) == ("import:shop form", "2026-01-05")


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "The file is empty."),
        (b"PK\x03\x04" + b"x" * 50, "This is a spreadsheet file."),
        (b"+447911000001,Ada\n+447911000002,Bob\n", "The first line has to name the columns"),
        (b"phone,name\n", "There are no rows below the header."),
    ],
)
def test_a_file_that_cannot_be_imported_is_refused_at_once(app: Flask, raw: bytes, said: str) -> None:
    tenant = make_tenant()
    answer = send(person(app, tenant.id), raw)
    assert answer.status_code == 422
    assert said in answer.text
    assert (jobs_of(tenant.id), kept_files()) == ([], [])


def test_no_file_is_an_error_at_the_field(app: Flask) -> None:
    answer = person(app, make_tenant().id).post_form("/contacts/imports/new", {})
    assert (answer.status_code, "Choose a file." in answer.text) == (422, True)


def test_a_file_without_a_phone_column_can_still_be_told_which_one_it_is(app: Flask) -> None:
    client = person(app, make_tenant().id)
    where = sent(client, "A,B\n1,x\n2,y\n")
    assert "No column is read as the phone." in client.post_form(f"{where}/columns", {}).text


def test_a_file_can_be_read_again_with_another_delimiter(app: Flask) -> None:
    tenant = make_tenant()
    client = person(app, tenant.id)
    where = sent(client, "phone|name,x\n+447911000001|a,b\n")
    assert client.post_form(f"{where}/columns", {"delimiter": ",", "again": "1"}).status_code == 303
    assert "phone|name" in client.get(f"{where}/columns").text
    client.post_form(f"{where}/columns", {"delimiter": "|", "again": "1"})
    assert ">name,x</th>" in client.get(f"{where}/columns").text


def test_uploading_and_starting_twice_imports_once(app: Flask) -> None:
    tenant = make_tenant()
    client = person(app, tenant.id)
    key = hidden(client.get("/contacts/imports/new"), "form_key")
    first, second = (send(client, LIST, key=key).location for _ in range(2))
    assert first == second
    where = first.removesuffix("/columns")
    for _ in range(2):
        assert client.post_form(f"{where}/start").status_code == 303
    assert len(queue(IMPORTS).jobs) == 1
    run_all()
    assert client.get(f"{where}/preview").location == where
    assert client.post_form(f"{where}/discard").location == where
    assert [job.state for job in jobs_of(tenant.id)] == ["finished"]


def test_a_file_can_be_discarded(app: Flask) -> None:
    tenant = make_tenant()
    client = person(app, tenant.id)
    assert client.post_form(f"{sent(client)}/discard").location == "/contacts/imports"
    assert (jobs_of(tenant.id), kept_files()) == ([], [])
    assert announced_storage(tenant.id) == [len(LIST), -len(LIST)]


def test_an_import_is_stored_until_it_has_run_and_its_refused_rows_for_longer(app: Flask) -> None:
    tenant = make_tenant(country="GB")
    client = person(app, tenant.id)
    where = sent(client, LIST.encode("utf-16"))
    import_id = UUID(where.rpartition("/")[2])
    kept = kept_files()
    assert (len(kept), places(tenant.id)) == (2, {f"import:{import_id}": sum(path.stat().st_size for path in kept)})
    client.post_form(f"{where}/start")
    run_all()
    with transaction(tenant_scope(tenant.id)) as session:
        rows = session.scalars(select(ImportVerdict.row_sealed).where(ImportVerdict.import_id == import_id))
        size = sum(map(len, rows))
    assert (kept_files(), places(tenant.id)) == ([], {f"refused:{import_id}": size})
    assert sum(announced_storage(tenant.id)) == size


def test_a_copy_that_another_encoding_needs_is_stored_too(app: Flask) -> None:
    tenant = make_tenant()
    client = person(app, tenant.id)
    where = sent(client)
    client.post_form(f"{where}/columns", {"again": "1", "encoding": "utf-16"})
    assert len(kept_files()) == 2
    assert list(places(tenant.id).values()) == [sum(path.stat().st_size for path in kept_files())]


def test_a_file_that_is_refused_was_never_stored(app: Flask) -> None:
    tenant = make_tenant()
    assert send(person(app, tenant.id), "only a header\n").status_code == 422
    assert (announced_storage(tenant.id), places(tenant.id)) == ([], {})


def test_drafts_are_forgotten_after_a_day(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    tenant = make_tenant()
    client = person(app, tenant.id)
    sent(client)
    started = sent(client)
    client.post_form(f"{started}/start")
    uploads.forget_drafts()
    assert len(jobs_of(tenant.id)) == 2
    monkeypatch.setattr(uploads, "DAY", -1)
    uploads.forget_drafts()
    assert [job.state for job in jobs_of(tenant.id)] == ["waiting"]
    assert [path.stem for path in kept_files()] == [str(jobs_of(tenant.id)[0].id)]
    assert places(tenant.id) == {f"import:{jobs_of(tenant.id)[0].id}": len(LIST)}


def test_this_address_takes_larger_files_than_others(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "MAX_CONTENT_LENGTH", 1000)
    client = person(app, make_tenant().id)
    rows = "phone,name\n" + "+447911000001,Ada\n" * 100
    assert send(client, rows).status_code == 303
    monkeypatch.setattr(upload_step, "LARGEST", 1500)
    assert send(client, rows).status_code == 413
    assert client.post_form("/contacts/tags", {"name": "x" * 2000}).status_code == 413


def test_who_may_only_look_sees_imports_and_starts_none(app: Flask) -> None:
    tenant = make_tenant()
    owner = person(app, tenant.id)
    where = sent(owner)
    owner.post_form(f"{where}/start")
    run_all()
    viewer = person(app, tenant.id, "viewer")
    assert "list.csv" in viewer.get("/contacts/imports").text
    assert figures(viewer.get(where).text) == ["2", "0", "2"]
    assert viewer.get("/contacts/imports/new").status_code == 403
    assert send(viewer, LIST).status_code == 403
    for step in ("columns", "preview", "refused.csv"):
        assert viewer.get(f"{where}/{step}").status_code == 403


def test_a_made_up_id_reaches_nobody_else_s_file(app: Flask) -> None:
    theirs, mine = make_tenant(), make_tenant()
    where = sent(person(app, theirs.id))
    [file] = kept_files()
    answer = send(person(app, mine.id), "phone\n+447911000009\n", key=where.rpartition("/")[2])
    assert answer.status_code == 404
    assert (kept_files(), file.read_text()) == ([file], LIST)


def test_another_workspace_s_imports_are_never_there(app: Flask) -> None:
    where = sent(person(app, make_tenant().id))
    stranger = person(app, make_tenant().id)
    for step in ("", "/columns", "/preview", "/progress", "/refused.csv"):
        assert stranger.get(f"{where}{step}").status_code == 404
    assert stranger.post_form(f"{where}/start").status_code == 404
    assert "No imports yet" in stranger.get("/contacts/imports").text
