"""An act, and the exact text of it that is sealed. Written once: nobody ever builds it again to compare."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from aerostic.audit.actors import Actor
from aerostic.security.masking import mask, mask_fields

LONGEST = 1_000
DEPTH = 6


@dataclass(frozen=True, slots=True)
class Act:
    """Something that somebody did.

    Args:
        tenant_id: in whose chain it stands; None for the platform's.
        action: `<area>.<verb>`, e.g. `member.invited`.
        target: what it was done to, `<kind>:<id>`; '' where the action says all.
        before: what changed, as it was. Personal data and secrets are masked here, so a whole form may be given.
        after: what changed, as it is now.
        reason: what the person gave as a reason.
    """

    tenant_id: UUID | None
    action: str
    target: str = ""
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""

    def __post_init__(self) -> None:
        area, dot, verb = self.action.partition(".")
        if not (area and dot and verb):
            raise ValueError(f"{self.action!r} is no action: write <area>.<verb>.")


def sealed_text(act: Act, actor: Actor, at: datetime) -> str:
    """The act in words that can be sealed: JSON with sorted keys; of `before` and `after` only what differs, masked."""
    same = {name for name, value in act.before.items() if name in act.after and act.after[name] == value}
    content = {
        "action": act.action,
        "actor": str(actor),
        "address": _plain(actor.address),
        "after": _masked(act.after, same),
        "at": at.isoformat(timespec="microseconds"),
        "before": _masked(act.before, same),
        "impersonator": actor.impersonator,
        "reason": mask(_plain(act.reason)),
        "request": _plain(actor.request_id),
        "target": _plain(act.target),
    }
    return orjson.dumps(content, option=orjson.OPT_SORT_KEYS).decode()


def _masked(values: Mapping[str, Any], same: set[str]) -> dict[str, Any]:
    kept = mask_fields({name: value for name, value in values.items() if name not in same})
    return {_plain(name): _value(value, DEPTH) for name, value in kept.items()}


def _value(value: Any, depth: int) -> Any:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, Mapping) and depth:
        return {_plain(str(name)): _value(item, depth - 1) for name, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset) and depth:
        return [_value(item, depth - 1) for item in value]
    return mask(_plain(value.isoformat() if isinstance(value, datetime) else str(value)))


def _plain(text: str) -> str:
    """A text that PostgreSQL and JSON can hold, of a bounded length."""
    return text[:LONGEST].replace("\x00", "").encode(errors="replace").decode()
