"""Recurring jobs of the API."""

from aerostic.registry import Schedule
from aerostic.web.api.idempotency import forget

SCHEDULES = (Schedule("api.forget", forget, 3600),)
