"""Trying a document out: its steps really run, in a transaction that is taken back at the end, so that nothing is left of it.

Messages are planned and priced as they would be, and never leave: a lane sends only what was committed. What asks other systems
is not asked, and is taken to do what its node pretends. Nothing is kept between two tries: each is told all that is said.
"""

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.db import caused_by, new_id, tenant_scope, transaction, utcnow
from aerostic.flows.allowances import limits_of
from aerostic.flows.contract import Context, Effect, Fail, Outcome, Woken
from aerostic.flows.document import Document
from aerostic.flows.drafts import NotReadyError
from aerostic.flows.engine import AGAIN, Engine, Report
from aerostic.flows.kinds import kinds_of
from aerostic.flows.needs import check_here
from aerostic.flows.plan import Plan, Step
from aerostic.flows.runs.values import contact_values, workspace_values
from aerostic.flows.state import Done, State
from aerostic.messaging.bodies import Body
from aerostic.messaging.conversations.handling import open_conversation
from aerostic.messaging.conversations.rendering import bodies
from aerostic.messaging.models import ChannelNumber, Contact, Conversation, Message
from aerostic.messaging.values import mapping, objects, text
from aerostic.security.vault import blind_index

MOST_STEPS = 200
WINDOW = timedelta(hours=24)
NAME = "Ada Lovelace"


@dataclass(frozen=True, slots=True)
class Said:
    """What happens next: the contact writes or taps something, or time passes until the run goes on by itself.

    Args:
        choice: id of a button or line that was tapped.
    """

    kind: Literal["text", "time"]
    text: str = ""
    choice: str = ""


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
        assumed: the `seq` of steps that would ask another system, or run another flow.
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
) -> Trial:
    """Run a document for somebody made up, and take all of it back.

    Args:
        said: what happens, in order. The first is what the run begins with.
        start: id of the trigger; the first one where it is left out.
        open_window: whether the contact has written in the last 24 hours.

    Raises:
        NotReadyError: something in the document blocks.
    """
    trial = Trial()
    try:
        with transaction(tenant_scope(tenant_id)) as session:
            problems = check_here(session, tenant_id, document, flow_id)
            if any(problem.blocks for problem in problems):
                raise NotReadyError(problems)
            _Trying(session, tenant_id, Plan.of(document, kinds_of(session, tenant_id)), trial, open_window).go(
                start, said
            )
            raise _BackError
    except _BackError:
        return trial


