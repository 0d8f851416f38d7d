"""What the pages of flows share: their blueprint, and finding a flow or a run."""

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.sdk.automation import LARGEST, Flow, FlowRun, FlowVersion

from .. import durations, words

blueprint = Blueprint("flows_app", __name__, template_folder="../templates")


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
    return {"words": words, "said": said, "written": written, "length": durations.length, "after": after}


def said(text: str) -> str:
    """What a plugin or a person has called something, translated where it can be. Unlike `_()` of templates, it takes a `%` as
    it is.
    """
    return str(_(text)) if text else ""


def written(value: Any) -> str:
    """A value of a step as a person reads it: words as they are, everything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)


def after(moment: datetime, milliseconds: int) -> datetime:
    """So much later."""
    return moment + timedelta(milliseconds=milliseconds)
