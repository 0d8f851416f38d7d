"""The engine: a batch of observations in, signals and decisions out. It asks no server but through the windows."""

from collections.abc import Sequence
from dataclasses import dataclass

from aerostic.db import Event
from aerostic.detection.contract import Detector, Signal, Tick
from aerostic.detection.judging.deciding import Decider, Decision
from aerostic.detection.judging.panel import Panel, Store
from aerostic.detection.judging.policy import Policy
from aerostic.detection.judging.risk import Risk


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of a batch.

    Args:
        signals: what detectors found; what one said a moment ago about the same subject is left out.
        decisions: what the policy wants done about it, those of its shadow among them.
    """

    signals: Sequence[Signal] = ()
    decisions: Sequence[Decision] = ()


class Engine:
    """Judges what the platform observes.

    Args:
        detectors: all that are installed.
        windows: gives each detector its sliding windows.
        policy: the active one.
        risk: the scores of subjects; a fresh one when left out.
        version: of the policy.
    """

    def __init__(
        self,
        detectors: Sequence[Detector],
        windows: Store,
        policy: Policy,
        risk: Risk | None = None,
        *,
        version: int = 1,
    ) -> None:
        self.panel = Panel(detectors, windows)
        self.decider = Decider(policy, version, Risk() if risk is None else risk)
        self.shadow: Decider | None = None

    def use(self, policy: Policy, version: int) -> None:
        """Go on with another version of the policy; what is known of subjects stays."""
        self.decider.policy, self.decider.version = policy, version

    def use_shadow(self, policy: Policy | None, version: int = 0) -> None:
        """Let another version decide beside the active one, without acting; None for no such version."""
        if policy is None:
            self.shadow = None
        elif self.shadow is None or self.shadow.version != version:
            self.shadow = Decider(policy, version, Risk(), shadow=True)

    def judge(self, events: Sequence[Event], now: float) -> Judged:
        """Judge a batch.

        Args:
            events: admitted ones, in their order.
            now: the clock, in seconds since 1970.
        """
        if not events:
            return Judged()
        by_type: dict[str, list[Event]] = {}
        tenants = set()
        for event in events:
            tenants.add(event.tenant_id)
            try:
                by_type[event.type].append(event)
            except KeyError:
                by_type[event.type] = [event]
        self.decider.saw(tenants, now)
        found = self.panel.ask(Tick(now, events, by_type))
        if not found:
            return Judged()
        news, decisions = self.decider.decide(found, now)
        if self.shadow is not None:
            self.shadow.seen = self.decider.seen
            decisions += self.shadow.decide(found, now)[1]
        return Judged(news, decisions)
