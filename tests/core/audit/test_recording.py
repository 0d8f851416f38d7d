"""Acts recorded with the change that they tell of, and sealed in their place."""

import hmac
import json
import threading
from concurrent.futures import ThreadPoolExecutor, wait
from threading import Barrier
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from aerostic.audit import SYSTEM, Act, Actor, acting, record, record_sealed
from aerostic.audit import sealing as sealing_module
from aerostic.audit.chain import START, Mac, chain_bytes, chain_mac, current_key, sealed_bytes
from aerostic.audit.sealing import run, seal_pending
from aerostic.audit.verifying import verify_all, verify_chain
from aerostic.db import platform_scope, reseller_scope, service_scope, tenant_scope, transaction
from tests.core.audit.acts import act, chain, seal
from tests.support.factories import TESTS, make_reseller, make_tenant

WRITERS = 8


def test_an_entry_says_who_did_what_to_what_and_from_where(app: Flask) -> None:
    tenant, person = make_tenant(), Actor("user", "u1", "u2", "192.0.2.7", "r1")
    with acting(person), transaction(tenant_scope(tenant.id)) as session:
        record(session, Act(tenant.id, "member.changed", "user:u3", {"role": "agent"}, {"role": "admin"}, "promoted"))
    seal_pending()
    (entry,) = chain(tenant.id)
    said = json.loads(entry.body)
    assert said.pop("at").endswith("+00:00")
    assert said == {
        "action": "member.changed",
        "actor": "user:u1",
        "address": "192.0.2.7",
        "after": {"role": "admin"},
        "before": {"role": "agent"},
        "impersonator": "u2",
        "reason": "promoted",
        "request": "r1",
        "target": "user:u3",
    }
    assert (entry.actor, entry.area, entry.target) == ("user:u1", "member", "user:u3")


def test_the_platform_by_itself_acts_where_nobody_was_named(app: Flask) -> None:
    tenant = make_tenant()
    seal(tenant.id, 1)
    assert json.loads(chain(tenant.id)[0].body)["actor"] == str(SYSTEM) == "system"


def test_secrets_and_personal_data_are_masked_and_what_did_not_change_is_left_out(app: Flask) -> None:
    tenant = make_tenant()
    before = {"name": "Ada", "note": "call +49 151 23456789", "token": "EAAGm0PX4ZCpsBAKZC", "zone": "UTC"}
    with transaction(tenant_scope(tenant.id)) as session:
        record(
            session,
            Act(
                tenant.id, "contact.changed", "contact:1", before, before | {"note": ["ada@example.com"], "token": "x"}
            ),
        )
    seal_pending()
    body = chain(tenant.id)[0].body
    assert [word in body for word in ("Ada", "UTC", "23456789", "EAAG", "ada@")] == [False] * 5
    assert [word in body for word in ("<ph:", "<em:", "6789")] == [True] * 3


def test_texts_that_a_database_cannot_hold_are_taken_all_the_same(app: Flask) -> None:
    tenant = make_tenant()
    strange = "a\x00b\ud800c" + "x" * 5_000
    with transaction(tenant_scope(tenant.id)) as session:
        record(session, Act(tenant.id, "contact.changed", strange, {}, {strange: {"deep": [strange]}}, strange))
    seal_pending()
    assert json.loads(chain(tenant.id)[0].body)["target"][:4] == "ab?c"
    assert verify_chain(TESTS, tenant.id).sound


def test_an_action_without_an_area_is_refused() -> None:
    with pytest.raises(ValueError, match=r"write <area>\.<verb>"):
        Act(None, "changed")


def test_what_is_rolled_back_was_never_done(app: Flask) -> None:
    tenant = make_tenant()
    with pytest.raises(LookupError), transaction(tenant_scope(tenant.id)) as session:
        record(session, act(tenant.id))
        record_sealed(session, act(tenant.id))
        raise LookupError
    assert (seal_pending(), chain(tenant.id)) == (0, [])


def test_each_mac_covers_the_one_before_the_chain_the_number_the_id_and_the_body(app: Flask) -> None:
    tenant = make_tenant()
    seal(tenant.id, 3)
    previous = START
    for seq, entry in enumerate(chain(tenant.id), 1):
        sealed = sealed_bytes(previous, chain_bytes(tenant.id), seq, entry.id.bytes, entry.body.encode())
        made = chain_mac(tenant.id, entry.key_id)(sealed)
        assert (entry.seq, entry.previous, entry.mac) == (seq, previous, made)
        previous = made


def test_two_chains_have_two_keys(app: Flask) -> None:
    macs = {chain_mac(chain_id, current_key(chain_id))(b"") for chain_id in (uuid4(), uuid4(), None)}
    assert len(macs) == 3


def test_macs_are_those_of_everybody_else() -> None:
    assert Mac(b"k" * 32)(b"data") == hmac.digest(b"k" * 32, b"data", "sha256")


def test_batches_go_on_where_the_ones_before_ended(app: Flask) -> None:
    tenant, other = make_tenant(), make_tenant()
    with transaction(TESTS) as session:
        for number in range(5):
            record(session, act(tenant.id, number))
            record(session, act(other.id, number))
            record(session, act(None, number))
    assert [seal_pending(batch=2) for _ in range(4)] == [6, 6, 3, 0]
    for owner in (tenant.id, other.id, None):
        assert [(entry.seq, entry.target) for entry in chain(owner)] == [(n + 1, f"contact:{n}") for n in range(5)]
    report = verify_all(TESTS)
    assert (report.chains, report.entries, report.findings) == (3, 15, ())


