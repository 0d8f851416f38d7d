"""Two numbers whose flows answer each other are stopped; a person may write as often as they like."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from aerostic_messages import register_flow_nodes
from flask import Flask
from sqlalchemy import update

from aerostic.billing import Quote
from aerostic.db import new_id, service_scope, tenant_scope, transaction, utcnow
from aerostic.flows.document import Document
from aerostic.flows.limits import Limits
from aerostic.flows.runs.plans import plans
from aerostic.flows.runs.starting import on_events
from aerostic.messaging.contract import InboundMessage
from aerostic.messaging.inbound.messages import Arrival, apply_messages
from aerostic.messaging.models import ChannelNumber, Message
from aerostic.messaging.outbound import planning
from aerostic.registry.tenant_view import TenantView
from tests.core.flows.shop import Shop
from tests.core.flows.starts import announced

CHAIN = Limits().chain
ROUNDS = CHAIN + 5
FLOW = Document.of(
    {
        "nodes": [
            {"id": "in", "kind": "messages.received"},
            {"id": "hi", "kind": "messages.text", "config": {"text": "Hi"}},
        ],
        "edges": [{"source": "in", "target": "hi"}],
    }
)


@pytest.fixture(autouse=True)
def _nodes(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(TenantView, "flow_nodes", {node.kind: node for node in register_flow_nodes()}, raising=False)
    monkeypatch.setattr(planning, "quote", lambda *_: Quote(0, "USD", "tests"))
    plans.cache_clear()
    yield
    plans.cache_clear()


def shop(display: str) -> Shop:
    """A tenant whose flow answers whatever comes to its number."""
    made = Shop()
    with transaction(tenant_scope(made.id)) as session:
        session.execute(update(ChannelNumber).values(display=display))
    made.publish(FLOW)
    return made


def hears(to: Shop, phone: str, after: timedelta) -> int:
    """A message comes in; how many its flow answers with."""
    item = InboundMessage(
        "", f"wamid.{new_id()}", phone, None, "", "", utcnow() + after, "text", {"type": "text"}, "Hi"
    )
    with transaction(service_scope("statuses")) as session:
        apply_messages(session, to.id, [Arrival(to.number.id, item)])
    before = answers(to)
    on_events(to.id, announced(to.id))
    return answers(to) - before


def answers(of: Shop) -> int:
    with transaction(tenant_scope(of.id)) as session:
        return session.query(Message).filter_by(direction="out").count()


@pytest.mark.parametrize("seconds", [0, 60])
def test_two_numbers_of_the_platform_that_answer_each_other_are_stopped(seconds: int):
    one, other = shop("+49 30 555 111"), shop("+49 (30) 555-222")
    sides = [(other, "+4930555111"), (one, "+4930555222")]
    count = 0
    while count < 2 * ROUNDS and hears(*sides[count % 2], timedelta(seconds=seconds)):
        count += 1
    assert count == 2 * (CHAIN + 1)
    assert [run.reason for run in other.runs()] == [""] * (CHAIN + 1) + ["chain"]


def test_a_program_elsewhere_that_answers_at_once_is_stopped_too():
    one = shop("+49 30 555 111")
    assert sum(hears(one, "+491511234567", timedelta()) for _ in range(ROUNDS)) == CHAIN + 1


def test_a_person_takes_longer_and_is_answered_each_time():
    one = shop("+49 30 555 111")
    assert sum(hears(one, "+491511234567", timedelta(seconds=5)) for _ in range(ROUNDS)) == ROUNDS
