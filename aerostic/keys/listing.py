"""The data keys as an operator reads them."""

from collections.abc import Iterator
from types import EllipsisType
from uuid import UUID

from sqlalchemy import select

from aerostic.db import transaction
from aerostic.keys.columns import sealed_columns
from aerostic.keys.reencrypting import values_by_key
from aerostic.keys.rotating import SCOPE, shown
from aerostic.security.models import DataKey

LINE = "{owner:36}  {purpose:7}  {version:>7}  {state:10}  {key:10}  {root:8}  {made:16}  {values}"
NEVER = "-"


def described(owner: UUID | EllipsisType | None = ..., *, values: bool = False) -> Iterator[str]:
    """One line a key, below a heading.

    Args:
        owner: of one tenant alone, or None for the platform's.
        values: count what each key has sealed.
    """
    query = select(DataKey).order_by(DataKey.tenant_id.nulls_first(), DataKey.purpose, DataKey.version)
    with transaction(SCOPE) as session:
        rows = session.scalars(query if owner is ... else query.where(DataKey.tenant_id == owner)).all()
    counts = values_by_key(sealed_columns(), None, [row.id for row in rows]) if values else {}
    heads = ("owner", "purpose", "version", "state", "key", "root", "made", "values")
    yield LINE.format(**{head: head for head in heads}).rstrip()
    for row in rows:
        yield LINE.format(
            owner=str(row.tenant_id or "platform"),
            purpose=row.purpose,
            version=row.version,
            state=row.state,
            key=shown(row.id),
            root=NEVER if row.wrapped is None else row.kek_id,
            made=f"{row.created_at:%Y-%m-%d %H:%M}",
            values=counts.get(row.id, 0) if values and row.purpose == "data" else "",
        ).rstrip()
