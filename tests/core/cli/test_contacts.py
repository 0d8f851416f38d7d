"""`aerostic contacts import`."""

import csv
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner

from aerostic.cli.contacts import contacts
from tests.support.factories import make_tenant

pytestmark = pytest.mark.usefixtures("app")


def call(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(contacts, ["import", *arguments])
    return result.exit_code, result.output


def test_a_file_is_imported_and_its_bad_rows_are_written_out(tmp_path: Path) -> None:
    slug = make_tenant().slug
    path, errors = tmp_path / "list.csv", tmp_path / "errors.csv"
    path.write_text("Ruf,Wer\n01512 3456789,Ann\nx,Bob\n")
    options = ["--tenant", slug, "--region", "de", "--tag", "fair", "--column", "Ruf=phone", "--column", "Wer=name"]
    code, output = call(str(path), *options, "--errors", str(errors), "--json")
    report = orjson.loads(output)
    assert (code, report["state"], report["created"], report["refused"]) == (0, "finished", 1, 1)
    assert report["verdicts"] == {"not_a_number": 1}
    with errors.open(encoding="utf-8-sig", newline="") as file:
        assert [row["Ruf"] for row in csv.DictReader(file)] == ["x"]


def test_a_file_that_is_no_list_ends_with_an_error_and_its_reason(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("name\nAnn\n")
    code, output = call(str(path), "--tenant", make_tenant().slug)
    assert (code, output) == (
        1,
        "Refused: No column holds phone numbers. Name it phone, or choose it. Found: name.\n",
    )


def test_wrong_options_are_explained(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("phone\n+447995000001\n")
    assert call(str(path), "--tenant", "nobody")[1].endswith("Error: There is no tenant 'nobody'.\n")
    assert "both --consent-source" in call(str(path), "--tenant", "x", "--consent-source", "fair")[1]
    assert "no target" in call(str(path), "--tenant", "x", "--column", "phone=fone")[1]
