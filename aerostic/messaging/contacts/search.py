"""Finding people by what somebody types: a whole phone or e-mail address, a user name, or the beginnings of words of a name.

Phones and addresses are encrypted, so they are found whole or not at all. Names are found by ranges of their keys (see the
model `Contact`), which an index answers however many contacts there are.
"""

from collections.abc import Iterator
from contextlib import suppress
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ColumnElement, func
from sqlalchemy.orm import Session

from aerostic.messaging.contacts.emails import EmailError, clean_email
from aerostic.messaging.contacts.identifiers import USERNAME, email_index, identifier, phone_index
from aerostic.messaging.contacts.phones import PhoneError, canonical, normalise
from aerostic.messaging.models import Contact, ContactIdentifier
from aerostic.tenancy.models import Tenant

MOST_WORDS = 5
FEWEST_DIGITS = 7
LAST = "\U0010ffff"
KEYS = (Contact.name_key, Contact.name_key2, Contact.name_key3, Contact.name_key4)


def matching(session: Session, tenant_id: UUID, text: str) -> ColumnElement[bool]:
    """The condition of a searched text. Phones without a country code are read as of the tenant's country."""
    text = text.strip()
    if text.startswith("@"):
        return _named(tenant_id, text)
    try:
        return Contact.email_index == email_index(tenant_id, clean_email(text))
    except EmailError:
        pass
    phones = set(_phones(session, tenant_id, text))
    if phones:
        return Contact.phone_index.in_([phone_index(tenant_id, phone) for phone in sorted(phones)])
    words = text.split()[:MOST_WORDS]
    return sa.or_(_begins(" ".join(words)), sa.and_(*map(_begins, words))) if len(words) > 1 else _begins(text)


def _phones(session: Session, tenant_id: UUID, text: str) -> Iterator[str]:
    """What the text may be as a phone: as a person writes it, and as a provider does (all digits, country first)."""
    number = text.rpartition(":")[2]
    digits = "".join(character for character in number if character.isdecimal())
    if len(digits) < FEWEST_DIGITS or any(character.isalpha() for character in number):
        return
    yield canonical(f"+{digits.removeprefix('00')}")
    region = session.scalar(sa.select(Tenant.country).where(Tenant.id == tenant_id)) or ""
    with suppress(PhoneError):
        yield normalise(text, region).e164


def _named(tenant_id: UUID, text: str) -> ColumnElement[bool]:
    name = identifier(tenant_id, USERNAME, text)
    own = sa.and_(ContactIdentifier.tenant_id == tenant_id, ContactIdentifier.contact_id == Contact.id)
    is_name = sa.and_(ContactIdentifier.kind == name.kind, ContactIdentifier.value_index == name.index)
    return sa.select(ContactIdentifier.id).where(own, is_name).exists()


def _begins(word: str) -> ColumnElement[bool]:
    first = func.search_key(word)
    return sa.or_(*(sa.and_(key >= first, key < first.concat(LAST)) for key in KEYS))
