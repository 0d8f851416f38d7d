"""Choosing contacts: a specification as data, counted and read in chunks, however many there are."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, Literal, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from sqlalchemy import ColumnElement, func
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on
from sqlalchemy.orm import Session

from aerostic.messaging.contacts.identifiers import USER_ID
from aerostic.messaging.contacts.search import matching
from aerostic.messaging.models import (
    Consent,
    Contact,
    ContactField,
    ContactIdentifier,
    ContactTag,
    ImportedContact,
    Suppression,
)
from aerostic.messaging.models.contacts import FIELD_KEY_LENGTH
from aerostic.security.envelope import Place
from aerostic.security.vault import open_text

MOST_TAGS = 50
Tags = Annotated[list[UUID], Field(max_length=MOST_TAGS)]


class FieldFilter(BaseModel):
    """A condition on a custom field. `is` and `is_not` compare without regard to case; `is_not` is true of no value."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=64)]
    op: Literal["is", "is_not", "contains", "set", "unset"]
    value: Annotated[str, Field(max_length=1024)] = ""

    def condition(self) -> ColumnElement[bool]:
        """The filter as SQL."""
        field = func.coalesce(Contact.fields[self.name].astext, "")
        match self.op:
            case "is" if self.value:
                return _field_is(self.name, self.value)
            case "is":
                return field == ""
            case "is_not":
                return func.lower(field) != self.value.lower()
            case "contains":
                return field.icontains(self.value, autoescape=True)
            case "set":
                return field != ""
            case "unset":
                return field == ""


class AudienceSpec(BaseModel):
    """Who is meant. Everything given has to hold; nothing given means all contacts.

    Args:
        all_tags: has every one of these; any_tags: at least one; no_tags: none.
        countries: markets, ISO 3166 alpha-2.
        marketing: present states of consent.
        sources: where the contact came from first: `import`, `manual`, `inbound`, ...
        created_from, created_to: from this moment, before that one.
        import_id: came with this import.
        text: see `search.matching`.
    """

    model_config = ConfigDict(extra="forbid")

    all_tags: Tags = []
    any_tags: Tags = []
    no_tags: Tags = []
    fields: Annotated[list[FieldFilter], Field(max_length=20)] = []
    countries: Annotated[list[str], Field(max_length=300)] = []
    marketing: list[Literal["unknown", "granted", "withdrawn"]] = []
    sources: Annotated[list[str], Field(max_length=20)] = []
    created_from: AwareDatetime | None = None
    created_to: AwareDatetime | None = None
    import_id: UUID | None = None
    text: Annotated[str, Field(max_length=200)] = ""


class AudienceRow(NamedTuple):
    """A chosen contact. `suppressed` names the categories it must not be sent (`marketing`, `all`)."""

    contact_id: UUID
    phone: str | None
    user_id: str | None
    name: str
    country: str
    locale: str
    fields: dict[str, Any]
    marketing: str
    suppressed: frozenset[str]


def count(session: Session, tenant_id: UUID, spec: AudienceSpec) -> int:
    """How many contacts are meant now."""
    meant = sa.select(func.count()).select_from(Contact).where(*conditions(session, tenant_id, spec))
    return session.scalar(meant) or 0


def select(
    session: Session, tenant_id: UUID, spec: AudienceSpec, *, chunk: int = 5000, after: UUID | None = None
) -> Iterator[list[AudienceRow]]:
    """The contacts meant at this moment, by id, at most `chunk` at a time, so that memory stays bounded.

    They are read through a cursor of the server's: the session's transaction has to stay open until the last chunk.

    Args:
        after: go on behind this contact: the last one of a chunk that was dealt with before.
    """
    query = _query(session, tenant_id, spec).execution_options(yield_per=chunk)
    found = session.execute(query.where(Contact.id > after) if after else query)
    for rows in found.partitions():
        yield _opened(session, tenant_id, rows)


def next_ids(
    session: Session,
    tenant_id: UUID,
    spec: AudienceSpec,
    *,
    limit: int,
    after: UUID | None = None,
    until: datetime | None = None,
) -> list[UUID]:
    """The next contacts meant, by id: for work that goes through all of them in transactions of its own.

    Args:
        after: go on behind this contact.
        until: leave out who was added later.
    """
    meant = sa.select(Contact.id).where(*conditions(session, tenant_id, spec))
    if after:
        meant = meant.where(Contact.id > after)
    if until:
        meant = meant.where(Contact.created_at <= until)
    return list(session.scalars(meant.order_by(Contact.id).limit(limit)))


def load(session: Session, tenant_id: UUID, contact_ids: list[UUID]) -> list[AudienceRow]:
    """These contacts as they are now, by id; those that are gone are left out. For an audience that was frozen before."""
    chosen = _query(session, tenant_id, AudienceSpec()).where(Contact.id == _any(contact_ids, sa.Uuid()))
    return _opened(session, tenant_id, session.execute(chosen).all())


def _query(session: Session, tenant_id: UUID, spec: AudienceSpec) -> sa.Select[Any]:
    columns = (
        Contact.id,
        Contact.phone_sealed,
        Contact.phone_index,
        Contact.name,
        Contact.country,
        Contact.locale,
        Contact.fields,
        Contact.marketing,
    )
    return sa.select(*columns).where(*conditions(session, tenant_id, spec)).order_by(Contact.id)


