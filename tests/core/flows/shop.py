"""A tenant with a flow and somebody who writes."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import update

from aerostic.db import Event, new_id, tenant_scope, transaction
from aerostic.flows import drafts
from aerostic.flows.document import Document
from aerostic.flows.models import FlowRun
from aerostic.flows.runs import journal
from aerostic.flows.runs.starting import on_events
from aerostic.flows.runs.trying import start
from aerostic.messaging.contacts.tags import counted
from aerostic.messaging.conversations.handling import open_conversation
from aerostic.messaging.models import Message
from aerostic.security.envelope import Place
from aerostic.security.vault import seal_json
from tests.support.factories import make_account, make_contact, make_number, make_tenant


class Shop:
    """A tenant with a contact who writes to its number.

    Args:
        beside: another contact of the same tenant.
        plugins: what is on.
    """

    def __init__(
        self, *, beside: "Shop | None" = None, plugins: tuple[str, ...] = ("whatsapp", "campaigns", "pricing")
    ) -> None:
        self.id = beside.id if beside else make_tenant(plugins=plugins).id
        self.number = beside.number if beside else make_number(self.id, make_account(self.id))
        self.contact = make_contact(self.id)
        with transaction(tenant_scope(self.id)) as session:
            self.talk = open_conversation(session, self.id, self.number.id, self.contact.id)

    def publish(self, document: Document) -> UUID:
        with transaction(tenant_scope(self.id)) as session:
            made = drafts.create(session, self.id, "Flow", document)
            drafts.publish(session, made.id, user_id=None)
            return made.id

    def starts(self, flow_id: UUID) -> None:
        """A run, begun by hand."""
        with transaction(tenant_scope(self.id)) as session:
            start(session, flow_id, values={})

    def writes(self, words: str) -> Event:
        """The contact writes; the event is handed over."""
        event = self.says(words)
        on_events(self.id, [event])
        return event

    def says(self, words: str) -> Event:
        """The contact writes; the event is on its way."""
        id_ = new_id()
        content = seal_json(Place("message", "content", self.id, id_), {"type": "text", "text": {"body": words}})
        with transaction(tenant_scope(self.id)) as session:
            row = {"id": id_, "tenant_id": self.id, "number_id": self.number.id, "contact_id": self.contact.id}
            row |= {"conversation_id": self.talk, "direction": "in", "source": "webhook", "kind": "text"}
            session.execute(Message.__table__.insert(), row | {"content_sealed": content, "idempotency_key": str(id_)})
        ids = {"message_id": str(id_), "contact_id": str(self.contact.id), "conversation_id": str(self.talk)}
        return Event("message.received", self.id, str(self.talk), ids)

    def runs(self) -> list[FlowRun]:
        with transaction(tenant_scope(self.id)) as session:
            return list(session.query(FlowRun).order_by(FlowRun.id))

    def path(self, run: FlowRun) -> str:
        with transaction(tenant_scope(self.id)) as session:
            return " ".join(
                f"{one.node}:{one.port or one.fate}" for one in journal.read(session, session.get(FlowRun, run.id))
            )

    def later(self, **by: float) -> None:
        """Let time pass for what waits."""
        with transaction(tenant_scope(self.id)) as session:
            session.execute(update(FlowRun).values(wake_at=FlowRun.wake_at - timedelta(**by)))

    def tags(self) -> dict[str, int]:
        with transaction(tenant_scope(self.id)) as session:
            return {tag.name: tag.contacts for tag in counted(session, self.id)}
