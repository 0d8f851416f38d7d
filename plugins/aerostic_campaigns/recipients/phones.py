"""Phones for those who need not call them."""

KEPT_BEHIND = 3
KEPT_BEFORE = 4


def masked(e164: str) -> str:
    """The country and the last digits of a phone; '' of none."""
    if not e164:
        return ""
    hidden = max(0, len(e164) - KEPT_BEFORE - KEPT_BEHIND)
    return f"{e164[:KEPT_BEFORE]}{'•' * hidden}{e164[len(e164) - KEPT_BEHIND :]}"
