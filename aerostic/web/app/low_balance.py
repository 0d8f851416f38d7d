"""Telling owners and admins that a wallet is low: once when it falls below their threshold, and again after it was above."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.billing.credits.wallets import left
from aerostic.db import Event, emit, service_scope, tenant_scope, transaction, utcnow
from aerostic.identity.models import User
from aerostic.ledger import wallet, wallet_balance
from aerostic.registry import Schedule
from aerostic.tenancy.models import Member, Tenant
from aerostic.web.brands.current import brand_for
from aerostic.web.pages.formats import money
from aerostic.web.pages.language import in_language
from aerostic.web.people import mailing
from aerostic.web.sites import site

TOLD = ("owner", "admin")


def watch() -> None:
    """Look at every wallet that somebody wants to be told of."""
    with transaction(service_scope("cron")) as session:
        low = (left("wallet") < Tenant.low_balance).label("low")
        wanted = select(Tenant.id, low, Tenant.low_told_at).where(Tenant.low_balance.is_not(None))
        changed = [row.id for row in session.execute(wanted) if row.low == (row.low_told_at is None)]
    for tenant_id in changed:
        with transaction(tenant_scope(tenant_id)) as session:
            _note(session, tenant_id)
    if changed:
        mailing.wake()


def _note(session: Session, tenant_id: UUID) -> None:
    """Look again, with the workspace locked, so that two who look at once tell once."""
    tenant = session.get_one(Tenant, tenant_id, with_for_update=True)
    balance = wallet_balance(session, tenant_id, tenant.currency)
    if tenant.low_balance is None or balance >= tenant.low_balance:
        tenant.low_told_at = None
    elif tenant.low_told_at is None:
        tenant.low_told_at = utcnow()
        _tell(session, tenant, balance)


def _tell(session: Session, tenant: Tenant, balance: int) -> None:
    account_id = wallet(session, tenant.id, tenant.currency)
    data = {"account_id": str(account_id), "balance": balance, "threshold": tenant.low_balance}
    emit(session, Event("wallet.low", tenant.id, str(account_id), data))
    brand = brand_for(session, tenant.id)
    people = select(User).join(Member, Member.user_id == User.id).where(Member.tenant_id == tenant.id)
    for user in session.scalars(people.where(Member.role.in_(TOLD), User.active)):
        language = user.locale or brand.locale
        with in_language(language):
            amount = money(balance, tenant.currency)
        mailing.post(
            session,
            "low_balance",
            brand,
            user.email or "",
            language=language,
            tenant_id=tenant.id,
            workspace=tenant.name,
            amount=amount,
            address=f"{site(brand.host)}/wallet",
        )


SCHEDULES = (Schedule("wallet.watch", watch, 60),)
