"""Messages that do not arrive: the mark of a bought list."""

from collections.abc import Iterable
from uuid import UUID

from aerostic.sdk import N_, Event
from aerostic.sdk.detection import Counted, Detector, Exact, Signal, Subject, Tick, Windows

from .grading import at_least, grade

SECONDS, LATELY = 1800, 120
LEAST = 20
SHARE = (0.12, 0.2)
TIMES_OTHERS = 3.0
# A reason for which messages fail at any hour of the day is the recipients'; one that was never heard of is the provider's.
DAY, USUAL_HOURS = 86_400, 5


class Failures(Detector):
    """The share of a tenant's messages that failed for one reason, surely at least, beside that of everybody else.

    Reasons are compared one by one: when the provider itself fails, everybody's messages fail for that reason, and nobody is
    to blame.
    """

    name = "anomaly.failures"
    title = N_("Delivery failures")
    text = N_("Far more messages of a tenant fail than of others: its list was bought, or is very old.")
    family = "delivery"
    subscribes = frozenset({"message.accepted", "message.failed"})
    windows = (
        Counted("accepted", SECONDS, 10),
        Counted("failed", SECONDS, 10),
        Exact("hours", DAY, 24),
    )

    def observe(self, tick: Tick, windows: Windows) -> Iterable[Signal]:
        """See `Detector.observe`."""
        for event in tick.by_type.get("message.accepted", ()):
            time = event.time.timestamp()
            windows.count("accepted", f"{event.tenant_id}:", time)
            windows.count("accepted", "all", time)
        for event in tick.by_type.get("message.failed", ()):
            if event.tenant_id is not None:
                yield from self._failed(event.tenant_id, event, event.time.timestamp(), windows)

    def _failed(self, tenant: UUID, event: Event, time: float, windows: Windows) -> Iterable[Signal]:
        code, key = str(event.data.get("code")), f"{tenant}:"
        failed = windows.count("failed", key + code, time)
        windows.count("failed", code, time)
        hours = windows.note("hours", code, time, str(int(time // 3600)))
        accepted = windows.total("accepted", key, time)
        if accepted < LEAST or hours < USUAL_HOURS:
            return
        score = grade(at_least(failed, accepted), *SHARE)
        if not score:
            return
        others = max(self._of_others(key, code, time, windows, seconds) for seconds in (SECONDS, LATELY))
        if failed < TIMES_OTHERS * others * accepted:
            return
        says = N_("%(failed)s of %(accepted)s messages failed within half an hour for one reason (%(code)s).")
        evidence: dict[str, str | int | float] = {"failed": failed, "accepted": accepted, "code": code}
        subject, batch = Subject("tenant", str(tenant), tenant), event.data.get("batch_id")
        shares = frozenset([f"batch:{batch}"] if batch else [])
        evidence["others"] = round(others, 4)
        yield Signal(self.name, self.family, subject, score, time, says, evidence, shares)

    @staticmethod
    def _of_others(key: str, code: str, time: float, windows: Windows, seconds: int) -> float:
        """The share of everybody else's messages that failed for this reason lately; a little where there are hardly any."""
        failed = windows.total("failed", code, time, seconds) - windows.total("failed", key + code, time, seconds)
        accepted = windows.total("accepted", "all", time, seconds) - windows.total("accepted", key, time, seconds)
        return (max(failed, 0) + 1) / (max(accepted, 0) + 2 * LEAST)