def test_an_act_can_be_sealed_in_its_own_transaction(app: Flask) -> None:
    tenant = make_tenant()
    seal(tenant.id, 2)
    with transaction(tenant_scope(tenant.id)) as session:
        record_sealed(session, act(tenant.id, 7))
    with transaction(platform_scope("tests")) as session:
        record_sealed(session, act(None, 8))
    seal(tenant.id, 1)
    assert [entry.target for entry in chain(tenant.id)] == ["contact:0", "contact:1", "contact:7", "contact:0"]
    assert [entry.target for entry in chain(None)] == ["contact:8"]
    assert verify_all(TESTS).sound


def test_nobody_seals_into_a_chain_that_is_not_in_reach(app: Flask) -> None:
    tenant, other = make_tenant(), make_tenant()
    with pytest.raises(ProgrammingError, match="row-level security"), transaction(tenant_scope(tenant.id)) as session:
        record_sealed(session, act(other.id))
    seal(other.id, 1)
    with pytest.raises(ProgrammingError, match="row-level security"), transaction(tenant_scope(tenant.id)) as session:
        record_sealed(session, act(other.id))


def test_a_tenant_reads_its_own_chain_alone(app: Flask) -> None:
    tenant, other = make_tenant(), make_tenant()
    seal(tenant.id, 2)
    seal(other.id, 1)
    with transaction(TESTS) as session:
        record_sealed(session, act(None))
    counts = "SELECT (SELECT count(*) FROM audit_entry), (SELECT count(*) FROM audit_head)"
    with transaction(tenant_scope(tenant.id)) as session:
        assert tuple(session.execute(text(counts)).one()) == (2, 1)
    with transaction(service_scope("lanes")) as session:
        assert tuple(session.execute(text(counts)).one()) == (0, 0)


def test_acts_that_wait_are_read_by_the_sealer_alone(app: Flask) -> None:
    tenant = make_tenant(reseller_id=(reseller := make_reseller()).id)
    for scope in (tenant_scope(tenant.id), reseller_scope(reseller.id), service_scope("sign-in")):
        with transaction(scope) as session:
            record(session, act(tenant.id))
            record(session, act(None))
            assert session.scalar(text("SELECT count(*) FROM audit_pending")) == 0
    stranger = make_tenant()
    with pytest.raises(ProgrammingError, match="row-level security"), transaction(tenant_scope(stranger.id)) as session:
        record(session, act(tenant.id))
    assert seal_pending() == 6


@pytest.mark.parametrize("table", ["audit_entry", "audit_checkpoint"])
@pytest.mark.parametrize("change", ["UPDATE {} SET seq = 0", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_application_cannot_change_what_was_sealed(app: Flask, table: str, change: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), transaction(TESTS) as session:
        session.execute(text(change.format(table)))


def test_eight_writers_and_two_sealers_never_fork_a_chain(app: Flask) -> None:
    tenant, start = make_tenant(), Barrier(WRITERS + 2)
    done = threading.Event()

    def write(place: int) -> None:
        start.wait()
        for number in range(25):
            with app.app_context(), transaction(tenant_scope(tenant.id)) as session:
                note = record_sealed if (place + number) % 3 == 0 else record
                note(session, act(tenant.id, place * 100 + number))

    def sealer() -> None:
        start.wait()
        with app.app_context():
            while not done.is_set():
                seal_pending(batch=7)

    with ThreadPoolExecutor(WRITERS + 2) as pool:
        sealers = [pool.submit(sealer) for _ in range(2)]
        writers = [pool.submit(write, place) for place in range(WRITERS)]
        wait(writers)
        done.set()
        for one in (*writers, *sealers):
            one.result()
    while seal_pending():
        pass
    entries = chain(tenant.id)
    assert [entry.seq for entry in entries] == list(range(1, WRITERS * 25 + 1))
    assert {entry.target for entry in entries} == {f"contact:{p * 100 + n}" for p in range(WRITERS) for n in range(25)}
    assert verify_chain(TESTS, tenant.id).sound


def test_a_sealer_that_dies_leaves_everything_for_the_next(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    tenant = make_tenant()
    with transaction(tenant_scope(tenant.id)) as session:
        record(session, act(tenant.id))

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(sealing_module, "move_head", die)
        with pytest.raises(KeyboardInterrupt):
            seal_pending()
    assert (len(chain(tenant.id)), seal_pending(), len(chain(tenant.id))) == (0, 1, 1)


def test_a_chain_that_somebody_is_adding_to_does_not_hold_up_the_others(app: Flask) -> None:
    tenant, other = make_tenant(), make_tenant()
    seal(tenant.id, 1)
    with transaction(TESTS) as session:
        record(session, act(tenant.id, 1))
        record(session, act(other.id))
    with transaction(tenant_scope(tenant.id)) as session:
        record_sealed(session, act(tenant.id, 9))
        assert seal_pending() == 1
    assert seal_pending() == 1
    assert [entry.target for entry in chain(tenant.id)] == ["contact:0", "contact:9", "contact:1"]
    assert len(chain(other.id)) == 1


def test_the_sealer_works_until_it_is_told_to_stop(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    stop, rounds = threading.Event(), iter((3, 0))

    def seal_some() -> int:
        sealed = next(rounds)
        if not sealed:
            stop.set()
        return sealed

    monkeypatch.setattr(sealing_module, "seal_pending", seal_some)
    run(stop)
    assert list(rounds) == []
