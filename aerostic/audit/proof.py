"""A chain to take along: its entries, its checkpoints and the public keys, as JSON lines that `verifier.py` checks without us.

The first line says what this is and holds the keys. An entry is `{"seq", "mac", "id", "body"}`; a checkpoint, which stands
behind the entry that it signs, is `{"body", "signature"}`.
"""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import orjson
from sqlalchemy import select

from aerostic.audit.chain import FORMAT, name_of
from aerostic.audit.models import AuditCheckpoint
from aerostic.audit.reading import entries, parts
from aerostic.audit.signing import public_keys
from aerostic.db import Scope, apart, transaction

VERIFIER = Path(__file__).with_name("verifier.py")
LINES = 500


@apart
def proof(scope: Scope, tenant_id: UUID | None) -> Iterator[bytes]:
    """The file, in pieces.

    Args:
        scope: one that sees the chain.
        tenant_id: whose; None for the platform's.
    """
    head = {"format": FORMAT.decode(), "chain": name_of(tenant_id), "keys": public_keys()}
    lines = [orjson.dumps(head)]
    own = AuditCheckpoint.tenant_id == tenant_id
    with transaction(scope) as session:
        signed = {row.seq: row for row in session.scalars(select(AuditCheckpoint).where(own))}
        for seq, _key, mac, sealed in entries(session, tenant_id):
            lines.append(orjson.dumps({"seq": seq, "mac": mac.hex(), **parts(sealed)._asdict()}))
            if row := signed.get(seq):
                lines.append(orjson.dumps({"body": row.body, "signature": row.signature.hex()}))
            if len(lines) >= LINES:
                yield _joined(lines)
                lines = []
    yield _joined(lines)


def _joined(lines: list[bytes]) -> bytes:
    return b"".join(line + b"\n" for line in lines)
