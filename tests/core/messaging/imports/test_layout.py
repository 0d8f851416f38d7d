"""Finding out about a file."""

import csv
import io
from pathlib import Path

import pytest

from aerostic.messaging.imports.headers import suggest
from aerostic.messaging.imports.layout import inspect
from aerostic.messaging.imports.options import ImportOptions
from aerostic.messaging.imports.verdicts import RefusedFileError

LINES = "phone;name\n+447995000001;Jörg Müller\n+447995000002;Zoë\n"


def file(folder: Path, data: bytes) -> Path:
    path = folder / "contacts.csv"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-8"),
        ("utf-16-le", "utf-8"),
        ("utf-16-be", "utf-8"),
        ("cp1252", "cp1252"),
    ],
)
def test_the_characters_of_a_file_are_found_out(tmp_path: Path, encoding: str, found: str) -> None:
    layout = inspect(file(tmp_path, LINES.encode(encoding)), ImportOptions())
    assert (layout.encoding, layout.delimiter) == (found, ";")
    assert [column.target for column in layout.columns] == ["phone", "name"]
    data = Path(layout.path).read_bytes()[layout.offset :]
    assert data.decode(layout.encoding) == LINES.split("\n", 1)[1]
    assert len(layout.notices) == (encoding == "cp1252")


def test_a_few_damaged_rows_do_not_make_a_file_another_encoding(tmp_path: Path) -> None:
    data = LINES.encode() + b"+447995000003;Jos\xe9\n"
    assert inspect(file(tmp_path, data), ImportOptions()).encoding == "utf-8"


def test_old_line_ends_are_read(tmp_path: Path) -> None:
    layout = inspect(file(tmp_path, LINES.replace("\n", "\r").encode()), ImportOptions())
    assert Path(layout.path).read_text(encoding="utf-8") == LINES


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_beside_other_marks_in_values(tmp_path: Path, delimiter: str) -> None:
    text = io.StringIO()
    rows = [["phone", "name", "note"], ["+447995000001", "Lee, Ann", "a; b"], ["+447995000002", "Bo|b", "x,y,z"]]
    csv.writer(text, delimiter=delimiter).writerows(rows)
    assert inspect(file(tmp_path, text.getvalue().encode()), ImportOptions()).delimiter == delimiter


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"\n\n  \n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"\xff\xfe", "empty"),
        (b",,,\n", "empty"),
        (b"phone,name\n", "no_rows"),
        (b"PK\x03\x04 and so on", "spreadsheet"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "binary"),
        (bytes(range(256)) * 100, "binary"),
        (bytes(70_000), "empty"),
        (b"+447995000001,Ann\n+447995000002,Bob\n", "no_header"),
        (b"ann@example.com,Ann\n", "no_header"),
        (b"name,city\nAnn,Rome\n", "no_phone_column"),
        (b"\n".join([b",".join(b"c%d" % n for n in range(300)), b"1"]), "too_many_columns"),
    ],
)
def test_a_file_that_cannot_be_imported_is_refused_with_its_reason(tmp_path: Path, data: bytes, code: str) -> None:
    with pytest.raises(RefusedFileError) as caught:
        inspect(file(tmp_path, data), ImportOptions())
    assert caught.value.code == code


def test_a_file_that_is_gone_or_too_large_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedFileError, match="Upload it again"):
        inspect(tmp_path / "gone.csv", ImportOptions())
    path = file(tmp_path, b"phone\n")
    with path.open("r+b") as sparse:
        sparse.truncate(600 * 1024 * 1024)
    with pytest.raises(RefusedFileError, match="larger than 512 MB"):
        inspect(path, ImportOptions())


def test_a_mapping_names_columns_of_the_file(tmp_path: Path) -> None:
    path = file(tmp_path, b"Ruf,Wer,Ort\n+447995000001,Ann,Rome\n")
    options = ImportOptions(mapping={"Ruf": "phone", "Wer": "name"})
    assert [c.target for c in inspect(path, options).columns] == ["phone", "name", "field:ort"]
    with pytest.raises(RefusedFileError, match="Tel"):
        inspect(path, ImportOptions(mapping={"Tel": "phone"}))


def test_the_second_column_of_a_kind_becomes_a_field(tmp_path: Path) -> None:
    path = file(tmp_path, b"Phone,Mobile,Name\n+447995000001,1,Ann\n")
    assert [c.target for c in inspect(path, ImportOptions()).columns] == ["phone", "field:mobile", "name"]


@pytest.mark.parametrize(
    ("header", "target"),
    [
        ("Phone Number", "phone"),
        ("WhatsApp", "phone"),
        ("Número de teléfono", "phone"),
        ("Celular", "phone"),
        ("Téléphone portable", "phone"),
        ("Handynummer", "phone"),
        ("Телефон", "phone"),
        ("手机号", "phone"),
        ("E-Mail", "email"),
        ("Nome completo", "name"),
        ("Vorname", "first_name"),
        ("Apellidos", "last_name"),
        ("Opt-in", "consent"),
        ("Etiquetas", "tags"),
        ("Birth date", "field:birth_date"),
        ("aerostic_code", "ignore"),
        ("!!!", "ignore"),
    ],
)
def test_headers_are_understood_in_many_languages(header: str, target: str) -> None:
    assert suggest(header) == target
