"""`aerostic pricing ...`: prices are put in force, listed and asked for."""

from pathlib import Path

import pytest
from aerostic_pricing.cli import pricing
from click.testing import CliRunner, Result

from tests.support.factories import make_reseller, make_tenant

pytestmark = pytest.mark.usefixtures("app")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(pricing, arguments)


@pytest.fixture
def rules(tmp_path: Path) -> str:
    file = tmp_path / "rules.csv"
    file.write_text(
        "market,category,price,percent,fixed,floor\nGermany,marketing,0.15,,,\n*,marketing,,0,,\n", encoding="utf-8"
    )
    return str(file)


def test_a_workspace_gets_prices_of_its_own(rules: str) -> None:
    tenant = make_tenant()
    done = run("import", "--tenant", tenant.slug, "--note", "Spring contract", rules)
    assert (done.exit_code, done.output) == (0, "Version 1 of the tenant book, rules: 2.\n")
    assert "Spring contract" in run("list", "--tenant", tenant.slug).output
    quoted = run("quote", "--tenant", tenant.slug, "--country", "DE").output
    assert quoted.startswith("0.150000 USD\n") and "tenant book 1, Germany/marketing: = 150000" in quoted


def test_a_reseller_gets_prices_from_a_moment_on(rules: str) -> None:
    reseller = make_reseller()
    done = run("import", "--reseller", reseller.slug, "--from", "2099-01-01T00:00+00:00", rules)
    assert done.output == "Version 1 of the reseller book, rules: 2.\n"
    assert "2099-01-01" in run("list", "--reseller", reseller.slug).output


def test_a_reseller_prices_its_workspaces_and_what_it_earns_is_told(rules: str) -> None:
    reseller = make_reseller()
    tenant = make_tenant(reseller_id=reseller.id)
    done = run("import", "--reseller", reseller.slug, "--clients", rules)
    assert done.output == "Version 1 of the clients book, rules: 2.\n"
    quoted = run("quote", "--tenant", tenant.slug, "--country", "DE").output
    assert quoted.startswith("0.150000 USD, of it 0.013500 for its reseller\n")


def test_a_book_in_another_currency_has_an_exchange_rate(rules: str) -> None:
    tenant = make_tenant(currency="EUR")
    asked = ("quote", "--tenant", tenant.slug, "--country", "BR")
    assert "The wallet is in EUR" in run(*asked).output
    assert run("import", "--tenant", tenant.slug, "--currency", "EUR", "--exchange", "0.9", rules).exit_code == 0
    assert run(*asked).output.startswith("0.056250 EUR\n")


def test_what_cannot_be_done_is_told(rules: str) -> None:
    tenant = make_tenant()
    told = {
        run("import", "--tenant", tenant.slug, "--reseller", "r", rules).output.splitlines()[-1],
        run("import", "--reseller", "nobody", rules).output.strip(),
        run("import", "--tenant", tenant.slug, "--from", "tomorrow", rules).output.strip(),
        run("import", "--tenant", tenant.slug, "--from", "2099-01-01", rules).output.strip(),
        run("import", "--clients", rules).output.splitlines()[-1],
        run("import", "--tenant", tenant.slug, "--currency", "EUR", "--exchange", "much", rules).output.strip(),
        run("quote", "--tenant", tenant.slug, "--category", "spam").output.strip(),
    }
    assert told == {
        "Error: Give --tenant or --reseller, not both; neither is the platform's book for everybody.",
        "Error: There is no reseller with the short name 'nobody'.",
        "Error: 'tomorrow' is no moment: write 2026-12-01T00:00+00:00.",
        "Error: Prices change from a moment on that is still to come, with its zone: 2026-12-01T00:00+00:00.",
        "Error: Give --reseller with --clients: the reseller whose workspaces these prices are for.",
        "Error: 'much' is no exchange rate: write 0.92.",
        "Error: There is no price for 'spam'.",
    }
