"""Sessions outside of a web request: one transaction, one scope."""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from aerostic.db.base import db
from aerostic.db.scopes import Scope, scoped

T = TypeVar("T")
ONCE = "once"


@contextmanager
def transaction(scope: Scope) -> Iterator[Session]:
    """A session whose one transaction runs under `scope`: committed at the end, rolled back on an error.

    It has a connection of its own, so it may be used inside another transaction without mixing scopes. Needs an
    application context.
    """
    with scoped(scope), Session(db.engine, expire_on_commit=False) as session, session.begin():
        yield session


def once(session: Session, key: Hashable, find: Callable[[], T]) -> T:
    """What `find` answers, asked once in a transaction: for what may stay as it is until that ends.

    Args:
        key: what is asked, among everything that is asked so.
    """
    known = _known(session)
    if key not in known:
        known[key] = find()
    answer: T = known[key]
    return answer


def ask_again(session: Session, key: Hashable) -> None:
    """The transaction itself has changed what was asked so."""
    _known(session).pop(key, None)


def _known(session: Session) -> dict[Hashable, Any]:
    """Until the transaction ends; a session may have several, one after the other."""
    if not session.in_transaction():
        session.connection()
    transaction, known = session.info.get(ONCE, (None, {}))
    if transaction is not session.get_transaction():
        transaction, known = session.info[ONCE] = (session.get_transaction(), {})
    return known
