"""What the owner of the database does to a chain is found and located, and nothing is found where nothing was done."""

import orjson
import psycopg
import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import sql
from structlog.testing import capture_logs

from aerostic.audit import sink
from aerostic.audit.checkpoints import checkpoint_all
from aerostic.audit.sealing import seal_pending
from aerostic.audit.verifying import Report, verify_all, verify_chain
from aerostic.cli.services.postgres import OWNER
from aerostic.db import transaction
from aerostic.db.models import OutboxEvent
from aerostic.tenancy.models import Tenant
from tests.core.audit.acts import chain, seal
from tests.support.factories import TESTS, make_tenant
from tests.support.services import Servers

MINE = "tenant_id = '{tenant}'"
SHIFT = "SET seq = -seq WHERE {mine} AND seq > 4", "SET seq = -seq + 1 WHERE {mine} AND seq < 0"
COPY = (
    "INSERT INTO audit_entry (id, tenant_id, seq, key_id, previous, mac, body, sealed_at)"
    " SELECT gen_random_uuid(), tenant_id, {seq}, key_id, previous, mac, body, sealed_at FROM audit_entry"
)


@pytest.fixture
def tenant(app: Flask) -> Tenant:
    """A tenant with ten entries, none of them signed yet, beside another with ten."""
    tenant, other = make_tenant(), make_tenant(slug="other")
    seal(tenant.id, 10)
    seal(other.id, 10)
    return tenant


@pytest.fixture
def tamper(tenant: Tenant, run_servers: Servers, migrated_database: str) -> "Tamper":
    return Tamper(tenant, run_servers.postgres.url(OWNER, migrated_database))


class Tamper:
    """The owner of the tables at work."""

    def __init__(self, tenant: Tenant, url: str) -> None:
        self.tenant, self.url = tenant, url

    def __call__(self, *statements: str) -> None:
        with psycopg.connect(self.url) as owner:
            owner.execute("SELECT set_config('aerostic.platform', 'on', true)")
            for statement in statements:
                mine = MINE.format(tenant=self.tenant.id)
                whole = statement.format(mine=mine, seq="{seq}", other="(SELECT id FROM tenant WHERE slug = 'other')")
                assert owner.execute(sql.SQL(whole)).rowcount


def kinds(report: Report) -> list[tuple[int, str, str]]:
    return [(finding.seq, finding.kind, finding.detail) for finding in report.findings]


def test_what_nobody_touched_is_whole(tenant: Tenant) -> None:
    assert checkpoint_all() == 2
    report = verify_all(TESTS)
    assert (report.chains, report.entries, report.checkpoints, report.findings) == (2, 20, 2, ())


@pytest.mark.parametrize(
    ("statements", "found"),
    [
        (
            ["UPDATE audit_entry SET body = replace(body, 'Grace', 'Grave') WHERE {mine} AND seq = 4"],
            [(4, "changed", "")],
        ),
        (["UPDATE audit_entry SET id = gen_random_uuid() WHERE {mine} AND seq = 10"], [(10, "changed", "")]),
        (
            ["UPDATE audit_entry SET mac = sha256('x') WHERE {mine} AND seq = 4"],
            [(4, "changed", ""), (5, "broken", "")],
        ),
        (["UPDATE audit_entry SET previous = sha256('x') WHERE {mine} AND seq = 4"], [(4, "moved", "")]),
        (["UPDATE audit_entry SET key_id = 'none' WHERE {mine} AND seq = 4"], [(4, "key", "none"), (4, "changed", "")]),
        (["DELETE FROM audit_entry WHERE {mine} AND seq = 4"], [(4, "missing", "4 to 4")]),
        (["DELETE FROM audit_entry WHERE {mine} AND seq < 4"], [(1, "missing", "1 to 3")]),
        (
            ["DELETE FROM audit_entry WHERE {mine} AND seq = 4"]
            + [
                f"UPDATE audit_entry {change}"
                for change in ("SET seq = -seq WHERE {mine} AND seq > 4", "SET seq = -seq - 1 WHERE {mine} AND seq < 0")
            ],
            [(4, "moved", ""), (5, "changed", ""), (10, "cut", "10 to 10")],
        ),
        (
            [
                "UPDATE audit_entry SET seq = -4 WHERE {mine} AND seq = 4",
                "UPDATE audit_entry SET seq = 4 WHERE {mine} AND seq = 7",
                "UPDATE audit_entry SET seq = 7 WHERE {mine} AND seq = -4",
            ],
            [(4, "moved", ""), (5, "broken", "")],
        ),
        (["DELETE FROM audit_entry WHERE {mine} AND seq > 8"], [(9, "cut", "9 to 10")]),
        (["DELETE FROM audit_entry WHERE {mine}"], [(1, "cut", "1 to 10")]),
        (["DELETE FROM audit_head WHERE {mine}"], [(0, "head", "")]),
        (["UPDATE audit_head SET seq = 9 WHERE {mine}"], [(9, "head", "")]),
        (["UPDATE audit_head SET mac = sha256('x') WHERE {mine}"], [(10, "head", "")]),
    ],
)
def test_what_was_tampered_with_is_found_and_located_without_any_checkpoint(
    tamper: Tamper, statements: list[str], found: list[tuple[int, str, str]]
) -> None:
    tamper(*statements)
    assert kinds(verify_chain(TESTS, tamper.tenant.id)) == found
    with transaction(TESTS) as session:
        other = session.query(Tenant).filter_by(slug="other").one()
    assert kinds(verify_chain(TESTS, other.id)) == []


