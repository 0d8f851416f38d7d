"""The engine: takes a run from step to step, in memory, until it ends, waits, or comes to something that must be noted first.

It knows no database and no clock of its own: who calls it keeps the state and the journal, in one transaction with what the
steps have changed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from time import perf_counter_ns
from typing import Any, Literal

from pydantic import BaseModel, ValidationError

from aerostic.flows.configs import wrong
from aerostic.flows.contract import Call, Context, Effect, Fail, Go, Outcome, Stop, Wait, Woken
from aerostic.flows.expressions import ExpressionError
from aerostic.flows.limits import LimitError, Limits
from aerostic.flows.plan import Plan, Step
from aerostic.flows.state import ERROR_PORT, Done, Fate, State
from aerostic.words import N_

BROKEN = N_("The node came upon an error of its own. It has been recorded; tell whoever made the plugin.")
LONGEST_PAUSE = timedelta(hours=1)
MILLISECOND = timedelta(milliseconds=1)
# What a run waits for between two tries of a step.
AGAIN = "again"
Ending = Literal["ended", "waiting", "calling", "outside", "failed", "stopped"]


@dataclass(frozen=True, slots=True)
class Report:
    """How far a run came.

    Args:
        ending: `outside` means that the node to come changes another system: note that, then go on with `outside`.
        steps: what was done, for the journal.
        wait: what it waits for.
        call: which flow it calls.
        reason: of `failed` and `stopped`: code and words.
        output: of a run that has ended.
    """

    ending: Ending
    steps: list[Done]
    wait: Wait | None = None
    call: Call | None = None
    reason: tuple[str, str] = ("", "")
    output: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Performed:
    """What came of one node.

    Args:
        given: its configuration, with the expressions worked out; None where that failed.
        took: microseconds.
        spent: micro-credits, of one that was performed outside of the run's own transaction.
    """

    outcome: Outcome
    given: BaseModel | None = None
    took: int = 0
    spent: int = 0


@dataclass(slots=True)
class Engine:
    """One advance of one run.

    Args:
        plan: of the version that the run began with.
        state: changed as the run goes on.
        context: makes the context of a step, of the node's id and which visit of it this is; a retry is the same visit.
        values: what expressions see besides `vars` and `steps`: `contact`, `message`, `trigger`.
        limits: how far it may go.
        charge: counts what a step spends against the budgets of the day; raises where one is used up.
        now: the time.
        began: when the run began.
        protect: runs a node that changes the database, so that nothing is left of it where it fails.
        broken: is told of an exception that a node raised; may raise it where the run as a whole has to be tried again.
        answer: of a replay: what a step comes to, given the step, its configuration, its context, and how to really do it.
        halting: whether the run rests after one step: somebody else speaks now.
    """

    plan: Plan
    state: State
    context: Callable[[str, int], Context]
    values: dict[str, Any]
    limits: Limits
    now: Callable[[], datetime]
    began: datetime
    protect: Callable[[Callable[[], Outcome]], Outcome] = lambda do: do()
    broken: Callable[[Step, Exception], None] = lambda _step, _error: None
    answer: Callable[[Step, BaseModel, Context, Callable[[], Outcome]], Outcome] | None = None
    halting: bool = False
    steps: list[Done] = field(default_factory=list)
    charge: Callable[[Step, int], None] = lambda _step, _amount: None

    def advance(self, woken: Woken | None = None, performed: Performed | None = None) -> Report:
        """Go on until the run ends or has to be kept.

        Args:
            woken: why a waiting run goes on.
            performed: what came of the node to come, which changes another system: see `perform`.
        """
        state, steps = self.state, self.plan.steps
        self.values |= {"vars": state.vars, "steps": state.steps}
        while state.node:
            step = steps[state.node]
            if performed is None and step.node.effect is Effect.OUTSIDE:
                return self._report("outside")
            try:
                self._count(step.id)
                done, performed = performed or self._take(step, woken), None
                state.spent += done.spent
                report = self._follow(step, done)
            except LimitError as error:
                self._note(step, "stopped", None, output=dict(error.told()), error=(error.limit, str(error)))
                return self._report("stopped", reason=(error.limit, str(error)))
            if report:
                return report
            woken = None
            if self.halting and state.node:
                return self._report("waiting", wait=Wait(self.now()))
        return self._report("ended")

    def perform(self, woken: Woken | None = None) -> Performed:
        """Let the node to come change another system: noted before, without a transaction, the outcome for `advance`."""
        self.values |= {"vars": self.state.vars, "steps": self.state.steps}
        step, visits = self.plan.steps[self.state.node], self.state.visits
        visit = visits.get(step.id, 0) + (not self.state.resuming and not self.state.attempt)
        before = self.state.spent
        try:
            return replace(self._take(step, woken, visit), spent=self.state.spent - before)
        except LimitError as error:
            return Performed(Fail(error.limit, str(error)))

    def _take(self, step: Step, woken: Woken | None, visit: int = 0) -> Performed:
        began, given = perf_counter_ns(), None
        try:
            given = step.config.with_values(self.values)
            outcome = self._run(step, given, woken, visit or self.state.visits[step.id])
        except ExpressionError as error:
            outcome = Fail("expression", str(error))
        except ValidationError as error:
            outcome = Fail(*wrong(error))
        except LimitError:
            raise
        except Exception as error:
            self.broken(step, error)
            outcome = Fail("broken", BROKEN, unsure=step.node.effect is Effect.OUTSIDE)
        return Performed(outcome, given, (perf_counter_ns() - began) // 1_000)

    def _run(self, step: Step, config: BaseModel, woken: Woken | None, visit: int) -> Outcome:
        context, inside = self.context(step.id, visit), step.node.effect is Effect.INSIDE
        context.spend = self._spend
        if not inside:
            context.session = None
        do = partial(self._do, step, context, config, woken)
        if self.answer:
            return self.answer(step, config, context, do)
        return self.protect(do) if inside else do()

    def _do(self, step: Step, context: Context, config: BaseModel, woken: Woken | None) -> Outcome:
        if self.state.resuming and woken:
            return step.node.resume(context, config, woken)
        return step.node.run(context, config)

    def _spend(self, amount: int) -> None:
        step, spent = self.plan.steps[self.state.node], self.state.spent + amount
        if spent > self.limits.spend:
            raise LimitError("spend", self.limits.spend, step.id, spent)
        self.charge(step, amount)
        self.state.spent = spent

    def _follow(self, step: Step, done: Performed) -> Report | None:
        outcome = done.outcome
        if isinstance(outcome, Go | Stop):
            return self._passed(step, outcome, done)
        if isinstance(outcome, Fail):
            return self._failed(step, outcome, done)
        values = self._set(step, outcome.values) if isinstance(outcome, Wait) else {}
        self.state.resuming = True
        self._note(step, "waiting", done, values=values)
        if isinstance(outcome, Wait):
            return self._report("waiting", wait=outcome)
        return self._report("calling", call=outcome)

    def _passed(self, step: Step, outcome: Go | Stop, done: Performed) -> Report | None:
        output = dict(outcome.output)
        if isinstance(outcome, Stop):
            self._settle(step.id, output)
            self._note(step, "done", done, output=output)
            self.state.node = ""
            return self._report("ended", output=output)
        values = self._set(step, outcome.values)
        self._settle(step.id, output)
        self._note(step, "done", done, outcome.port, output, values=values)
        self.state.node = step.ways.get(outcome.port, "")
        return None

    def _failed(self, step: Step, fail: Fail, done: Performed) -> Report | None:
        error, attempt = (fail.code, fail.reason), self.state.attempt
        retries, first = self._patience(step, done.given) if fail.again and done.given else (0, 0.0)
        if attempt < retries:
            self._note(step, "again", done, error=error)
            self.state.attempt, self.state.resuming = attempt + 1, False
            pause = min(timedelta(seconds=max(first * 2**attempt, fail.after)), LONGEST_PAUSE)
            return self._report("waiting", wait=Wait(self.now() + pause, AGAIN))
        if ERROR_PORT in step.ways:
            self._settle(step.id, {"error": fail.code})
            self._note(step, "failed", done, ERROR_PORT, error=error)
            self.state.node = step.ways[ERROR_PORT]
            return None
        self._note(step, "failed", done, error=error)
        self.state.unsure = fail.unsure
        return self._report("failed", reason=error)

    def _set(self, step: Step, values: Mapping[str, Any]) -> dict[str, Any]:
        """Set variables. Returns those that a replay has to be told: it works steps out anew that change nothing."""
        self.state.vars.update(values)
        if step.node.effect is Effect.NONE and not self.state.resuming:
            return {}
        return {name: value for name, value in values.items() if not name.startswith("_")}

    def _patience(self, step: Step, config: BaseModel) -> tuple[int, float]:
        retries, pause = step.node.patience(config)
        return (retries if step.retries is None else step.retries), pause

    def _settle(self, node: str, output: dict[str, Any]) -> None:
        self.state.steps[node] = output
        self.state.taken()

    def _count(self, node: str) -> None:
        state, limits = self.state, self.limits
        state.count += 1
        state.visits[node] = state.visits.get(node, 0) + (not state.resuming and not state.attempt)
        if state.count > limits.steps:
            raise LimitError("steps", limits.steps, node, state.count)
        if state.visits[node] > limits.visits:
            raise LimitError("visits", limits.visits, node, state.visits[node])
        if state.depth > limits.depth:
            raise LimitError("depth", limits.depth, node, state.depth)
        if len(state.chain) > limits.chain:
            raise LimitError("chain", limits.chain, node, len(state.chain))

    def _note(
        self,
        step: Step,
        fate: Fate,
        done: Performed | None,
        port: str = "",
        output: dict[str, Any] | None = None,
        error: tuple[str, str] = ("", ""),
        values: dict[str, Any] | None = None,
    ) -> None:
        """A line of the journal; without `done`, of a step that was not begun."""
        state, given = self.state, done.given if done else None
        at = (self.now() - self.began) // MILLISECOND
        shown = given.model_dump(mode="json", exclude_defaults=True) if given else {}
        told = (state.attempt, at, done.took if done else 0, values or {})
        self.steps.append(Done(state.count, step.id, fate, port, shown, output or {}, error, *told, config=given))

    def _report(self, ending: Ending, **more: Any) -> Report:
        return Report(ending, self.steps, **more)
