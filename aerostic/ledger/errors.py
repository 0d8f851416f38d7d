"""What the ledger refuses. Each message tells the person what to do; none of them has posted anything."""

from aerostic.words import N_


class LedgerError(Exception):
    """A movement of money that was refused; nothing of it was posted."""


class InsufficientFundsError(LedgerError):
    """An account would fall below the least it may be."""

    def __init__(self) -> None:
        super().__init__(
            N_("There is not enough credit for this. Top up the wallet, or do it for less, then try again.")
        )


class KeyReusedError(LedgerError):
    """An idempotency key was used before, for something else."""

    def __init__(self, key: str) -> None:
        super().__init__(
            f"The key {key!r} already belongs to another movement. Use a new key for a new movement,"
            " and repeat one exactly as it was."
        )


class InvalidTransferError(LedgerError):
    """A movement that makes no sense: its amount, its accounts or their currencies."""


class AlreadyReversedError(LedgerError):
    """A transfer can be undone once."""

    def __init__(self) -> None:
        super().__init__("This transfer was reversed before. To move the money again, reverse that reversal.")


class HoldExceededError(LedgerError):
    """More would come out of a hold than was set aside."""

    def __init__(self) -> None:
        super().__init__(N_("This needs more than its hold has left. Place another hold for the difference first."))
