"""What lanes do when the provider, a plugin or the database is in trouble."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any
from uuid import UUID

import pytest
from aerostic_emulator import seed
from psycopg import Connection
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from aerostic.billing import Quote
from aerostic.cli.services.children import free_port
from aerostic.db import service_scope, tenant_scope, transaction
from aerostic.messaging.contract import SendResult, Sent
from aerostic.messaging.models import Lane, Message
from aerostic.messaging.outbound import batches, leases, planning, queue, results, worker
from aerostic.messaging.outbound.breaker import DOUBTS
from aerostic.messaging.outbound.lane import UNSENT
from aerostic.messaging.outbound.leases import Lease
from aerostic.messaging.outbound.results import MOST_ATTEMPTS, Result
from aerostic.messaging.outbound.store import LaneStore
from aerostic.messaging.outbound.worker import LaneWorker
from aerostic.messaging.schedules import tend_lanes
from tests.core.messaging.outbound.support import (
    CREDENTIALS,
    PRICE,
    Sending,
    batch_state,
    draft,
    make_batch,
    run_worker,
    sending,
    states,
)
from tests.support.factories import make_account, make_number, make_tenant

LANES = service_scope("lanes")
FREE = Quote(0, "USD", "free")
pytestmark = pytest.mark.usefixtures("app")


def add_fault(where: Sending, **fault: Any) -> None:
    where.emulator.world.faults.add(fault, where.emulator.world.clock.now())


def test_an_outage_puts_few_messages_in_doubt_and_what_was_marked_is_planned_again() -> None:
    with sending() as where:
        make_batch(where, 500)
        add_fault(where, kind="status", http=503)
        run_worker(2)
        assert where.accepted() == []
    found = states(where.tenant_id)
    assert set(found) == {"planned", "unknown"}
    assert DOUBTS <= found["unknown"] <= DOUBTS + 64


def test_after_an_outage_the_batch_goes_on() -> None:
    with sending() as where:
        batch_id = make_batch(where, 300)
        add_fault(where, kind="status", http=503, count=DOUBTS)
        run_worker(6)
        assert where.sent_twice() == []
        assert states(where.tenant_id) == {"accepted": 300 - DOUBTS, "unknown": DOUBTS}
    assert batch_state(batch_id) == "finished"


def test_a_provider_out_of_reach_costs_no_message_its_tries() -> None:
    tenant = make_tenant()
    account = make_account(tenant.id, credentials=CREDENTIALS, settings={"base_url": f"http://127.0.0.1:{free_port()}"})
    number = make_number(tenant.id, account)
    with transaction(tenant_scope(tenant.id)) as session:
        one = draft("+16500000001", "a")
        planning.plan_one(session, tenant.id, number.id, "tests", planning.REPLY, one, FREE)
        session.query(Message).update({"attempt": MOST_ATTEMPTS})
    run_worker(2)
    assert states(tenant.id) == {"planned": 1}


def test_one_result_that_cannot_be_written_takes_no_other_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any) -> None:
        raise RuntimeError("a billing rule is broken")

    monkeypatch.setattr(results, "settle", fails)
    refused = [{"match": {"to_suffix": "07"}, "outcome": "error:131047"}]
    with sending(rules=refused) as where:
        make_batch(where, 50)
        run_worker(3)
    assert states(where.tenant_id) == {"accepted": 49, "sending": 1}


def test_a_tenant_whose_channel_is_switched_off_holds_up_nobody_else() -> None:
    off = make_tenant(plugins=())
    number = make_number(off.id, external_id=seed.SECOND_PHONE_ID)
    with sending() as where:
        with transaction(tenant_scope(off.id)) as session:
            planning.plan_one(session, off.id, number.id, "tests", planning.REPLY, draft("+16500000001", "a"), FREE)
        with transaction(LANES) as session:
            assert session.query(Lane).count() == 2
        make_batch(where, 20)
        run_worker(3)
        assert len(where.accepted()) == 20
    assert states(off.id) == {"planned": 1}


def test_the_same_key_sends_one_message() -> None:
    with sending() as where:
        ids = set()
        for _ in range(2):
            with transaction(tenant_scope(where.tenant_id)) as session:
                one = draft("+16500000001", "the same")
                ids.add(
                    planning.plan_one(session, where.tenant_id, where.number.id, "tests", planning.REPLY, one, PRICE)
                )
        run_worker(2)
        assert len(ids) == len(where.accepted()) == 1


def taken(where: Sending, admin: Connection, before: dict[Any, Any]) -> tuple[Message, list[str]]:
    """A message whose acceptance is written after something else happened to it, and the events of that."""
    batch_id = make_batch(where, 1)
    with transaction(LANES) as session:
        [lease] = leases.claim(session, "test", 1, timedelta(seconds=30))
        [message_id] = session.scalars(select(Message.id).where(Message.batch_id == batch_id))
        queue.mark_sending(session, lease, [message_id])
        session.query(Message).update(before)
        answer = SendResult(Sent.ACCEPTED, "wamid.1")
        results.write(session, lease, [Result(message_id, 1, answer)])
    told = [kind for (kind,) in admin.execute("SELECT type FROM outbox WHERE type = 'message.accepted'")]
    with transaction(LANES) as session:
        return session.get_one(Message, message_id), told


def test_an_accepted_message_forgets_the_error_of_an_earlier_try(admin: Connection) -> None:
    with sending() as where:
        message, told = taken(where, admin, {"error_code": 131000, "error": "It was busy."})
    assert (message.state, message.error_code, message.error, told) == ("accepted", None, "", ["message.accepted"])


def test_an_answer_that_comes_after_its_status_changes_nothing_and_is_not_told_again(admin: Connection) -> None:
    with sending() as where:
        failed: dict[Any, Any] = {
            "state": "accepted",
            "status": "failed",
            "error_code": 131026,
            "error": "Not on WhatsApp.",
        }
        message, told = taken(where, admin, failed)
    assert {name: getattr(message, name) for name in failed} == failed
    assert told == []


def test_a_worker_that_is_to_stop_does_not_wait_for_the_database_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(*_: Any) -> None:
        raise OperationalError("", {}, Exception("gone"))

    monkeypatch.setattr(LaneStore, "write", away)
    monkeypatch.setattr(worker, "DRAIN_SECONDS", 0.5)
    with sending() as where:
        make_batch(where, 20)
        began = monotonic()
        run_worker(1)
        assert monotonic() - began < 8
    assert states(where.tenant_id) == {"sending": 20}


def test_a_lane_that_lost_its_lease_leaves_the_place_of_the_next_one_alone() -> None:
    with sending() as where:
        make_batch(where, 1)

        async def lose_and_claim() -> int:
            lanes = LaneWorker(10, threading.Event(), life=1)
            with ThreadPoolExecutor(1) as lanes._executor:
                await lanes._claim()
                [old] = lanes._running.values()
                with transaction(LANES) as session:
                    session.query(Lane).update({"expires_at": datetime(2000, 1, 1, tzinfo=UTC)})
                await lanes._claim()
                [new] = lanes._running.values()
                old.lane.lose()
                await old.task
                left = list(lanes._running.values())
                new.lane.stop()
                await new.task
                return left.index(new)

        assert asyncio.run(lose_and_claim()) == 0


def on_its_way(where: Sending) -> tuple[UUID, UUID, Lease]:
    """A batch whose one message is on its way, the message, and the lease it left under."""
    batch_id = make_batch(where, 1)
    with transaction(LANES) as session:
        [lease] = leases.claim(session, "first", 1, timedelta(seconds=-1))
        session.query(Lane).update({"expires_at": None})
        [message_id] = session.scalars(select(Message.id).where(Message.batch_id == batch_id))
        session.query(Message).update({"state": "sending", "fence": lease.fence, "attempt": 1})
    return batch_id, message_id, lease


def test_what_an_old_owner_gives_back_after_its_batch_was_finished_is_sent_after_all() -> None:
    with sending() as where:
        batch_id, message_id, lease = on_its_way(where)
        run_worker(3)
        assert (states(where.tenant_id), batch_state(batch_id)) == ({"unknown": 1}, "finished")
        with transaction(LANES) as session:
            results.write(session, lease, [Result(message_id, 1, UNSENT)])
        run_worker(3)
        assert len(where.accepted()) == 1
    assert (states(where.tenant_id), batch_state(batch_id)) == ({"accepted": 1}, "finished")


def test_what_comes_back_after_its_batch_was_cancelled_is_cancelled_with_its_money() -> None:
    with sending() as where:
        batch_id, message_id, lease = on_its_way(where)
        with transaction(tenant_scope(where.tenant_id)) as session:
            assert batches.cancel(session, batch_id) == 0
        with transaction(LANES) as session:
            results.write(session, lease, [Result(message_id, 1, UNSENT)])
        tend_lanes()
        with transaction(tenant_scope(where.tenant_id)) as session:
            assert session.execute(text("SELECT state FROM charge")).scalars().all() == ["released"]
    assert states(where.tenant_id) == {"cancelled": 1}
