"""Sessions outside of a web request: one transaction, one scope."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from aerostic.db.base import db
from aerostic.db.scopes import Scope, scoped


@contextmanager
def transaction(scope: Scope) -> Iterator[Session]:
    """A session whose one transaction runs under `scope`: committed at the end, rolled back on an error.

    It has a connection of its own, so it may be used inside another transaction without mixing scopes. Needs an
    application context.
    """
    with scoped(scope), Session(db.engine, expire_on_commit=False) as session, session.begin():
        yield session
