"""What the page's fault console shows: one answer with every switch it offers and the words it offers them in."""

from dataclasses import asdict
from typing import Any

from . import faults
from .errors import CODES
from .limits import TIERS
from .state import Number
from .world import World

# The steering of a message that a person at the page can make sense of; the README has them all.
_OFFERED = ("by_hand", "read", "delivered", "sent", "silence", "reordered", "duplicated", "replies", "replies_stop",
            "presses_button", "stops_marketing", "held_released", "no_answer", "late_answer")  # fmt: skip
_QUALITIES = ("GREEN", "YELLOW", "RED", "UNKNOWN")
_NUMBER_STATUSES = ("CONNECTED", "DISCONNECTED", "BANNED")
_TEMPLATE_STATUSES = ("APPROVED", "PENDING", "REJECTED", "PAUSED", "DISABLED")


async def read(world: World, argument: str, body: dict[str, Any], query: Any) -> Any:
    """Return the console: numbers, templates, faults, switches, clock, and the choices of each list."""
    return {
        "numbers": [_number(world, number) for number in world.state.numbers.values()],
        "templates": [
            {name: getattr(template, name) for name in ("id", "waba_id", "name", "language", "status", "quality")}
            for template in world.state.templates.values()
        ],
        "faults": world.faults.listing(),
        "outcome": world.config.outcome,
        "mix": world.config.mix,
        "rules": world.config.rules,
        "paused": world.postman.paused,
        "now": world.clock.now(),
        "offset_s": world.clock.offset,
        "accepted": len(world.record.messages),
        "choices": _CHOICES,
    }


def _number(world: World, number: Number) -> dict[str, Any]:
    whole = asdict(number)
    shown = {name: whole[name] for name in ("id", "waba_id", "phone", "verified_name", "quality_rating", "status")}
    return shown | {"tier": world.state.business_of(number.waba_id).tier}


def _codes(path: str) -> list[dict[str, Any]]:
    return [{"code": code.number, "title": code.title} for code in CODES.values() if path in code.path]


_CHOICES = {
    "outcomes": _OFFERED,
    "failed": _codes("A"),
    "error": _codes("S"),
    "faults": sorted(faults.BEFORE | faults.AFTER),
    "qualities": _QUALITIES,
    "tiers": tuple(TIERS),
    "number_statuses": _NUMBER_STATUSES,
    "template_statuses": _TEMPLATE_STATUSES,
}
