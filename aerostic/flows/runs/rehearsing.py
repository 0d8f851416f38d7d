"""The engine in a replay: nodes that change something, and waits, are answered by the record in place of being run."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from pydantic import BaseModel

from aerostic.flows.contract import Call, Context, Effect, Go, Outcome, Wait
from aerostic.flows.engine import Engine, Performed, Report
from aerostic.flows.limits import GRANTED, Limits
from aerostic.flows.models import FlowRun
from aerostic.flows.plan import Plan, Step
from aerostic.flows.runs.recording import Recording, Seen, outcome
from aerostic.flows.state import Done, State

PAUSED = ("waiting", "calling", "outside")


@dataclass(slots=True)
class Rehearsal:
    """One run, in memory.

    Args:
        run: whose ids and beginning it has; it is not changed.
        plan: along which it goes.
        recording: what answers.
        seen: what expressions see.
        limits: how far it may go.
        state: where it begins; changed as it goes on.
        until: stop before the step with this `seq`, and follow the record up to there; 0 to go as far as it goes.
    """

    run: FlowRun
    plan: Plan
    recording: Recording
    seen: Seen
    limits: Limits
    state: State
    until: int = 0
    guessed: set[int] = field(default_factory=set)
    _line: Done | None = None
    _at: int = 0
    _begun: int = field(init=False)
    _engine: Engine = field(init=False)

    def __post_init__(self) -> None:
        self._begun = self.state.count
        values = {"trigger": self.seen.trigger, "message": self.seen.message, "contact": self.seen.contact}
        self._engine = Engine(
            self.plan,
            self.state,
            self._context,
            values,
            self._limits(),
            self._now,
            self.run.started_at,
            answer=self._answer,
        )

    def go(self) -> Report:
        """Go as far as it goes; `guessed` has the `seq` of steps then that nothing was recorded of."""
        report = self._engine.advance(performed=self._perform() if self.state.resuming else None)
        while report.ending in PAUSED or self._let_on(report):
            report = self._engine.advance(performed=self._perform())
        return report

    def _perform(self) -> Performed:
        line = self.recording.ahead(self.state.node, self._visit())
        if line and line.heard:
            self._engine.values["message"] = self.seen.heard.get(line.heard, {})
        return self._engine.perform()

    def _visit(self) -> int:
        fresh = not self.state.resuming and not self.state.attempt
        return self.state.visits.get(self.state.node, 0) + fresh

    def _let_on(self, report: Report) -> bool:
        """Whether a person has let the run go on where it failed or was stopped."""
        if report.ending == "ended" or self._is_there():
            return False
        stopped, line = report.ending == "stopped", self._line
        if not stopped and (line is None or line.node != self.state.node):
            return False
        if not self.recording.ahead(self.state.node, self.state.visits[self.state.node]):
            return False
        self._line = None
        self.state.once_more()
        self.state.granted += report.reason[0] in GRANTED
        self._engine.limits = self._limits()
        return True

    def _is_there(self) -> bool:
        return bool(self.until) and self.state.count >= self.until

    def _limits(self) -> Limits:
        limits = self.limits.granted(self.state.granted)
        return replace(limits, steps=self.until - 1) if self.until else limits

    def _now(self) -> datetime:
        return self.run.started_at + timedelta(milliseconds=self._at)

    def _context(self, node: str, visit: int) -> Context:
        """Of a step that is about to be taken: with the time that it was recorded at, and without a session."""
        self._line = self.recording.take(node, visit)
        self._at = self._line.at if self._line else self._at
        run, key = self.run, f"flow:{self.run.id}:{node}:{visit}"
        whom = (run.contact_id, run.conversation_id, (*self.state.chain, str(run.id)))
        return Context(run.tenant_id, run.id, node, key, self._now(), self._engine.values, *whom)

    def _answer(self, step: Step, config: BaseModel, context: Context, do: Callable[[], Outcome]) -> Outcome:
        if step.node.effect is Effect.NONE and not self.state.resuming:
            return self._as_recorded(do()) if self.until else do()
        if self._line:
            return outcome(self._line)
        self.guessed.add(self._seq())
        return step.node.pretend(context, config)

    def _as_recorded(self, found: Outcome) -> Outcome:
        """The variables that it gives, and else what the journal says: where the contact has changed, it might go another way."""
        line = self._line
        if line is None or (line.fate == "waiting" and isinstance(found, Wait | Call)):
            return found
        if isinstance(found, Go) and line.port:
            return replace(found, port=line.port, output=line.output)
        return outcome(line)

    def _seq(self) -> int:
        """Of the step that is being taken: the engine counts what it was told to perform only afterwards."""
        return (self._engine.steps[-1].seq if self._engine.steps else self._begun) + 1
