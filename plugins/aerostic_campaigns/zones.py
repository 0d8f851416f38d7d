"""From a wall clock in a named zone to a moment."""

from datetime import UTC, datetime
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from aerostic.sdk import N_

from .verdicts import CampaignError


def zone_named(name: str) -> ZoneInfo:
    """The zone of this name.

    Raises:
        CampaignError: there is none.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise CampaignError("zone", f"{name!r} is no time zone. Use a name like Europe/Berlin.") from None


def clock_change(local: datetime, zone: str) -> Literal["", "skipped", "twice"]:
    """Whether the clocks of a zone skip a local time, or show it twice.

    Raises:
        CampaignError: no such zone.
    """
    first = local.replace(tzinfo=zone_named(zone), fold=0)
    if first.utcoffset() == first.replace(fold=1).utcoffset():
        return ""
    back = first.astimezone(UTC).astimezone(first.tzinfo)
    return "twice" if back.replace(tzinfo=None) == local else "skipped"


def moment(local: datetime, zone: str) -> datetime:
    """The moment, in UTC, of a local time without offset.

    A time that the clocks skip moves forward by what they skip; of a time that they show twice the first one counts.

    Raises:
        CampaignError: no such zone, or the time brings an offset of its own.
    """
    if local.tzinfo is not None:
        raise CampaignError("time", N_("Give the local time without an offset, and the zone by name."))
    # fold=0 reads a repeated time as its first, and a skipped one with the offset before the gap: just past the gap.
    return local.replace(tzinfo=zone_named(zone), fold=0).astimezone(UTC)
