"""What a contact tells us about messages: by a word, or by the switch in the provider's own application."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from aerostic.messaging.contacts.consent import Category, ConsentEntry, OptOut, blocked, record
from aerostic.messaging.contacts.stop_words import Word, meaning
from aerostic.messaging.contract import PreferenceChange

_CATEGORIES: dict[str, Category] = {"marketing": "marketing", "marketing_messages": "marketing", "all": "all"}


def entry_of_text(contact_id: UUID, text: str, at: datetime) -> ConsentEntry | None:
    """The entry of the history that a message amounts to; None for an ordinary message.

    Args:
        at: when the person wrote, by the provider's clock.
    """
    match meaning(text):
        case Word.STOP:
            return ConsentEntry(contact_id, "withdrawn", "stop_word", at)
        case Word.STOP_ALL:
            return ConsentEntry(contact_id, "withdrawn", "stop_word", at, "all")
        case Word.START:
            return ConsentEntry(contact_id, "granted", "start_word", at, "all")
    return None


def entry_of_change(contact_id: UUID, change: PreferenceChange) -> ConsentEntry:
    """The entry of the history for the provider's switch. A category we do not know counts as marketing."""
    category = _CATEGORIES.get(change.category.lower(), "marketing")
    return ConsentEntry(contact_id, "granted" if change.allowed else "withdrawn", "provider", change.time, category)


def apply_texts(session: Session, tenant_id: UUID, texts: list[tuple[UUID, str, datetime]]) -> list[OptOut]:
    """Act on those of many messages (contact, text, time) that are STOP or START. For the hook after the commit.

    START only takes an opt-out back: to those who never opted out, the word is no consent to marketing.
    """
    entries = [entry for item in texts if (entry := entry_of_text(*item))]
    if not entries:
        return []
    stopped = {entry.contact_id for entry in entries if entry.state == "withdrawn"}
    stopped |= blocked(session, tenant_id, [entry.contact_id for entry in entries], "marketing")
    return record(session, tenant_id, [entry for entry in entries if entry.contact_id in stopped])


def apply_changes(session: Session, tenant_id: UUID, changes: list[tuple[UUID, PreferenceChange]]) -> list[OptOut]:
    """Act on the provider's switch, for many contacts. For the hook after the commit."""
    return record(session, tenant_id, [entry_of_change(*item) for item in changes])
