"""Beginning a run by a call, in the caller's transaction: whom it is about, once a key, and what is answered."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from aerostic.db import new_id, utcnow
from aerostic.flows.expressions import ExpressionError
from aerostic.flows.hooks.contract import About, Answer, Answering
from aerostic.flows.hooks.finding import Hook
from aerostic.flows.hooks.models import FlowHookKey
from aerostic.flows.hooks.reading import Called
from aerostic.flows.models import FlowRun
from aerostic.flows.plan import Plan
from aerostic.flows.runs import journal
from aerostic.flows.runs.beginnings import Begin
from aerostic.flows.runs.driving import begin
from aerostic.flows.runs.ids import run_id
from aerostic.flows.runs.plans import plans
from aerostic.flows.runs.quick import Passed, go_through
from aerostic.flows.state import Done
from aerostic.messaging.contacts.editing import find_by_phone
from aerostic.messaging.contacts.people import Person, find_or_create
from aerostic.messaging.contacts.phones import PhoneError, normalise
from aerostic.messaging.conversations.handling import last_with
from aerostic.messaging.conversations.handling import locked as lock_conversation
from aerostic.security.vault import blind_index
from aerostic.tenancy.models import Tenant

KEPT = timedelta(days=1)
SOURCE = "webhook"


@dataclass(frozen=True, slots=True)
class Begun:
    """What came of a call: the run, how far it came, and what is answered, if it came to that."""

    run_id: UUID
    state: str
    answer: Answer | None


class KeyReusedError(Exception):
    """The `Idempotency-Key` stood for another call before."""


class TakenOverError(Exception):
    """A person answers in this conversation: flows keep silent."""


def begin_run(session: Session, hook: Hook, called: Called) -> Begun:
    """Start a run, in the scope of its tenant; a call with a key that was made before gives what that gave.

    Raises:
        KeyReusedError, TakenOverError: see there.
    """
    cause = new_id()
    known = _known(session, hook, called, run_id(cause, str(hook.published.flow_id), hook.step.id))
    run = session.get(FlowRun, known) if known else _begin(session, hook, called, cause)
    if run is None:
        raise KeyReusedError
    plan = plans().of(session, run.tenant_id, run.version_id)
    return Begun(run.id, run.state, answer_of(plan, journal.read(session, run)))


def go_quickly(hook: Hook, called: Called) -> Passed | None:
    """Take a run that is about nobody to its end in memory; None where it has to be begun."""
    begins = Begin(node=hook.step.id, cause=new_id(), trigger=called.seen, message={}, chain=called.chain)
    return go_through(hook.published, begins, hook.plan, hook.limits)


def answer_of(plan: Plan, steps: Iterable[Done]) -> Answer | None:
    """What the first step that answers has answered."""
    for done in steps:
        node = plan.steps[done.node].node
        if isinstance(node, Answering) and done.fate == "done":
            return node.answer(done.config or node.Config.model_validate(done.input))
    return None


def _begin(session: Session, hook: Hook, called: Called, cause: UUID) -> FlowRun:
    contact_id = _contact(session, hook, called.seen)
    talk_id = last_with(session, hook.published.tenant_id, contact_id) if contact_id else None
    talk = lock_conversation(session, hook.published.tenant_id, talk_id) if talk_id else None
    if talk and talk.handled_by == "person":
        raise TakenOverError
    begins = Begin(
        node=hook.step.id,
        cause=cause,
        trigger=called.seen,
        message={},
        contact_id=contact_id,
        conversation_id=talk_id,
        chain=called.chain,
    )
    return begin(session, hook.published, begins)


def _known(session: Session, hook: Hook, called: Called, run: UUID) -> UUID | None:
    """The run that the same call has begun; None where this is the first, which is kept. One at the same time waits here."""
    if not called.key:
        return None
    tenant_id, now = hook.published.tenant_id, utcnow()
    id_ = UUID(bytes=blind_index(tenant_id, "flow_hook_key.id", f"{hook.id}:{called.key}"))
    sent = blind_index(tenant_id, "flow_hook_key.sent", sha256(called.sent).hexdigest())
    session.execute(delete(FlowHookKey).where(FlowHookKey.hook_id == hook.id, FlowHookKey.created_at < now - KEPT))
    row = {"id": id_, "tenant_id": tenant_id, "hook_id": hook.id, "run_id": run, "sent": sent, "created_at": now}
    added = insert(FlowHookKey).values(row).on_conflict_do_nothing().returning(FlowHookKey.id)
    if session.scalar(added):
        return None
    known = session.scalars(select(FlowHookKey).where(FlowHookKey.id == id_)).one()
    if known.sent != sent:
        raise KeyReusedError
    return known.run_id


def _contact(session: Session, hook: Hook, seen: dict[str, Any]) -> UUID | None:
    """Whom the call is about; None also where there is no number to write to. Then the run shows what came instead."""
    node: Any = hook.step.node
    try:
        about: About | None = node.about(hook.step.config.with_values({"trigger": seen}))
        if about is None:
            return None
        phone = normalise(about.phone, session.get_one(Tenant, hook.published.tenant_id).country).e164
    except (ExpressionError, PhoneError, ValidationError):
        return None
    if about.makes:
        return find_or_create(session, hook.published.tenant_id, [Person(phone, name=about.name)], source=SOURCE)[0]
    found = find_by_phone(session, hook.published.tenant_id, phone)
    return found.id if found else None
