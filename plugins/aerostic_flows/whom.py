"""The contact that a test is about, found by what a person has entered."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.sdk import N_, Contact, contact_search, current_tenant

NOBODY = N_("Nobody is found by this. Enter the whole phone, or the name.")
SEVERAL = N_("More than one contact is found by this. Enter the whole phone.")


class WhomError(LookupError):
    """It is not clear who is meant; says why."""


def whom(session: Session, text: str) -> UUID:
    """The one contact whose name or phone this is.

    Raises:
        WhomError: there is none, or more than one.
    """
    own = (Contact.tenant_id == current_tenant(), contact_search(session, current_tenant(), text))
    fitting = session.scalars(select(Contact.id).where(*own).limit(2)).all()
    if len(fitting) != 1:
        raise WhomError(SEVERAL if fitting else NOBODY)
    return fitting[0]
