"""Money that no status brings to its end: messages of which nothing was ever heard, and what a batch did not need of its hold."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import text

from aerostic.billing import close_hold, release_silent, silent_tenants
from aerostic.db import service_scope, tenant_scope, transaction, utcnow
from aerostic.ledger import expire, expired
from aerostic.messaging.reconciliation import reconcile
from aerostic.tenancy.plugins import view_for

SILENCE = timedelta(days=30)
AT_ONCE = 1_000
CRON = service_scope("cron")
# Only of batches that are over: the hold of one that is being planned looks the same.
UNSPENT = text(
    "SELECT b.tenant_id, h.id FROM batch b JOIN ledger_hold h ON h.id = b.hold_id WHERE b.state IN ('finished', 'cancelled')"
    " AND h.assigned < h.amount AND h.captured + h.released = h.assigned ORDER BY h.id LIMIT :most"
)


def release_silence(now: Callable[[], datetime] = utcnow) -> int:
    """Give back what is held for messages nothing was heard of in 30 days. Returns how many those were."""
    before, released = now() - SILENCE, 0
    with transaction(CRON) as session:
        tenants = silent_tenants(session, before)
    for tenant_id in tenants:
        settled = AT_ONCE
        # A rule may leave a charge open, so a full slice that moved nothing is the end too.
        while settled == AT_ONCE:
            with transaction(tenant_scope(tenant_id)) as session:
                rules = view_for(session, tenant_id).billing_rules
                given_back = release_silent(session, tenant_id, rules, before, AT_ONCE)
                reconcile(session, tenant_id, [charge.charge_id for charge in given_back])
                settled = len(given_back)
            released += settled
    return released


def expire_holds(now: Callable[[], datetime] = utcnow) -> int:
    """Give back what is left of holds whose time has passed. Returns of how many."""
    with transaction(CRON) as session:
        found = expired(session, now(), AT_ONCE)
    for tenant_id, hold_id in found:
        with transaction(tenant_scope(tenant_id)) as session:
            expire(session, hold_id)
    return len(found)


def close_holds() -> int:
    """Give back what ended batches did not need of their holds. Returns of how many batches."""
    with transaction(CRON) as session:
        found = session.execute(UNSPENT, {"most": AT_ONCE}).all()
    for tenant_id, hold_id in found:
        with transaction(tenant_scope(tenant_id)) as session:
            close_hold(session, tenant_id, hold_id)
    return len(found)
