"""Metering: what each workspace uses, by hour and by day, each event counted exactly once."""

from aerostic.streams.metering.key_use import KeyDays, key_use
from aerostic.streams.metering.kinds import KINDS, metered
from aerostic.streams.metering.reading import Amount, usage

__all__ = ["KINDS", "Amount", "KeyDays", "key_use", "metered", "usage"]
