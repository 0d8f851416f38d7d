"""The builder: a page for its island, and what that asks for while somebody draws."""

from typing import Annotated, Any, TypeVar
from uuid import UUID

from flask import Response, abort, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf.csrf import generate_csrf
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy.orm import Session

from aerostic.sdk import allowed, can, current_tenant, render, tenant_scope, transaction
from aerostic.sdk.automation import (
    Document,
    DocumentError,
    Flow,
    FlowVersion,
    NotReadyError,
    StaleError,
    check_here,
    create,
    examples,
    kinds_of,
    preview,
    publish,
    save,
    suggest,
)

from ..builder import board, words
from ..keys import flow_id_of
from .base import blueprint, found
from .draft import told

Json = dict[str, Any]
Model = TypeVar("Model", bound=BaseModel)


class Sent(BaseModel):
    """JSON of the island: nothing in it is unknown."""

    model_config = ConfigDict(extra="forbid")


class LookedAt(Sent):
    """A document as it stands on the canvas."""

    document: Json


class Saved(LookedAt):
    """The draft, and the revision that it was made from."""

    revision: int


class Copied(LookedAt):
    """A flow of its own. `key` makes a repeat harmless."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    key: Annotated[str, Field(min_length=1, max_length=64)]


class Named(Sent):
    """Another name, and the revision that is seen."""

    revision: int
    name: Annotated[str, Field(min_length=1, max_length=100)]


class Asked(LookedAt):
    """A text of a node that may hold expressions."""

    node: str
    text: Annotated[str, Field(max_length=65_536)] = ""


class Published(Sent):
    """The revision that is meant, and what has changed, for people."""

    revision: int
    note: Annotated[str, Field(max_length=500)] = ""


@blueprint.get("/<uuid:flow_id>/builder")
@allowed("flows.view")
def build(flow_id: UUID) -> ResponseReturnValue:
    """The page. Who may not draw sees the flow as it is."""
    with transaction(tenant_scope(current_tenant())) as session:
        flow = found(session, flow_id)
        given = island(session, flow) | _now(session, flow)
        return render("flows/builder.html", flow=flow, given=board.packed(given))


@blueprint.get("/<uuid:flow_id>/builder/now")
@allowed("flows.view")
def now(flow_id: UUID) -> ResponseReturnValue:
    """The draft as it is by now, and a fresh token for what is posted."""
    with transaction(tenant_scope(current_tenant())) as session:
        return jsonify(_now(session, found(session, flow_id)))


@blueprint.post("/<uuid:flow_id>/builder/save")
@allowed("flows.edit")
def save_drawn(flow_id: UUID) -> ResponseReturnValue:
    """Save over the revision that it was made from. 409 gives what stands there in its place."""
    sent = body(flow_id, Saved)
    document = document_of(sent)
    with transaction(tenant_scope(current_tenant())) as session:
        try:
            flow = save(session, flow_id, document, sent.revision)
        except StaleError:
            return jsonify(_now(session, found(session, flow_id))), 409
        return jsonify(_standing(flow) | _looked_at(session, document, flow_id))


@blueprint.post("/<uuid:flow_id>/builder/check")
@allowed("flows.view")
def check_drawn(flow_id: UUID) -> ResponseReturnValue:
    """What is wrong with a document, and the ways out of its nodes. Nothing is kept."""
    document = document_of(body(flow_id, LookedAt))
    with transaction(tenant_scope(current_tenant())) as session:
        return jsonify(_looked_at(session, document, flow_id))


@blueprint.post("/<uuid:flow_id>/builder/expression")
@allowed("flows.view")
def try_expression(flow_id: UUID) -> ResponseReturnValue:
    """The names that a node's expressions can use, and what a text would give with examples of them."""
    sent = body(flow_id, Asked)
    document = document_of(sent)
    with transaction(tenant_scope(current_tenant())) as session:
        names = suggest(document, sent.node, kinds_of(session, current_tenant()), session, current_tenant())
    shown = preview(sent.text, examples(names))
    return jsonify(
        names=[{"name": one.name, "example": one.example, "type": _(one.type)} for one in names],
        text=shown.text,
        error=board.translate(shown.error),
    )


