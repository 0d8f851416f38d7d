"""Settling charges in batches: one lock, one batch of transfers, one update, however many there are.

A charge's money follows from the state it is in and the one its rules want, never from the order of what was reported,
so repeats move nothing. Each movement's key has the charge's count of movements in it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from aerostic.billing.contract import BillingRule, ChargeInfo, Outcome, Settlement
from aerostic.billing.events import SETTLED, UNCOLLECTED
from aerostic.billing.moves import COLLECT_AGAIN, MOVES, Move
from aerostic.billing.rules import asking
from aerostic.billing.shares import share_transfers
from aerostic.billing.usage import add, place_of
from aerostic.db import Event, emit_rows, utcnow
from aerostic.ledger import Counted, Transfer, count, find, held, lock, post, revenue, wallet

NOT_COLLECTED = "uncollected"
ACCOUNTS = {"wallet": wallet, "held": held, "revenue": revenue}
LOCK = text(
    "SELECT id, hold_id, number_id, amount, share, currency, category, market, state, seq, reason, created_at FROM charge"
    " WHERE tenant_id = :tenant_id AND id = ANY (CAST(:ids AS uuid[])) ORDER BY id FOR NO KEY UPDATE"
)
UPDATE = text(
    "UPDATE charge c SET state = n.state, seq = n.seq, reason = n.reason, updated_at = :now"
    " FROM unnest(CAST(:ids AS uuid[]), CAST(:states AS text[]), CAST(:seqs AS bigint[]), CAST(:reasons AS text[]))"
    " AS n (id, state, seq, reason) WHERE c.id = n.id"
)


@dataclass(frozen=True, slots=True)
class Settled:
    """A charge whose money has moved: from which state to which, how much, and why."""

    charge_id: UUID
    before: str
    after: str
    amount: int
    currency: str
    reason: str


@dataclass(slots=True)
class Step:
    """A charge as it was locked, and what is to become of it."""

    charge: Any
    state: str
    reason: str
    move: Move | None = None

    @property
    def seq(self) -> int:
        """The charge's count of movements afterwards."""
        return int(self.charge.seq) + (self.move is not None)

    def settled(self) -> Settled:
        """What is reported of it."""
        charge = self.charge
        return Settled(charge.id, charge.state, self.state, charge.amount, charge.currency, self.reason)


Decide = Callable[[Any], tuple[Settlement | None, str]]


def settle(
    session: Session, tenant_id: UUID, rules: Sequence[BillingRule], outcomes: Sequence[tuple[UUID, Outcome]]
) -> list[Settled]:
    """Move the money of charges to where their outcomes say, and return those that moved, by id.

    An outcome is how far the charged thing came in all, not what was reported last; of several for one charge the last
    counts. Ids without a charge are passed over. When the money of what was delivered late has gone back and the wallet
    has not enough, the charge stays as it is and `charge.uncollected` tells of it.

    Raises:
        RuleError: a rule raised, or answered with something else than a settlement; nothing has moved.
    """
    came = dict(outcomes)
    ask = asking(rules)

    def decide(charge: Any) -> tuple[Settlement | None, str]:
        outcome = came[charge.id]
        kind = charge.amount, charge.currency, charge.category, charge.market
        info = ChargeInfo(tenant_id, *kind, charge.state, charge.created_at)
        return ask(info, outcome), f"{outcome.status}:{outcome.code}" if outcome.code else outcome.status

    return apply(session, tenant_id, list(came), decide)


def apply(session: Session, tenant_id: UUID, charge_ids: Sequence[UUID], decide: Decide) -> list[Settled]:
    """Lock charges, ask `decide` where the money of each belongs and why, and move it."""
    charges = session.execute(LOCK, {"tenant_id": tenant_id, "ids": list(charge_ids)})
    steps = [step for charge in charges if (step := _step(charge, *decide(charge)))]
    if not steps:
        return []
    accounts = _accounts(session, tenant_id, steps)
    _leave_uncollected(session, accounts, steps)
    _post(session, tenant_id, accounts, steps)
    _update(session, steps)
    add(session, tenant_id, [(place_of(step.charge), step.move.used(step.charge)) for step in steps if step.move])
    _tell(session, tenant_id, steps)
    return [step.settled() for step in steps if step.move]


