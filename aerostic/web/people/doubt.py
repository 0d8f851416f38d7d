"""Doubt about who signs in: accounts that detection has locked, and tries for which a password alone is not enough."""

from aerostic.web.held.flags import ask, held, seconds_left


def locked(account: str, *, known: bool) -> int:
    """How many seconds an account is still locked; 0 where it is not, or not here.

    Args:
        account: as `backoff.address_key` makes it.
        known: whether it has signed in with this device before; then who attacks it from elsewhere does not lock it here.
    """
    if known:
        return 0
    ask(("account", account))
    flag = held("account", "block")
    return seconds_left(flag) if flag else 0


def is_doubted(*, known: bool) -> bool:
    """Whether a right password is not enough here: of an account, or from an address, that detection challenges.

    Args:
        known: whether the account has signed in with this device before; then it is.
    """
    return not known and bool(held("account", "challenge") or held("address", "challenge"))


def is_slowed() -> bool:
    """Whether tries from this address are to be few."""
    return held("address", "slow") is not None
