"""Messages that are planned one by one in a transaction and cost nothing are written at its end, in a few statements."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from aerostic.billing import Quote, open_charges
from aerostic.messaging.outbound.observing import planned
from aerostic.messaging.outbound.writing import Draft, Way, charge_of, write

LATER = "planned-later"


class PlannedBeforeError(Exception):
    """One of the messages was planned before: none is written, and whoever plans each by itself finds that one."""


class _Message(NamedTuple):
    draft: Draft
    price: Quote


@contextmanager
def together(session: Session) -> Iterator[None]:
    """What is planned within the block and is free is written at its end; until then no query finds it.

    Raises:
        PlannedBeforeError: at the end.
    """
    later: dict[Way, dict[UUID, _Message]] = {}
    session.info[LATER] = later
    try:
        yield
    finally:
        del session.info[LATER]
    charges = []
    for way, messages in sorted(later.items()):
        drafts = {id_: message.draft for id_, message in messages.items()}
        written = write(session, way, drafts, "")
        if len(written.ids) < len(messages):
            raise PlannedBeforeError
        planned(session, way, list(drafts.values()), written)
        charges += [charge_of(way, id_, *message) for id_, message in messages.items()]
    if charges:
        open_charges(session, next(iter(later)).tenant_id, None, charges)


def put_by(session: Session, way: Way, message_id: UUID, draft: Draft, price: Quote) -> bool:
    """Leave a free message until the end of the block that the session is in; False where it is in none."""
    later = session.info.get(LATER)
    if later is None:
        return False
    later.setdefault(way, {})[message_id] = _Message(draft, price)
    return True
