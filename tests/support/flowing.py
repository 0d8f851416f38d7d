"""A shop whose flows a customer meets: publish a flow, let the customer write, let time pass, and see what was done and sent."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from aerostic_emulator.content import check_content
from sqlalchemy import update

from aerostic.db import Event, tenant_scope, transaction, utcnow
from aerostic.flows import drafts
from aerostic.flows.document import Document
from aerostic.flows.models import FlowRun
from aerostic.flows.runs import driving, engines, journal, starting, waking
from aerostic.flows.runs.plans import plans
from aerostic.flows.state import Done
from aerostic.ledger import credit
from aerostic.messaging.contacts.tags import counted
from aerostic.messaging.models import Contact, Message
from aerostic.tenancy.models import TenantPlugin
from tests.core.messaging.conversations.talk import PHONE, Talk
from tests.support.factories import TESTS, make_account, make_contact, make_number, make_tenant

PLUGINS = ("whatsapp", "campaigns", "pricing", "flows", "logic", "messages", "http")
START = {"id": "in", "kind": "messages.received"}


@dataclass
class Clock:
    """What the engine takes for the time."""

    now: datetime = field(default_factory=utcnow)

    def __call__(self) -> datetime:
        return self.now

    def patch(self, patched: pytest.MonkeyPatch) -> "Clock":
        """Let the engine go by it."""
        for module in (driving, engines, waking):
            patched.setattr(module, "utcnow", self)
        return self


@dataclass
class Shop(Talk):
    """One tenant with all steps, a number, and a customer of the name of Ada Lovelace."""

    clock: Clock = field(default_factory=Clock)

    @classmethod
    def open(cls, clock: Clock, *, plugins: tuple[str, ...] = (), zone: str = "UTC", **contact: Any) -> "Shop":
        """It has money, and nothing was said yet."""
        tenant = make_tenant(plugins=(*PLUGINS, *plugins), zone=zone, name="Maple Street Shop")
        account = make_account(tenant.id)
        with transaction(tenant_scope(tenant.id)) as session:
            credit(session, tenant.id, 100_000_000, "USD", key="start", note="test")
        person = make_contact(tenant.id, PHONE, **{"name": "Ada Lovelace", **contact})
        plans.cache_clear()
        return cls(tenant.id, account, make_number(tenant.id, account), person, person.id, clock)

    def publish(self, document: Document, name: str = "Flow") -> UUID:
        """Make a flow that runs."""
        with self.scope() as session:
            made = drafts.create(session, self.tenant_id, name, document)
            drafts.publish(session, made.id, user_id=None)
            return made.id

    def says(self, content: dict[str, Any] | str) -> None:
        """The customer writes, and flows hear of it."""
        self.hear(content)
        with self.scope() as session:
            heard = session.query(Message).filter_by(direction="in").order_by(Message.id.desc()).first()
            ids = {name: str(getattr(heard, name)) for name in ("number_id", "contact_id", "conversation_id")}
            ids["message_id"] = str(heard.id)
        self.happens("message.received", ids)

    def taps(self, title: str, id_: str = "") -> None:
        """The customer taps a button, or chooses a line of a list."""
        reply = {"type": "button_reply", "button_reply": {"id": id_ or title, "title": title}}
        self.says({"type": "interactive", "interactive": reply})

    def happens(self, kind: str, data: dict[str, Any]) -> None:
        """Flows hear of an event."""
        starting.on_events(self.tenant_id, [Event(kind, self.tenant_id, "x", data)])

    def passes(self, **time: float) -> None:
        """Time passes, and what is due goes on."""
        self.clock.now += timedelta(**time)
        waking.wake_due()

    def runs(self) -> list[FlowRun]:
        """The runs, the oldest first."""
        with self.scope() as session:
            return list(session.query(FlowRun).order_by(FlowRun.started_at, FlowRun.id))

    def steps(self) -> list[Done]:
        """What the latest run did."""
        run = self.runs()[-1]
        with self.scope() as session:
            return journal.read(session, session.get_one(FlowRun, run.id))

    def path(self) -> str:
        """How the latest run went."""
        return " ".join(f"{one.node}:{one.port or one.fate}" for one in self.steps())

    def errors(self) -> list[tuple[str, str]]:
        """Node and code of each failure of the latest run."""
        return [(one.node, one.error[0]) for one in self.steps() if one.error[0]]

    def cancel(self) -> None:
        """Nothing that goes on does any more."""
        with self.scope() as session:
            session.execute(update(FlowRun).values(state="cancelled", awaits="", wake_at=None))

    def sent(self) -> list[dict[str, Any]]:
        """What is on its way to the customer, as the provider will get it; each is something that it takes."""
        with self.scope() as session:
            ours = session.query(Message).filter_by(direction="out").order_by(Message.id)
            contents = [message.content["content"] for message in ours]
        for content in contents:
            check_content(content["type"], content[content["type"]], in_group=False)
        return contents

    def words(self) -> list[str]:
        """Of what was sent, the words."""
        return [_words(content) for content in self.sent()]

    def person(self) -> Contact:
        """The customer, as kept."""
        with self.scope() as session:
            return session.get_one(Contact, self.contact.id)

    def tags(self) -> list[str]:
        """What the customer wears."""
        with self.scope() as session:
            return sorted(tag.name for tag in counted(session, self.tenant_id) if tag.contacts)

    def switch(self, plugin: str, *, on: bool) -> None:
        """Switch a plugin on or off."""
        with transaction(TESTS) as session:
            row = session.query(TenantPlugin).filter_by(tenant_id=self.tenant_id, plugin=plugin).one()
            row.enabled = on


def flow(*nodes: dict[str, Any], edges: str, start: dict[str, Any] = START) -> Document:
    """A flow that a message starts. Edges are written `in>a a.error>b`."""
    drawn = []
    for edge in edges.split():
        source, target = edge.split(">")
        source, _dot, port = source.partition(".")
        drawn.append({"source": source, "target": target, **({"port": port} if port else {})})
    return Document.of({"nodes": [start, *nodes], "edges": drawn})


def node(id_: str, kind: str, **config: Any) -> dict[str, Any]:
    """One step."""
    return {"id": id_, "kind": kind, "config": config}


def _words(content: dict[str, Any]) -> str:
    part = content[content["type"]]
    if content["type"] == "template":
        return f"[{part['name']}]"
    return str(part.get("body", {}).get("text", "") if content["type"] == "interactive" else part.get("body", ""))
