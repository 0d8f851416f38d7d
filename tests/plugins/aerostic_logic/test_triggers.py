"""What starts a flow: tags, imports, campaigns, the clock."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from aerostic_logic import plugin, register_flow_nodes
from aerostic_logic.triggers import Failed, Importing, Replied, Which
from flask import Flask

from aerostic.db import Event, new_id, tenant_scope, transaction
from aerostic.flows.document import Document
from aerostic.flows.runs.clock import start_due
from aerostic.flows.runs.plans import plans
from aerostic.flows.runs.starting import on_events
from aerostic.messaging.contacts import tags
from aerostic.messaging.models import Batch, Contact
from aerostic.registry.tenant_view import TenantView
from tests.core.flows.nodes import KINDS
from tests.core.flows.shop import Shop
from tests.core.flows.starts import announced, carry
from tests.core.messaging.imports.support import imported
from tests.support.factories import make_contact

NODES = {node.kind: node for node in register_flow_nodes()}


@pytest.fixture(autouse=True)
def _kinds(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(TenantView, "flow_nodes", {**KINDS, **NODES}, raising=False)
    plans.cache_clear()
    yield
    plans.cache_clear()


@pytest.fixture
def shop(app: Flask) -> Shop:
    assert plugin.name == "logic"
    return Shop()


def publish(shop: Shop, kind: str, config: dict[str, Any], **then: Any) -> UUID:
    """A flow of a trigger and one step."""
    step = {"kind": "logic.set", "config": {"name": "n", "value": "1"}, **then}
    nodes = [{"id": "a", "kind": kind, "config": config}, {"id": "b", **step}]
    return shop.publish(Document.of({"nodes": nodes, "edges": [{"source": "a", "target": "b"}]}))


def tag(shop: Shop, name: str, *contacts: UUID) -> None:
    with transaction(tenant_scope(shop.id)) as session:
        tags.put_on(session, shop.id, tags.tag_named(session, shop.id, name).id, contacts or [shop.contact.id])


def who(shop: Shop) -> set[UUID | None]:
    return {run.contact_id for run in shop.runs()}


def test_a_flow_starts_once_when_a_contact_is_given_the_tag(shop: Shop):
    publish(shop, "logic.tagged", {"tag": "vip"})
    for name in ("other", "vip", "vip"):
        tag(shop, name)
    assert [event.type for event in announced(shop.id)].count("contact.tagged") == 2
    tag(shop, "vip")
    carry(shop.id)
    assert shop.runs() == []
    with transaction(tenant_scope(shop.id)) as session:
        tags.take_off(session, shop.id, tags.tag_named(session, shop.id, "vip").id, [shop.contact.id])
    tag(shop, "vip")
    carry(shop.id)
    (run,) = shop.runs()
    assert (run.contact_id, run.conversation_id, run.state) == (shop.contact.id, shop.talk, "ended")


def test_an_import_starts_a_flow_for_each_contact_a_few_at_a_time(shop: Shop, tmp_path: Path):
    publish(shop, "logic.imported", {"who": "new"})
    path = tmp_path / "people.csv"
    lines = [f"+4479{number:08d},{number}\n" for number in range(230)]
    path.write_text("phone,name\n" + "".join(lines) + "+447995000009,known\n")
    known = make_contact(shop.id, "+447995000009")
    imported(shop.id, path)
    events = [event for event in announced(shop.id) if event.type == "contact.imported"]
    assert [(len(event.data["contact_ids"]), event.data["new"]) for event in events] == [
        (200, True),
        (30, True),
        (1, False),
    ]
    on_events(shop.id, [*events, *events])
    assert shop.runs() == []
    assert [start_due() for _ in range(7)] == [50, 50, 50, 50, 0, 30, 0]
    with transaction(tenant_scope(shop.id)) as session:
        new = {contact.id for contact in session.query(Contact).filter(Contact.id.not_in([shop.contact.id, known.id]))}
    assert (len(shop.runs()), who(shop)) == (230, new)


def test_a_tag_that_comes_with_an_import_starts_flows_too(shop: Shop, tmp_path: Path):
    publish(shop, "logic.tagged", {"tag": "fair"})
    path = tmp_path / "people.csv"
    path.write_text("phone,name\n+447995000001,Ann\n+447995000002,Bob\n")
    imported(shop.id, path, tags=["fair"])
    carry(shop.id)
    start_due()
    assert len(who(shop)) == 2


def test_a_campaigns_messages_start_flows_of_that_campaign_or_of_any(shop: Shop):
    campaign = new_id()
    with transaction(tenant_scope(shop.id)) as session:
        batch = Batch(tenant_id=shop.id, number_id=shop.number.id, source="campaigns", source_id=campaign)
        session.add(batch)
    chosen = publish(shop, "logic.delivered", {"campaign": str(campaign)})
    any_one = publish(shop, "logic.delivered", {})
    publish(shop, "logic.delivered", {"campaign": str(new_id())})
    publish(shop, "logic.read", {})
    data = {"contact_id": str(shop.contact.id), "source": "campaigns"}
    for batch_id in (str(batch.id), None):
        on_events(shop.id, [Event("message.delivered", shop.id, "key", {**data, "batch_id": batch_id})])
    assert {run.flow_id for run in shop.runs()} == {chosen, any_one}


def test_a_failure_of_a_flows_own_message_starts_none():
    def wants(config: Which, **trigger: Any) -> bool:
        return Failed().wants({"trigger": trigger}, config)

    chosen = Which(campaign=UUID(int=1))
    assert (wants(Which(), source="flow"), wants(Which(), source="person")) == (False, True)
    assert wants(chosen, source="campaigns", batch_id="b", source_id=str(UUID(int=1)))
    assert not wants(chosen, source="person", batch_id=None)


def test_an_answer_to_a_campaign_starts_its_flow():
    for campaign, expected in ((None, True), (UUID(int=1), True), (UUID(int=2), False)):
        values = {"trigger": {"campaign_id": str(UUID(int=1))}}
        assert Replied().wants(values, Which(campaign=campaign)) is expected


@pytest.mark.parametrize(("who", "new", "known"), [("new", True, False), ("known", False, True), ("all", True, True)])
def test_an_import_tells_new_contacts_from_known_ones(who: Any, new: bool, known: bool):
    node = NODES["logic.imported"]
    assert [node.wants({"trigger": {"new": one}}, Importing(who=who)) for one in (True, False)] == [new, known]


def test_a_week_needs_days():
    node = NODES["logic.schedule"]
    assert [one.code for one in node.problems(node.Config(every="week", weekdays=[]))] == ["days"]
    assert node.timetable(node.Config(every="week", weekdays=[4, 0, 4], tag=" a  b ")).weekdays == (0, 4)
