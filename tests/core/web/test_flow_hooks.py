"""Another system starts a flow at its address, and is answered by it; whatever else comes there is refused with a reason."""

import hashlib
import hmac
import io
from collections.abc import Iterator
from typing import Any, NamedTuple
from uuid import UUID

import orjson
import pytest
from flask import Flask
from sqlalchemy import select, update

from aerostic.db import tenant_scope, transaction
from aerostic.flows import drafts
from aerostic.flows.document import Document
from aerostic.flows.hooks import chain, finding, keeping
from aerostic.flows.models import Flow, FlowRun
from aerostic.flows.runs import journal
from aerostic.messaging.conversations.handling import open_conversation
from aerostic.messaging.models import Contact, Conversation
from aerostic.tenancy.models import Tenant
from aerostic.tenancy.plugins import disable_plugin
from aerostic.web.intake import WebhookIntake
from tests.support.factories import TESTS, make_account, make_contact, make_number, make_tenant

ANSWERS = {"status": 201, "data": {"hello": "{{ trigger.body.name }}", "n": "{{ trigger.body.n + 1 }}"}}
SLOWLY = ("wait", "logic.wait", {"minutes": 5})


class Answered(NamedTuple):
    status: int
    body: str
    headers: dict[str, str]

    @property
    def json(self) -> Any:
        return orjson.loads(self.body)


class Caller:
    """A published flow that begins with a webhook, and somebody who calls it."""

    def __init__(self, app: Flask, *steps: tuple[str, str, dict[str, Any]], trigger: dict[str, Any] | None = None) -> None:
        self.tenant_id = make_tenant(plugins=("http", "logic", "messages", "whatsapp")).id
        self.intake = WebhookIntake(app)
        self.flow_id = self.publish(*steps, trigger=trigger)
        with transaction(tenant_scope(self.tenant_id)) as session:
            (hook,) = keeping.of_flow(session, self.flow_id)
            self.token, self.secret = hook.token, hook.secrets["now"]

    def publish(
        self, *steps: tuple[str, str, dict[str, Any]], trigger: dict[str, Any] | None = None, flow_id: UUID | None = None
    ) -> UUID:
        nodes = [("in", "http.webhook", trigger or {}), *steps]
        parts = [{"id": id_, "kind": kind, "config": config} for id_, kind, config in nodes]
        ways = [{"source": a[0], "target": b[0]} for a, b in zip(nodes, nodes[1:], strict=False)]
        document = Document.of({"nodes": parts, "edges": ways})
        with transaction(tenant_scope(self.tenant_id)) as session:
            made = drafts.create(session, self.tenant_id, "Flow", document, flow_id=flow_id)
            drafts.save(session, made.id, document, made.revision)
            drafts.publish(session, made.id, user_id=None)
            return made.id

    def __call__(self, sent: Any = None, *, raw: bytes | None = None, **environ: Any) -> Answered:
        """Call with a signed JSON body; what is given in `environ` stands instead, and what is None is left out."""
        body = orjson.dumps(sent) if raw is None else raw
        signature = "sha256=" + hmac.new(self.secret.encode(), body, hashlib.sha256).hexdigest()
        full = {"REQUEST_METHOD": "POST", "PATH_INFO": f"/flows/{self.token}", "QUERY_STRING": ""}
        full |= {"CONTENT_LENGTH": str(len(body)), "CONTENT_TYPE": "application/json", "wsgi.input": io.BytesIO(body)}
        full |= {"HTTP_X_HUB_SIGNATURE_256": signature, **environ}
        answer: list[Any] = []
        given = self.intake({name: value for name, value in full.items() if value is not None}, lambda *a: answer.extend(a))
        return Answered(int(answer[0][:3]), b"".join(given).decode(), dict(answer[1]))

    def runs(self) -> list[FlowRun]:
        with transaction(tenant_scope(self.tenant_id)) as session:
            return list(session.scalars(select(FlowRun).order_by(FlowRun.id)))

    def path(self, run: FlowRun) -> str:
        with transaction(tenant_scope(self.tenant_id)) as session:
            steps = journal.read(session, session.get_one(FlowRun, run.id))
            return " ".join(f"{one.node}:{one.port or one.fate}" for one in steps)

    def later(self) -> None:
        """Let what the process remembers of addresses grow old."""
        self.intake._flows._hooks._kept.clear()


@pytest.fixture
def hello(app: Flask) -> Caller:
    return Caller(app, ("name", "logic.set", {"name": "n", "value": 1}), ("out", "http.respond", ANSWERS))


def test_a_call_is_answered_by_the_flow_and_its_run_is_kept(hello: Caller):
    answer = hello({"name": "Zoë", "n": 41}, QUERY_STRING="a=1&b=2&b=3", HTTP_X_SHOPIFY_TOPIC="orders/paid", HTTP_COOKIE="c")
    (run,) = hello.runs()
    assert (answer.status, answer.json) == (201, {"hello": "Zoë", "n": 42})
    assert answer.headers["Aerostic-Run"] == str(run.id)
    assert (run.state, run.steps, run.going, hello.path(run)) == ("ended", 3, None, "in:next name:next out:next")
    assert run.journal[0][5] == {
        "method": "POST",
        "body": {"name": "Zoë", "n": 41},
        "query": {"a": "1", "b": ["2", "3"]},
        "headers": {"content_type": "application/json", "x_shopify_topic": "orders/paid"},
    }
