"""Double-entry money in integer micro-credits: accounts, transfers, holds. It knows nothing of messages."""

from aerostic.ledger.accounts import (
    account,
    held,
    issue,
    lock,
    margin,
    outside,
    reseller_wallet,
    revenue,
    set_floor,
    wallet,
)
from aerostic.ledger.balances import wallet_balance
from aerostic.ledger.batch import post
from aerostic.ledger.errors import (
    AlreadyReversedError,
    HoldExceededError,
    InsufficientFundsError,
    InvalidTransferError,
    KeyReusedError,
    LedgerError,
)
from aerostic.ledger.holds import Closed, Counted, assign, close, count, expire, expired, hold
from aerostic.ledger.topup import credit
from aerostic.ledger.transfers import Transfer, find, reverse, transfer
from aerostic.ledger.verify import Finding, Report, verify

__all__ = [
    "AlreadyReversedError",
    "Closed",
    "Counted",
    "Finding",
    "HoldExceededError",
    "InsufficientFundsError",
    "InvalidTransferError",
    "KeyReusedError",
    "LedgerError",
    "Report",
    "Transfer",
    "account",
    "assign",
    "close",
    "count",
    "credit",
    "expire",
    "expired",
    "find",
    "held",
    "hold",
    "issue",
    "lock",
    "margin",
    "outside",
    "post",
    "reseller_wallet",
    "revenue",
    "reverse",
    "set_floor",
    "transfer",
    "verify",
    "wallet",
    "wallet_balance",
]
