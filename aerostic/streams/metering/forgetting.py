"""Hours that are told apart no more: their days stay."""

from datetime import timedelta

from sqlalchemy import delete

from aerostic.db import service_scope, transaction, utcnow
from aerostic.registry import Schedule
from aerostic.streams.metering.models import SERVICE, MeteredHour

KEPT = timedelta(days=90)


def forget() -> None:
    """Delete hours that are older."""
    with transaction(service_scope(SERVICE)) as session:
        session.execute(delete(MeteredHour).where(MeteredHour.hour < utcnow() - KEPT))


SCHEDULES = (Schedule("usage.forget", forget, 3600),)
