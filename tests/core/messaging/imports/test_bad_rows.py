"""Every kind of bad row gets its verdict, and the error file leads back in."""

import csv
import io
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from aerostic.db import tenant_scope, transaction, utcnow
from aerostic.messaging.contacts.consent import opt_out
from aerostic.messaging.imports import error_file as module
from aerostic.messaging.imports.error_file import error_file
from aerostic.messaging.imports.verdicts import ROWS
from tests.core.messaging.imports.support import imported, verdicts
from tests.support.factories import make_contact, make_tenant

pytestmark = pytest.mark.usefixtures("app")
HEADER = b"phone,name,email,locale,tags,consent,consent_at,city\n"
GOOD = b"+447995000001,Ann,ann@example.com,en_GB,vip,yes,2026-01-31,Rome\n"
BAD = [
    (b",No Phone,,,,,,", "missing_phone", "phone"),
    (b"ask her,Words,,,,,,", "not_a_number", "phone"),
    (b"4.47995E+11,Rounded,,,,,,", "rounded_number", "phone"),
    (b"07995 000002,No Country,,,,,,", "no_country_code", "phone"),
    (b"+44 7995,Short,,,,,,", "number_too_short", "phone"),
    (b"+44799500000212345,Long,,,,,,", "number_too_long", "phone"),
    (b"+441111111111,Impossible,,,,,,", "impossible_number", "phone"),
    (b"+19005551234,Premium,,,,,,", "special_number", "phone"),
    (b"+447995000010,Too,many@example.com,en,a,yes,2026-01-31,Rome,columns", "too_many_columns", ""),
    (b"+447995000011,Mail,mail@,,,,,", "bad_email", "email"),
    (b"+44 7995 000001,Again,,,,,,", "duplicate_in_file", "phone"),
    (b"+447995000012,Suppressed,,,,yes,,", "suppressed", "phone"),
    (b"+447995000013,Consent,,,,perhaps,,", "unknown_consent", "consent"),
    (b"+447995000014,Future,,,,yes,2999-01-01,", "bad_consent_time", "consent_at"),
    (b"+447995000015,No date,,,,yes,yesterday,", "bad_consent_time", "consent_at"),
    (b"+447995000016," + b"x" * 300 + b",,,,,,", "field_too_long", "name"),
    (b"+447995000017,Tags,,," + b"|".join(b"t%d" % n for n in range(30)) + b",,,", "too_many_tags", "tags"),
    (b"+447995000018,Locale,,klingon,,,,", "bad_locale", "locale"),
    (b"+447995000019,J\xf6rg,,,,,,", "undecodable", ""),
    (b"+447995000020,N\x00l,,,,,,", "nul_bytes", ""),
    (b'+447995000021,"Open,,,,,,', "unclosed_quote", ""),
]

# Who was erased meanwhile is no matter of what stands in the row.
IN_FILES = set(ROWS) - {"erased"}


def bad_file(folder: Path) -> Path:
    # Enough rows in UTF-8 that the one damaged row does not make the file look like another encoding.
    good = GOOD + "+447995000002,Zoë,,,,,,\n+447995000003,Jörg,,,,,,\n".encode()
    path = folder / "bad.csv"
    path.write_bytes(HEADER + good + b"".join(line + b"\n" for line, _, _ in BAD))
    return path


def opted_out_tenant(**values: Any) -> UUID:
    tenant = make_tenant(**values)
    contact = make_contact(tenant.id, "+447995000012")
    with transaction(tenant_scope(tenant.id)) as session:
        opt_out(session, tenant.id, contact.id, source="stop_word", at=utcnow())
    return tenant.id


def lines_of(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


def test_every_bad_row_is_refused_by_name_and_every_good_one_taken(tmp_path: Path) -> None:
    tenant = opted_out_tenant(country="")
    job = imported(tenant, bad_file(tmp_path))
    assert verdicts(tenant, job) == [(line, code, column) for line, (_, code, column) in enumerate(BAD, start=5)]
    assert (job.state, job.created, job.refused) == ("finished", 3, len(BAD))


def test_there_is_a_case_for_every_verdict() -> None:
    assert {code for _, code, _ in BAD} == IN_FILES


def test_the_error_file_names_each_reason_before_the_row_as_it_came(tmp_path: Path) -> None:
    tenant = opted_out_tenant(country="")
    job = imported(tenant, bad_file(tmp_path))
    header, *rows = lines_of(b"".join(error_file(job.id, tenant)))
    assert header[:5] == ["aerostic_line", "aerostic_code", "aerostic_column", "aerostic_message", "phone"]
    assert [row[1] for row in rows] == [code for _, code, _ in BAD]
    assert rows[1] == ["6", "not_a_number", "phone", ROWS["not_a_number"], "ask her", "Words", "", "", "", "", "", ""]
    assert rows[8][-1] == "columns"


def test_the_corrected_error_file_can_be_imported(tmp_path: Path) -> None:
    tenant = opted_out_tenant(country="")
    job = imported(tenant, bad_file(tmp_path))
    header, *rows = lines_of(b"".join(error_file(job.id, tenant)))
    fixed = [[*row[:4], f"+4479951000{n:02d}", f"Fixed {n}", "", "", "", "", "", ""] for n, row in enumerate(rows)]
    path = tmp_path / "fixed.csv"
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        csv.writer(file).writerows([header, *fixed])
    again = imported(tenant, path)
    assert (again.state, again.created, again.refused) == ("finished", len(BAD), 0)


def test_an_uncorrected_error_file_is_refused_for_the_same_reasons(tmp_path: Path) -> None:
    tenant = opted_out_tenant(country="")
    first = imported(tenant, bad_file(tmp_path))
    path = tmp_path / "errors.csv"
    path.write_bytes(b"".join(error_file(first.id, tenant)))
    second = imported(tenant, path)
    again = {code for _, code, _ in verdicts(tenant, second)}
    # The first row of a pair was taken, NUL bytes were replaced, and quotation marks are closed now.
    assert again == IN_FILES - {"duplicate_in_file", "nul_bytes", "unclosed_quote"}
    header = lines_of(b"".join(error_file(second.id, tenant)))[0]
    assert header.count("aerostic_line") == 1


def test_values_that_a_spreadsheet_would_run_are_guarded_and_come_back_as_they_were(tmp_path: Path) -> None:
    tenant = make_tenant()
    path = tmp_path / "formula.csv"
    path.write_text('phone,name,note\nx,"=HYPERLINK(""http://evil"")",@SUM(1)\n')
    job = imported(tenant.id, path)
    _, row = lines_of(b"".join(error_file(job.id, tenant.id)))
    assert row[4:] == ["x", '\'=HYPERLINK("http://evil")', "'@SUM(1)"]
    path.write_text("phone,name\n'+447995000001,'=Ann\n")
    job = imported(tenant.id, path)
    assert (job.created, job.refused) == (1, 0)


def test_a_long_error_file_comes_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CHUNK", 10)
    tenant = make_tenant()
    path = tmp_path / "bad.csv"
    path.write_text("phone\n" + "x\n" * 25)
    job = imported(tenant.id, path)
    pieces = list(error_file(job.id, tenant.id))
    assert [len(lines_of(piece)) for piece in pieces] == [1, 10, 10, 5]


def test_another_tenant_cannot_read_the_error_file(tmp_path: Path) -> None:
    mine, theirs = make_tenant(), make_tenant()
    path = tmp_path / "bad.csv"
    path.write_text("phone\nx\n")
    job = imported(mine.id, path)
    with pytest.raises(LookupError):
        b"".join(error_file(job.id, theirs.id))
