"""Two contacts turn out to be one person: everything of the one moves to the other."""

from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from aerostic.db import Event, emit
from aerostic.messaging.contacts.consent import refresh
from aerostic.messaging.contacts.identifiers import email_index
from aerostic.messaging.models import Contact
from aerostic.registry import runtime

# Where both spoke with one number, the conversation of the one that stays takes the other's messages.
_SHARED = "FROM conversation g JOIN conversation k ON k.number_id = g.number_id AND k.contact_id = :keep"
_MINE = "g.contact_id = :gone AND g.tenant_id = :tenant AND k.tenant_id = :tenant"
MOVES = tuple(
    map(
        text,
        (
            f"UPDATE message SET conversation_id = k.id {_SHARED}"
            f" WHERE {_MINE} AND message.tenant_id = :tenant AND message.conversation_id = g.id",
            "UPDATE conversation k SET window_until = GREATEST(k.window_until, g.window_until),"
            " last_message_at = GREATEST(k.last_message_at, g.last_message_at),"
            " unanswered_since = LEAST(k.unanswered_since, g.unanswered_since),"
            # A person who answers one of them answers both.
            " handled_by = GREATEST(k.handled_by, g.handled_by),"
            " handled_by_user = coalesce(k.handled_by_user, g.handled_by_user),"
            " handled_at = coalesce(k.handled_at, g.handled_at) FROM conversation g"
            f" WHERE k.number_id = g.number_id AND k.contact_id = :keep AND {_MINE}",
            "DELETE FROM conversation g USING conversation k"
            f" WHERE k.number_id = g.number_id AND k.contact_id = :keep AND {_MINE}",
            "UPDATE conversation SET contact_id = :keep WHERE tenant_id = :tenant AND contact_id = :gone",
            "UPDATE message SET contact_id = :keep WHERE tenant_id = :tenant AND contact_id = :gone",
            "UPDATE contact_identifier SET contact_id = :keep WHERE tenant_id = :tenant AND contact_id = :gone",
            "UPDATE consent SET contact_id = :keep WHERE tenant_id = :tenant AND contact_id = :gone",
            "INSERT INTO contact_tag (tag_id, contact_id, tenant_id) SELECT tag_id, :keep, tenant_id FROM contact_tag"
            " WHERE tenant_id = :tenant AND contact_id = :gone ON CONFLICT DO NOTHING",
            "INSERT INTO imported_contact (import_id, contact_id, tenant_id, line)"
            " SELECT import_id, :keep, tenant_id, line FROM imported_contact"
            " WHERE tenant_id = :tenant AND contact_id = :gone ON CONFLICT DO NOTHING",
        ),
    )
)


class MergeError(ValueError):
    """The two contacts cannot become one; the message says what to do."""


def merge(session: Session, tenant_id: UUID, keep_id: UUID, gone_id: UUID) -> None:
    """Move messages, conversations, tags, consents, identifiers and runs of flows of `gone_id` to `keep_id`; remove the former.

    What both know (name, e-mail, fields) stays as the kept contact has it. Announces `contact.merged`.

    Raises:
        MergeError: one of them does not exist, or both have a phone of their own.
    """
    query = select(Contact).where(Contact.tenant_id == tenant_id, Contact.id.in_([keep_id, gone_id]))
    found = {c.id: c for c in session.scalars(query.order_by(Contact.id).with_for_update())}
    if keep_id == gone_id or len(found) < 2:
        raise MergeError("Choose two contacts that exist: one of these is gone, or both are the same.")
    keep, gone = found[keep_id], found[gone_id]
    phone = _check_phones(keep, gone)
    _fill(keep, gone)
    for holder in runtime().holders:
        holder.merge(session, tenant_id, keep_id, gone_id)
    for move in MOVES:
        session.execute(move, {"tenant": tenant_id, "keep": keep_id, "gone": gone_id})
    index, gone.phone_index = gone.phone_index, None
    session.delete(gone)
    session.flush()
    if phone:
        keep.phone, keep.phone_index, keep.country = phone, index, gone.country
    session.flush()
    refresh(session, tenant_id, [keep_id])
    session.expire(keep, ["marketing"])
    data = {"contact_id": str(keep_id), "merged_id": str(gone_id)}
    emit(session, Event("contact.merged", tenant_id, str(keep_id), data))


def _check_phones(keep: Contact, gone: Contact) -> str | None:
    """The phone that the kept contact has to take over, if any."""
    if keep.phone_index and gone.phone_index:
        raise MergeError("Both contacts have a phone. Remove the one that is out of date, then merge them.")
    return gone.phone if gone.phone_index else None


def _fill(keep: Contact, gone: Contact) -> None:
    """Complete the kept contact with what only the other one knows."""
    keep.name = keep.name or gone.name
    keep.country = keep.country or gone.country
    keep.locale = keep.locale or gone.locale
    keep.fields = {**gone.fields, **keep.fields}
    if not keep.email_index and gone.email:
        keep.email, keep.email_index = gone.email, email_index(keep.tenant_id, gone.email)
    if keep.marketing == "unknown":
        keep.marketing = gone.marketing
