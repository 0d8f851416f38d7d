"""`aerostic keys`, as an operator runs it."""

import json

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from aerostic.cli.main import main
from aerostic.db import transaction
from aerostic.keys.retiring import HELD
from aerostic.keys.rotating import SCOPE
from aerostic.security.roots import RootKeys
from aerostic.security.vault import keyring
from aerostic.tenancy.models import Tenant
from tests.core.keys.people import age, data_keys, expected, opened, people


@pytest.fixture
def tenant(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Tenant:
    tenant_id = people(2)
    with transaction(SCOPE) as session:
        tenant = session.get_one(Tenant, tenant_id)
        tenant.slug = "maple"
    monkeypatch.setattr("aerostic.app.create_app", lambda settings, serves: app)
    return tenant


def run(*options: str) -> Result:
    return CliRunner().invoke(main, ["keys", *options])


def test_a_new_root_key_is_one() -> None:
    assert len(RootKeys.parse(run("new").output).newest) == 4


def test_from_rotation_to_the_end_of_the_old_key(tenant: Tenant) -> None:
    [old] = data_keys(tenant.id)
    assert run("rotate", "--tenant", "maple").output == "1 data keys made\n"
    done = run("reencrypt", "--tenant", "maple", "--json")
    assert (done.exit_code, json.loads(done.output)) == (0, {"changed": 4, "left": 0, "broken": 0, "retired": 0})
    age(tenant.id, 2 * HELD)
    assert run("reencrypt").output.splitlines()[1] == "1 old data keys destroyed"
    new = data_keys(tenant.id)[1]
    lines = [line.split() for line in run("list", "--tenant", "maple", "--values").output.splitlines()]
    assert [(line[1], line[2], line[3], line[4], line[-1]) for line in lines if line[1] == "data"] == [
        ("data", "1", "destroyed", f"0x{old.id.hex()}", "0"),
        ("data", "2", "active", f"0x{new.id.hex()}", "4"),
    ]
    assert opened(tenant.id) == expected(2)


def test_what_is_left_ends_with_status_one(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aerostic.keys.reencrypting.WALKS", 1)
    monkeypatch.setattr("aerostic.keys.reencrypting._walk", lambda *_: None)
    run("rotate", "--tenant", "maple")
    done = run("reencrypt")
    assert (done.exit_code, done.output) == (
        1,
        "0 values encrypted anew, 4 left, 0 of them broken\n0 old data keys destroyed\n",
    )


def test_every_owner_gets_a_new_key(tenant: Tenant) -> None:
    keyring().sealing(None)
    before = len(data_keys(None))
    assert int(run("rotate").output.split()[0]) >= 2
    assert (len(data_keys(None)), len(data_keys(tenant.id))) == (before + 1, 2)


def test_a_tenant_is_erased_only_when_it_is_meant(tenant: Tenant) -> None:
    refused = run("destroy", "maple")
    assert (refused.exit_code, "--confirm maple" in refused.output) == (1, True)
    assert run("destroy", "maple", "--confirm", "mapel").exit_code == 2
    assert run("destroy", "platform").exit_code == 2
    assert opened(tenant.id) == expected(2)
    done = run("destroy", "maple", "--confirm", "maple")
    assert (done.exit_code, done.output) == (0, run("destroy", "maple").output)
    assert done.output.splitlines()[1].startswith("sha256:")
