"""Retiring data keys: destroyed when nothing is sealed with them any more, and nobody can seal with them.

A process seals with the key it has read for a minute after a rotation, and what it sealed is written when its transaction
ends. So a key that was rotated less than `HELD` ago is left alone, which is longer than any of ours takes.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from aerostic.audit import Act, record
from aerostic.db import transaction, utcnow
from aerostic.keys.reencrypting import Walked
from aerostic.keys.rotating import SCOPE, shown
from aerostic.security.models import DataKey

HELD = timedelta(days=1)


def finish(walked: Walked, tenant_id: UUID | None, waiting: Callable[[], set[bytes]]) -> Sequence[bytes]:
    """Record what re-encryption came to, and destroy the old keys that nothing needs.

    Args:
        walked: of a run that has looked for what is left.
        tenant_id: of one tenant alone.
        waiting: gives the ids of the keys that seal what waits elsewhere than in the database.

    Returns:
        The ids of the keys that were destroyed.
    """
    free = DataKey.purpose == "data", DataKey.state == "opens_only", DataKey.rotated_at < utcnow() - HELD
    query = select(DataKey).where(*free).with_for_update(skip_locked=True)
    with transaction(SCOPE) as session:
        for owner, count in walked.changed.items():
            record(session, Act(owner, "encryption.reencrypted", after={"values": count}))
        old = session.scalars(query.where(DataKey.tenant_id == tenant_id) if tenant_id else query).all()
        unused = [key for key in old if not walked.left[key.id]]
        needed = waiting() if unused else set()
        retired = [key for key in unused if key.id not in needed]
        for key in retired:
            key.state, key.wrapped, key.destroyed_at = "destroyed", None, utcnow()
            record(session, Act(key.tenant_id, "encryption.retired", after={"key_id": shown(key.id)}))
    return [key.id for key in retired]
