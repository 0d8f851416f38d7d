"""Metering: what each workspace uses, by hour and by day, each event counted exactly once."""

from aerostic.streams.metering.key_use import KeyDays, key_use
from aerostic.streams.metering.kinds import KINDS, metered
from aerostic.streams.metering.reading import Amount, level, levels, usage
from aerostic.streams.metering.storing import stored, stored_more

__all__ = ["KINDS", "Amount", "KeyDays", "key_use", "level", "levels", "metered", "stored", "stored_more", "usage"]
