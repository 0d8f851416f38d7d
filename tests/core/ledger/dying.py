"""Two batches in one transaction, for a process that is killed in the middle of them."""

import sys
from uuid import UUID

from aerostic.app import create_app
from aerostic.db import tenant_scope, transaction
from aerostic.ledger import Transfer, held, post, revenue

BATCH = 1_000


def capture(tenant_id: UUID, hold_id: UUID) -> int:
    """Post 1,000 captures without the hold, then 1,000 with it; returns how many were new."""
    with transaction(tenant_scope(tenant_id)) as session:
        pair = held(session, tenant_id, "USD"), revenue(session, tenant_id, "USD")
        return sum(
            len(
                post(session, [Transfer(tenant_id, f"{on}:{n}", "capture", *pair, 1, hold_id=on) for n in range(BATCH)])
            )
            for on in (None, hold_id)
        )


if __name__ == "__main__":
    with create_app(serves=False).app_context():
        capture(*map(UUID, sys.argv[1:]))
