"""What both consoles show of a workspace."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from aerostic.db import utcnow
from aerostic.ledger import wallet_balance
from aerostic.messaging.models import ChannelNumber, Contact, Message
from aerostic.tenancy.models import Member, Tenant, TenantPlugin


@dataclass(frozen=True, slots=True)
class Facts:
    """Counts of a workspace. `balance` is in micro-credits, `messages` of the last 30 days."""

    members: int
    contacts: int
    numbers: int
    messages: int
    balance: int
    plugins: list[str]


def facts(session: Session, tenant: Tenant) -> Facts:
    """Count within the session's scope: a reseller sees what policies show it."""

    def count(model: type, *conditions: object) -> int:
        query = select(func.count()).select_from(model).where(model.tenant_id == tenant.id)  # type: ignore[attr-defined]
        return session.scalar(query.where(*conditions)) or 0  # type: ignore[arg-type]

    enabled = select(TenantPlugin.plugin).where(TenantPlugin.tenant_id == tenant.id, TenantPlugin.enabled)
    return Facts(
        members=count(Member),
        contacts=count(Contact),
        numbers=count(ChannelNumber),
        messages=count(Message, Message.created_at >= utcnow() - timedelta(days=30)),
        balance=wallet_balance(session, tenant.id, tenant.currency),
        plugins=sorted(session.scalars(enabled)),
    )
