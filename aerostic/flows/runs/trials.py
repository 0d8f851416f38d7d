"""Trying a document out: its steps really run, in a transaction that is taken back at the end, so that nothing is left of it.

Messages are planned and priced as they would be, and never leave: a lane sends only what was committed. What asks other systems
is not asked, and is taken to do what its node pretends. Flows that are called run as they are published; their messages are
shown, and their steps stand behind the one that called them. Nothing is kept between two tries: each is told all that is said.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from aerostic.db import caused_by, first_id, new_id, tenant_scope, transaction, utcnow
from aerostic.flows.allowances import limits_of
from aerostic.flows.contract import Call, Context, Effect, Outcome, Woken
from aerostic.flows.document import Document
from aerostic.flows.drafts import NotReadyError
from aerostic.flows.engine import AGAIN, Engine, Report
from aerostic.flows.kinds import kinds_of
from aerostic.flows.models import Flow
from aerostic.flows.needs import check_here
from aerostic.flows.plan import KindError, Plan, Step
from aerostic.flows.runs.engines import by_itself
from aerostic.flows.runs.plans import plans
from aerostic.flows.runs.pretending import Said, choices_of, shown, somebody, talk_with, values_of
from aerostic.flows.runs.values import contact_values, workspace_values
from aerostic.flows.state import Done, State
from aerostic.messaging.bodies import Body
from aerostic.messaging.conversations.rendering import bodies
from aerostic.messaging.models import Message

MOST_STEPS = 200
OVER = ("ended", "failed", "stopped")


@dataclass(frozen=True, slots=True)
class Bubble:
    """A message of a trial.

    Args:
        ours: whether the flow sent it.
        after: `seq` of the step that it came with.
        choices: what can be tapped, ids with titles.
    """

    ours: bool
    body: Body
    after: int
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Trial:
    """What came of it.

    Args:
        costs: micro-credits by a step's `seq`.
        assumed: the `seq` of steps that would ask another system, or call a flow that does.
        ending: `waiting` where more may be said.
        awaits: `reply`, or '' where only time helps.
        until: when a waiting run goes on by itself.
    """

    steps: list[Done] = field(default_factory=list)
    bubbles: list[Bubble] = field(default_factory=list)
    costs: dict[int, int] = field(default_factory=dict)
    assumed: set[int] = field(default_factory=set)
    ending: str = "ended"
    reason: tuple[str, str] = ("", "")
    awaits: str = ""
    until: datetime | None = None


class _BackError(Exception):
    """Takes everything back."""


def try_out(
    tenant_id: UUID,
    document: Document,
    said: Sequence[Said],
    *,
    start: str = "",
    open_window: bool = True,
    flow_id: UUID | None = None,
    contact_id: UUID | None = None,
) -> Trial:
    """Run a document for a contact, or for somebody made up, and take all of it back.

    Args:
        said: what happens, in order. The first is what the run begins with.
        start: id of the trigger; the first one where it is left out.
        open_window: whether the contact has written in the last 24 hours.
        flow_id: whose document it is: where it calls itself, it is the document that is called.
        contact_id: whom it is about; somebody made up where there is none.

    Raises:
        NotReadyError: something in the document blocks.
    """
    trial = Trial()
    try:
        with transaction(tenant_scope(tenant_id)) as session:
            problems = check_here(session, tenant_id, document, flow_id)
            if any(problem.blocks for problem in problems):
                raise NotReadyError(problems)
            whom = contact_id or somebody(session, tenant_id)
            talk_id = talk_with(session, tenant_id, whom, open_window=open_window)
            plan = Plan.of(document, kinds_of(session, tenant_id))
            _Trying(session, tenant_id, plan, trial, whom, talk_id, flow_id).go(start, said)
            raise _BackError
    except _BackError:
        return trial


@dataclass(slots=True)
class _Level:
    """The flow that is tried out, or one that it has called.

    Args:
        run_id: as if it were a run.
    """

    run_id: UUID
    engine: Engine


class _Trying:
    """One try, within its transaction. The last level is the one that goes on."""

    def __init__(
        self,
        session: Session,
        tenant_id: UUID,
        plan: Plan,
        trial: Trial,
        contact_id: UUID,
        talk_id: UUID | None,
        flow_id: UUID | None,
    ) -> None:
        self.session, self.tenant_id, self.plan, self.trial, self.flow_id = session, tenant_id, plan, trial, flow_id
        self.contact_id, self.talk_id = contact_id, talk_id
        self.began, self.ahead, self.levels = utcnow(), timedelta(), list[_Level]()
        self.runs, self.known = list[str](), set[UUID]()

    @property
    def engine(self) -> Engine:
        return self.levels[-1].engine

    def go(self, start: str, said: Sequence[Said]) -> None:
        triggers = [step.id for step in self.plan.steps.values() if step.node.starts]
        first = said[0] if said else Said("text")
        seen = {"trigger": {"by_hand": True}, "message": values_of(first, first=True)}
        self._begin(self.plan, State(start if start in triggers else triggers[0]), seen)
        self._hear(first)
        report = self._on(self.engine.advance())
        for one in said[1:]:
            if report.ending != "waiting":
                break
            report = self._wake(report, one)
        self._settle(report)

    def _begin(self, plan: Plan, state: State, seen: Mapping[str, Any]) -> None:
        limits = limits_of(self.session, self.tenant_id).narrowed(plan.limits)
        about = contact_values(self.session, self.tenant_id, self.contact_id)
        around = {"workspace": workspace_values(self.session, self.tenant_id)} if "workspace" in plan.names else {}
        engine = Engine(
            plan,
            state,
            self._context,
            {**seen, "contact": about, **around},
            replace(limits, steps=min(limits.steps, MOST_STEPS)),
            self._now,
            self.began,
            charge=self._charge,
            answer=self._answer,
        )
        self.levels.append(_Level(new_id(), engine))
        self.runs.append(str(self.levels[-1].run_id))

    def _on(self, report: Report) -> Report:
        """Past what needs nobody: steps that would ask another system, flows that are called, and pauses before another try."""
        while True:
            self._collect()
            if report.ending == "outside":
                report = self.engine.advance(performed=self.engine.perform())
            elif report.call:
                report = self._call(report.call)
            elif report.ending == "waiting" and report.wait and report.wait.event == AGAIN:
                report = self.engine.advance(Woken("time"))
            elif report.ending in OVER and len(self.levels) > 1:
                report = self._return(report)
            else:
                return report

    def _call(self, call: Call) -> Report:
        plan = self._called(call.flow_id)
        start = next((step.id for step in plan.steps.values() if step.node.starts), "") if plan else ""
        if plan is None or not start:
            return self.engine.advance(Woken("failed"))
        depth = self.engine.state.depth + 1
        self._begin(plan, State(start, dict(call.values), depth=depth), {"trigger": {}, "message": {}})
        return self.engine.advance()

    def _called(self, flow_id: UUID) -> Plan | None:
        """The plan of a flow that is called; None where it cannot be run."""
        if flow_id == self.flow_id:
            return self.plan
        flow = self.session.get(Flow, flow_id)
        try:
            return plans().of(self.session, self.tenant_id, flow.published_id) if flow and flow.published_id else None
        except KindError:
            return None

    def _return(self, report: Report) -> Report:
        self.levels.pop()
        woken = "flow" if report.ending == "ended" else "failed"
        return self.engine.advance(Woken(woken, dict(report.output) or {"code": report.reason[0]}))

    def _wake(self, report: Report, said: Said) -> Report:
        if said.kind == "time":
            until = report.wait.until if report.wait else None
            self.ahead = max(self.ahead, until - utcnow()) if until else self.ahead
            return self._on(self.engine.advance(Woken("time")))
        self._hear(said)
        if not report.wait or report.wait.event != "reply":
            return report
        self.engine.values["message"] = values_of(said)
        return self._on(self.engine.advance(Woken("reply", values_of(said))))

    def _settle(self, report: Report) -> None:
        trial = self.trial
        trial.steps, trial.ending, trial.reason = self.levels[0].engine.steps, report.ending, report.reason
        if report.wait:
            trial.awaits, trial.until = report.wait.event, report.wait.until

    def _answer(self, step: Step, config: BaseModel, context: Context, do: Callable[[], Outcome]) -> Outcome:
        if step.node.effect is Effect.OUTSIDE:
            self.trial.assumed.add(self._at(len(self.engine.steps) + 1))
            return step.node.pretend(context, config)
        return self._protected(do) if step.node.effect is Effect.INSIDE else do()

    def _protected(self, do: Callable[[], Outcome]) -> Outcome:
        chain = (str(self.levels[-1].run_id),)
        with caused_by(self.session, chain):
            return by_itself(self.session, do)

    def _context(self, node: str, visit: int) -> Context:
        run_id = self.levels[-1].run_id
        whom = (self.contact_id, self.talk_id, (str(run_id),), self.session)
        key = f"flow:{run_id}:{node}:{visit}"
        return Context(self.tenant_id, run_id, node, key, self._now(), self.engine.values, *whom)

    def _charge(self, _step: Step, amount: int) -> None:
        at = self._at(self.engine.state.count)
        self.trial.costs[at] = self.trial.costs.get(at, 0) + amount

    def _at(self, seq: int) -> int:
        """The step of the flow that is tried out at which something happens: its own, or the one that has called."""
        return seq if len(self.levels) == 1 else self.levels[0].engine.steps[-1].seq

    def _now(self) -> datetime:
        return utcnow() + self.ahead

    def _hear(self, said: Said) -> None:
        body = shown(said)
        if body:
            steps = self.levels[0].engine.steps
            self.trial.bubbles.append(Bubble(False, body, steps[-1].seq if steps else 0))

    def _collect(self) -> None:
        """What the flow has sent since the last time."""
        self.session.flush()
        whose = (Message.tenant_id == self.tenant_id, Message.contact_id == self.contact_id)
        ours = func.split_part(Message.idempotency_key, ":", 2).in_(self.runs)
        new = (Message.id >= first_id(self.began), Message.id.not_in(self.known))
        fresh = self.session.scalars(select(Message).where(*whose, ours, *new).order_by(Message.id)).all()
        said = bodies(self.session, self.tenant_id, fresh)
        for row in fresh:
            self.known.add(row.id)
            self.trial.bubbles.append(Bubble(True, said[row.id], self._seq(row), tuple(choices_of(row))))

    def _seq(self, message: Message) -> int:
        """The step that planned a message, by the key that it was planned with."""
        node = message.idempotency_key.split(":")[2]
        found = next((step.seq for step in reversed(self.engine.steps) if step.node == node), 0)
        return self._at(found)