class _Trying:
    """One try, within its transaction."""

    def __init__(self, session: Session, tenant_id: UUID, plan: Plan, trial: Trial, open_window: bool) -> None:
        self.session, self.tenant_id, self.plan, self.trial = session, tenant_id, plan, trial
        self.run_id, self.began, self.ahead = new_id(), utcnow(), timedelta()
        self.contact_id, self.talk_id = _somebody(session, tenant_id, self.began + WINDOW if open_window else None)
        self.known: set[UUID] = set()

    def go(self, start: str, said: Sequence[Said]) -> None:
        triggers = [step.id for step in self.plan.steps.values() if step.node.starts]
        first = said[0] if said else Said("text")
        message = _message(first, first=True)
        limits = limits_of(self.session, self.tenant_id).narrowed(self.plan.limits)
        self.state = State(start if start in triggers else triggers[0])
        self.engine = Engine(
            self.plan,
            self.state,
            self._context,
            {"trigger": {"by_hand": True}, "message": message, "contact": self._contact(), **self._workspace()},
            replace(limits, steps=min(limits.steps, MOST_STEPS)),
            self._now,
            self.began,
            charge=self._charge,
            answer=self._answer,
        )
        self._hear(first)
        report = self._on(self.engine.advance())
        for one in said[1:]:
            if report.ending not in ("waiting", "calling"):
                break
            report = self._wake(report, one)
        self._settle(report)

    def _on(self, report: Report) -> Report:
        """Past what needs nobody: steps that would ask another system, flows that are called, and pauses before another try."""
        while True:
            self._collect()
            if report.ending == "outside":
                report = self.engine.advance(performed=self.engine.perform())
            elif report.ending == "calling":
                self.trial.assumed.add(self.state.count)
                report = self.engine.advance(Woken("flow"))
            elif report.ending == "waiting" and report.wait and report.wait.event == AGAIN:
                report = self.engine.advance(Woken("time"))
            else:
                return report

    def _wake(self, report: Report, said: Said) -> Report:
        if said.kind == "time":
            until = report.wait.until if report.wait else None
            self.ahead = max(self.ahead, until - utcnow()) if until else self.ahead
            return self._on(self.engine.advance(Woken("time")))
        self._hear(said)
        if not report.wait or report.wait.event != "reply":
            return report
        self.engine.values["message"] = _message(said)
        return self._on(self.engine.advance(Woken("reply", _message(said))))

    def _settle(self, report: Report) -> None:
        trial = self.trial
        trial.steps, trial.ending, trial.reason = report.steps, report.ending, report.reason
        if report.wait:
            trial.awaits, trial.until = report.wait.event, report.wait.until

    def _answer(self, step: Step, config: BaseModel, context: Context, do: Callable[[], Outcome]) -> Outcome:
        if step.node.effect is Effect.OUTSIDE:
            self.trial.assumed.add(len(self.engine.steps) + 1)
            return step.node.pretend(context, config)
        return self._protected(do) if step.node.effect is Effect.INSIDE else do()

    def _protected(self, do: Callable[[], Outcome]) -> Outcome:
        with caused_by(self.session, (str(self.run_id),)), self.session.begin_nested() as savepoint:
            outcome = do()
            if isinstance(outcome, Fail):
                savepoint.rollback()
            return outcome

    def _context(self, node: str, visit: int) -> Context:
        whom = (self.contact_id, self.talk_id, (str(self.run_id),), self.session)
        key = f"flow:{self.run_id}:{node}:{visit}"
        return Context(self.tenant_id, self.run_id, node, key, self._now(), self.engine.values, *whom)

    def _charge(self, _step: Step, amount: int) -> None:
        self.trial.costs[self.state.count] = self.trial.costs.get(self.state.count, 0) + amount

    def _now(self) -> datetime:
        return utcnow() + self.ahead

    def _contact(self) -> dict[str, Any]:
        return contact_values(self.session, self.tenant_id, self.contact_id) if self.contact_id else {}

    def _workspace(self) -> dict[str, Any]:
        wanted = "workspace" in self.plan.names
        return {"workspace": workspace_values(self.session, self.tenant_id)} if wanted else {}

    def _hear(self, said: Said) -> None:
        if said.text:
            after = self.engine.steps[-1].seq if self.engine.steps else 0
            self.trial.bubbles.append(Bubble(False, Body("text", said.text), after))

    def _collect(self) -> None:
        """What the flow has sent since the last time."""
        self.session.flush()
        own = (Message.tenant_id == self.tenant_id, Message.contact_id == self.contact_id, Message.direction == "out")
        sent = self.session.scalars(select(Message).where(*own).order_by(Message.id))
        fresh = [row for row in sent if row.id not in self.known]
        said = bodies(self.session, self.tenant_id, fresh)
        for row in fresh:
            self.known.add(row.id)
            content = mapping(mapping(row.content).get("content"))
            self.trial.bubbles.append(Bubble(True, said[row.id], self._seq(row), tuple(_choices(content))))

    def _seq(self, message: Message) -> int:
        """The step that planned a message, by the key that it was planned with."""
        node = message.idempotency_key.split(":")[2]
        return next((step.seq for step in reversed(self.engine.steps) if step.node == node), 0)


def _somebody(session: Session, tenant_id: UUID, window: datetime | None) -> tuple[UUID, UUID | None]:
    """A contact who is made up, in a conversation with the workspace's first number."""
    phone = f"+1650{secrets.randbelow(10_000_000):07d}"
    contact = Contact(tenant_id=tenant_id, name=NAME, phone=phone, country="US", locale="en", marketing="granted")
    contact.phone_index = blind_index(tenant_id, "contact.phone", phone)
    session.add(contact)
    session.flush()
    own = select(ChannelNumber.id).where(ChannelNumber.tenant_id == tenant_id).order_by(ChannelNumber.id)
    number_id = session.scalar(own.limit(1))
    if number_id is None:
        return contact.id, None
    talk_id = open_conversation(session, tenant_id, number_id, contact.id)
    session.get_one(Conversation, talk_id).window_until = window
    session.flush()
    return contact.id, talk_id


def _message(said: Said, *, first: bool = False) -> dict[str, Any]:
    own = {"id": str(new_id()), "kind": "interactive" if said.choice else "text", "direction": "in", "first": first}
    return {**own, "text": said.text, "choice": said.choice}


def _choices(content: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What can be tapped below a message that we send."""
    action = mapping(mapping(content.get("interactive")).get("action"))
    for button in objects(action.get("buttons")):
        reply = mapping(button.get("reply"))
        yield text(reply.get("id")), text(reply.get("title"))
    for section in objects(action.get("sections")):
        for row in objects(section.get("rows")):
            yield text(row.get("id")), text(row.get("title"))