def conditions(session: Session, tenant_id: UUID, spec: AudienceSpec) -> Iterator[ColumnElement[bool]]:
    """The specification as SQL on `Contact`."""
    yield Contact.tenant_id == tenant_id
    yield from (_tagged(tenant_id, [tag]) for tag in spec.all_tags)
    if spec.any_tags:
        yield _tagged(tenant_id, spec.any_tags)
    if spec.no_tags:
        yield sa.not_(_tagged(tenant_id, spec.no_tags))
    yield from (condition.condition() for condition in spec.fields)
    if spec.countries:
        yield Contact.country.in_([country.upper() for country in spec.countries])
    if spec.marketing:
        yield Contact.marketing.in_(spec.marketing)
    if spec.sources:
        yield Contact.source.in_(spec.sources)
    yield from _created(spec.created_from, spec.created_to)
    if spec.import_id:
        yield _imported(tenant_id, spec.import_id)
    if spec.text.strip():
        yield matching(session, tenant_id, spec.text)


def _created(start: datetime | None, end: datetime | None) -> Iterator[ColumnElement[bool]]:
    if start:
        yield Contact.created_at >= start
    if end:
        yield Contact.created_at < end


def _field_is(name: str, value: str) -> ColumnElement[bool]:
    """Without regard to case; by the rows of `contact_field`, whose keys hold the beginning of a long value."""
    own = sa.and_(ContactField.tenant_id == Contact.tenant_id, ContactField.contact_id == Contact.id)
    key = func.lower(value[:FIELD_KEY_LENGTH])
    found = sa.select(ContactField.name).where(own, ContactField.name == name, ContactField.value_key == key).exists()
    if len(value) < FIELD_KEY_LENGTH:
        return found
    return sa.and_(found, func.lower(Contact.fields[name].astext) == func.lower(value))


def _tagged(tenant_id: UUID, tags: list[UUID]) -> ColumnElement[bool]:
    own = sa.and_(ContactTag.tenant_id == tenant_id, ContactTag.contact_id == Contact.id)
    return sa.select(ContactTag.tag_id).where(own, ContactTag.tag_id.in_(tags)).exists()


def _imported(tenant_id: UUID, import_id: UUID) -> ColumnElement[bool]:
    own = sa.and_(ImportedContact.tenant_id == tenant_id, ImportedContact.contact_id == Contact.id)
    return sa.select(ImportedContact.line).where(own, ImportedContact.import_id == import_id).exists()


def _opened(session: Session, tenant_id: UUID, rows: Any) -> list[AudienceRow]:
    suppressed = _suppressed(session, tenant_id, [row.phone_index for row in rows if row.phone_index])
    nameless = [row.id for row in rows if not row.phone_index]
    everything = _opted_out_of_all(session, tenant_id, nameless)
    users = _user_ids(session, tenant_id, [row.id for row in rows])
    return [
        AudienceRow(
            row.id,
            open_text(Place("contact", "phone", tenant_id, row.id), row.phone_sealed) if row.phone_sealed else None,
            users.get(row.id),
            row.name,
            row.country,
            row.locale,
            row.fields,
            row.marketing,
            suppressed.get(row.phone_index, frozenset()) | everything.get(row.id, frozenset()),
        )
        for row in rows
    ]


def _suppressed(session: Session, tenant_id: UUID, indexes: list[bytes]) -> dict[bytes, frozenset[str]]:
    found: dict[bytes, frozenset[str]] = {}
    if indexes:
        own = (Suppression.tenant_id == tenant_id, Suppression.phone_index == _any(indexes, sa.LargeBinary()))
        for index, category in session.execute(sa.select(Suppression.phone_index, Suppression.category).where(*own)):
            found[index] = found.get(index, frozenset()) | {category}
    return found


def _opted_out_of_all(session: Session, tenant_id: UUID, contacts: list[UUID]) -> dict[UUID, frozenset[str]]:
    """Contacts without a phone have no suppressions: their history says whether they want nothing at all."""
    if not contacts:
        return {}
    latest = (
        sa.select(Consent.contact_id, Consent.state)
        .ext(distinct_on(Consent.contact_id))
        .where(
            Consent.tenant_id == tenant_id, Consent.contact_id == _any(contacts, sa.Uuid()), Consent.category == "all"
        )
        .order_by(Consent.contact_id, Consent.given_at.desc(), Consent.state.desc())
    )
    return {id_: frozenset({"all"}) for id_, state in session.execute(latest) if state == "withdrawn"}


def _user_ids(session: Session, tenant_id: UUID, contacts: list[UUID]) -> dict[UUID, str]:
    """The newest business-scoped user id of each contact that has one."""
    columns = (ContactIdentifier.id, ContactIdentifier.contact_id, ContactIdentifier.value_sealed)
    own = (ContactIdentifier.tenant_id == tenant_id, ContactIdentifier.contact_id == _any(contacts, sa.Uuid()))
    query = sa.select(*columns).where(*own, ContactIdentifier.kind == USER_ID).order_by(ContactIdentifier.id)
    return {
        contact_id: open_text(Place("contact_identifier", "value", tenant_id, id_), sealed)
        for id_, contact_id, sealed in session.execute(query)
    }


def _any(values: list[Any], kind: sa.types.TypeEngine[Any]) -> sa.CollectionAggregate[Any]:
    """One array, however many values: thousands of placeholders take longer to read than the rows."""
    return sa.any_(sa.literal(values, ARRAY(kind)))
