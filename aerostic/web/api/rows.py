"""Rows that a path names."""

from typing import TypeVar
from uuid import UUID

from flask import abort
from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.db import TenantOwned

M = TypeVar("M", bound=TenantOwned)


def mine(session: Session, model: type[M], row_id: UUID) -> M:
    """The tenant's row of this id, within the session's scope; 404 where there is none, or it is another tenant's."""
    row = session.scalar(select(model).where(model.id == row_id))
    if row is None:
        abort(404)
    return row
