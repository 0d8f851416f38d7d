"""An API key is in the wrong hands: it is used from elsewhere, and not as its owner uses it."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from aerostic.sdk import N_
from aerostic.sdk.detection import Detector, Signal, Subject, Tick, Windows

from .grading import grade
from .habits import KeyHabit, Stranger
from .lately import Lately
from .sharing import shares

MOST_KEYS = 20_000
# In how many networks or countries at once a program of ours does not live.
NETWORKS, COUNTRIES = (4, 6), (2, 4)
LEAST = 8  # questions from elsewhere before they are judged
SILENCE = 12 * 3600.0
# What counts how much; at 3 a key is hardly its owner's any more.
UNLIKE = (2.0, 3.0)


class KeyAbuse(Detector):
    """Compares what a key does from a network it was never used from with what it does at home.

    A program that moves house asks there what it asked before, as often. One that was stolen asks for other things, at
    another pace, from another country, while the owner's goes on at home.
    """

    name = "anomaly.key_abuse"
    title = N_("API key abuse")
    text = N_("A key is used from many addresses or countries, or from a new one and unlike before.")
    family = "keys"
    subscribes = frozenset({"api.asked"})

    def __init__(self) -> None:
        self._habits: Lately[str, KeyHabit] = Lately(MOST_KEYS)

    def observe(self, tick: Tick, windows: Windows) -> Iterable[Signal]:
        """See `Detector.observe`."""
        for event in tick.by_type.get("api.asked", ()):
            data, time = event.data, event.time.timestamp()
            if not data["key"]:  # a program without one is nobody
                continue
            habit = self._habits.get(data["key"]) or self._habits.put(data["key"], KeyHabit(time))
            stranger = habit.asked(data, time)
            if stranger is not None and stranger.asked >= LEAST:
                yield from self._judge(data, event.tenant_id, habit, stranger, time)

    def _judge(
        self, data: dict[str, Any], tenant: UUID | None, habit: KeyHabit, stranger: Stranger, time: float
    ) -> Iterable[Signal]:
        unlike = self._unlike(habit, stranger, time)
        score = max(
            grade(len(stranger.subnets), *NETWORKS), grade(len(stranger.countries), *COUNTRIES), grade(unlike, *UNLIKE)
        )
        if not score:
            return
        stranger.suspect = True
        says = N_(
            "Used %(asked)s times from %(networks)s networks that it was never used from, for %(unfamiliar)s things that it "
            "never asked for."
        )
        evidence = {
            "asked": stranger.asked,
            "addresses": len(stranger.addresses),
            "networks": len(stranger.subnets),
            "countries": len(stranger.countries),
            "unfamiliar": len(stranger.endpoints - habit.endpoints),
            "silent_hours": round(stranger.silence / 3600),
        }
        common = shares(key=data["key"], address=data["address"], subnet=data["subnet"])
        yield Signal(self.name, self.family, Subject("key", data["key"], tenant), score, time, says, evidence, common)

    @staticmethod
    def _unlike(habit: KeyHabit, stranger: Stranger, time: float) -> float:
        unfamiliar = len(stranger.endpoints - habit.endpoints)
        seconds = max(time - stranger.since, 10.0)
        return (
            1.0 * (not habit.countries.issuperset(stranger.countries))
            + 0.5 * min(unfamiliar, 3)
            + 0.5 * (stranger.asked / seconds > 10 * habit.pace())
            + 0.5 * (stranger.silence > SILENCE)
            + 0.5 * (stranger.refused >= 0.03 * stranger.asked and stranger.refused >= 2)
        )

    def state(self) -> Any:
        """See `Detector.state`."""
        return [[key, *habit.state()] for key, habit in self._habits.items()]

    def restore(self, state: Any) -> None:
        """See `Detector.restore`."""
        for row in state if isinstance(state, list) else ():
            habit = KeyHabit.read(row)
            if habit is not None:
                self._habits.put(row[0], habit)
