"""The hosts that a secret may be sent to: `api.example.com`, or `*.example.com` for all below it."""

import re
from collections.abc import Collection

from aerostic.sdk import N_

LABEL = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
# Two names at least behind the star: `*.com` would be half of the internet.
PATTERN = re.compile(rf"(\*\.{LABEL}\.)?({LABEL}\.)*{LABEL}")
BETWEEN = re.compile(r"[\s,;]+")
MOST, LONGEST = 20, 253
UNREADABLE = N_(
    "This is no host. Write api.example.com, or *.example.com for all hosts below it: no https://, no path, no port."
)
TOO_MANY = N_("At most 20 hosts. Make another secret for the others.")


def read(typed: str) -> list[str]:
    """The patterns of what somebody typed, each once.

    Raises:
        ValueError: one is no host, or there are too many; says so.
    """
    found = list(dict.fromkeys(filter(None, BETWEEN.split(typed.lower()))))
    if not found or not all(len(one) <= LONGEST and PATTERN.fullmatch(one) for one in found):
        raise ValueError(UNREADABLE)
    if len(found) > MOST:
        raise ValueError(TOO_MANY)
    return found


def allows(patterns: Collection[str], host: str) -> bool:
    """Whether a host, in its one spelling, is among them."""
    return any(host.endswith(one[1:]) if one.startswith("*.") else host == one for one in patterns)
