"""The recurring job that keeps results at hand, so that lists and home page need not count."""

from datetime import timedelta

from sqlalchemy import text

from aerostic.sdk import service_scope, transaction

from .snapshots import current

EVERY_SECONDS = 10
AT_ONCE = 50
# What a campaign's end leaves to come gets rarer: a day after it, counting every half hour is enough.
STALE = text("""
    SELECT c.tenant_id, c.id FROM campaigns__campaign c LEFT JOIN campaigns__snapshot s ON s.campaign_id = c.id
    WHERE c.batch_id IS NOT NULL AND coalesce(c.finished_at, now()) > now() - interval '30 days'
      AND (s.taken_at IS NULL OR s.taken_at < now() - greatest(
        interval '10 seconds', (now() - coalesce(c.finished_at, now())) / 50, s.took * interval '20 milliseconds'))
    ORDER BY s.taken_at NULLS FIRST LIMIT :most
""")


def refresh() -> None:
    """Count what was counted too long ago: the oldest first."""
    with transaction(service_scope("cron")) as session:
        stale = session.execute(STALE, {"most": AT_ONCE}).all()
    for tenant_id, campaign_id in stale:
        current(tenant_id, campaign_id, timedelta(seconds=1))
