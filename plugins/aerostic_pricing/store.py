"""Keeping price books, and finding those that are in force."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from aerostic.sdk import Tenant, new_id, service_scope, tenant_scope, transaction, utcnow

from .books import LEVELS, Book, BookError, Rule
from .models import QUOTING, PriceBook, PriceRule


@dataclass(frozen=True, slots=True)
class Owner:
    """Of whom a book's prices are asked: one reseller, one tenant, or everybody (the platform's own book)."""

    reseller_id: UUID | None = None
    tenant_id: UUID | None = None

    @property
    def level(self) -> str:
        """`platform`, `reseller` or `tenant`."""
        return LEVELS[2] if self.tenant_id else LEVELS[1] if self.reseller_id else LEVELS[0]


def add(
    session: Session, owner: Owner, rules: Sequence[Rule], effective_at: datetime | None = None, note: str = ""
) -> int:
    """Put a new version in force and return its number. What was quoted before keeps its price.

    Args:
        effective_at: from when on; at once when left out.

    Raises:
        BookError: no rules, a moment without a zone or in the past, or one that has a version already.
    """
    now = utcnow()
    effective_at = effective_at or now
    if not rules:
        raise BookError("A price book needs at least one rule. Give market, category, and a price or a margin.")
    if effective_at.tzinfo is None or effective_at < now:
        raise BookError("Prices change from a moment on that is still to come, with its zone: 2026-12-01T00:00+00:00.")
    if session.scalar(_of(owner).where(PriceBook.effective_at == effective_at)):
        raise BookError(f"There are prices from {effective_at.isoformat()} on already. Choose another moment.")
    latest = session.scalar(select(func.max(PriceBook.number)).where(*_owned(owner)))
    book = PriceBook(
        id=new_id(),
        for_reseller_id=owner.reseller_id,
        for_tenant_id=owner.tenant_id,
        number=(latest or 0) + 1,
        effective_at=effective_at,
        note=note,
    )
    session.add(book)
    session.flush()
    session.add_all(_row(book.id, rule) for rule in rules)
    return book.number


def versions(session: Session, owner: Owner) -> list[PriceBook]:
    """All versions of a book, the newest first."""
    return list(session.scalars(_of(owner).order_by(PriceBook.effective_at.desc())))


def chain(tenant_id: UUID, now: datetime) -> list[Book]:
    """The books that make a tenant's prices at a moment, from the platform's down to its own."""
    with transaction(tenant_scope(tenant_id)) as session:
        reseller_id = session.scalar(select(Tenant.reseller_id).where(Tenant.id == tenant_id))
    owners = [Owner(), *([Owner(reseller_id=reseller_id)] if reseller_id else []), Owner(tenant_id=tenant_id)]
    with transaction(service_scope(QUOTING)) as session:
        return [book for owner in owners if (book := _in_force(session, owner, now))]


def _in_force(session: Session, owner: Owner, now: datetime) -> Book | None:
    latest = _of(owner).where(PriceBook.effective_at <= now).order_by(PriceBook.effective_at.desc()).limit(1)
    book = session.scalar(latest)
    if book is None:
        return None
    rows = session.scalars(select(PriceRule).where(PriceRule.book_id == book.id))
    return Book.of(owner.level, book.number, _rules(rows))


def _rules(rows: Iterable[PriceRule]) -> list[Rule]:
    return [Rule(row.market, row.category, row.amount, row.percent.normalize(), row.fixed, row.floor) for row in rows]


def _row(book_id: UUID, rule: Rule) -> PriceRule:
    return PriceRule(
        book_id=book_id,
        market=rule.market,
        category=rule.category,
        amount=rule.amount,
        percent=rule.percent,
        fixed=rule.fixed,
        floor=rule.floor,
    )


def _of(owner: Owner) -> Select[PriceBook]:
    return select(PriceBook).where(*_owned(owner))


def _owned(owner: Owner) -> tuple[ColumnElement[bool], ...]:
    return (
        PriceBook.for_reseller_id.is_not_distinct_from(owner.reseller_id),
        PriceBook.for_tenant_id.is_not_distinct_from(owner.tenant_id),
    )
