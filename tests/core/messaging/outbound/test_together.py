"""Free messages that are planned one by one within a block are written at its end."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.billing import Quote
from aerostic.billing.models import Charge
from aerostic.db import tenant_scope, transaction
from aerostic.ledger import credit
from aerostic.messaging.models import ChannelNumber, Message
from aerostic.messaging.outbound.planning import REPLY, plan_one
from aerostic.messaging.outbound.together import PlannedBeforeError, together
from tests.core.messaging.outbound.support import draft
from tests.support.factories import make_account, make_number, make_tenant
from tests.support.statements import statements

FREE, DEAR = Quote(0, "USD", "test"), Quote(25_000, "USD", "test")


@pytest.fixture
def number(app: Flask) -> ChannelNumber:
    """Of a workspace with money."""
    tenant = make_tenant()
    with transaction(tenant_scope(tenant.id)) as session:
        credit(session, tenant.id, 1_000_000, "USD", key="start", note="test")
    return make_number(tenant.id, make_account(tenant.id))


def plan(session: Session, number: ChannelNumber, key: str, price: Quote = FREE) -> None:
    plan_one(session, number.tenant_id, number.id, "tests", REPLY, draft("+16500000001", key), price)


def kept(number: ChannelNumber) -> list[tuple[str, int]]:
    with transaction(tenant_scope(number.tenant_id)) as session:
        both = select(Message.idempotency_key, Charge.amount).join(Charge, Charge.id == Message.id)
        return [(key, amount) for key, amount in session.execute(both.order_by(Message.idempotency_key))]


def test_many_are_written_in_one_statement_with_their_charges(number: ChannelNumber) -> None:
    with (
        statements() as told,
        transaction(tenant_scope(number.tenant_id)) as session,
        together(session),
    ):
        for key in "abc":
            plan(session, number, key)
    assert kept(number) == [("a", 0), ("b", 0), ("c", 0)]
    assert sum(statement.startswith("INSERT INTO message") for statement in told) == 1
    assert sum("INSERT INTO charge" in statement for statement in told) == 1


def test_what_costs_is_written_and_paid_for_at_once(number: ChannelNumber) -> None:
    with transaction(tenant_scope(number.tenant_id)) as session, together(session):
        plan(session, number, "free")
        plan(session, number, "dear", DEAR)
        assert session.scalars(select(Message.idempotency_key)).all() == ["dear"]
    assert kept(number) == [("dear", 25_000), ("free", 0)]


def test_nothing_is_written_where_the_block_fails(number: ChannelNumber) -> None:
    with (
        pytest.raises(ZeroDivisionError),
        transaction(tenant_scope(number.tenant_id)) as session,
        together(session),
    ):
        plan(session, number, "a")
        _ = 1 / 0
    assert kept(number) == []


def test_one_that_was_planned_before_is_left_to_who_plans_each_by_itself(number: ChannelNumber) -> None:
    with transaction(tenant_scope(number.tenant_id)) as session:
        plan(session, number, "a")
    with (
        pytest.raises(PlannedBeforeError),
        transaction(tenant_scope(number.tenant_id)) as session,
        together(session),
    ):
        plan(session, number, "a")
        plan(session, number, "b")
    assert kept(number) == [("a", 0)]
