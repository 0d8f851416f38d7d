"""The money of one message: every movement, where it left the money, and whether that is what the message's fate asks for."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.billing.models import Charge
from aerostic.ledger.trail import HoldState, Movement, holds, movements
from aerostic.messaging.models import Message

MOMENTS = ("created", "sending", "accepted", "sent", "delivered", "read", "failed")


@dataclass(frozen=True, slots=True)
class Step:
    """One movement, and how the message's money stands after it, in micro-credits.

    Args:
        transfer_id: of the ledger; that of the hold where a part of a whole campaign's was set aside.
        held, paid, back: set aside for the message, paid for it, and in the wallet again.
    """

    kind: str
    at: datetime
    transfer_id: UUID
    amount: int
    held: int
    paid: int
    back: int
    movement: Movement | None = None


@dataclass(frozen=True, slots=True)
class MessageProof:
    """Everything that says what a message cost.

    `charge` is None for a message that never had a price. `problems` names what does not add up; nothing, in sound books.
    """

    message: Message
    charge: Charge | None
    holds: list[HoldState]
    steps: list[Step]
    moments: list[tuple[str, datetime]]
    pricing: dict[str, Any]
    problems: list[str]


def prove_message(session: Session, tenant_id: UUID, message_id: UUID) -> MessageProof | None:
    """The proof of a message; None where the tenant has no such message."""
    own = (Message.tenant_id == tenant_id, Message.id == message_id)
    message = session.scalar(select(Message).where(*own))
    if message is None:
        return None
    charge = session.get(Charge, message_id)
    moved = movements(session, tenant_id, message_id)
    used = {one.hold_id for one in moved} | ({charge.hold_id} if charge else set())
    kept = holds(session, tenant_id, [id_ for id_ in used if id_])
    steps = _steps(charge.amount if charge else 0, kept, moved)
    return MessageProof(
        message, charge, kept, steps, _moments(message), message.details.get("pricing") or {}, _problems(charge, steps)
    )


def _moments(message: Message) -> list[tuple[str, datetime]]:
    # In the order of a message's life: the provider tells whole seconds, which may lie before our own moments.
    found = [(name, getattr(message, f"{name}_at")) for name in MOMENTS]
    return [(name, at) for name, at in found if at]


def _steps(amount: int, kept: list[HoldState], moved: list[Movement]) -> list[Step]:
    """Holds and movements in order; a message that is tried again takes its money from the wallet once more."""
    steps: list[Step] = []
    held = paid = back = 0
    course: list[HoldState | Movement] = [*kept, *moved]
    for one in sorted(course, key=lambda one: (one.at, one.id)):
        if isinstance(one, HoldState):
            held, back = held + amount, back - amount if steps else back
            steps.append(Step("hold", one.at, one.id, amount, held, paid, back))
            continue
        held += _sign(one, "held") * one.amount
        paid += _sign(one, "revenue") * one.amount
        back += _sign(one, "wallet") * one.amount
        steps.append(Step(one.kind, one.at, one.id, one.amount, held, paid, back, one))
    return steps


def _sign(movement: Movement, purpose: str) -> int:
    return (movement.target == purpose) - (movement.source == purpose)


def _problems(charge: Charge | None, steps: list[Step]) -> list[str]:
    """What is off: a price without movements, movements without a price, or money that is not where the charge says."""
    if charge is None or not charge.amount:
        return ["free, and yet money has moved"] if steps else []
    if not steps:
        return ["a price, and no hold"]
    last = steps[-1]
    place = {"held": last.held, "captured": last.paid}.get(charge.state, last.back)
    stands = f"held {last.held}, paid {last.paid}, back {last.back}"
    return [] if place == charge.amount == last.held + last.paid + last.back else [f"{charge.state}, but {stands}"]
