"""What became of a campaign's messages, written straight into the database."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from aerostic_campaigns.launch import launch
from aerostic_campaigns.models import Snapshot
from aerostic_campaigns.results import Results, current
from sqlalchemy import delete, select

from aerostic.billing import Outcome, settle
from aerostic.db import new_id, tenant_scope, transaction, utcnow
from aerostic.messaging.models import Batch, Message
from aerostic.security.vault import blind_index
from aerostic.tenancy.plugins import view_for

from .scenes import Scene, make_scene

SECOND = timedelta(seconds=1)


def launched(count: int = 3, **values: Any) -> tuple[Scene, UUID, list[UUID]]:
    """A launched campaign for so many, and its messages."""
    scene = make_scene()
    scene.contacts(count)
    campaign_id = scene.campaign(**values)
    launch(scene.tenant_id, campaign_id)
    return scene, campaign_id, messages(scene, campaign_id)


def messages(scene: Scene, campaign_id: UUID) -> list[UUID]:
    """The messages of a campaign in the order of planning."""
    with transaction(tenant_scope(scene.tenant_id)) as session:
        chosen = select(Message.id).join(Batch, Batch.id == Message.batch_id).where(Batch.source_id == campaign_id)
        return list(session.scalars(chosen.order_by(Message.id)))


def accept(scene: Scene, message_id: UUID, at: datetime | None = None, **values: Any) -> None:
    """The provider took a message; `values` are further columns."""
    with transaction(tenant_scope(scene.tenant_id)) as session:
        message = session.get_one(Message, message_id)
        message.state, message.accepted_at = "accepted", at or utcnow()
        for name, value in values.items():
            setattr(message, name, value)


def end(scene: Scene, message_id: UUID, status: str, code: int = 0, at: datetime | None = None) -> None:
    """A message was delivered, read or failed; its money follows."""
    at = at or utcnow()
    times = {"delivered": ("delivered_at",), "read": ("delivered_at", "read_at"), "failed": ("failed_at",)}[status]
    words = {"error_code": code, "error": f"It failed with {code}."} if code else {}
    accept(scene, message_id, at - SECOND, status=status, **dict.fromkeys(times, at), **words)
    with transaction(tenant_scope(scene.tenant_id)) as session:
        rules = view_for(session, scene.tenant_id).billing_rules
        settle(session, scene.tenant_id, rules, [(message_id, Outcome(status, code))])


def anew(scene: Scene, campaign_id: UUID) -> Results:
    """The results, counted anew: what was counted before is kept for as long as this machine made it take."""
    with transaction(tenant_scope(scene.tenant_id)) as session:
        session.execute(delete(Snapshot).where(Snapshot.campaign_id == campaign_id))
    return current(scene.tenant_id, campaign_id)


def answer(scene: Scene, contact_id: UUID, at: datetime | None = None, **values: Any) -> UUID:
    """A contact wrote. Returns the message's id."""
    message_id = new_id()
    defaults: dict[str, Any] = {
        "number_id": scene.number_id,
        "contact_id": contact_id,
        "direction": "in",
        "source": "inbound",
        "idempotency_key": f"in:{message_id}",
        "kind": "text",
        "state": "received",
        "provider_index": blind_index(scene.tenant_id, "message.provider_id", str(message_id)),
        "created_at": at or utcnow(),
    }
    with transaction(tenant_scope(scene.tenant_id)) as session:
        session.add(Message(id=message_id, tenant_id=scene.tenant_id, content={"text": "Hi"}, **{**defaults, **values}))
    return message_id
