"""A plugin meters what it uses, with what every plugin has: `aerostic.sdk`. Here it is a step of flows."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest
from aerostic_logic import register_flow_nodes
from flask import Flask

from aerostic import sdk
from aerostic.db import Event, tenant_scope, transaction, utcnow
from aerostic.flows.runs.plans import plans
from aerostic.registry.tenant_view import TenantView
from aerostic.sdk.flows import Context, Effect, Fail, FlowNode, Go, NodeConfig, Outcome
from aerostic.streams.metering import level, usage
from aerostic.streams.metering.handling import HANDLER
from aerostic.streams.relay import relay_batch
from aerostic.testing.flows import run_flow
from tests.support.factories import make_tenant
from tests.support.storage import places


class Answering(NodeConfig):
    fails: bool = False


class Answer(FlowNode[Answering]):
    """A step of an agent, which reads and writes 1,200 tokens and keeps a file of 500 bytes, in the run's transaction."""

    kind, title, icon, category = "acme.answer", "Answer", "messages", "Acme"
    Config, effect = Answering, Effect.INSIDE

    def run(self, context: Context, config: Answering) -> Outcome:
        if context.session is None:
            return Fail("no_database", "There is nothing to meter.")
        sdk.emit(context.session, sdk.metered(context.tenant_id, "agent_tokens", 1_200))
        sdk.stored(context.session, context.tenant_id, "acme:answers", 500)
        if config.fails:
            raise ValueError
        return Go()


class Twice:
    """A bus that gives everything twice to those who meter."""

    def publish(self, events: Sequence[Event]) -> None:
        for event in (*events, *events):
            if event.type in HANDLER.types:
                HANDLER.function(event.tenant_id, [event])


@pytest.fixture(autouse=True)
def _steps(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    nodes = {node.kind: node for node in (*register_flow_nodes(), Answer())}
    monkeypatch.setattr(TenantView, "flow_nodes", nodes, raising=False)
    plans.cache_clear()
    yield
    plans.cache_clear()


def test_a_step_meters_what_it_used_once_and_nothing_where_it_was_rolled_back() -> None:
    tenant = make_tenant().id
    states = [
        run_flow(tenant, {"id": "answer", "kind": "acme.answer", "config": {"fails": fails}}, values={}).state
        for fails in (False, True, False)
    ]
    relay_batch(Twice(), 100)
    today = utcnow().replace(hour=0, minute=0, second=0, microsecond=0)
    until = today + timedelta(days=2)
    with transaction(tenant_scope(tenant)) as session:
        found = usage(session, tenant, None, today, until, "day")
        now = level(session, tenant, "storage", until)
    assert states == ["ended", "failed", "ended"]
    assert sum(amount.amount for amount in found if amount.kind == "agent_tokens") == 2_400
    assert (now, places(tenant)) == (500, {"acme:answers": 500})
