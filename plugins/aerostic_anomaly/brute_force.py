"""Many passwords are tried on one account."""

from collections.abc import Iterable
from typing import Any

from aerostic.sdk import N_
from aerostic.sdk.detection import Counted, Detector, Signal, Subject, Tick, Windows

from .grading import grade

# Nobody types a password ten times in ten seconds, and hardly anybody fifteen times within an hour on a device that the
# account has never seen. Devices it knows are forgiven more: people forget.
FAST, STRANGE, FAMILIAR = (7, 12), (10, 16), (25, 45)
# One of many addresses that try the same account: sure about the account, less so about each of them.
ONE_OF_MANY, ONE_OF_MANY_SCORE = 4, 0.8
GOT_IN = 0.92


class BruteForce(Detector):
    """Counts wrong passwords by account, and by account and address."""

    name = "anomaly.brute_force"
    title = N_("Brute force")
    text = N_("Many passwords are tried on one account, from one address or from many.")
    family = "guessing"
    subscribes = frozenset({"signin.tried"})
    windows = (
        Counted("fast", 10),
        Counted("strange", 3600, 60),
        Counted("familiar", 3600, 60),
        Counted("pair", 3600, 60),
    )

    def observe(self, tick: Tick, windows: Windows) -> Iterable[Signal]:
        """See `Detector.observe`."""
        for event in tick.of("signin.tried"):
            data = event.data
            if data["account"]:
                time = event.time.timestamp()
                if data["outcome"] == "right":
                    yield from self._right(data, time, windows)
                else:
                    yield from self._wrong(data, time, windows)

    def _wrong(self, data: dict[str, Any], time: float, windows: Windows) -> Iterable[Signal]:
        account, address = data["account"], data["address"]
        fast = windows.count("fast", account, time)
        pair = windows.count("pair", f"{account}{address}", time)
        kind, limits = ("familiar", FAMILIAR) if data["known"] else ("strange", STRANGE)
        tries = windows.count(kind, account, time)
        score = max(grade(fast, *FAST), grade(tries, *limits))
        if not score:
            return
        says = N_("%(tries)s wrong passwords within an hour for one account, %(here)s of them from this address.")
        evidence = {"tries": tries, "here": pair, "in_ten_seconds": fast}
        shares = frozenset((f"address:{address}", f"subnet:{data['subnet']}", f"account:{account}"))
        yield Signal(self.name, self.family, Subject("account", account), score, time, says, evidence, shares)
        here = max(grade(fast, *FAST), grade(pair, *limits)) if pair >= fast else grade(pair, *limits)
        if pair >= ONE_OF_MANY and not data["known"] and score >= GOT_IN:
            here = max(here, ONE_OF_MANY_SCORE)
        if here and address:
            yield Signal(self.name, self.family, Subject("address", address), here, time, says, evidence, shares)

    def _right(self, data: dict[str, Any], time: float, windows: Windows) -> Iterable[Signal]:
        tries = windows.total("strange", data["account"], time)
        if data["known"] or tries < STRANGE[0] or not data["user"]:
            return
        says = N_("Signed in on a new device after %(tries)s wrong passwords within an hour.")
        shares = frozenset((f"address:{data['address']}", f"account:{data['account']}"))
        for subject in (Subject("user", data["user"]), Subject("account", data["account"])):
            yield Signal(self.name, self.family, subject, GOT_IN, time, says, {"tries": tries}, shares)
