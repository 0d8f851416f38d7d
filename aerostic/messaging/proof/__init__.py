"""The proof of money: from the price of a message to its hold, its provider's id, every status and every movement."""

from aerostic.messaging.proof.batch import BatchProof, Flow, charge_lines, prove_batch
from aerostic.messaging.proof.message import MessageProof, Step, prove_message
from aerostic.messaging.proof.written import sealed, written_batch, written_message

__all__ = [
    "BatchProof",
    "Flow",
    "MessageProof",
    "Step",
    "charge_lines",
    "prove_batch",
    "prove_message",
    "sealed",
    "written_batch",
    "written_message",
]
