"""What flows may spend: a run, on one contact in a day, and a workspace in a day."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import orjson
import pytest
from flask import Flask
from sqlalchemy import select, text

from aerostic.audit.models import AuditEntry
from aerostic.audit.sealing import seal_pending
from aerostic.db import service_scope, tenant_scope, transaction
from aerostic.flows import allowances
from aerostic.flows.allowances import AllowanceError, ceilings, limits_of, set_limits
from aerostic.flows.contract import Context, Effect, Go, Outcome
from aerostic.flows.document import Document
from aerostic.flows.limit_models import FlowSpend
from aerostic.flows.limits import LimitError, Limits
from aerostic.flows.models import FlowRun
from aerostic.flows.plan import Plan
from aerostic.flows.runs import journal
from aerostic.flows.runs.budgets import Purse
from aerostic.flows.runs.clock import tidy
from aerostic.flows.runs.plans import plans
from aerostic.flows.runs.waking import wake_due
from aerostic.registry.tenant_view import TenantView
from tests.core.flows.nodes import KINDS, Nothing, Tag
from tests.core.flows.shop import Shop
from tests.core.flows.test_engine import flow
from tests.support.factories import make_contact, make_tenant


class Price(Nothing):
    amount: int


class Spend(Tag):
    kind, Config, effect = "test.spend", Price, Effect.INSIDE

    def run(self, context: Context, config: Any) -> Outcome:
        context.spend(config.amount)
        return Go()


class SpendOutside(Spend):
    kind, effect = "test.spend_outside", Effect.OUTSIDE


@pytest.fixture(autouse=True)
def _kinds(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    kinds = {**KINDS, **{node.kind: node() for node in (Spend, SpendOutside)}}
    monkeypatch.setattr(TenantView, "flow_nodes", kinds, raising=False)
    plans.cache_clear()
    allowances.known.drop()
    yield
    plans.cache_clear()


@pytest.fixture
def shop(app: Flask) -> Shop:
    return Shop()


def spending(amount: int, kind: str = "spend") -> Document:
    return flow(("a", "heard", {}), ("p", kind, {"amount": amount}), edges="a>p")


def limit(shop: Shop, **chosen: int | None) -> None:
    with transaction(tenant_scope(shop.id)) as session:
        set_limits(session, shop.id, **chosen)


def spent(shop: Shop) -> dict[Any, int]:
    with transaction(tenant_scope(shop.id)) as session:
        return {row.contact_id: row.amount for row in session.scalars(select(FlowSpend))}


def last_line(shop: Shop, run: FlowRun) -> Any:
    with transaction(tenant_scope(shop.id)) as session:
        return journal.read(session, session.get(FlowRun, run.id))[-1]


@pytest.mark.parametrize("which", ["spend", "contact_spend", "tenant_spend"])
def test_what_is_stopped_says_which_node_which_limit_and_how_much(shop: Shop, which: str):
    limit(shop, **{which: 99})
    shop.publish(spending(100))
    shop.writes("hello")
    (run,) = shop.runs()
    line = last_line(shop, run)
    assert (run.state, run.reason, line.node, line.fate) == ("stopped", which, "p", "stopped")
    assert line.output == {"limit": which, "most": 99, "used": 100}
    assert "raise" in line.error[1].lower()
    assert spent(shop) == {}


def test_a_day_is_counted_for_the_contact_and_for_everybody(shop: Shop):
    limit(shop, contact_spend=150)
    shop.publish(spending(50))
    for _ in range(4):
        shop.writes("hello")
    assert [run.state for run in shop.runs()] == ["ended"] * 3 + ["stopped"]
    assert spent(shop) == {shop.contact.id: 150, None: 150}


def test_the_workspaces_budget_is_shared_by_all_contacts(shop: Shop):
    limit(shop, tenant_spend=100)
    with transaction(tenant_scope(shop.id)) as session:
        for contact in (shop.contact.id, make_contact(shop.id).id):
            purse = Purse(session, shop.id, contact, limits_of(session, shop.id))
            purse.charge(step(), 50)
            purse.close()
        with pytest.raises(LimitError) as stopped:
            purse.charge(step(), 1)
    assert stopped.value.told() == {"limit": "tenant_spend", "most": 100, "used": 101}


def step() -> Any:
    return Plan.of(spending(1), {**KINDS, Spend.kind: Spend()}).steps["p"]


def test_of_two_runs_one_gets_the_contacts_last_credit(app: Flask, shop: Shop):
    limit(shop, contact_spend=100)
    barrier = Barrier(2)

    def run(_: int) -> str:
        with app.app_context(), transaction(tenant_scope(shop.id)) as session:
            purse = Purse(session, shop.id, shop.contact.id, limits_of(session, shop.id))
            barrier.wait()
            try:
                purse.charge(step(), 60)
            except LimitError as error:
                return error.limit
            purse.close()
        return "spent"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(run, range(2))) == ["contact_spend", "spent"]
    assert spent(shop) == {shop.contact.id: 60, None: 60}


def test_steps_do_not_wait_for_the_workspaces_counter(app: Flask, shop: Shop):
    with transaction(tenant_scope(shop.id)) as session:
        session.execute(text("SET LOCAL lock_timeout = '2s'"))
        mine = Purse(session, shop.id, shop.contact.id, limits_of(session, shop.id))
        mine.charge(step(), 1)
        other = make_contact(shop.id).id

        def run() -> None:
            with app.app_context(), transaction(tenant_scope(shop.id)) as theirs:
                theirs.execute(text("SET LOCAL lock_timeout = '2s'"))
                purse = Purse(theirs, shop.id, other, Limits())
                purse.charge(step(), 1)
                purse.close()

        with ThreadPoolExecutor(1) as pool:
            pool.submit(run).result()
        mine.close()
    assert spent(shop)[None] == 2


def test_what_is_spent_by_a_step_that_fails_is_given_back(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    def fails(self: Spend, context: Context, config: Any) -> Outcome:
        context.spend(config.amount)
        raise RuntimeError("broken")

    monkeypatch.setattr(Spend, "run", fails)
    shop.publish(spending(10))
    shop.writes("hello")
    assert ([run.state for run in shop.runs()], spent(shop).get(shop.contact.id)) == (["failed"], None)


def test_a_step_outside_of_the_transaction_is_counted_at_once(shop: Shop):
    limit(shop, contact_spend=15)
    shop.publish(spending(10, "spend_outside"))
    for _ in range(2):
        shop.writes("hello")
        wake_due()
    assert ([run.reason for run in shop.runs()], spent(shop)) == (
        ["", "contact_spend"],
        {shop.contact.id: 10, None: 10},
    )


def test_a_limit_that_is_lowered_holds_for_a_run_that_waits(shop: Shop):
    steps = [("a", "heard", {}), ("q", "ask", {}), ("p", "spend", {"amount": 10}), ("s", "set", {"name": "n"})]
    shop.publish(flow(*steps, edges="a>q q>p p>s"))
    shop.writes("hello")
    limit(shop, contact_spend=9)
    shop.writes("answer")
    (run,) = shop.runs()
    assert (run.state, run.reason, shop.path(run)) == ("stopped", "contact_spend", "a:next q:waiting q:next p:stopped")


def test_a_flow_may_ask_for_less_and_never_for_more(shop: Shop):
    document = spending(10)
    shop.publish(document.model_copy(update={"limits": document.limits.model_copy(update={"spend": 9})}))
    shop.writes("hello")
    assert [run.reason for run in shop.runs()] == ["spend"]


def test_limits_are_chosen_below_the_platforms_and_audited(app: Flask):
    tenant = make_tenant()
    with transaction(tenant_scope(tenant.id)) as session:
        assert limits_of(session, tenant.id) == Limits()
        assert set_limits(session, tenant.id, steps=5, contact_spend=0).steps == 5
        for name, value in (("steps", ceilings().steps + 1), ("steps", 0), ("spend", -1), ("nothing", 1)):
            with pytest.raises(AllowanceError) as refused:
                set_limits(session, tenant.id, **{name: value})
            assert refused.value.limit == name
    with transaction(tenant_scope(tenant.id)) as session:
        found = limits_of(session, tenant.id)
        assert (found.steps, found.contact_spend, found.chain) == (5, 0, Limits().chain)
        assert set_limits(session, tenant.id, steps=None).steps == Limits().steps
    while seal_pending():
        pass
    with transaction(tenant_scope(tenant.id)) as session:
        bodies = [orjson.loads(body) for body in session.scalars(select(AuditEntry.body).order_by(AuditEntry.seq))]
    changes = [(body["before"], body["after"]) for body in bodies if body["action"] == "flow_limit.changed"]
    assert changes == [
        ({"steps": None, "contact_spend": None}, {"steps": 5, "contact_spend": 0}),
        ({"steps": 5}, {"steps": None}),
    ]


def test_another_tenant_sees_neither_limits_nor_counters(shop: Shop):
    limit(shop, steps=7)
    shop.publish(spending(10))
    shop.writes("hello")
    with transaction(tenant_scope(make_tenant().id)) as session:
        assert session.scalar(text("SELECT count(*) FROM flow_limit")) == 0
        assert session.scalar(text("SELECT count(*) FROM flow_spend")) == 0
    with transaction(service_scope("flows")) as session:
        session.execute(text("UPDATE flow_spend SET day = day - 40 WHERE contact_id IS NULL"))
    tidy()
    assert spent(shop) == {shop.contact.id: 10}
