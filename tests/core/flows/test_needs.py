"""What a flow names of its workspace is looked for before it is published; what expressions can use is known before it runs."""

from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import update

from aerostic.db import new_id, tenant_scope, transaction
from aerostic.flows import drafts
from aerostic.flows.document import Document
from aerostic.flows.expressions import preview
from aerostic.flows.kinds import kinds_of
from aerostic.flows.needs import check_here, named_by
from aerostic.flows.suggesting import examples, suggest
from aerostic.messaging.models import Template
from tests.support.factories import make_account, make_contact, make_template, make_tenant


@pytest.fixture
def tenant(app: Flask) -> UUID:
    return make_tenant(plugins=("logic", "messages", "http")).id


def flow(*nodes: tuple[str, str, dict[str, Any]], start: str = "logic.called") -> Document:
    """Nodes in a row behind a trigger."""
    made = [{"id": "in", "kind": start}, *({"id": id_, "kind": kind, "config": config} for id_, kind, config in nodes)]
    edges = [{"source": one["id"], "target": other["id"]} for one, other in pairwise(made)]
    return Document.of({"nodes": made, "edges": edges})


def lacking(tenant: UUID, document: Document, flow_id: UUID | None = None) -> list[tuple[str, str, str]]:
    with transaction(tenant_scope(tenant)) as session:
        return [(one.code, one.field, one.about) for one in check_here(session, tenant, document, flow_id)]


def test_a_template_has_to_be_there_and_approved(tenant: UUID):
    document = flow(("t", "messages.template", {"template": "offer", "language": "de"}))
    missing = [("template_missing", "template", "offer de")]
    assert lacking(tenant, document) == missing
    template = make_template(tenant, make_account(tenant), name="offer", language="de", status="PENDING")
    assert lacking(tenant, document) == missing
    with transaction(tenant_scope(tenant)) as session:
        session.execute(update(Template).where(Template.id == template.id).values(status="APPROVED"))
    assert lacking(tenant, document) == []
    other = make_tenant(plugins=("logic", "messages")).id
    assert lacking(other, document) == missing
    assert lacking(tenant, flow(("t", "messages.template", {"template": "{{ vars.name }}"}))) == []


def test_a_flow_that_is_called_has_to_be_published_unless_it_is_itself(tenant: UUID):
    called = new_id()
    document = flow(("c", "logic.call", {"flow": str(called)}))
    missing = [("flow_missing", "flow", str(called))]
    assert (lacking(tenant, document), lacking(tenant, document, called)) == (missing, [])
    with transaction(tenant_scope(tenant)) as session:
        drafts.create(session, tenant, "Called", flow(), flow_id=called)
    assert lacking(tenant, document) == missing
    with transaction(tenant_scope(tenant)) as session:
        drafts.publish(session, called, user_id=None)
        made = drafts.create(session, tenant, "Calling", document)
        assert named_by(session, tenant, "flow") == {}
        drafts.publish(session, made.id, user_id=None)
        assert named_by(session, tenant, "flow") == {str(called): ["Calling"]}


def test_publishing_is_refused_and_says_what_is_missing(tenant: UUID):
    with transaction(tenant_scope(tenant)) as session:
        made = drafts.create(session, tenant, "Calling", flow(("c", "logic.call", {"flow": str(new_id())})))
        with pytest.raises(drafts.NotReadyError) as caught:
            drafts.publish(session, made.id, user_id=None)
    assert [(one.code, one.node) for one in caught.value.problems] == [("flow_missing", "c")]


def test_completion_knows_the_contact_and_what_the_nodes_before_leave_behind(tenant: UUID):
    make_contact(tenant, fields={"city": "Oslo", "shoe size": "44", "_x": "1"})
    keep = [{"variable": "price", "path": "a", "otherwise": 0}]
    document = flow(
        ("q", "messages.ask", {"text": "How many?", "expects": "number", "variable": "count"}),
        ("h", "http.request", {"url": "https://x.example", "keep": keep}),
        ("s", "logic.set", {"name": "sum", "value": "{{ vars.count }}"}),
        ("broken", "logic.set", {"name": "NOT A NAME"}),
        ("last", "messages.text", {"text": "Bye"}),
        start="logic.delivered",
    )
    with transaction(tenant_scope(tenant)) as session:
        found = suggest(document, "last", kinds_of(session, tenant), session, tenant)
        early = suggest(document, "q", kinds_of(session, tenant), session, tenant)
    types = {one.name: one.type for one in found}
    assert {"contact.city": "text", "contact.fields.city": "text", "contact.tags": "list"}.items() <= types.items()
    assert {"vars.count": "number", "vars.price": "number", "vars.sum": "text"}.items() <= types.items()
    assert {"steps.q.answer": "number", "steps.h.status": "number", "trigger.batch_id": "text"}.items() <= types.items()
    assert not [name for name in types if "shoe" in name or "_x" in name or "broken" in name]
    assert not [one.name for one in early if one.name.startswith(("vars.", "steps."))]
    shown = preview("{{ contact.first_name }}: {{ vars.count + steps.h.status }}", examples(found))
    assert (shown.text, shown.error) == ("Ada: 203", "")