def test_a_copy_of_an_entry_put_in_between_is_found(tamper: Tamper) -> None:
    tamper(*(f"UPDATE audit_entry {change}" for change in SHIFT))
    tamper(COPY.replace("{seq}", "5") + " WHERE {mine} AND seq = 2")
    assert kinds(verify_chain(TESTS, tamper.tenant.id))[0] == (5, "moved", "")


def test_an_entry_added_at_the_end_is_found(tamper: Tamper) -> None:
    tamper(COPY.replace("{seq}", "11") + " WHERE {mine} AND seq = 10")
    assert kinds(verify_chain(TESTS, tamper.tenant.id)) == [(11, "moved", ""), (10, "head", "")]


def test_entries_swapped_between_two_tenants_are_found_in_both_chains(tamper: Tamper) -> None:
    tamper(
        "UPDATE audit_entry SET seq = -1 WHERE {mine} AND seq = 4",
        "UPDATE audit_entry SET tenant_id = '" + str(tamper.tenant.id) + "' WHERE tenant_id = {other} AND seq = 4",
        "UPDATE audit_entry SET tenant_id = {other}, seq = 4 WHERE {mine} AND seq = -1",
    )
    assert [(seq, kind) for seq, kind, _ in kinds(verify_all(TESTS))] == [(4, "key"), (4, "moved"), (5, "broken")] * 2


def test_an_act_that_is_slipped_in_before_sealing_is_not_taken_and_that_stands_in_the_chain(tamper: Tamper) -> None:
    forged = '{{"action": "member.changed", "actor": "system", "target": ""}}'
    tamper(
        "INSERT INTO audit_pending (id, tenant_id, body, ticket)"
        f" SELECT gen_random_uuid(), tenant_id, '{forged}', mac FROM audit_entry WHERE {{mine}} AND seq = 1"
    )
    with capture_logs() as logs:
        assert seal_pending() == 1
    assert [(line["log_level"], line["chain"]) for line in logs] == [("error", str(tamper.tenant.id))]
    last = orjson.loads(chain(tamper.tenant.id)[-1].body)
    assert (last["action"], last["actor"]) == ("audit.slipped_in", "system")
    assert kinds(verify_all(TESTS)) == []


CUT = (
    "DELETE FROM audit_entry WHERE {mine} AND seq > 8",
    "UPDATE audit_head SET seq = 8, mac = (SELECT mac FROM audit_entry WHERE {mine} AND seq = 8) WHERE {mine}",
)
VANISH = "DELETE FROM audit_entry WHERE {mine}", "DELETE FROM audit_head WHERE {mine}"
NO_CHECKPOINTS = "DELETE FROM audit_checkpoint"


@pytest.mark.parametrize("covered", [(), (NO_CHECKPOINTS,)])
def test_the_newest_entries_cut_off_with_the_head_put_back_show_by_checkpoints(
    tamper: Tamper, covered: tuple[str, ...]
) -> None:
    checkpoint_all()
    tamper(*CUT, *covered)
    assert kinds(verify_all(TESTS)) == [(9, "cut", "9 to 10")]


def test_a_chain_that_is_gone_as_a_whole_is_known_by_the_file_of_checkpoints(tamper: Tamper) -> None:
    checkpoint_all()
    tamper(*VANISH, NO_CHECKPOINTS)
    assert kinds(verify_all(TESTS)) == [(1, "cut", "1 to 10")]


