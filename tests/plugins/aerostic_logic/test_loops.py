"""Flows that set each other off are stopped, wherever the chain leads through."""

from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from aerostic.db import tenant_scope, transaction
from aerostic.flows.document import Document
from aerostic.flows.limits import Limits
from aerostic.flows.models import FlowRun
from aerostic.flows.runs import journal
from aerostic.flows.runs.starting import on_events
from aerostic.flows.runs.waking import wake_due
from aerostic.messaging.contacts import tags
from tests.core.flows.shop import Shop
from tests.core.flows.starts import announced, carry
from tests.plugins.aerostic_logic.test_triggers import _kinds, tag

CHAIN = Limits().chain
__all__ = ["_kinds"]


@pytest.fixture
def shop(app: Flask) -> Shop:
    return Shop()


def publish(shop: Shop, *nodes: tuple[str, dict[str, Any]]) -> UUID:
    """A flow of these nodes in a row."""
    rows = [{"id": f"n{at}", "kind": kind, "config": config} for at, (kind, config) in enumerate(nodes)]
    edges = [{"source": f"n{at}", "target": f"n{at + 1}"} for at in range(len(nodes) - 1)]
    return shop.publish(Document.of({"nodes": rows, "edges": edges}))


def ping_pong(shop: Shop, *between: tuple[str, dict[str, Any]]) -> None:
    """Two flows: each takes its tag off and puts the other's on."""
    for mine, other in (("ping", "pong"), ("pong", "ping")):
        steps = (*between, ("logic.untag", {"tag": mine}), ("logic.tag", {"tag": other}))
        publish(shop, ("logic.tagged", {"tag": mine}), *steps)


def stopped(shop: Shop) -> FlowRun:
    (run,) = (run for run in shop.runs() if run.state == "stopped")
    return run


def test_a_tag_that_starts_a_flow_that_puts_on_a_tag_ends_at_the_chain(shop: Shop):
    ping_pong(shop)
    tag(shop, "ping")
    carry(shop.id)
    run = stopped(shop)
    assert (len(shop.runs()), run.reason) == (CHAIN + 2, "chain")
    assert {one.state for one in shop.runs() if one.id != run.id} == {"ended"}
    with transaction(tenant_scope(shop.id)) as session:
        (line,) = journal.read(session, session.get(FlowRun, run.id))
    assert (line.node, line.fate, line.error[0], line.output) == (
        "n0",
        "stopped",
        "chain",
        {"limit": "chain", "most": CHAIN, "used": CHAIN + 1},
    )


def test_the_chain_survives_waits(shop: Shop):
    ping_pong(shop, ("logic.wait", {"amount": 1, "unit": "days"}))
    tag(shop, "ping")
    for _ in range(CHAIN + 5):
        carry(shop.id)
        shop.later(days=1)
        wake_due()
    assert (len(shop.runs()), stopped(shop).reason) == (CHAIN + 2, "chain")


def test_an_opt_out_that_a_flow_writes_down_goes_on_with_its_chain(shop: Shop):
    publish(shop, ("logic.tagged", {"tag": "stop"}), ("logic.opt_out", {}))
    tag(shop, "stop")
    on_events(shop.id, announced(shop.id))
    (run,) = shop.runs()
    told = {event.type: event.data.get("chain") for event in announced(shop.id)}
    assert told["contact.opted_out"] == [str(run.id)]


def test_what_a_person_does_begins_a_new_chain(shop: Shop):
    ping_pong(shop)
    for _ in range(3):
        with transaction(tenant_scope(shop.id)) as session:
            for worn in tags.all_tags(session, shop.id):
                tags.take_off(session, shop.id, worn.id, [shop.contact.id])
        announced(shop.id)
        tag(shop, "ping")
        (event,) = announced(shop.id)
        assert "chain" not in event.data
