"""An engine for a run: with its limits, its budgets, and what its steps may see and change."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Protocol
from uuid import UUID

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from aerostic.db import caused_by, utcnow
from aerostic.flows.allowances import limits_of
from aerostic.flows.contract import Context, Fail, Outcome
from aerostic.flows.engine import Engine
from aerostic.flows.limits import Limits
from aerostic.flows.models import FlowRun
from aerostic.flows.plan import Plan, Step
from aerostic.flows.runs.boldly import TryAloneError, is_bold
from aerostic.flows.runs.budgets import Purse
from aerostic.flows.runs.seeing import Readers, Seen
from aerostic.flows.runs.values import contact_values, workspace_values
from aerostic.flows.state import State
from aerostic.streams.outage import is_passing

log = structlog.get_logger(__name__)


class Running(Protocol):
    """What the engine has to know of a run."""

    @property
    def id(self) -> UUID: ...
    @property
    def tenant_id(self) -> UUID: ...
    @property
    def contact_id(self) -> UUID | None: ...
    @property
    def conversation_id(self) -> UUID | None: ...
    @property
    def started_at(self) -> datetime: ...


def purse_of(session: Session, run: FlowRun, plan: Plan) -> Purse:
    """What a run may use up: by the limits of its workspace, or less where its flow asks for that."""
    limits = limits_of(session, run.tenant_id).narrowed(plan.limits)
    return Purse(session, run.tenant_id, run.contact_id, limits)


def engine(
    session: Session | None,
    run: Running,
    plan: Plan,
    state: State,
    seen: Mapping[str, Any],
    limits: Limits,
    charge: Callable[[Step, int], None] = lambda _step, _amount: None,
) -> Engine:
    """An engine for a run; without a session, for steps that change nothing in the database."""

    def context(node: str, visit: int) -> Context:
        return Context(
            run.tenant_id,
            run.id,
            node,
            f"{key}:{node}:{visit}",
            utcnow(),
            values,
            run.contact_id,
            run.conversation_id,
            chain,
            session,
        )

    key, chain = f"flow:{run.id}", (*state.chain, str(run.id))
    values, protect = dict(seen), _plainly
    if session:
        values = Seen(seen, _readers(session, run))
        protect = partial(_protected, session, chain, values)
    limits = limits.granted(state.granted)
    return Engine(plan, state, context, values, limits, utcnow, run.started_at, protect, _broken, charge=charge)


def _readers(session: Session, run: Running) -> Readers:
    own: dict[str, Callable[[], Any]] = {"workspace": partial(workspace_values, session, run.tenant_id)}
    if run.contact_id:
        own["contact"] = partial(contact_values, session, run.tenant_id, run.contact_id)
    return own


def _protected(session: Session, chain: Sequence[str], values: Seen, do: Callable[[], Outcome]) -> Outcome:
    """Within a savepoint: what a step has changed before it fails is taken back. What it announces tells the run's chain, and
    what it changed is what the next steps see.
    """
    with caused_by(session, chain):
        outcome = _among_others(do) if is_bold(session) else by_itself(session, do)
    values.renew()
    return outcome


def by_itself(session: Session, do: Callable[[], Outcome]) -> Outcome:
    """What a step does, within a savepoint: of one that fails nothing remains."""
    with session.begin_nested() as savepoint:
        outcome = do()
        if isinstance(outcome, Fail):
            savepoint.rollback()
        return outcome


def _among_others(do: Callable[[], Outcome]) -> Outcome:
    try:
        outcome = do()
    except Exception as error:
        raise TryAloneError from error
    if isinstance(outcome, Fail):
        raise TryAloneError
    return outcome


def _plainly(do: Callable[[], Outcome]) -> Outcome:
    return do()


def _broken(step: Step, error: Exception) -> None:
    """The database's own troubles are nobody's fault: the transaction is tried again as a whole."""
    if isinstance(error, TryAloneError) or (isinstance(error, DBAPIError) and is_passing(error)):
        raise error
    log.error("a node of a flow failed by itself", kind=step.node.kind, exc_info=error)
