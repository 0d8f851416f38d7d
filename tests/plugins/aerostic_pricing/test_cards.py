"""Imported rate cards: the newest whole one counts, for every process, and what was quoted keeps its price."""

import io
from pathlib import Path

import pytest
from aerostic_pricing.card import RateCardError, load_card, shipped
from aerostic_pricing.cards import card, card_rule, files, imports, moved, take
from aerostic_pricing.store import PLATFORM
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from aerostic.cli import main
from aerostic.db import new_id, reseller_scope, tenant_scope, transaction
from aerostic.sdk import Chargeable
from aerostic.testing.people import Client
from tests.core.web.platform.test_consoles import PAGE, staff
from tests.support.factories import make_reseller, make_tenant

HERE = "/platform/p/pricing/card"
LINE = "Germany,marketing,2026-01-01,0.1365,"
pytestmark = pytest.mark.usefixtures("app")


def dearer(to: str = "0.2") -> str:
    """The rates that ship, with another one for Germany."""
    rates, _ = shipped()
    assert LINE in rates
    return rates.replace(LINE, f"Germany,marketing,2026-01-01,{to},")


def imported(rates: str, markets: str = "") -> int:
    with transaction(PLATFORM) as session:
        return take(session, rates, markets)


def price(country: str = "DE") -> int:
    found = card_rule().quote(Chargeable(make_tenant().id, new_id(), country, "marketing"))
    assert found
    return found.amount


def test_without_an_import_the_card_that_ships_counts() -> None:
    assert (card(), price()) == (load_card(), 136_500)


def test_the_newest_import_counts_and_leaves_the_markets_as_they_are() -> None:
    assert (imported(dearer("0.2")), price()) == (1, 200_000)
    assert (imported(dearer("0.3")), price()) == (2, 300_000)
    with transaction(PLATFORM) as session:
        assert files(session) == (dearer("0.3"), shipped()[1])
        assert [one.number for one in imports(session)] == [2, 1]
    assert [(one.market, one.before, one.after) for one in moved(load_card(), card())] == [
        ("Germany", 136_500, 300_000)
    ]


def test_a_country_moves_with_the_markets_file() -> None:
    rates, markets = shipped()
    imported(rates, markets + "DE,2026-11-01,Other\n")
    assert price() == 60_400


def test_a_card_that_leaves_something_without_a_rate_is_refused_and_nothing_changes() -> None:
    rates, _ = shipped()
    without = "\n".join(line for line in rates.splitlines() if not line.startswith("Brazil,utility"))
    with pytest.raises(RateCardError, match="no rate for 'Brazil', utility"):
        imported(without)
    with transaction(PLATFORM) as session:
        assert imports(session) == []


def test_an_import_cannot_be_changed_and_is_the_platforms_alone() -> None:
    imported(dearer())
    with pytest.raises(ProgrammingError, match="permission denied"), transaction(PLATFORM) as session:
        session.execute(text("UPDATE pricing__card SET rates = ''"))
    for scope in (tenant_scope(make_tenant().id), reseller_scope(make_reseller().id)):
        with transaction(scope) as session:
            assert imports(session) == []


def test_the_command_imports_and_tells_how_many_rates_changed(tmp_path: Path) -> None:
    file = tmp_path / "rates.csv"
    file.write_text(dearer(), encoding="utf-8")
    said = CliRunner().invoke(main, ["pricing", "card", "--note", "December", str(file)])
    assert (said.exit_code, said.output) == (0, "Rate card 1. Rates that changed today: 1.\n")
    file.write_text("a,b\n", encoding="utf-8")
    refused = CliRunner().invoke(main, ["pricing", "card", str(file)])
    assert (refused.exit_code, "the columns are market, category" in refused.output) == (1, True)


@pytest.fixture
def platform(app: Flask) -> Client:
    return staff(app, "platform", "admin.localhost")


def sent(rates: bytes, **values: object) -> dict[str, object]:
    return {"rates": (io.BytesIO(rates), "rates.csv"), "note": "December", **values}


def test_the_page_imports_a_card_and_gives_its_files(platform: Client) -> None:
    assert "The card that ships" in platform.get(HERE, headers=PAGE).text
    answer = platform.post_form(HERE, sent(dearer().encode()), content_type="multipart/form-data")
    assert (answer.status_code, price()) == (303, 200_000)
    assert "Rates that changed: 1." in platform.get("/platform/p/pricing/", headers=PAGE).text
    assert platform.get(f"{HERE}/rates.csv").text == dearer().strip()
    assert platform.get(f"{HERE}/markets.csv").text == shipped()[1]
    assert "December" in platform.get(HERE, headers=PAGE).text


@pytest.mark.parametrize(
    ("rates", "problem"),
    [
        (b"", "Choose the file of rates."),
        (b"\xff\xfe\x00", "Save it as CSV in UTF-8"),
        (b"a,b\n1,2\n", "the columns are market, category, effective, usd, source"),
    ],
)
def test_what_cannot_be_read_is_told_at_its_field(platform: Client, rates: bytes, problem: str) -> None:
    answer = platform.post_form(HERE, sent(rates), content_type="multipart/form-data")
    assert (answer.status_code, problem in answer.text) == (422, True)
    assert price() == 136_500


def test_a_reseller_has_no_such_page(app: Flask) -> None:
    client = staff(app, "reseller", "app.localhost", make_reseller().id)
    assert client.get("/reseller/p/pricing/card", headers=PAGE).status_code == 404
