"""What the data of observations has to look like: a detector is never handed text where it counts."""

from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import Any

from aerostic.streams.observed.kinds import HEARD, OBSERVATIONS

NUMBERS = frozenset({"status", "count", "new", "cost", "balance"})
FLAGS = frozenset({"referred", "known"})
LISTS = frozenset({"links"})
LONGEST = 200
MOST_LINKS = 100
MOST_MESSAGES = 10_000_000

Check = Callable[[dict[str, Any]], bool]


def is_sound(type_: str, data: Any) -> bool:
    """Whether the data of an event is what its type promises; false for types that nobody wants here."""
    check = CHECKS.get(type_)
    return check is not None and type(data) is dict and check(data)


def _kind(name: str) -> type:
    return int if name in NUMBERS else bool if name in FLAGS else list if name in LISTS else str


def _observation(fields: Mapping[str, str]) -> Check:
    pick, wanted = itemgetter(*fields), tuple(map(_kind, fields))
    texts = itemgetter(*(name for name in fields if _kind(name) is str))

    def check(data: dict[str, Any]) -> bool:
        try:
            return tuple(map(type, pick(data))) == wanted and max(map(len, texts(data))) <= LONGEST
        except KeyError:
            return False

    return check


def _planned(check: Check) -> Check:
    def sound(data: dict[str, Any]) -> bool:
        return check(data) and 0 <= data["new"] <= data["count"] <= MOST_MESSAGES and len(data["links"]) <= MOST_LINKS

    return sound


def _heard(data: dict[str, Any]) -> bool:
    return True


CHECKS: Mapping[str, Check] = {
    **{kind.name: _observation(kind.data) for kind in OBSERVATIONS},
    **dict.fromkeys(HEARD, _heard),
}
CHECKS["messages.planned"] = _planned(CHECKS["messages.planned"])  # type: ignore[index]