def test_what_is_newer_than_the_last_checkpoint_can_be_cut_off_unseen_which_is_what_the_interval_means(
    tamper: Tamper,
) -> None:
    tamper(*CUT)
    assert kinds(verify_all(TESTS)) == []


def test_a_chain_written_anew_with_the_stolen_key_shows_by_checkpoints(tamper: Tamper) -> None:
    checkpoint_all()
    tamper(*VANISH)
    seal(tamper.tenant.id, 10)
    assert kinds(verify_chain(TESTS, tamper.tenant.id)) == [(10, "checkpoint", "")]


def test_a_checkpoint_that_somebody_else_signed_is_found(tamper: Tamper) -> None:
    checkpoint_all()
    tamper("UPDATE audit_checkpoint SET body = replace(body, '\"seq\":10', '\"seq\":8') WHERE {mine}")
    assert kinds(verify_all(TESTS)) == [(8, "signature", "")]


def test_what_is_off_is_never_signed_and_raises_an_alarm(tamper: Tamper) -> None:
    tamper("UPDATE audit_entry SET body = replace(body, 'Grace', 'Grave') WHERE {mine} AND seq = 4")
    with capture_logs() as logs:
        assert checkpoint_all() == 1
    assert [(line["log_level"], line["seq"], line["kind"]) for line in logs] == [("error", 4, "changed")]
    with transaction(TESTS) as session:
        (alarm,) = session.query(OutboxEvent).filter_by(type="audit.broken").all()
    assert alarm.data == {"chain": str(tamper.tenant.id), "seq": 4, "kind": "changed"}


def test_checkpoints_go_to_the_bus_and_to_the_file_and_each_names_the_one_before(tenant: Tenant) -> None:
    checkpoint_all()
    assert checkpoint_all() == 0
    seal(tenant.id, 1)
    assert checkpoint_all() == 1
    lines = [orjson.loads(line) for line in sink.sink().read_bytes().splitlines()]
    with transaction(TESTS) as session:
        events = session.query(OutboxEvent).filter_by(type="audit.checkpointed").order_by(OutboxEvent.position).all()
        assert [event.data for event in events] == lines
    first, second = (orjson.loads(line["body"]) for line in lines if str(tenant.id) in line["body"])
    assert (first["seq"], first["previous"], second["seq"]) == (10, "", 11)
    assert second["mac"] == chain(tenant.id)[-1].mac.hex()
    assert oct(sink.sink().stat().st_mode)[-3:] == "600"


def test_a_last_line_cut_short_by_a_crash_is_left_out(tenant: Tenant) -> None:
    checkpoint_all()
    with sink.sink().open("ab") as file:
        file.write(b'{"body": "{')
    assert (len(sink.kept()), verify_all(TESTS).findings) == (2, ())


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seq=st.integers(1, 10),
    column=st.sampled_from(["id", "previous", "mac", "body"]),
    place=st.integers(0),
    flip=st.integers(1, 127),
)
def test_any_byte_changed_anywhere_is_found(tamper: Tamper, seq: int, column: str, place: int, flip: int) -> None:
    entry = chain(tamper.tenant.id)[seq - 1]
    value = getattr(entry, column)
    raw = bytearray(value.bytes if column == "id" else value.encode() if column == "body" else value)
    raw[place % len(raw)] ^= flip
    changed = bytes(raw)
    with psycopg.connect(tamper.url) as owner:
        owner.execute("SELECT set_config('aerostic.platform', 'on', true)")
        try:
            _write(owner, entry.id, column, changed)
        except psycopg.errors.DataError:
            return  # no JSON any more: the table does not take it
        owner.commit()
    assert kinds(verify_chain(TESTS, tamper.tenant.id))[0][0] in (seq, seq + 1)
    with psycopg.connect(tamper.url) as owner:
        owner.execute("SELECT set_config('aerostic.platform', 'on', true)")
        where = changed if column == "id" else entry.id.bytes
        back = entry.id.bytes if column == "id" else value.encode() if column == "body" else value
        _write(owner, where, column, back)
    assert kinds(verify_chain(TESTS, tamper.tenant.id)) == []


def _write(owner: "psycopg.Connection[tuple[object, ...]]", entry: object, column: str, value: bytes) -> None:
    made = {"id": "encode(%s, 'hex')::uuid", "body": "convert_from(%s, 'UTF8')"}.get(column, "%s")
    query = f"UPDATE audit_entry SET {column} = {made} WHERE id = encode(%s, 'hex')::uuid"
    raw = entry if isinstance(entry, bytes) else entry.bytes  # type: ignore[attr-defined]
    owner.execute(sql.SQL(query), (value, raw))
