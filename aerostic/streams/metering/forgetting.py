"""Hours and keys that are told apart no more: what a workspace used on a day stays."""

from datetime import timedelta

from sqlalchemy import delete

from aerostic.db import service_scope, transaction, utcnow
from aerostic.registry import Schedule
from aerostic.streams.metering.models import SERVICE, MeteredHour, MeteredKey

KEPT = timedelta(days=90)


def forget() -> None:
    """Delete hours, and days of keys, that are older."""
    before = utcnow() - KEPT
    with transaction(service_scope(SERVICE)) as session:
        session.execute(delete(MeteredHour).where(MeteredHour.hour < before))
        session.execute(delete(MeteredKey).where(MeteredKey.day < before.date()))


SCHEDULES = (Schedule("usage.forget", forget, 3600),)
