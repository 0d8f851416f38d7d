"""Removing what has expired: sessions, and devices that were not used for long."""

from aerostic.db import transaction
from aerostic.identity.devices import forget_unused_devices
from aerostic.identity.impersonation import end_overdue
from aerostic.identity.scope import SIGN_IN
from aerostic.identity.sessions import end_expired
from aerostic.registry import Schedule


def expire() -> None:
    """Remove them; safe to repeat."""
    with transaction(SIGN_IN) as session:
        end_expired(session)
        forget_unused_devices(session)


SCHEDULES = (Schedule("sign_in.expire", expire, 3600), Schedule("impersonation.expire", end_overdue, 60))
