"""Messages that do not arrive: the mark of a bought list."""

from collections.abc import Iterable

from aerostic.sdk import N_
from aerostic.sdk.detection import Counted, Detector, Signal, Subject, Tick, Windows

from .grading import at_least, grade

SECONDS = 1800
LEAST = 20
SHARE = (0.12, 0.2)
TIMES_OTHERS = 3.0


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
    windows = (Counted("accepted", SECONDS, 10), Counted("failed", SECONDS, 10))

    def observe(self, tick: Tick, windows: Windows) -> Iterable[Signal]:
        """See `Detector.observe`."""
        for event in tick.by_type.get("message.accepted", ()):
            time = event.time.timestamp()
            windows.count("accepted", f"{event.tenant_id}:", time)
            windows.count("accepted", "all", time)
        for event in tick.by_type.get("message.failed", ()):
            if event.tenant_id is None:
                continue
            time, code = event.time.timestamp(), str(event.data.get("code"))
            tenant = f"{event.tenant_id}:"
            failed = windows.count("failed", tenant + code, time)
            all_failed = windows.count("failed", code, time)
            accepted = windows.total("accepted", tenant, time)
            if accepted < LEAST:
                continue
            share = at_least(failed, accepted)
            others = (all_failed - failed + 1) / (max(windows.total("accepted", "all", time) - accepted, 0) + 2 * LEAST)
            score = grade(share, *SHARE) if failed / accepted >= TIMES_OTHERS * others else 0.0
            if score:
                says = N_("%(failed)s of %(accepted)s messages failed within half an hour for one reason (%(code)s).")
                evidence: dict[str, str | int | float] = {"failed": failed, "accepted": accepted, "code": code}
                subject = Subject("tenant", str(event.tenant_id), event.tenant_id)
                batch = event.data.get("batch_id")
                shares = frozenset([f"batch:{batch}"] if batch else [])
                yield Signal(self.name, self.family, subject, score, time, says, evidence, shares)
