"""Contacts for a list: at most 10,000 are counted, and every page of a million costs about the same.

One look finds up to 10,000 ids of those that are meant. Where that is all of them, a page is chosen among these ids. Where there
are more, at least one contact in a hundred of a million is meant, and walking along the order finds a page of them soon.
"""

from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute, Session

from aerostic.messaging.contacts.audience import AudienceSpec, conditions
from aerostic.messaging.models import Contact

MOST_COUNTED = 10_000
EVERYBODY = AudienceSpec()


class Found(NamedTuple):
    """Who is meant.

    Args:
        total: at most one more than are counted.
        came: the column that follows the order of coming.
        searched: whether words were looked for.
    """

    query: sa.Select[Contact]
    total: int
    came: InstrumentedAttribute[Any]
    searched: bool

    @property
    def many(self) -> bool:
        """Whether there are more than were counted."""
        return self.total > MOST_COUNTED


def find(session: Session, tenant_id: UUID, spec: AudienceSpec) -> Found:
    """The contacts that a specification means."""
    meant = list(conditions(session, tenant_id, spec))
    some = sa.select(Contact.id).where(*meant).limit(MOST_COUNTED + 1).subquery()
    total = sa.func.count()
    # One text there and back: thousands of single ids would take longer to read and write than to find.
    listed = sa.func.coalesce(sa.cast(sa.func.array_agg(some.c.id), sa.Text), "{}")
    ids = sa.case((total <= MOST_COUNTED, listed))
    wanted = sa.select(total, sa.null() if spec == EVERYBODY else ids).select_from(some)
    counted, chosen = session.execute(wanted).one()
    if chosen is None:
        return Found(sa.select(Contact).where(*meant), counted, _order_of_coming(spec), bool(spec.text))
    are_chosen = Contact.id == sa.any_(sa.cast(sa.literal(chosen), ARRAY(sa.Uuid())))
    return Found(
        sa.select(Contact).where(Contact.tenant_id == tenant_id, are_chosen), counted, Contact.id, bool(spec.text)
    )


def _order_of_coming(spec: AudienceSpec) -> InstrumentedAttribute[Any]:
    """Ids are made in the order of time. What is indexed by them is read in their order; the rest by the time itself."""
    if spec.created_from or spec.created_to:
        return Contact.created_at
    by_id = spec.any_tags or spec.all_tags or spec.import_id or spec.countries or spec.marketing or spec.sources
    return Contact.id if by_id else Contact.created_at
