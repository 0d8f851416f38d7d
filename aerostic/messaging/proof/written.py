"""Proofs as documents: whole in themselves, with a fingerprint over all that they say.

The fingerprint is the SHA-256, in hex, of the document without it, as JSON with sorted keys and no blanks (in the spirit of
RFC 8785; amounts are integers of micro-credits, so that no number is written in two ways).
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from aerostic.billing.contract import rule_name
from aerostic.db import utcnow
from aerostic.ledger.trail import HoldState
from aerostic.messaging.proof.batch import BatchProof
from aerostic.messaging.proof.message import MessageProof, Step

MESSAGE, BATCH = "aerostic.proof.message.1", "aerostic.proof.batch.1"


def sealed(document: dict[str, Any]) -> dict[str, Any]:
    """The document with its fingerprint."""
    return {**document, "sha256": hashlib.sha256(_canonical(document).encode()).hexdigest()}


def written_message(proof: MessageProof, *, provider_id: bool) -> dict[str, Any]:
    """The proof of a message as a document.

    Args:
        provider_id: whether to write the provider's id, which holds the recipient's phone.
    """
    message, charge = proof.message, proof.charge
    return sealed(
        {
            "format": MESSAGE,
            "made_at": _time(utcnow()),
            "unit": "micro-credits",
            "message": {
                "id": str(message.id),
                "batch": _id(message.batch_id),
                "category": message.category,
                "state": message.state,
                "status": message.status,
                "error_code": message.error_code,
                "provider_id": message.provider_id if provider_id and message.provider_id_sealed else None,
                "provider_pricing": proof.pricing,
            },
            "moments": [[name, _time(at)] for name, at in proof.moments],
            "price": charge
            and {
                "amount": charge.amount,
                "currency": charge.currency,
                "category": charge.category,
                "market": charge.market,
                "source": rule_name(charge.source),
                "state": charge.state,
                "reason": charge.reason,
            },
            "holds": [_hold(hold) for hold in proof.holds],
            "steps": [_step(step) for step in proof.steps],
            "problems": proof.problems,
        }
    )


def written_batch(proof: BatchProof, lines: Iterable[Any]) -> Iterator[str]:
    """The proof of a batch as a document in pieces, with a line for each message, however many there are."""
    batch = proof.batch
    before = {
        "batch": {"id": str(batch.id), "source": batch.source, "source_id": str(batch.source_id), "state": batch.state},
        "currency": proof.currency,
        "flows": [[flow.kind, flow.source, flow.target, flow.count, flow.amount] for flow in proof.flows],
        "format": BATCH,
        "holds": [_hold(hold) for hold in proof.holds],
        "made_at": _time(utcnow()),
    }
    after = {
        "problems": proof.problems,
        "sums": {
            "given_back": proof.given_back,
            "held": proof.at("held"),
            "paid": proof.at("revenue"),
            "set_aside": proof.set_aside,
        },
        "unit": "micro-credits",
    }
    seal = hashlib.sha256()
    for piece in _pieces(_canonical(before), lines, _canonical(after)):
        seal.update(piece.encode())
        yield piece
    seal.update(b"}")
    yield f',"sha256":"{seal.hexdigest()}"}}'


def _pieces(before: str, lines: Iterable[Any], after: str) -> Iterator[str]:
    """The canonical text of the whole, but for its last brace."""
    yield before.removesuffix("}") + ',"messages":['
    comma = ""
    for line in lines:
        yield comma + _canonical(_line(line))
        comma = ","
    yield "]," + after.removeprefix("{").removesuffix("}")


def _canonical(value: dict[str, Any]) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _hold(hold: HoldState) -> dict[str, Any]:
    return {
        "id": str(hold.id),
        "at": _time(hold.at),
        "currency": hold.currency,
        "amount": hold.amount,
        "captured": hold.captured,
        "released": hold.released,
        "closed_at": _time(hold.closed_at),
    }


def _step(step: Step) -> dict[str, Any]:
    entries = step.movement and [
        [step.movement.source, step.movement.source_version, -step.amount],
        [step.movement.target, step.movement.target_version, step.amount],
    ]
    return {
        "kind": step.kind,
        "at": _time(step.at),
        "transfer": str(step.transfer_id),
        "amount": step.amount,
        "entries": entries,
        "held": step.held,
        "paid": step.paid,
        "given_back": step.back,
    }


def _line(line: Any) -> dict[str, Any]:
    return {
        "id": str(line.id),
        "state": line.state,
        "status": line.status,
        "error_code": line.code,
        "price": line.amount,
        "category": line.category,
        "market": line.market,
        "source": rule_name(line.source or ""),
        "charge": line.charge,
        "reason": line.reason,
        "accepted_at": _time(line.accepted_at),
        "delivered_at": _time(line.delivered_at),
        "failed_at": _time(line.failed_at),
        "movements": line.movements,
    }


def _time(value: datetime | None) -> str | None:
    return value.isoformat() if value else None


def _id(value: UUID | None) -> str | None:
    return str(value) if value else None
