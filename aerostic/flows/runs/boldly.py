"""Runs in one transaction go on as if nothing could fail: without savepoints, and with what is planned and announced written at
the end. Where a step fails after all, nothing of it remains, and each run is taken by itself.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from aerostic.db.events import gathered
from aerostic.messaging.outbound.together import together

BOLD = "flows-bold"


class TryAloneError(Exception):
    """A step failed: the transaction is given up, and each run is taken by itself."""


@contextmanager
def boldly(session: Session) -> Iterator[None]:
    """Let steps within the block do without savepoints."""
    session.info[BOLD] = True
    try:
        with gathered(session), together(session):
            yield
    finally:
        session.info[BOLD] = False


def is_bold(session: Session) -> bool:
    """Whether steps have to do without savepoints."""
    return bool(session.info.get(BOLD))
