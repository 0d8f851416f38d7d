"""Metering: what each workspace uses, by hour and by day, each event counted exactly once."""

from aerostic.streams.metering.kinds import KINDS, metered
from aerostic.streams.metering.reading import Amount, usage

__all__ = ["KINDS", "Amount", "metered", "usage"]
