"""Webhooks that pretend to be the provider's."""

from collections.abc import Iterable

from aerostic.sdk import N_
from aerostic.sdk.detection import Counted, Detector, Exact, Signal, Subject, Tick, Windows

from .grading import grade

# A tenant that has put in a wrong secret makes the provider's own webhooks fail: at one door, from all of its addresses.
# So one door and one address need much more than many doors do.
MINUTE, TEN_MINUTES, DOORS = (6, 12), (12, 24), (4, 6)


class Forgery(Detector):
    """Counts refused webhooks and the doors they came to, by address."""

    name = "anomaly.forgery"
    title = N_("Webhook forgery")
    text = N_("Somebody sends webhooks that are not the provider's, or looks for a door that takes them.")
    family = "forgery"
    subscribes = frozenset({"webhook.refused"})
    windows = (Counted("minute", 60), Counted("ten", 600, 10), Exact("doors", 600, 32))

    def observe(self, tick: Tick, windows: Windows) -> Iterable[Signal]:
        """See `Detector.observe`."""
        for event in tick.of("webhook.refused"):
            data, time = event.data, event.time.timestamp()
            address = data["address"]
            if not address:
                continue
            minute = windows.count("minute", address, time)
            ten = windows.count("ten", address, time)
            doors = windows.note("doors", address, time, data["endpoint"])
            score = max(grade(minute, *MINUTE), grade(ten, *TEN_MINUTES), grade(doors, *DOORS))
            if score:
                says = N_("%(refused)s webhooks refused within ten minutes, at %(doors)s doors.")
                evidence = {"refused": ten, "doors": doors, "in_a_minute": minute, "reason": data["reason"]}
                shares = frozenset((f"address:{address}", f"subnet:{data['subnet']}"))
                yield Signal(self.name, self.family, Subject("address", address), score, time, says, evidence, shares)
