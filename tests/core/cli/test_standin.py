"""The stand-in for payments is for a house on one machine without an account, and nowhere else."""

from pathlib import Path

import pytest

from aerostic.cli.ports import Ports
from aerostic.cli.standin import KEY, keys, process
from aerostic.settings import Settings

PORTS = Ports(front=9000, web=9001, hooks=9002, emulator=9003, live=9004, stripe=9005)


@pytest.fixture(autouse=True)
def _nobodys_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(KEY, raising=False)


def settings(domain: str) -> Settings:
    return Settings(_env_file=None, domain=domain)


def test_a_house_without_an_account_pays_at_the_stand_in_under_keys_of_its_own() -> None:
    first, second = keys(settings("localhost"), PORTS), keys(settings("localhost"), PORTS)
    assert first["AEROSTIC_STRIPE_API_BASE"] == "http://127.0.0.1:9005"
    assert first[KEY] != second[KEY]
    argv = process(settings("localhost"), PORTS, first).argv
    assert argv[-4:] == (
        "--public",
        "http://stripe.localhost:9000",
        "--webhook",
        "http://127.0.0.1:9002/payments/stripe",
    )
    assert not any(secret in argv for secret in first.values())


def test_under_a_real_domain_nothing_stands_in() -> None:
    assert keys(settings("messages.example"), PORTS) == {}


def test_with_an_account_nothing_stands_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"{KEY}=sk_of_the_operator\n")
    assert keys(settings("localhost"), PORTS) == {}
    (tmp_path / ".env").unlink()
    monkeypatch.setenv(KEY, "sk_of_the_operator")
    assert keys(settings("localhost"), PORTS) == {}