def _step(charge: Any, settlement: Settlement | None, reason: str) -> Step | None:
    if settlement is None:
        return None
    move = MOVES.get((charge.state, settlement))
    return Step(charge, settlement.value, reason, move) if move else None


def _accounts(session: Session, tenant_id: UUID, steps: Sequence[Step]) -> dict[tuple[str, str], UUID]:
    currencies = {step.charge.currency for step in steps if step.charge.amount}
    return {
        (purpose, currency): find_account(session, tenant_id, currency)
        for currency in currencies
        for purpose, find_account in ACCOUNTS.items()
    }


def _leave_uncollected(session: Session, accounts: dict[tuple[str, str], UUID], steps: Sequence[Step]) -> None:
    """Take back the steps that the wallet cannot pay for, even with what this batch brings it."""
    again = [step for step in steps if step.move is COLLECT_AGAIN and step.charge.amount]
    if not again:
        return
    available = lock(session, accounts.values())
    for currency in {step.charge.currency for step in again}:
        left = available[accounts["wallet", currency]] or 0
        left += sum(
            s.charge.amount for s in steps if s.move and s.move.target == "wallet" and s.charge.currency == currency
        )
        for step in again:
            if step.charge.currency != currency:
                continue
            if step.charge.amount <= left:
                left -= step.charge.amount
            else:
                step.state, step.reason, step.move = step.charge.state, NOT_COLLECTED, None


def _post(session: Session, tenant_id: UUID, accounts: dict[tuple[str, str], UUID], steps: Sequence[Step]) -> None:
    moving = [(step, step.move) for step in steps if step.move and step.charge.amount]
    undone = [_key(step.charge.id, step.charge.seq) for step, move in moving if move.undoes]
    before = find(session, tenant_id, undone) if undone else {}
    transfers = [
        Transfer(
            tenant_id,
            _key(step.charge.id, step.seq),
            move.kind,
            accounts[move.source, step.charge.currency],
            accounts[move.target, step.charge.currency],
            step.charge.amount,
            hold_id=step.charge.hold_id,
            reverses_id=before[_key(step.charge.id, step.charge.seq)] if move.undoes else None,
            subject_id=step.charge.id,
        )
        for step, move in moving
    ]
    if transfers:
        earned = share_transfers(session, tenant_id, [(step.charge, move) for step, move in moving], transfers[0].key)
        post(session, [*transfers, *earned])
    counts: dict[UUID, Counted] = {}
    for step, move in moving:
        hold_id = step.charge.hold_id
        counts[hold_id] = counts.get(hold_id, Counted()) + move.counted(step.charge.amount)
    count(session, counts)


def _key(charge_id: UUID, seq: int) -> str:
    return f"charge:{charge_id}:{seq}"


def _update(session: Session, steps: Sequence[Step]) -> None:
    values = {
        "ids": [step.charge.id for step in steps],
        "states": [step.state for step in steps],
        "seqs": [step.seq for step in steps],
        "reasons": [step.reason for step in steps],
        "now": utcnow(),
    }
    session.execute(UPDATE, values)


def _tell(session: Session, tenant_id: UUID, steps: Sequence[Step]) -> None:
    """One event for the batch, and one for each charge that has newly become uncollectable."""
    events = []
    moved = [step for step in steps if step.move]
    if moved:
        data: dict[str, int] = {}
        for state in (settlement.value for settlement in Settlement):
            amounts = [step.charge.amount for step in moved if step.state == state]
            data |= {state: len(amounts), f"{state}_amount": sum(amounts)}
        events.append(Event(SETTLED.name, tenant_id, str(tenant_id), data))
    for step in steps:
        if not step.move and step.charge.reason != NOT_COLLECTED:
            charge = step.charge
            data_of_one = {"charge_id": str(charge.id), "amount": charge.amount, "currency": charge.currency}
            events.append(Event(UNCOLLECTED.name, tenant_id, str(charge.id), data_of_one))
    emit_rows(session, events)
