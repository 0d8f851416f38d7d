"""`aerostic audit`, as an operator runs it."""

import json

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from psycopg import Connection

from aerostic.audit import sink
from aerostic.audit.signing import public_keys
from aerostic.cli.main import main
from aerostic.tenancy.models import Tenant
from tests.core.audit.acts import seal
from tests.support.factories import make_tenant

EDIT = "UPDATE audit_entry SET body = replace(body, 'Grace', 'Grave') WHERE seq = 2"


@pytest.fixture(autouse=True)
def tenant(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Tenant:
    tenant = make_tenant(slug="maple")
    seal(tenant.id, 3)
    monkeypatch.setattr("aerostic.app.create_app", lambda settings: app)
    return tenant


def run(*options: str) -> Result:
    return CliRunner().invoke(main, ["audit", *options])


def test_whole_chains_end_with_status_zero() -> None:
    assert run("checkpoint").output == f"1 checkpoints, also written to {sink.sink()}\n"
    result = run("verify")
    assert (result.exit_code, result.output) == (0, "1 chains, 3 entries, 1 checkpoints: whole\n")


def test_what_is_off_is_named_and_ends_with_status_one(tenant: Tenant, admin: "Connection") -> None:
    admin.execute(EDIT)
    result = run("verify")
    assert result.exit_code == 1
    assert result.output == (
        f"{tenant.id} 2\n  This is not what was written here: it was changed, or put in.\n"
        "1 chains, 3 entries, 0 checkpoints: NOT WHOLE\n"
    )


def test_json_is_one_object(tenant: Tenant, admin: "Connection") -> None:
    admin.execute(EDIT)
    finding = {"chain": str(tenant.id), "seq": 2, "kind": "changed", "detail": ""}
    whole = {"chains": 1, "entries": 3, "checkpoints": 0, "findings": [finding], "sound": False}
    assert json.loads(run("verify", "--json").output) == whole


@pytest.mark.parametrize(("chosen", "entries"), [("maple", 3), ("platform", 0)])
def test_one_chain_can_be_chosen_by_its_tenants_name(chosen: str, entries: int) -> None:
    assert json.loads(run("verify", "--tenant", chosen, "--json").output)["entries"] == entries


def test_a_tenant_that_is_not_there_is_said_to_be_none() -> None:
    result = run("verify", "--tenant", "nobody")
    assert (result.exit_code, "There is no tenant 'nobody'" in result.output) == (2, True)


def test_public_keys_are_printed_for_everybody() -> None:
    [(key_id, key)] = public_keys().items()
    assert run("key").output == f"{key_id}:{key}\n"
