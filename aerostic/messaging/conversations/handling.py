"""Who answers in a conversation: bots, or a person who has taken it over."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, select, text
from sqlalchemy.orm import Session

from aerostic import audit
from aerostic.db import Event, emit, new_id, once, utcnow
from aerostic.messaging.models import Conversation

OPEN = text(
    "INSERT INTO conversation (id, tenant_id, number_id, contact_id, created_at) VALUES (:id, :tenant, :number, :contact, now())"
    " ON CONFLICT (tenant_id, number_id, contact_id) DO NOTHING"
)


def locked(session: Session, tenant_id: UUID, conversation_id: UUID) -> Conversation | None:
    """A conversation that nobody else changes until the transaction ends; None where the tenant has none of this id."""
    held = _held(session).get(conversation_id)
    return held or next(iter(_lock(session, tenant_id, Conversation.id == conversation_id)), None)


def all_locked(
    session: Session, tenant_id: UUID, conversation_ids: Collection[UUID], *, patient: bool = True
) -> dict[UUID, Conversation]:
    """Several at once, by id, without those that are not there.

    Args:
        patient: whether to wait for those that somebody else has locked; else they are left out, too.
    """
    if not conversation_ids:
        return {}
    found = _lock(session, tenant_id, Conversation.id.in_(conversation_ids), patient=patient)
    return {talk.id: talk for talk in found}


def locked_with(session: Session, tenant_id: UUID, number_id: UUID, contact_id: UUID) -> Conversation | None:
    """The same, of a number and a contact; None where they have not talked."""
    for talk in _held(session).values():
        if (talk.number_id, talk.contact_id) == (number_id, contact_id):
            return talk
    theirs = (Conversation.number_id == number_id, Conversation.contact_id == contact_id)
    return next(iter(_lock(session, tenant_id, *theirs)), None)


def _lock(session: Session, tenant_id: UUID, *which: ColumnElement[bool], patient: bool = True) -> list[Conversation]:
    """In the order in which messages that come in lock them, so that nobody waits for one who waits."""
    chosen = select(Conversation).where(Conversation.tenant_id == tenant_id, *which)
    ordered = chosen.order_by(Conversation.number_id, Conversation.contact_id).with_for_update(skip_locked=not patient)
    found = list(session.scalars(ordered.execution_options(populate_existing=True)))
    if not session.in_nested_transaction():  # a savepoint that is rolled back lets go of what it locked
        _held(session).update({talk.id: talk for talk in found})
    return found


def _held(session: Session) -> dict[UUID, Conversation]:
    """Those that this transaction has locked until its end."""
    return once(session, "conversations", dict[UUID, Conversation])


def last_with(session: Session, tenant_id: UUID, contact_id: UUID) -> UUID | None:
    """The conversation in which a contact and the tenant have talked last; None where they never did."""
    own = select(Conversation.id).where(Conversation.tenant_id == tenant_id, Conversation.contact_id == contact_id)
    return session.scalar(own.order_by(Conversation.last_message_at.desc().nulls_last(), Conversation.id).limit(1))


def open_conversation(session: Session, tenant_id: UUID, number_id: UUID, contact_id: UUID) -> UUID:
    """The conversation of a contact with a number, begun where they have not talked yet. Returns its id.

    Raises:
        sqlalchemy.exc.IntegrityError: the tenant has no such number, or no such contact.
    """
    values = {"id": new_id(), "tenant": tenant_id, "number": number_id, "contact": contact_id}
    session.execute(OPEN, values)
    theirs = (Conversation.number_id == number_id, Conversation.contact_id == contact_id)
    return session.scalars(select(Conversation.id).where(Conversation.tenant_id == tenant_id, *theirs)).one()


def bots_paused(session: Session, conversation_id: UUID) -> bool:
    """Whether a person answers here, so that flows and agents keep silent."""
    return session.scalar(select(Conversation.handled_by).where(Conversation.id == conversation_id)) == "person"


def take_over(session: Session, conversation: Conversation, user_id: UUID) -> None:
    """From now on this person answers, and bots keep silent. Nothing changes where the person does already."""
    if (conversation.handled_by, conversation.handled_by_user) != ("person", user_id):
        _hand(session, conversation, "person", user_id)


def hand_over(session: Session, tenant_id: UUID, conversation_id: UUID) -> None:
    """Bots keep silent until somebody has answered and handed it back. Nothing changes where a person answers already."""
    conversation = locked(session, tenant_id, conversation_id)
    if conversation and conversation.handled_by != "person":
        _hand(session, conversation, "person", None)


def hand_back(session: Session, conversation: Conversation) -> None:
    """Bots may answer again."""
    if conversation.handled_by != "bot":
        _hand(session, conversation, "bot", None)


def announce(session: Session, conversation: Conversation) -> None:
    """Tell that something about the conversation changed."""
    data = {"conversation_id": str(conversation.id), "handled_by": conversation.handled_by}
    emit(session, Event("conversation.changed", conversation.tenant_id, str(conversation.id), data))


def _hand(session: Session, conversation: Conversation, to: str, user_id: UUID | None) -> None:
    conversation.handled_by, conversation.handled_by_user, conversation.handled_at = to, user_id, utcnow()
    verb = "taken_over" if to == "person" else "handed_back"
    audit.record(session, audit.Act(conversation.tenant_id, f"conversation.{verb}", f"conversation:{conversation.id}"))
    announce(session, conversation)
