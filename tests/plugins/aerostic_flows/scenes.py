"""What the tests of flows' pages and API share: a workspace with flows, people at its pages, and what a page shows."""

import re
from typing import Any
from uuid import UUID

import orjson
from flask import Flask
from sqlalchemy import select

from aerostic.audit.models import AuditEntry
from aerostic.audit.sealing import seal_pending
from aerostic.db import tenant_scope, transaction
from aerostic.flows import drafts
from aerostic.flows.document import Document
from aerostic.flows.models import FlowRun
from aerostic.flows.runs.trying import start
from aerostic.testing.people import Client, sign_in
from tests.support.factories import make_tenant

HERE = "/p/flows"
PAGE = {"Accept": "text/html"}
PLUGINS = ("flows", "logic", "messages", "http", "whatsapp")
Part = dict[str, Any]
HEARD: Part = {"id": "in", "kind": "logic.called"}


def document(*nodes: Part, edges: str = "") -> Document:
    """A flow of these nodes behind a trigger; `edges` as in "in>a a:other>b"."""
    drawn = [re.fullmatch(r"(\w+)(?::(\w+))?>(\w+)", one) for one in edges.split()]
    lines = [{"source": m[1], "port": m[2] or "next", "target": m[3]} for m in drawn if m]
    return Document.of({"nodes": [HEARD, *nodes], "edges": lines})


SET: Part = {
    "id": "note",
    "kind": "logic.set",
    "title": "Note it",
    "config": {"name": "word", "value": "{{ message.text }}"},
}
WAIT: Part = {"id": "wait", "kind": "logic.wait", "config": {"amount": 1, "unit": "hours"}}
# Cannot be worked out.
BAD: Part = {"id": "bad", "kind": "logic.set", "config": {"name": "x", "value": "{{ 1 / 0 }}"}}
SIMPLE = document(SET, edges="in>note")
WAITING = document(SET, WAIT, edges="in>note note>wait")
FAILING = document(BAD, edges="in>bad")


class Desk:
    """A workspace with flows."""

    def __init__(self) -> None:
        self.id = make_tenant(plugins=PLUGINS).id

    def draft(self, name: str = "Welcome", drawn: Document = SIMPLE) -> UUID:
        """A draft."""
        with transaction(tenant_scope(self.id)) as session:
            return drafts.create(session, self.id, name, drawn).id

    def published(self, name: str = "Welcome", drawn: Document = SIMPLE) -> UUID:
        """A published flow."""
        flow_id = self.draft(name, drawn)
        self.publish(flow_id)
        return flow_id

    def publish(self, flow_id: UUID, drawn: Document | None = None, note: str = "") -> None:
        """Publish the draft, or another one."""
        with transaction(tenant_scope(self.id)) as session:
            flow = drafts.locked(session, flow_id)
            if drawn:
                drafts.save(session, flow_id, drawn, flow.revision)
            drafts.publish(session, flow_id, user_id=None, note=note)

    def run(self, flow_id: UUID, **given: Any) -> UUID:
        """A run of a published flow."""
        with transaction(tenant_scope(self.id)) as session:
            return start(session, flow_id, **{"values": {}, **given}).id

    def state(self, run_id: UUID) -> str:
        """How far a run is."""
        with transaction(tenant_scope(self.id)) as session:
            return session.get_one(FlowRun, run_id).state

    def flow(self, flow_id: UUID) -> Any:
        """A flow's row, if there is one."""
        with transaction(tenant_scope(self.id)) as session:
            return session.get(drafts.Flow, flow_id)

    def flows(self) -> list[Any]:
        """The rows of all flows."""
        with transaction(tenant_scope(self.id)) as session:
            return list(session.scalars(select(drafts.Flow)))


def visit(app: Flask, desk: Desk, role: str = "marketer") -> Client:
    """A person with this role at the workspace's pages."""
    return sign_in(app, desk.id, role, "app.localhost")


def island(client: Client, path: str) -> Part:
    """What a page of the builder gives to its island."""
    html = client.get(f"{HERE}{path}").text
    found: Part = orjson.loads(html.partition('id="builder-given">')[2].partition("</script>")[0])
    return found


def acts(desk: Desk) -> list[tuple[str, Any, Any]]:
    """What has been noted in a workspace: the act, what was before, what came after."""
    while seal_pending():
        pass
    with transaction(tenant_scope(desk.id)) as session:
        bodies = [orjson.loads(body) for body in session.scalars(select(AuditEntry.body).order_by(AuditEntry.seq))]
    return [(body["action"], body["before"], body["after"]) for body in bodies]


def words(html: str) -> str:
    """A page's text without its marks, in one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", html.partition('id="content"')[2]).split())


def field(html: str, name: str) -> str:
    """What stands in a field of a page."""
    found = re.search(rf'name="{name}"[^>]* value="([^"]*)"', html)
    assert found, f"the page has no field {name}"
    return found[1]
