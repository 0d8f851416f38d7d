"""What resellers earn: the margins of their workspaces' messages, which they may take over as credits."""

from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from aerostic.billing.credits.contract import CreditError, Person
from aerostic.billing.credits.models import CreditRequest
from aerostic.db import utcnow
from aerostic.ledger import KeyReusedError, Transfer, post, reseller_wallet
from aerostic.ledger.models import LedgerAccount
from aerostic.words import N_

NOTHING = N_("There is nothing to take over yet. Margins are earned as your workspaces' messages are delivered.")


def earned(session: Session, reseller_id: UUID) -> dict[str, int]:
    """What may be taken over, in micro-credits by currency: margins of before that are still there.

    Where refunds have taken a workspace's margin below zero, that is made up by its next messages, not by the others'.
    """
    found: dict[str, int] = {}
    for account in session.scalars(_margins(reseller_id).order_by(LedgerAccount.currency)):
        found[account.currency] = found.get(account.currency, 0) + max(0, account.balance)
    return found


def take_over(session: Session, reseller_id: UUID, currency: str, person: Person, key: UUID) -> CreditRequest:
    """Move what was earned in a currency to the reseller's wallet. The same key again changes nothing.

    Raises:
        CreditError: nothing was earned.
        KeyReusedError: the key belongs to another act.
    """
    own = _margins(reseller_id).where(LedgerAccount.currency == currency, LedgerAccount.balance > 0)
    target = reseller_wallet(session, reseller_id, currency)
    accounts = session.scalars(own.order_by(LedgerAccount.id).with_for_update(key_share=True)).all()
    if known := session.get(CreditRequest, key):
        if (known.kind, known.reseller_id, known.currency) != ("earning", reseller_id, currency):
            raise KeyReusedError(str(key))
        return known
    total = sum(account.balance for account in accounts)
    if not total:
        raise CreditError(NOTHING)
    now = utcnow()
    act = CreditRequest(
        id=key,
        kind="earning",
        reseller_id=reseller_id,
        amount=total,
        currency=currency,
        reason="margin",
        side=person.side,
        asked_by=person.user_id,
        asked_at=now,
        state="approved",
        decided_at=now,
    )
    session.add(act)
    session.flush()
    for account in accounts:
        name = f"credit:{key}"
        moved = Transfer(account.tenant_id, name, "earning", account.id, target, account.balance, subject_id=key)
        post(session, [moved])
    return act


def _margins(reseller_id: UUID) -> Select[LedgerAccount]:
    return select(LedgerAccount).where(LedgerAccount.reseller_id == reseller_id, LedgerAccount.purpose == "margin")