@blueprint.post("/<uuid:flow_id>/builder/copy")
@allowed("flows.edit")
def copy(flow_id: UUID) -> ResponseReturnValue:
    """Make what is on the canvas a flow of its own, once for each key."""
    sent = body(flow_id, Copied)
    document = document_of(sent)
    with transaction(tenant_scope(current_tenant())) as session:
        wanted = flow_id_of(current_tenant(), sent.key)
        made = create(session, current_tenant(), sent.name, document, flow_id=wanted)
        return jsonify(address=url_for("flows_app.build", flow_id=made.id)), 201


@blueprint.post("/<uuid:flow_id>/builder/rename")
@allowed("flows.edit")
def rename_drawn(flow_id: UUID) -> ResponseReturnValue:
    """Call the flow something else."""
    sent = body(flow_id, Named)
    with transaction(tenant_scope(current_tenant())) as session:
        flow = found(session, flow_id)
        try:
            save(session, flow_id, Document.of(flow.draft), sent.revision, sent.name)
        except StaleError:
            return jsonify(_now(session, flow)), 409
        except ValueError as error:
            return jsonify(error=_(str(error))), 422
        return jsonify(_now(session, flow) | {"name": flow.name})


@blueprint.post("/<uuid:flow_id>/builder/publish")
@allowed("flows.edit")
def publish_drawn(flow_id: UUID) -> ResponseReturnValue:
    """Publish the revision that the person sees, and no other."""
    sent = body(flow_id, Published)
    with transaction(tenant_scope(current_tenant())) as session:
        flow = found(session, flow_id)
        if flow.revision != sent.revision:
            return jsonify(_now(session, flow)), 409
        try:
            publish(session, flow_id, user_id=current_user.user.id, note=sent.note.strip())
        except NotReadyError as error:
            return jsonify(error=_(str(error)), problems=board.troubles(error.problems)), 422
        return jsonify(_now(session, flow))


def island(session: Session, flow: Flow, show: str = "draw") -> Json:
    """What every view of the island is given of a flow, beside the document that it shows.

    Args:
        show: `draw`, `trace`, `heat` or `compare`.
    """
    return {
        "show": show,
        "name": flow.name,
        "kinds": board.registry(session, current_tenant(), kinds_of(session, current_tenant())),
        "words": words.told(),
        "may": {"edit": can("flows.edit"), "run": can("flows.run")},
        "keep": f"{flow.id}:{_who()}",
        "base": url_for("flows_app.show", flow_id=flow.id),
        "all": url_for("flows_app.index"),
    }


def _now(session: Session, flow: Flow) -> Json:
    """A flow's draft as it stands, and all that is known about it."""
    document = Document.of(flow.draft)
    version = session.get(FlowVersion, flow.published_id) if flow.published_id else None
    published = {"number": version.number, "same": version.document == flow.draft} if version else None
    return {
        **_standing(flow),
        **_looked_at(session, document, flow.id),
        "document": document.kept(),
        "published": published,
        "token": generate_csrf(),
    }


def _standing(flow: Flow) -> Json:
    return {"revision": flow.revision, "saved_at": flow.updated_at.isoformat()}


def _looked_at(session: Session, document: Document, flow_id: UUID) -> Json:
    kinds = kinds_of(session, current_tenant())
    problems = check_here(session, current_tenant(), document, flow_id)
    return {"ports": board.ways_out(document, kinds), "problems": board.troubles(problems)}


def _who() -> str:
    return str(current_user.user.id) if current_user.is_authenticated else ""


def body(flow_id: UUID, model: type[Model]) -> Model:
    """What the island has sent about a flow of this workspace; 404 where there is none, 422 where it is something else."""
    with transaction(tenant_scope(current_tenant())) as session:
        found(session, flow_id)
    try:
        return model.model_validate(request.get_json())
    except ValidationError:
        abort(422)


def document_of(sent: LookedAt) -> Document:
    """The document that it has sent; 422 says why it is none."""
    try:
        return Document.of(sent.document)
    except DocumentError as error:
        abort(_refused(told(error)))


def _refused(text: str) -> Response:
    answer = jsonify(error=text)
    answer.status_code = 422
    return answer
