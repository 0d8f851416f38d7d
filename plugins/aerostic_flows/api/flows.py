"""Flows: listed, made, saved by revision, published, paused, exported; and looked at before they are made."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.sdk import api, current_tenant, tenant_scope, transaction
from aerostic.sdk.automation import (
    Document,
    Flow,
    FlowVersion,
    check_here,
    create,
    pause,
    publish,
    remove,
    save,
    versions,
)

from ..flows import STATES, state_of
from .base import Json, Name, ProblemOut, blueprint, problems_out

State = Literal["draft", "published", "paused"]


class Listing(api.Paging):
    """Which flows."""

    state: State | None = None


class FlowIn(api.Data):
    """A flow by name and document."""

    name: Name
    document: Annotated[Json, Field(description="A flow as JSON, as it is exported.")] = {}


class DraftIn(api.Data):
    """A draft, and the revision that it was made from; the name stays where it is left out."""

    document: Json
    revision: int
    name: Name | None = None


class CheckIn(api.Data):
    """A document to look at."""

    document: Json


class PublishIn(api.Data):
    """What has changed, for people."""

    note: Annotated[str, Field(max_length=500)] = ""


class FlowOut(api.Data):
    """A flow. `version` is the published one's number; `revision` counts the changes of the draft."""

    id: UUID
    name: str
    state: State
    version: int | None
    revision: int
    created_at: datetime
    updated_at: datetime


class FlowWithDraft(FlowOut):
    """A flow with its draft, and what is wrong with that."""

    document: Json
    problems: list[ProblemOut]


class CheckedOut(api.Data):
    """What is wrong with a document; nothing is kept of it."""

    nodes: int
    publishable: bool
    problems: list[ProblemOut]


class VersionOut(api.Data):
    """A published version."""

    number: int
    note: str
    created_at: datetime


class VersionsOut(api.Data):
    """The versions of a flow, the newest first."""

    data: list[VersionOut]


@blueprint.get("")
@api.needs("flows.view")
@blueprint.input(Listing, location="query")
@blueprint.output(api.Page[FlowOut])
def index(query_data: Listing) -> api.Page[FlowOut]:
    """List flows, the newest first."""
    query = select(Flow).where(Flow.tenant_id == current_tenant())
    if query_data.state:
        query = query.where(STATES[query_data.state])
    with transaction(tenant_scope(current_tenant())) as session:
        found = api.page_of(session, query, query_data, Flow.created_at, Flow.id)
        rows = [_out(session, row) for row in found.rows]
    return api.Page[FlowOut](data=rows, next_cursor=found.next_cursor)


@blueprint.post("")
@api.needs("flows.edit")
@blueprint.input(FlowIn)
@blueprint.output(FlowWithDraft, status_code=201)
def make(json_data: FlowIn) -> FlowWithDraft:
    """Make a flow. It is a draft, and does nothing until it is published."""
    document = Document.of(json_data.document)
    with transaction(tenant_scope(current_tenant())) as session:
        return _whole(session, create(session, current_tenant(), json_data.name, document))


@blueprint.post("/check")
@api.needs("flows.view")
@blueprint.input(CheckIn)
@blueprint.output(CheckedOut)
def look(json_data: CheckIn) -> CheckedOut:
    """Tell what is wrong with a document, as an import would. Nothing is kept."""
    document = Document.of(json_data.document)
    with transaction(tenant_scope(current_tenant())) as session:
        problems = check_here(session, current_tenant(), document)
    fits = not any(problem.blocks for problem in problems)
    return CheckedOut(nodes=len(document.nodes), publishable=fits, problems=problems_out(problems))


@blueprint.get("/<uuid:flow_id>")
@api.needs("flows.view")
@blueprint.output(FlowWithDraft)
def show(flow_id: UUID) -> FlowWithDraft:
    """Get a flow with its draft."""
    with transaction(tenant_scope(current_tenant())) as session:
        return _whole(session, api.mine(session, Flow, flow_id))


@blueprint.put("/<uuid:flow_id>/draft")
@api.needs("flows.edit")
@blueprint.input(DraftIn)
@blueprint.output(FlowWithDraft)
def put_draft(flow_id: UUID, json_data: DraftIn) -> FlowWithDraft:
    """Save the draft over the revision that it was made from; over any other one nothing is saved (409, `stale`)."""
    document = Document.of(json_data.document)
    with transaction(tenant_scope(current_tenant())) as session:
        api.mine(session, Flow, flow_id)
        return _whole(session, save(session, flow_id, document, json_data.revision, json_data.name))


@blueprint.post("/<uuid:flow_id>/publish")
@api.needs("flows.edit")
@blueprint.input(PublishIn)
@blueprint.output(FlowOut)
def publish_draft(flow_id: UUID, json_data: PublishIn) -> FlowOut:
    """Make the draft the version that new runs take."""
    with transaction(tenant_scope(current_tenant())) as session:
        flow = api.mine(session, Flow, flow_id)
        publish(session, flow_id, user_id=None, note=json_data.note)
        return _out(session, flow)


@blueprint.post("/<uuid:flow_id>/pause")
@api.needs("flows.edit")
@blueprint.output(FlowOut)
def pause_flow(flow_id: UUID) -> FlowOut:
    """Let nothing start the flow until it is published again. Runs that go on do."""
    with transaction(tenant_scope(current_tenant())) as session:
        flow = api.mine(session, Flow, flow_id)
        pause(session, flow_id)
        return _out(session, flow)


@blueprint.delete("/<uuid:flow_id>")
@api.needs("flows.edit")
@blueprint.output({}, status_code=204)
def delete(flow_id: UUID) -> str:
    """Delete a flow, its versions, and what its runs have left; not while runs go on (409, `going`)."""
    with transaction(tenant_scope(current_tenant())) as session:
        api.mine(session, Flow, flow_id)
        remove(session, flow_id)
    return ""


@blueprint.get("/<uuid:flow_id>/export")
@api.needs("flows.view")
@blueprint.output(CheckIn)
def export(flow_id: UUID) -> CheckIn:
    """Get the draft as a document that can be imported again."""
    with transaction(tenant_scope(current_tenant())) as session:
        return CheckIn(document=Document.of(api.mine(session, Flow, flow_id).draft).kept())


@blueprint.get("/<uuid:flow_id>/versions")
@api.needs("flows.view")
@blueprint.output(VersionsOut)
def list_versions(flow_id: UUID) -> VersionsOut:
    """List the published versions of a flow."""
    with transaction(tenant_scope(current_tenant())) as session:
        api.mine(session, Flow, flow_id)
        return VersionsOut(data=[VersionOut.model_validate(one) for one in versions(session, flow_id)])


def _out(session: Session, flow: Flow) -> FlowOut:
    newest = select(FlowVersion).where(FlowVersion.flow_id == flow.id).order_by(FlowVersion.number.desc()).limit(1)
    published = session.get(FlowVersion, flow.published_id) if flow.published_id else None
    known = published or session.scalar(newest)
    return FlowOut(
        id=flow.id,
        name=flow.name,
        state=state_of(published is not None, known is not None),
        version=published.number if published else None,
        revision=flow.revision,
        created_at=flow.created_at,
        updated_at=flow.updated_at,
    )


def _whole(session: Session, flow: Flow) -> FlowWithDraft:
    document = Document.of(flow.draft)
    problems = problems_out(check_here(session, flow.tenant_id, document, flow.id))
    return FlowWithDraft(**dict(_out(session, flow)), document=document.kept(), problems=problems)
