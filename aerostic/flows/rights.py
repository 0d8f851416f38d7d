"""What flows hold of one contact: told to them, forgotten, and moved where two contacts turn out to be one."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.orm import Session

from aerostic.db import tenant_scope, transaction
from aerostic.flows.forgetting import RUNS
from aerostic.flows.models import Flow, FlowRun, FlowStretch
from aerostic.flows.runs import journal
from aerostic.flows.runs.keeping import opened
from aerostic.registry import PersonData, PersonHolder

MOVES = tuple(
    map(
        text,
        (
            "UPDATE flow_run r SET conversation_id = k.id FROM conversation g"
            " JOIN conversation k ON k.number_id = g.number_id AND k.contact_id = :keep AND k.tenant_id = :tenant"
            " WHERE r.tenant_id = :tenant AND r.contact_id = :gone AND r.conversation_id = g.id"
            " AND g.tenant_id = :tenant AND g.contact_id = :gone",
            "UPDATE flow_run SET contact_id = :keep WHERE tenant_id = :tenant AND contact_id = :gone",
        ),
    )
)


def data(tenant_id: UUID, contact_id: UUID) -> list[PersonData]:
    """The runs about a contact, with each step."""
    own = (FlowRun.tenant_id == tenant_id, FlowRun.contact_id == contact_id)
    query = select(FlowRun, Flow.name).join(Flow, Flow.id == FlowRun.flow_id).where(*own).order_by(FlowRun.id)
    with transaction(tenant_scope(tenant_id)) as session:
        return [PersonData("flows.runs", [_run(session, run, name) for run, name in session.execute(query)])]


def erase(session: Session, tenant_id: UUID, contact_ids: Sequence[UUID]) -> None:
    """Take contacts out of their runs, with all that those knew and did; those that go on are given up. When they ran, and how
    they ended, stays.
    """
    own = (FlowRun.tenant_id == tenant_id, FlowRun.contact_id.in_(contact_ids))
    ids = session.scalars(select(FlowRun.id).where(*own).order_by(FlowRun.id).with_for_update()).all()
    session.execute(delete(FlowStretch).where(FlowStretch.tenant_id == tenant_id, FlowStretch.run_id.in_(ids)))
    mine = update(FlowRun).where(FlowRun.tenant_id == tenant_id, FlowRun.id.in_(ids))
    given_up = {
        "state": "cancelled",
        "awaits": "",
        "wake_at": None,
        "ended_at": func.coalesce(FlowRun.ended_at, func.now()),
    }
    session.execute(mine.where(FlowRun.state != "ended").values(given_up))
    bare = {"contact_id": None, "conversation_id": None, "going_sealed": None, "journal_sealed": None}
    session.execute(mine.values(bare))


def merge(session: Session, tenant_id: UUID, keep_id: UUID, gone_id: UUID) -> None:
    """Move the runs of a contact to another, and into its conversations."""
    for move in MOVES:
        session.execute(move, {"tenant": tenant_id, "keep": keep_id, "gone": gone_id})


def _run(session: Session, run: FlowRun, flow: str) -> dict[str, Any]:
    state, seen = opened(run)
    return {
        "run_id": str(run.id),
        "flow": flow,
        "state": run.state,
        "reason": run.reason,
        "began_at": run.started_at.isoformat(),
        "ended_at": run.ended_at.isoformat() if run.ended_at else None,
        "began_with": seen,
        "variables": {name: value for name, value in state.vars.items() if not name.startswith("_")},
        "steps": [
            {
                "step": step.node,
                "came_to": step.port or step.fate,
                "with": step.input,
                "gave": {**step.output, **step.values},
                "error": step.error[1],
                "after_ms": step.at,
            }
            for step in journal.read(session, run)
        ],
    }


HOLDER = PersonHolder(data=data, erase=erase, merge=merge, kinds=(RUNS,))
