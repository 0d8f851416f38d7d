"""What becomes of a message: one vocabulary for magic recipients, rules and the mix.

An outcome is a word, or a word and an error code: `read`, `failed:131026`, `error:131056`. The README lists them.
"""

import itertools
import random
import zlib
from typing import Any

from .config import Config
from .errors import CODES

Step = tuple[float, str, int]

# A recipient whose last nine digits are 995 and one of these six meets that outcome.
BEHAVIOURS = {
    "000000": "read",
    "000001": "delivered",
    "000002": "sent",
    "000003": "silence",
    "000004": "read_only",
    "000005": "reordered",
    "000006": "duplicated",
    "000007": "held_released",
    "000008": "held_dropped",
    "000009": "lost_answer",
    "000010": "no_answer",
    "000011": "played",
    "000012": "late_answer",
    "000013": "replies_stop",
    "000014": "stops_marketing",
    "000015": "presses_button",
    "000016": "reset",
    "000017": "reset_after",
    "000018": "replies",
}
# A recipient whose last nine digits are one of these and an error code fails with that code.
FAILURES = {"999": "failed", "998": "sent_failed", "997": "delivered_failed", "996": "failed_delivered"}
_MARKETING_ONLY = {130472, 131049, 131050}
_PATHS: dict[str, tuple[str, ...]] = {
    "read": ("sent", "delivered", "read"),
    "delivered": ("sent", "delivered"),
    "by_hand": ("sent", "delivered"),
    "sent": ("sent",),
    "silence": (),
    "read_only": ("sent", "read"),
    "reordered": ("read", "delivered", "sent"),
    "duplicated": ("sent", "sent", "delivered", "delivered", "read", "read"),
    "played": ("sent", "delivered", "read", "played"),
    "held_released": ("held", "sent", "delivered", "read"),
    "held_dropped": ("held", "failed"),
    "failed": ("failed",),
    "sent_failed": ("sent", "failed"),
    "delivered_failed": ("sent", "delivered", "failed"),
    "failed_delivered": ("sent", "failed", "delivered"),
}
# Outcomes of the answer, which leave open what becomes of the message.
ANSWERS = frozenset({"lost_answer", "late_answer", "reset_after"})
WORDS = frozenset({*_PATHS, *BEHAVIOURS.values(), "error"})


def magic(recipient: str) -> str | None:
    """Return the outcome a magic recipient asks for, or None for an ordinary one."""
    marker, digits = recipient[-9:-6], recipient[-6:]
    if marker == "995":
        return BEHAVIOURS.get(digits)
    if marker not in FAILURES or not digits.isdigit():
        return None
    code = CODES.get(int(digits))
    if code is None:
        return None
    if marker == "999" and code.path != "A":
        return f"error:{code.number}"
    return f"{FAILURES[marker]}:{code.number}"


def choose(config: Config, recipient: str, facts: dict[str, Any], marketing: bool) -> str:
    """Return the outcome of a message: magic recipient, else first matching rule, else the mix, else the default.

    The draw from the mix depends on the seed and the recipient alone, so that two runs agree. Codes that only ever
    meet marketing templates (130472, 131049, 131050) become `delivered` for other messages.
    """
    if config.magic and (wanted := magic(recipient)):
        return wanted
    for rule in config.rules:
        if _matches(rule.get("match", {}), recipient, facts):
            return str(rule["outcome"])
    if not config.mix:
        return config.outcome
    drawn = draw(config.mix, config.seed, recipient)
    if not marketing and split(drawn)[1] in _MARKETING_ONLY:
        return "delivered"
    return drawn


def draw(mix: dict[str, float], seed: int, recipient: str) -> str:
    """Return the outcome of the mix that falls to a recipient."""
    names = list(mix)
    totals = list(itertools.accumulate(mix.values()))
    point = zlib.crc32(f"{seed}:{recipient}".encode()) / 2**32 * totals[-1]
    return next(name for name, total in zip(names, totals, strict=True) if point < total)


def split(outcome: str) -> tuple[str, int]:
    """Return an outcome's word and its error code (0 for none)."""
    word, _, code = outcome.partition(":")
    return word, int(code or 0)


def is_known(outcome: str) -> bool:
    """Return whether an outcome can be understood."""
    word, _, code = outcome.partition(":")
    return word in WORDS and (not code or code.isdigit())


def arrives(outcome: str) -> bool:
    """Return whether a message with an outcome gets to the person in the end."""
    path = _path_of(*split(outcome))
    return path[-1:] != ("failed",) and not {"delivered", "read"}.isdisjoint(path)


def check(values: dict[str, Any]) -> None:
    """Refuse (ValueError) settings whose rules, mix, people or outcome name an unknown outcome."""
    named = [rule["outcome"] for rule in values.get("rules", [])]
    named += list(values["mix"]) if isinstance(values.get("mix"), dict) else []
    named += values.get("people", {}).values()
    unknown = [name for name in [*named, values.get("outcome", "read")] if not is_known(name)]
    if unknown:
        raise ValueError(f"unknown outcome: {', '.join(unknown)}")


def steps(config: Config, outcome: str, chance: random.Random) -> list[Step]:
    """Return the coming statuses as (seconds after the one before, status, error code), the last one first."""
    word, code = split(outcome)
    path = _path_of(word, code)
    if config.skip_delivered and word == "read" and chance.random() < config.skip_delivered:
        path = _PATHS["read_only"]
    if config.reordering and word in ("read", "delivered") and chance.random() < config.reordering:
        path = tuple(reversed(path))
    if config.duplicates and chance.random() < config.duplicates:
        path = tuple(itertools.chain.from_iterable((status, status) for status in path))
    default = 132015 if word == "held_dropped" else 131000
    return [(_delay(config, status, chance), status, (code or default) if status == "failed" else 0)
            for status in reversed(path)]  # fmt: skip


def _path_of(word: str, code: int) -> tuple[str, ...]:
    return _PATHS.get(word, _PATHS["failed" if code else "read"])


def _delay(config: Config, status: str, chance: random.Random) -> float:
    low, high = {
        "sent": config.sent_ms,
        "held": config.held_ms,
        "read": config.read_ms,
        "played": config.read_ms,
    }.get(status, config.delivered_ms)
    return (low + (high - low) * chance.random()) / 1000


def _matches(match: dict[str, Any], recipient: str, facts: dict[str, Any]) -> bool:
    for key, wanted in match.items():
        if key == "to_prefix":
            agrees = recipient.startswith(wanted)
        elif key == "to_suffix":
            agrees = recipient.endswith(wanted)
        else:
            agrees = facts.get(key) == wanted
        if not agrees:
            return False
    return True
