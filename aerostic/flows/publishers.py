"""Who published which version of a flow."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.flows.models import FlowVersion
from aerostic.identity.models import User


def publishers(session: Session, versions: Iterable[FlowVersion]) -> dict[UUID, str]:
    """The names of those who did, by their ids; whoever is gone, or was no person, has none."""
    ids = {version.published_by for version in versions if version.published_by}
    return dict(session.execute(select(User.id, User.name).where(User.id.in_(ids))).all())
