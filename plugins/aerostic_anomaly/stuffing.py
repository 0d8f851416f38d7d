"""Passwords leaked elsewhere, or a few common ones, are tried on many accounts."""

from collections.abc import Iterable
from typing import Any

from aerostic.sdk import N_
from aerostic.sdk.detection import Counted, Detector, Exact, Signal, Subject, Tick, Windows

from .grading import grade
from .sharing import shares

SECONDS = 1800
# Accounts that failed on a device they do not know, and have not come in since: in an office that has to choose new
# passwords, nearly all of those who fail come in a minute later.
ADDRESS, SUBNET = (6, 10), (10, 16)
# While strangers fail everywhere at once, two accounts are enough: nobody mistypes two of them.
UNDER_ATTACK, UNDER_ATTACK_SCORE = 2, 0.92
PLATFORM, TIMES_USUAL = 25, 5.0
# Behind an address from which so many come in who are known, strangers are asked for more, and nobody is locked out.
SHARED, SHARED_MOST = 5, 0.85
LEARNS = 0.1


class Stuffing(Detector):
    """Counts accounts by address and network, and strangers' failures over the whole platform against what is usual."""

    name = "anomaly.stuffing"
    title = N_("Credential stuffing")
    text = N_("Leaked or common passwords are tried on many accounts, from one address or from many.")
    family = "stuffing"
    subscribes = frozenset({"signin.tried"})
    windows = (
        Exact("failed", SECONDS),
        Exact("in", SECONDS),
        Counted("strangers", 600, 10),
    )

    def __init__(self) -> None:
        self._usual, self._slot = 0.0, 0

    def observe(self, tick: Tick, windows: Windows) -> Iterable[Signal]:
        """See `Detector.observe`."""
        for event in tick.of("signin.tried"):
            data, time = event.data, event.time.timestamp()
            if not data["address"]:  # nobody knows where from: together those are no address
                continue
            if data["outcome"] == "right":
                yield from self._right(data, time, windows)
            elif not data["known"]:
                yield from self._wrong(data, data["account"] or event.id.hex, time, windows)

    def state(self) -> Any:
        """See `Detector.state`."""
        return {"usual": self._usual}

    def restore(self, state: Any) -> None:
        """See `Detector.restore`."""
        if isinstance(state, dict) and isinstance(state.get("usual"), float):
            self._usual = state["usual"]

    def _wrong(self, data: dict[str, Any], account: str, time: float, windows: Windows) -> Iterable[Signal]:
        address, subnet = data["address"], f"subnet {data['subnet']}"
        failed = windows.note("failed", address, time, account)
        around = windows.note("failed", subnet, time, account)
        strangers = windows.count("strangers", "platform", time)
        attacked = strangers >= max(PLATFORM, TIMES_USUAL * self._usual)
        self._learn(strangers, time)
        if failed < UNDER_ATTACK and around < SUBNET[0]:
            return
        here, near = self._left(address, time, windows), self._left(subnet, time, windows)
        score = max(grade(here, *ADDRESS), grade(near, *SUBNET))
        if attacked and here >= UNDER_ATTACK:
            score = max(score, UNDER_ATTACK_SCORE)
        if not score:
            return
        if len(windows.members("in", f"known {address}", time)) >= SHARED:
            score = min(score, SHARED_MOST)
        says = N_(
            "Failed on %(accounts)s accounts within half an hour, %(near)s from its network, and came in nowhere since."
        )
        evidence = {"accounts": here, "near": near, "failures_everywhere": strangers}
        common = shares(address=address, subnet=data["subnet"], stuffing="all" if attacked else "")
        yield Signal(self.name, self.family, Subject("address", address), score, time, says, evidence, common)

    def _right(self, data: dict[str, Any], time: float, windows: Windows) -> Iterable[Signal]:
        address, account = data["address"], data["account"]
        if data["known"]:
            windows.note("in", f"known {address}", time, account)
        windows.note("in", address, time, account)
        windows.note("in", f"subnet {data['subnet']}", time, account)
        if data["known"] or not data["user"]:
            return
        here = self._left(address, time, windows)
        if here < ADDRESS[0]:
            return
        says = N_("Signed in on a new device, from an address that failed on %(accounts)s accounts before.")
        common = shares(address=address, subnet=data["subnet"])
        subject = Subject("user", data["user"])
        yield Signal(self.name, self.family, subject, grade(here, *ADDRESS), time, says, {"accounts": here}, common)

    @staticmethod
    def _left(key: str, time: float, windows: Windows) -> int:
        """How many accounts failed and have not come in since."""
        came = dict(windows.members("in", key, time))
        return sum(came.get(account, 0.0) < at for account, at in windows.members("failed", key, time))

    def _learn(self, strangers: int, time: float) -> None:
        slot = int(time // 600)
        if slot != self._slot:
            quiet = 0 if self._slot == 0 else min(max(slot - self._slot - 1, 0), 100)
            capped = min(float(strangers), 2 * self._usual + 3)
            self._usual = self._usual * (1 - LEARNS) ** (quiet + 1) + LEARNS * capped
            self._slot = slot
