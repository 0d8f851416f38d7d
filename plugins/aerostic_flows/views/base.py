"""What the pages of flows share: their blueprint, and finding a flow or a run."""

import json
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.sdk import Contact, is_revealed
from aerostic.sdk.automation import LARGEST, Flow, FlowRun, FlowVersion, versions

from .. import durations, words
from ..builder.board import translate

blueprint = Blueprint("flows_app", __name__, template_folder="../templates")
# What stands for the draft where a version's number is asked for.
DRAFT = 0


class Pair(NamedTuple):
    """Numbers of two versions that are compared, among all versions and the documents of all of them and of the draft."""

    known: list[FlowVersion]
    documents: dict[int, dict[str, Any]]
    before: int
    after: int

    @property
    def there(self) -> bool:
        """Whether there are such versions."""
        return {self.before, self.after} <= self.documents.keys()


def found(session: Session, flow_id: UUID) -> Flow:
    """The flow of an address; 404 where there is none in this workspace."""
    return session.get(Flow, flow_id) or abort(404)


def found_run(session: Session, run_id: UUID) -> FlowRun:
    """The run of an address; 404 where there is none in this workspace."""
    return session.get(FlowRun, run_id) or abort(404)


def found_version(session: Session, flow_id: UUID, number: int) -> FlowVersion:
    """A version of a flow by its number; 404 where there is none."""
    own = select(FlowVersion).where(FlowVersion.flow_id == flow_id, FlowVersion.number == number)
    return session.scalar(own) or abort(404)


def asked_pair(session: Session, flow: Flow) -> Pair:
    """The two versions that are to be compared: `from` (the newest one unasked) and `to` (the draft unasked)."""
    known = versions(session, flow.id)
    documents = {DRAFT: flow.draft, **{one.number: one.document for one in known}}
    after = request.args.get("to", DRAFT, type=int)
    return Pair(known, documents, request.args.get("from", known[0].number if known else DRAFT, type=int), after)


def revealed(session: Session, run: FlowRun) -> bool:
    """Whether the personal data of a run's contact is shown whole."""
    contact = session.get(Contact, run.contact_id) if run.contact_id else None
    return bool(contact and is_revealed(contact.id))


def to_flow(flow_id: UUID) -> ResponseReturnValue:
    """On to a flow's page."""
    return redirect(url_for("flows_app.show", flow_id=flow_id), 303)


def to_run(run_id: UUID) -> ResponseReturnValue:
    """On to a run's page."""
    return redirect(url_for("flows_app.show_run", run_id=run_id), 303)


@blueprint.url_value_preprocessor
def take_documents(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Let forms be as large as a document may be, before anything reads them: the check of their token does."""
    request.max_form_memory_size = 4 * LARGEST


@blueprint.context_processor
def told() -> dict[str, Any]:
    """What every template of these pages knows: how states look, and how values and times are written."""
    return {"words": words, "said": translate, "written": written, "length": durations.length, "after": after}


def written(value: Any) -> str:
    """A value of a step as a person reads it: words as they are, everything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)


def after(moment: datetime, milliseconds: int) -> datetime:
    """So much later."""
    return moment + timedelta(milliseconds=milliseconds)
