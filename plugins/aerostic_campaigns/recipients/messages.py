"""Recipients with a message, as a table: who, how far, why not, when, and what became of the money."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from aerostic.sdk import N_, Charge, Column, Contact, Filter, Message, TableSpec, contact_search

from ..models import Campaign, Reply
from ..results import Failure
from ..words import OUTCOMES

Condition = ColumnElement[bool]
FAILED = or_(Message.state == "failed", Message.status == "failed")
ACCEPTED = Message.state == "accepted"
STATES: Mapping[str, Condition] = {
    "waiting": Message.state.in_(("planned", "sending")),
    "sent": and_(ACCEPTED, Message.status.in_(("", "sent"))),
    "delivered": and_(ACCEPTED, Message.status == "delivered"),
    "read": Message.status == "read",
    "failed": FAILED,
    "unknown": Message.state == "unknown",
    "cancelled": Message.state == "cancelled",
}
WORDS = {name: look.text for name, look in OUTCOMES.items()} | {"replied": N_("Replied")}
MARGIN = timedelta(minutes=1)


def outcome(state: str, status: str) -> str:
    """How far a message is, as a key of `STATES`."""
    if "failed" in (state, status):
        return "failed"
    if state == "accepted":
        return status if status in ("delivered", "read") else "sent"
    return "waiting" if state in ("planned", "sending") else state


def messages_table(session: Session, campaign: Campaign, failures: Sequence[Failure]) -> TableSpec:
    """The table of one campaign; its failures can be filtered by reason."""
    columns = [
        Column("person", _("Person"), Message.id),
        Column("state", _("State")),
        Column("reason", _("Why")),
        Column("sent", _("Sent"), extra=True),
        Column("delivered", _("Delivered"), extra=True),
        Column("read", _("Read"), extra=True),
        Column("replied", _("Replied"), extra=True, shown=False),
        Column("cost", _("Cost"), numeric=True, extra=True),
    ]
    filters = [
        Filter("state", _("State"), lambda value: _in_state(campaign, value), [(k, _(w)) for k, w in WORDS.items()]),
        Filter(
            "code",
            _("Reason"),
            lambda value: and_(FAILED, Message.error_code == int(value)) if value.isdecimal() else None,
            [(str(failure.code), _(failure.words)) for failure in failures],
        ),
    ]
    return TableSpec(
        "recipients",
        Message.id,
        columns,
        filters,
        search=lambda words: contact_search(session, campaign.tenant_id, words),
        order="person",
        placeholder=_("Name or phone"),
    )


def messages_query(campaign: Campaign) -> Select[*tuple[Any, ...]]:
    """One row a message: its id, state and times, its contact (None: erased), its charge, and the moment of the reply."""
    columns = (
        Message.id,
        Message.state,
        Message.status,
        Message.error_code,
        Message.error,
        Message.accepted_at,
        Message.delivered_at,
        Message.read_at,
        Message.failed_at,
        Contact,
        Charge.state.label("charge"),
        Charge.amount,
        Charge.currency,
        Reply.replied_at,
    )
    return (
        select(*columns)
        .select_from(Message)
        .outerjoin(Contact, Contact.id == Message.contact_id)
        .outerjoin(Charge, Charge.id == Message.id)
        .outerjoin(Reply, Reply.message_id == Message.id)
        .where(Message.batch_id == campaign.batch_id, *_planned(campaign))
    )


def _in_state(campaign: Campaign, value: str) -> Condition | None:
    if value == "replied":
        return Message.id.in_(select(Reply.message_id).where(Reply.campaign_id == campaign.id))
    return STATES.get(value)


def _planned(campaign: Campaign) -> list[Condition]:
    """Ids begin with the time they were made at, so a campaign's lie together: the key's index finds them in their order."""
    bounds = [Message.id >= _first_id(campaign.frozen_at - MARGIN)] if campaign.frozen_at else []
    if campaign.started_at:
        bounds.append(Message.id < _first_id(campaign.started_at + MARGIN))
    return bounds


def _first_id(moment: datetime) -> UUID:
    return UUID(int=int(moment.timestamp() * 1000) << 80)
