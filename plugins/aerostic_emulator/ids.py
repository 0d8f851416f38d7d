"""Message ids: `wamid.` and base64, unique over restarts too."""

import base64
import itertools
import secrets

_RUN = secrets.token_bytes(6)
_count = itertools.count(1)


def new_wamid(recipient: str) -> str:
    """Return a fresh message id; like a real one it hides the recipient in base64."""
    raw = recipient.encode() + b"\x15\x02\x00\x11" + _RUN + next(_count).to_bytes(5, "big")
    return "wamid.HBgL" + base64.b64encode(raw).decode()
