"""By which clock a contact lives, as far as can be known."""

from collections.abc import Mapping
from functools import lru_cache
from zoneinfo import ZoneInfo

import phonenumbers

FIELD = "zone"


def zone_of(fields: Mapping[str, str], phone: str, workspace: str) -> str:
    """A time zone's name.

    What the contact's field `zone` says, where it names one; else that of the phone's area or country. Where a number may be in
    several, as a mobile of Australia, the workspace's if it is among them, else the first by name. Else the workspace's.

    Args:
        phone: E.164; '' where there is none.
        workspace: the zone of the workspace.
    """
    own = fields.get(FIELD, "").strip()
    if own and _is_zone(own):
        return own
    known = _zones(phone) if phone else ()
    return workspace if not known or workspace in known else known[0]


@lru_cache(4_096)
def _zones(phone: str) -> tuple[str, ...]:
    # Imported here: its table takes half a second to read.
    from phonenumbers import timezone

    try:
        found = timezone.time_zones_for_number(phonenumbers.parse(phone))
    except phonenumbers.NumberParseException:
        return ()
    return tuple(name for name in found if _is_zone(name))


@lru_cache(1_024)
def _is_zone(name: str) -> bool:
    try:
        return bool(ZoneInfo(name))
    except (ValueError, OSError, LookupError):
        return False
