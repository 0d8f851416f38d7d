"""Re-encryption while everybody works on: nothing is lost, nothing is left, and a killed run goes on where it was."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from aerostic.db import db, metadata, new_id, tenant_scope, transaction, utcnow
from aerostic.db.scopes import scoped
from aerostic.keys import columns, reencrypting
from aerostic.keys.columns import sealed_columns
from aerostic.keys.reencrypting import reencrypt
from aerostic.keys.retiring import HELD, finish
from aerostic.keys.rotating import SCOPE, rotate
from aerostic.messaging.contract import StatusUpdate
from aerostic.messaging.inbound.later import Later
from aerostic.messaging.inbound.needed_keys import needed_keys
from aerostic.messaging.inbound.received import Received
from aerostic.messaging.models import Contact
from aerostic.registry import runtime
from aerostic.security.errors import KeyDestroyedError
from aerostic.security.keyring import Keyring
from aerostic.security.store import DatabaseStore
from aerostic.security.vault import keyring, use_keyring
from aerostic.settings import Settings
from aerostic.streams.intake import Intake
from tests.core.keys.people import acts, age, cursors, data_keys, expected, opened, people, under

NOWHERE = set[bytes]
STATUS = StatusUpdate("7", "wamid.1", "delivered", utcnow(), new_id(), 1)


def test_every_encrypted_column_can_be_walked(app: Flask) -> None:
    found = sealed_columns()
    assert {"contact.phone", "message.content", "tenant_plugin.secrets", "user_account.email"} < {
        c.place for c in found
    }
    assert [c.place for c in found if "id" not in metadata.tables[c.table].primary_key.columns] == []


def test_all_values_are_under_the_new_key_and_open(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "PAGE", 7)
    tenant_id, other = people(30), people(2)
    [before] = data_keys(other)
    new = rotate(tenant_id)
    walked = reencrypt()
    assert new is not None
    assert (walked.changed[tenant_id], walked.left.total(), walked.broken) == (60, 0, 0)
    assert (under(tenant_id), opened(tenant_id)) == ({new.id}, expected(30))
    assert (under(other), opened(other)) == ({before.id}, expected(2))
    finish(walked, None, NOWHERE)
    assert ("encryption.reencrypted", {"values": 60}) in acts(tenant_id)


def test_one_tenant_alone(app: Flask) -> None:
    tenant_id, other = people(3), people(3)
    rotate(tenant_id), rotate(other)
    new = data_keys(tenant_id)[-1]
    assert reencrypt(tenant_id).changed == {tenant_id: 6}
    assert (under(tenant_id), under(other)) == ({new.id}, {data_keys(other)[0].id})


def test_a_run_that_was_killed_goes_on_where_it_was(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "PAGE", 5)
    tenant_id = people(20)
    rotate(tenant_id)
    renew, pages = reencrypting._renew, []

    def killed(session: Any, column: Any, rows: Any, walked: Any) -> None:
        renew(session, column, rows, walked)
        pages.extend([len(rows)] if column.place == "contact.phone" else [])
        if len(pages) == 3:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(reencrypting, "_renew", killed)
        reencrypt(tenant_id)
    with transaction(SCOPE) as session:
        ids = list(session.scalars(select(Contact.id).where(Contact.tenant_id == tenant_id).order_by(Contact.id)))
    assert cursors()["contact.phone"] == ids[9]
    assert reencrypt(tenant_id).changed == {tenant_id: 10}
    assert (under(tenant_id), opened(tenant_id)) == ({data_keys(tenant_id)[1].id}, expected(20))


def test_what_is_written_meanwhile_wins(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between reading a page and swapping its values, somebody writes one of them, and somebody else holds another."""
    tenant_id = people(3)
    rotate(tenant_id)
    with transaction(tenant_scope(tenant_id)) as session:
        first, second, _ = session.scalars(select(Contact.id).order_by(Contact.id)).all()
    seal, holding = reencrypting.seal, []

    def disturbed(*arguments: Any) -> Any:
        if not holding:
            with transaction(tenant_scope(tenant_id)) as session:
                session.get_one(Contact, first).email = "new@maple.example"
            holding.append(Session(db.engine))
            with scoped(tenant_scope(tenant_id)):
                holding[0].get_one(Contact, second, with_for_update=True)
        return seal(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(reencrypting, "seal", disturbed)
        patch.setattr(reencrypting, "WALKS", 1)
        walked = reencrypt(tenant_id)
    holding[0].close()
    assert walked.left.total() == 2  # phone and address of the contact that was held
    assert reencrypt(tenant_id).left.total() == 0
    assert opened(tenant_id) == [("+16505550000", "new@maple.example"), *expected(3)[1:]]


def test_nothing_is_lost_among_writers_readers_and_rotations(app: Flask, settings: Settings) -> None:
    """Four writers, of which two seal with keys as old as they may be, two readers, and one who rotates and re-encrypts."""
    tenant_id, stop, last = people(40), threading.Event(), {}
    with transaction(tenant_scope(tenant_id)) as session:
        ids = list(session.scalars(select(Contact.id).order_by(Contact.id)))

    def loop(work: Callable[[int], None]) -> int:
        number = 0
        with app.app_context():
            while not stop.is_set():
                work(number := number + 1)
        return number

    def writer(place: int) -> Callable[[int], None]:
        def write(number: int) -> None:
            id_ = ids[place + 4 * (number % 10)]
            with transaction(tenant_scope(tenant_id)) as session:
                session.get_one(Contact, id_).phone = f"+1650{place}{number:06}"
            last[id_] = f"+1650{place}{number:06}"

        return write

    def read(_: int) -> None:
        assert len([phone for phone, _ in opened(tenant_id) if phone]) == 40

    def rotations(_: int) -> None:
        rotate(tenant_id)
        reencrypt(tenant_id)

    with ThreadPoolExecutor(7) as pool:
        done = [pool.submit(loop, work) for work in (*map(writer, range(4)), read, read)]
        with app.app_context():
            for number in range(8):
                rotations(number)
        stop.set()
        counts = [future.result() for future in done]
    assert min(counts) > 5
    assert reencrypt(tenant_id).left.total() == 0
    with transaction(tenant_scope(tenant_id)) as session:
        found = {row.id: row.phone for row in session.scalars(select(Contact))}
    assert {id_: found[id_] for id_ in last} == last
    assert under(tenant_id) == {data_keys(tenant_id)[-1].id}


def test_a_value_that_does_not_open_stays_and_keeps_its_key(app: Flask) -> None:
    tenant_id = people(2)
    rotate(tenant_id)
    with transaction(SCOPE) as session:
        mine = "SELECT id FROM contact WHERE tenant_id = :tenant ORDER BY id LIMIT 1"
        session.execute(
            text(f"UPDATE contact SET phone_sealed = phone_sealed || 'x'::bytea WHERE id = ({mine})"),
            {"tenant": tenant_id},
        )
    with capture_logs() as logs:
        walked = reencrypt(tenant_id)
    assert (walked.changed, walked.broken, walked.left.total()) == ({tenant_id: 3}, 1, 1)
    assert {line["place"] for line in logs} == {"contact.phone"}
    age(tenant_id, 2 * HELD)
    assert finish(walked, tenant_id, NOWHERE) == []


def test_an_old_key_is_destroyed_a_day_later_and_not_before(app: Flask) -> None:
    tenant_id = people(1)
    rotate(tenant_id)
    walked = reencrypt(tenant_id)
    age(tenant_id, HELD - timedelta(minutes=1))
    assert finish(walked, tenant_id, NOWHERE) == []
    age(tenant_id, HELD + timedelta(minutes=1))
    [old, _] = data_keys(tenant_id)
    assert finish(walked, tenant_id, lambda: {old.id}) == []
    assert finish(walked, tenant_id, NOWHERE) == [old.id]
    assert [(key.state, key.wrapped is None) for key in data_keys(tenant_id)] == [
        ("destroyed", True),
        ("active", False),
    ]
    keyring().forget()
    with pytest.raises(KeyDestroyedError):
        keyring().opening(tenant_id, old.id)
    assert opened(tenant_id) == expected(1)
    assert acts(tenant_id)[-1] == ("encryption.retired", {"key_id": f"0x{old.id.hex()}"})


def test_what_a_process_seals_with_the_old_key_after_the_rotation_is_found(app: Flask, settings: Settings) -> None:
    tenant_id = people(2)
    slow, quick = Keyring(keyring().provider, DatabaseStore(settings.database_url)), keyring()
    old = slow.sealing(tenant_id)[0]
    rotate(tenant_id)
    reencrypt(tenant_id)
    use_keyring(slow)
    try:
        with transaction(tenant_scope(tenant_id)) as session:
            rows = session.scalars(select(Contact).order_by(Contact.id)).all()
            for row, (phone, _email) in zip(rows, expected(2), strict=True):
                row.phone = phone
    finally:
        use_keyring(quick)
    assert under(tenant_id) == {old, data_keys(tenant_id)[-1].id}
    assert reencrypt(tenant_id).changed == {tenant_id: 2}
    assert opened(tenant_id) == expected(2)


def test_keys_of_what_waits_in_redis_are_found(app: Flask) -> None:
    here, tenant_id, other = runtime(), people(1), people(1)
    prefix = here.settings.redis_prefix
    assert needed_keys(here.redis, prefix) == set()
    intake = Intake(here.redis, prefix, 10)
    for number in range(3):
        intake.append(Received(UUID(int=number), tenant_id, UUID(int=1), "whatsapp", b"{}").to_fields())
    Later(here.redis, prefix).put(other, "whatsapp", [STATUS])
    assert needed_keys(here.redis, prefix) == {data_keys(tenant_id)[0].id, data_keys(other)[0].id}
