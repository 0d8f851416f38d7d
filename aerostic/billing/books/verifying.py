"""Verifying all the money there is: the ledger by its own rules, and against the charges: holds, margins, usage."""

from aerostic.db import Scope, transaction
from aerostic.ledger import Report, verify
from aerostic.words import N_

# As `aerostic.ledger.verify` takes them.
CHARGES = {
    N_("hold: what it counts is not what its charges say"): """
        SELECT CAST(h.id AS text) AS subject,
            'open ' || coalesce(c.open, 0) || ', captured ' || coalesce(c.captured, 0) AS expected,
            'open ' || h.assigned - h.captured - h.released || ', captured ' || h.captured AS found
        FROM ledger_hold h LEFT JOIN (
            SELECT hold_id, sum(amount) FILTER (WHERE state = 'held') AS open,
                sum(amount) FILTER (WHERE state = 'captured') AS captured FROM charge GROUP BY hold_id
        ) c ON c.hold_id = h.id
        WHERE h.assigned - h.captured - h.released <> coalesce(c.open, 0) OR h.captured <> coalesce(c.captured, 0)
        ORDER BY h.id LIMIT 1""",
    N_("margin: what a reseller earned is not what its workspace's charges say"): """
        SELECT tenant_id || ' ' || currency AS subject, CAST(coalesce(c.share, 0) AS text) AS expected,
            CAST(coalesce(m.earned, 0) AS text) AS found
        FROM (SELECT c.tenant_id, c.currency, sum(c.share) AS share
            FROM charge c JOIN tenant t ON t.id = c.tenant_id AND t.reseller_id IS NOT NULL
            WHERE c.state = 'captured' AND c.share > 0 GROUP BY 1, 2) c
        FULL JOIN (SELECT a.tenant_id, a.currency, sum(a.balance + coalesce(o.taken, 0)) AS earned
            FROM ledger_account a LEFT JOIN (SELECT source_id, sum(amount) AS taken FROM ledger_transfer
                WHERE kind = 'earning' GROUP BY 1) o ON o.source_id = a.id
            WHERE a.purpose = 'margin' GROUP BY 1, 2) m USING (tenant_id, currency)
        WHERE coalesce(c.share, 0) <> coalesce(m.earned, 0) ORDER BY 1 LIMIT 1""",
    N_("usage: what it counts as paid or as open is not what the charges say"): """
        SELECT tenant_id || ' ' || currency AS subject,
            'paid ' || coalesce(c.paid, 0) || ', open ' || coalesce(c.open, 0) AS expected,
            'paid ' || coalesce(u.paid, 0) || ', open ' || coalesce(u.open, 0) AS found
        FROM (SELECT tenant_id, currency, coalesce(sum(amount) FILTER (WHERE state = 'captured'), 0) AS paid,
                coalesce(sum(amount) FILTER (WHERE state = 'held'), 0) AS open FROM charge GROUP BY 1, 2) c
        FULL JOIN (SELECT tenant_id, currency, sum(paid) AS paid, sum(amount - paid - back) AS open
            FROM billing_usage GROUP BY 1, 2) u USING (tenant_id, currency)
        WHERE coalesce(c.paid, 0) <> coalesce(u.paid, 0) OR coalesce(c.open, 0) <> coalesce(u.open, 0)
        ORDER BY 1 LIMIT 1""",
}


def verify_books(scope: Scope) -> Report:
    """Verify all that `scope` can see, as it was at one moment, whatever is posted meanwhile. Changes nothing."""
    with transaction(scope) as session:
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        return verify(session, CHARGES)
