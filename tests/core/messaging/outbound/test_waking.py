"""Lanes are woken as a transaction ends, and whoever runs one hears of it."""

import asyncio
from uuid import UUID

from sqlalchemy import select

from aerostic.db import service_scope, tenant_scope, transaction
from aerostic.messaging.models import Lane
from aerostic.messaging.outbound.listening import listen
from aerostic.messaging.outbound.waking import wake
from tests.support.factories import make_account, make_number, make_tenant


def woken() -> list[bool]:
    with transaction(service_scope("lanes")) as session:
        return [at is not None for at in session.scalars(select(Lane.wake_at))]


def test_a_lane_is_woken_when_the_transaction_is_committed_and_not_touched_before(app: object) -> None:
    tenant = make_tenant()
    number = make_number(tenant.id, make_account(tenant.id))
    with transaction(tenant_scope(tenant.id)) as session:
        session.execute(select(Lane).where(Lane.number_id == number.id))
        wake(session, tenant.id, number.id)
        with session.begin_nested():
            pass
        assert session.scalars(select(Lane.wake_at)).all() in ([], [None])
    assert woken() == [True]


def test_a_lane_is_woken_where_only_a_part_was_rolled_back(app: object) -> None:
    tenant = make_tenant()
    number = make_number(tenant.id, make_account(tenant.id))
    with transaction(tenant_scope(tenant.id)) as session, session.begin_nested() as part:
        wake(session, tenant.id, number.id)
        part.rollback()
    assert woken() == [True]


def test_whoever_listens_hears_of_a_lane_once_it_is_committed(app: object) -> None:
    tenant = make_tenant()
    number = make_number(tenant.id, make_account(tenant.id))
    heard: list[tuple[UUID, bool]] = []

    async def run() -> None:
        listening = asyncio.create_task(listen(lambda number_id: heard.append((number_id, woken() == [True]))))
        while not heard:
            await asyncio.to_thread(plan)
            await asyncio.sleep(0.05)
        listening.cancel()

    def plan() -> None:
        with transaction(tenant_scope(tenant.id)) as session:
            wake(session, tenant.id, number.id)

    asyncio.run(asyncio.wait_for(run(), 20))
    assert heard[0] == (number.id, True)
