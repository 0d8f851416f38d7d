"""Keeping price books, and finding those that are in force."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from aerostic.sdk import (
    N_,
    Act,
    ActArea,
    Scope,
    Tenant,
    new_id,
    platform_scope,
    record_act,
    register_acts,
    reseller_scope,
    service_scope,
    tenant_scope,
    transaction,
    utcnow,
)

from .books import LEVELS, Book, BookError, Rule, Sheet
from .chain import Chain
from .models import QUOTING, PriceBook, PriceRule
from .recent import forget

PLATFORM = platform_scope("prices")
register_acts(
    ActArea("price", N_("Prices"), {"published": N_("Put prices in force"), "card": N_("Imported a rate card")})
)


@dataclass(frozen=True, slots=True)
class Owner:
    """Whom a book is for: one reseller, one workspace, or everybody (the platform's own book).

    Args:
        clients: of a reseller, what it asks of its workspaces instead of what is asked of it.
    """

    reseller_id: UUID | None = None
    tenant_id: UUID | None = None
    clients: bool = False

    @property
    def level(self) -> str:
        """`platform`, `reseller`, `clients` or `tenant`."""
        if self.tenant_id:
            return LEVELS[3]
        return LEVELS[1 + self.clients] if self.reseller_id else LEVELS[0]

    def owns(self) -> ColumnElement[bool]:
        """The versions of its book."""
        return and_(
            PriceBook.level == self.level,
            PriceBook.for_reseller_id.is_not_distinct_from(self.reseller_id),
            PriceBook.for_tenant_id.is_not_distinct_from(self.tenant_id),
        )


def writer_of(owner: Owner) -> Scope:
    """As whom a book is written: its reseller's prices are the reseller's, all others the platform's."""
    reseller_id = owner.reseller_id if owner.clients else None
    if owner.tenant_id:
        with transaction(PLATFORM) as session:
            reseller_id = session.scalar(select(Tenant.reseller_id).where(Tenant.id == owner.tenant_id))
    return reseller_scope(reseller_id) if reseller_id else PLATFORM


def add(
    session: Session,
    owner: Owner,
    sheet: Sheet,
    effective_at: datetime | None = None,
    note: str = "",
    key: UUID | None = None,
) -> int:
    """Put a new version in force and return its number. What was quoted before keeps its price.

    Args:
        effective_at: from when on; at once when left out.
        key: of the form; the same form sent again changes nothing.

    Raises:
        BookError: no rules, a moment without a zone or in the past, one that has a version already, or somebody else who
            puts prices in force in this moment.
    """
    if key and (known := session.scalar(_of(owner).where(PriceBook.id == key))):
        return known.number
    now = utcnow()
    effective_at = effective_at or now
    if not sheet.rules:
        raise BookError(N_("A price book needs at least one rule. Give market, category, and a price or a margin."))
    if effective_at.tzinfo is None or effective_at < now:
        raise BookError(
            N_("Prices change from a moment on that is still to come, with its zone: %(example)s."),
            example="2026-12-01T00:00+00:00",
        )
    if session.scalar(_of(owner).where(PriceBook.effective_at == effective_at)):
        raise BookError(
            N_("There are prices from %(moment)s on already. Choose another moment."),
            moment=effective_at.isoformat(timespec="minutes"),
        )
    latest = session.scalar(select(func.max(PriceBook.number)).where(owner.owns()))
    book = PriceBook(
        id=key or new_id(),
        level=owner.level,
        for_reseller_id=owner.reseller_id,
        for_tenant_id=owner.tenant_id,
        number=(latest or 0) + 1,
        effective_at=effective_at,
        note=note,
        currency=sheet.currency,
        exchange=sheet.exchange,
        free=dict(sheet.free),
    )
    session.add(book)
    try:
        session.flush()
    except IntegrityError as error:
        raise BookError(
            N_("Somebody else has just put prices in force here. Look at them, then send yours again.")
        ) from error
    session.add_all(_row(book.id, rule) for rule in sheet.rules)
    _note(session, book)
    forget()
    return book.number


def _note(session: Session, book: PriceBook) -> None:
    """In the platform's chain: whom a book is for need not know what others pay."""
    parties = {"tenant": book.for_tenant_id, "reseller": book.for_reseller_id}
    whom = next((f"{kind}:{party}" for kind, party in parties.items() if party), "")
    after = {"level": book.level, "version": book.number, "from": book.effective_at, "currency": book.currency}
    record_act(session, Act(None, "price.published", whom, after=after))


def versions(session: Session, owner: Owner) -> list[PriceBook]:
    """All versions of a book, the newest first."""
    return list(session.scalars(_of(owner).order_by(PriceBook.effective_at.desc())))


def all_versions(session: Session) -> dict[Owner, list[PriceBook]]:
    """All versions of all books within the session's scope, the newest of each first."""
    found: dict[Owner, list[PriceBook]] = {}
    for book in session.scalars(select(PriceBook).order_by(PriceBook.effective_at.desc())):
        owner = Owner(book.for_reseller_id, book.for_tenant_id, book.level == "clients")
        found.setdefault(owner, []).append(book)
    return found


def sheet_of(session: Session, book: PriceBook) -> Sheet:
    """What a version says."""
    rows = session.scalars(
        select(PriceRule).where(PriceRule.book_id == book.id).order_by(*PriceRule.__table__.primary_key)
    )
    return Sheet(tuple(_rules(rows)), book.free, book.currency, book.exchange)


def chain_of(tenant_id: UUID, now: datetime) -> Chain:
    """The books that make a workspace's prices at a moment."""
    with transaction(tenant_scope(tenant_id)) as session:
        chosen = select(Tenant.reseller_id, Tenant.currency).where(Tenant.id == tenant_id)
        reseller_id, currency = session.execute(chosen).one()
    own = Owner(tenant_id=tenant_id)
    if reseller_id is None:
        return Chain(currency, None, in_force([Owner(), own], now))
    return Chain(
        currency,
        reseller_id,
        in_force([Owner(), Owner(reseller_id)], now),
        in_force([Owner(reseller_id, clients=True), own], now),
    )


def chain_for(owner: Owner, now: datetime) -> Chain:
    """The books down to one, at a moment: those that make the prices it leads to."""
    if owner.tenant_id:
        return chain_of(owner.tenant_id, now)
    asked = [Owner(), *([Owner(owner.reseller_id)] if owner.reseller_id else [])]
    return Chain("", owner.reseller_id, in_force(asked, now), in_force([owner], now) if owner.clients else ())


def in_force(owners: Iterable[Owner], now: datetime) -> tuple[Book, ...]:
    """The versions in force of owners of different levels, in the order of the levels."""
    latest = select(PriceBook).where(or_(*(owner.owns() for owner in owners)), PriceBook.effective_at <= now)
    latest = latest.ext(distinct_on(PriceBook.level)).order_by(PriceBook.level, PriceBook.effective_at.desc())
    with transaction(service_scope(QUOTING)) as session:
        found = {book.level: Book(book.level, book.number, sheet_of(session, book)) for book in session.scalars(latest)}
    return tuple(found[level] for level in LEVELS if level in found)


def _rules(rows: Iterable[PriceRule]) -> list[Rule]:
    return [
        Rule(row.market, row.category, row.amount, row.percent.normalize(), row.fixed, row.floor, row.above)
        for row in rows
    ]


def _row(book_id: UUID, rule: Rule) -> PriceRule:
    return PriceRule(
        book_id=book_id,
        market=rule.market,
        category=rule.category,
        above=rule.above,
        amount=rule.amount,
        percent=rule.percent,
        fixed=rule.fixed,
        floor=rule.floor,
    )


def _of(owner: Owner) -> Select[PriceBook]:
    return select(PriceBook).where(owner.owns())
