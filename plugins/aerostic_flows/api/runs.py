"""Runs: listed, read step by step, started, retried, given up, replayed."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from flask import g
from flask_babel import gettext as _
from pydantic import Field
from sqlalchemy import select

from aerostic.sdk import Contact, api, current_tenant, tenant_scope, transaction
from aerostic.sdk.automation import (
    DEAD,
    OPEN,
    Done,
    Flow,
    FlowRun,
    FlowVersion,
    cancel,
    compare,
    replay,
    retry,
    shown,
    start,
    steps_of,
)

from .base import Json, blueprint

State = Literal["ready", "waiting", "calling", "outside", "unknown", "ended", "failed", "stopped", "cancelled"]


class RunsListing(api.Paging):
    """Which runs: `dead` are those that wait for a decision, `going` those that are not over."""

    state: State | Literal["dead", "going"] | None = None
    flow_id: UUID | None = None
    contact_id: UUID | None = None


class StartIn(api.Data):
    """Whom a run is about, what they are taken to have said, and variables to begin with."""

    contact_id: UUID | None = None
    text: Annotated[str, Field(max_length=4096)] = ""
    values: Json = {}


class RetryIn(api.Data):
    """On which version; and of a step of which nobody knows whether it was done, whether it was."""

    on: Literal["old", "new"] = "old"
    was_done: bool | None = None


class ReplayIn(api.Data):
    """On which version by its number (that of the run where it is left out), and from which step."""

    version: int | None = None
    from_step: Annotated[int, Field(ge=1)] = 1


class RunOut(api.Data):
    """A run. `reason` is a code where it failed or was stopped; `awaits` and `wake_at` are what it waits for."""

    id: UUID
    flow_id: UUID
    version_id: UUID
    contact_id: UUID | None
    parent_id: UUID | None
    state: State
    reason: str
    awaits: str
    wake_at: datetime | None
    steps: int
    started_at: datetime
    ended_at: datetime | None


class StepOut(api.Data):
    """A step. `at` is in milliseconds since the run began, `took` in microseconds. Without the permission `contacts.reveal`,
    personal data in it is masked.
    """

    seq: int
    node: str
    fate: str
    port: str
    attempt: int
    at: int
    took: int
    input: Json
    output: Json
    error_code: str
    error: str


class RunWithSteps(RunOut):
    """A run and its steps."""

    journal: list[StepOut]


class PairOut(api.Data):
    """Two steps side by side: `same`, `changed`, or only `left` (as it was) or `right` (as it would be)."""

    kind: str
    left: StepOut | None
    right: StepOut | None


class ReplayOut(api.Data):
    """What a run would do now beside what it did; `parts_at` is the first pair that differs."""

    ending: str
    reason: str
    parts_at: int | None
    pairs: list[PairOut]


@blueprint.get("/runs")
@api.needs("flows.view")
@blueprint.input(RunsListing, location="query")
@blueprint.output(api.Page[RunOut])
def index_runs(query_data: RunsListing) -> api.Page[RunOut]:
    """List runs, the newest first."""
    query = select(FlowRun).where(FlowRun.tenant_id == current_tenant())
    if query_data.state:
        states = {"dead": DEAD, "going": OPEN}.get(query_data.state, (query_data.state,))
        query = query.where(FlowRun.state.in_(states))
    for name in ("flow_id", "contact_id"):
        if wanted := getattr(query_data, name):
            query = query.where(getattr(FlowRun, name) == wanted)
    with transaction(tenant_scope(current_tenant())) as session:
        found = api.page_of(session, query, query_data, FlowRun.id)
        rows = [RunOut.model_validate(row) for row in found.rows]
    return api.Page[RunOut](data=rows, next_cursor=found.next_cursor)


@blueprint.get("/runs/<uuid:run_id>")
@api.needs("flows.view")
@blueprint.output(RunWithSteps)
def show_run(run_id: UUID) -> RunWithSteps:
    """Get a run and its steps."""
    with transaction(tenant_scope(current_tenant())) as session:
        run = api.mine(session, FlowRun, run_id)
        own = RunOut.model_validate(run)
        return RunWithSteps(**dict(own), journal=_steps(steps_of(session, run)))


@blueprint.post("/<uuid:flow_id>/runs")
@api.needs("flows.run")
@blueprint.input(StartIn)
@blueprint.output(RunOut, status_code=201)
def start_run(flow_id: UUID, json_data: StartIn) -> RunOut:
    """Start the published version by hand. What it sends is sent."""
    with transaction(tenant_scope(current_tenant())) as session:
        api.mine(session, Flow, flow_id)
        if json_data.contact_id and session.get(Contact, json_data.contact_id) is None:
            raise api.ApiError(422, fields={"contact_id": _("There is none with this id. Look it up in its list.")})
        contact_id, values, text = json_data.contact_id, json_data.values, json_data.text
        return RunOut.model_validate(start(session, flow_id, contact_id=contact_id, values=values, text=text))


@blueprint.post("/runs/<uuid:run_id>/cancel")
@api.needs("flows.run")
@blueprint.output(RunOut)
def cancel_run(run_id: UUID) -> RunOut:
    """Give up a run that waits or has failed."""
    with transaction(tenant_scope(current_tenant())) as session:
        api.mine(session, FlowRun, run_id)
        return RunOut.model_validate(cancel(session, run_id))


@blueprint.post("/runs/<uuid:run_id>/retry")
@api.needs("flows.run")
@blueprint.input(RetryIn)
@blueprint.output(RunOut)
def retry_run(run_id: UUID, json_data: RetryIn) -> RunOut:
    """Let a run go on from the step where it failed."""
    with transaction(tenant_scope(current_tenant())) as session:
        api.mine(session, FlowRun, run_id)
        return RunOut.model_validate(retry(session, run_id, on=json_data.on, was_done=json_data.was_done))


@blueprint.post("/runs/<uuid:run_id>/replay")
@api.needs("flows.run")
@blueprint.input(ReplayIn)
@blueprint.output(ReplayOut)
def replay_run(run_id: UUID, json_data: ReplayIn) -> ReplayOut:
    """Tell what a run would do now, beside what it did. Nothing is sent, changed or paid."""
    with transaction(tenant_scope(current_tenant())) as session:
        run = api.mine(session, FlowRun, run_id)
        own = (FlowVersion.flow_id == run.flow_id, FlowVersion.number == json_data.version)
        version_id = session.scalar(select(FlowVersion.id).where(*own)) if json_data.version else run.version_id
    if version_id is None:
        raise api.ApiError(422, fields={"version": _("There is no such version.")})
    made = replay(current_tenant(), run_id, version_id=version_id, from_step=json_data.from_step)
    compared = compare(made.recorded, made.steps)
    pairs = [PairOut(kind=pair.kind, left=_step(pair.left), right=_step(pair.right)) for pair in compared.pairs]
    return ReplayOut(ending=made.ending, reason=made.reason[0], parts_at=compared.parts_at, pairs=pairs)


def _steps(steps: Iterable[Done]) -> list[StepOut]:
    whole = "contacts.reveal" in g.api_key.permissions
    return [
        StepOut(
            error_code=done.error[0],
            error=_(done.error[1]) if done.error[1] else "",
            **{name: getattr(done, name) for name in StepOut.model_fields if not name.startswith("error")},
        )
        for done in shown(steps, revealed=whole)
    ]


def _step(done: Done | None) -> StepOut | None:
    return _steps([done])[0] if done else None
