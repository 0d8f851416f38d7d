"""What is metered, and which event says how much of it."""

from collections.abc import Mapping
from uuid import UUID

from aerostic.db import Event
from aerostic.streams.catalogue import EventType, register
from aerostic.streams.observed import kinds as _observations  # noqa: F401  (declares `api.asked`)

KINDS: Mapping[str, str] = {
    "messages": "messages that the provider took",
    "received": "messages that came in",
    "api_calls": "requests of programs",
    "agent_tokens": "tokens that agents read and wrote",
    "storage": "bytes: what was stored, less what was removed",
}
METERED = EventType(
    "usage.metered",
    "Something was used that no other event tells of.",
    {"kind": "agent_tokens or storage", "amount": "how much; of storage less than nothing, where it was removed"},
)
SAID = frozenset({"agent_tokens", "storage"})
ONE_EACH = {"message.accepted": "messages", "message.received": "received", "api.asked": "api_calls"}

register(METERED)


def metered(tenant_id: UUID, kind: str, amount: int) -> Event:
    """The event to `emit`, in the transaction that uses them, for agent tokens or storage.

    Raises:
        ValueError: the kind is not one of those two, or fewer tokens than none were used: only storage is given back.
    """
    if kind not in SAID:
        raise ValueError(f"{kind!r} is metered by other events: say agent_tokens or storage.")
    if amount < 0 and kind != "storage":
        raise ValueError(f"{amount} {kind} cannot have been used.")
    return Event(METERED.name, tenant_id, f"{tenant_id}:{kind}", {"kind": kind, "amount": amount})


def said(event: Event) -> tuple[str, int]:
    """The kind and the amount that an event counts for.

    Raises:
        ValueError: it is none of ours, or says it wrongly.
    """
    if event.type in ONE_EACH:
        return ONE_EACH[event.type], 1
    kind, amount = event.data.get("kind"), event.data.get("amount")
    if event.type != METERED.name or kind not in SAID or type(amount) is not int:
        raise ValueError(f"{event.type} does not say what was used")
    return str(kind), amount
