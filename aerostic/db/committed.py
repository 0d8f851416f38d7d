"""What is to be done once a transaction is committed, and not before."""

from collections.abc import Callable

from sqlalchemy import event
from sqlalchemy.orm import Session


def once_committed(session: Session, do: Callable[[], object]) -> None:
    """Do something once, when what the session changed is there to be seen; not where it is rolled back. The end of a savepoint,
    of which sessions tell in the same way, is none of it.
    """
    left = [do]

    def committed(done: Session) -> None:
        while left and not done.in_nested_transaction():
            left.pop()()

    event.listen(session, "after_commit", committed)
