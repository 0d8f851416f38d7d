"""Telling detectors of every try to sign in."""

from typing import Literal

from sqlalchemy.orm import Session

from aerostic.streams.observed import observe, observe_after, quietly
from aerostic.web.held.here import here

Outcome = Literal["right", "wrong", "refused"]


def tell(
    account: str, outcome: Outcome, factor: str, *, known: bool = False, user: str = "", session: Session | None = None
) -> None:
    """Tell of a try.

    Args:
        account: as `backoff.address_key` makes it; '' where it is not known.
        known: whether the account has signed in with this device before.
        user: whose it is, where it was right.
        session: told once its transaction is committed; at once, where none is given.
    """
    with quietly("signin.tried"):
        data = {
            **here().fields(),
            "account": account,
            "outcome": outcome,
            "factor": factor,
            "known": known,
            "user": user,
        }
        if session is None:
            observe("signin.tried", None, **data)
        else:
            observe_after(session, "signin.tried", None, **data)
