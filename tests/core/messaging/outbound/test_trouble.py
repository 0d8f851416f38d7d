"""What lanes do when the provider, a plugin or the database is in trouble."""

from typing import Any

import pytest
from aerostic_emulator import seed

from aerostic.billing import Quote
from aerostic.cli.services.children import free_port
from aerostic.db import service_scope, tenant_scope, transaction
from aerostic.messaging.models import Lane, Message
from aerostic.messaging.outbound import planning, results
from aerostic.messaging.outbound.breaker import DOUBTS
from aerostic.messaging.outbound.results import MOST_ATTEMPTS
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
        add_fault(where, kind="status", http=503, seconds=1)
        run_worker(6)
        assert where.sent_twice() == []
        assert states(where.tenant_id) == {"accepted": len(where.accepted()), "unknown": 300 - len(where.accepted())}
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
        with transaction(service_scope("lanes")) as session:
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
