"""Verifying all the money there is: the ledger by its own rules, and its holds against the charges that speak for them."""

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
}


def verify_books(scope: Scope) -> Report:
    """Verify all that `scope` can see, as it was at one moment, whatever is posted meanwhile. Changes nothing."""
    with transaction(scope) as session:
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        return verify(session, CHARGES)
