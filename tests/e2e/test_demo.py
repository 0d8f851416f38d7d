"""`aerostic demo` and the demo's data, on real processes."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from aerostic.cli import seed
from aerostic.cli.demo.emulator import Record
from aerostic.cli.demo.figures import Figures, Money
from aerostic.cli.demo.tables import result_json
from aerostic.cli.seed import SeedRefusedError, seed_contacts, seed_demo, seed_people
from aerostic.db import platform_scope, tenant_scope, transaction
from aerostic.identity.models import User
from aerostic.identity.people import sign_in
from aerostic.messaging.models import Contact
from aerostic.messaging.outbound.batches import Progress
from aerostic.registry import Runtime
from aerostic.registry.runtime import KEY
from aerostic.tenancy.models import Member, Reseller, Tenant

ROOT = Path(__file__).parents[2]


@pytest.mark.kill
def test_the_demo_prints_one_object_whose_figures_reconcile(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "aerostic.cli", "demo", "--json", "--recipients", "100"]
    environment = {**os.environ, "AEROSTIC_VAR": str(tmp_path)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=150)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert done.stdout.count("\n") == 1
    assert list(found) == [
        "recipients",
        "accepted",
        "delivered",
        "read",
        "failed",
        "refunded",
        "messages_per_second",
        "reconciled",
    ]
    assert found["reconciled"] is True
    assert found["recipients"] == found["accepted"] > 90
    assert found["failed"] == found["refunded"]
    assert found["read"] <= found["delivered"] <= found["accepted"] - found["failed"]


def test_the_demos_people_are_made_once_and_can_sign_in(app: Flask) -> None:
    first = seed_people()
    assert seed_people() == first
    with transaction(platform_scope("test")) as session:
        counts = [session.scalar(select(func.count()).select_from(model)) for model in (Reseller, Tenant, Member, User)]
    assert counts == [1, 3, 15, 17]
    user = sign_in("Agent@maple.example", seed.PASSWORD)
    assert user is not None
    assert sign_in("agent@maple.example", "something else") is None


def test_every_role_is_filled_in_both_tenants(app: Flask) -> None:
    for tenant_id in seed_people().values():
        with transaction(tenant_scope(tenant_id)) as session:
            roles = session.scalars(select(Member.role).order_by(Member.role)).all()
        assert roles == ["admin", "agent", "marketer", "owner", "viewer"]


def test_the_demos_contacts_are_imported_once(app: Flask, tmp_path: Path) -> None:
    tenant_id = seed_people()[seed.SHOP]
    assert seed_contacts(tmp_path, tenant_id, 50) == seed_contacts(tmp_path, tenant_id, 50)
    with transaction(tenant_scope(tenant_id)) as session:
        assert session.scalar(select(func.count()).select_from(Contact)) == 50


def test_an_emulator_that_does_not_answer_is_told(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    runtime: Runtime = app.extensions[KEY]
    nobody = runtime.settings.model_copy(update={"port": 1})
    monkeypatch.setitem(app.extensions, KEY, Runtime(nobody, runtime.registry, runtime.redis))
    with pytest.raises(SeedRefusedError, match="could not be connected to the emulator"):
        seed_demo(app)


def test_public_passwords_are_refused_under_any_other_domain(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    runtime: Runtime = app.extensions[KEY]
    served = runtime.settings.model_copy(update={"domain": "shop.example"})
    monkeypatch.setitem(app.extensions, KEY, Runtime(served, runtime.registry, runtime.redis))
    with pytest.raises(SeedRefusedError, match="localhost only"):
        seed_demo(app)
    with transaction(platform_scope("test")) as session:
        assert session.scalar(select(func.count()).select_from(User)) == 0


def test_a_figure_that_does_not_agree_fails_the_whole() -> None:
    counts = Progress(
        total=3, planned=0, sending=0, unknown=0, cancelled=0, accepted=3, sent=1, delivered=1, read=1, failed=0
    )
    record = Record(3, 3, 0, Counter(), {})
    figures = Figures(3, counts, Money(9, 7, 3, 2, 0, 0, 1), 0, 2.0, record, checks={"one": True, "two": False})
    assert result_json(figures) == {
        "recipients": 3,
        "accepted": 3,
        "delivered": 2,
        "read": 1,
        "failed": 0,
        "refunded": 0,
        "messages_per_second": 1.5,
        "reconciled": False,
    }
    assert figures.silent == 1
