"""A flow's page: what it does, what is wrong with it, how it stands."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any
from uuid import UUID

from flask import Response
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, StringConstraints
from sqlalchemy.orm import Session

from aerostic.sdk import Form, allowed, can, current_tenant, new_id, render, tenant_scope, transaction, utcnow
from aerostic.sdk.automation import Document, Flow, Kinds, check_here, kinds_of, versions

from .. import flows
from ..hooked import hooked
from ..outline import outline
from ..picture import picture
from .base import blueprint, found

SHOWN_VERSIONS = 5


class TryForm(BaseModel):
    """Whom a test is about, and what they are taken to have said."""

    contact: Annotated[str, StringConstraints(max_length=200)] = ""
    text: Annotated[str, StringConstraints(max_length=4096)] = ""


@blueprint.get("/<uuid:flow_id>")
@allowed("flows.view")
def show(flow_id: UUID) -> ResponseReturnValue:
    """The draft as an outline, and everything that is done with a flow."""
    return page(flow_id, Form(TryForm))


def page(flow_id: UUID, form: Form[TryForm], secrets: Mapping[UUID, str] = MappingProxyType({})) -> ResponseReturnValue:
    """The page of a flow.

    Args:
        form: for a test.
        secrets: of its webhooks, that are shown this once, by their ids.
    """
    with transaction(tenant_scope(current_tenant())) as session:
        flow, kinds = found(session, flow_id), kinds_of(session, current_tenant())
        parts = {**_drawn(session, flow, kinds), **_standing(session, flow)}
        published = [parts["published"].document] if parts["published"] else []
        drawn = [Document.of(one) for one in (*published, flow.draft)]
        hooks = list(hooked(session, flow_id, drawn, kinds, secrets)) if can("flows.edit") else []
        return render("flows/show.html", flow=flow, form=form, hooks=hooks, now=utcnow(), **parts), form.status


def _drawn(session: Session, flow: Flow, kinds: Kinds) -> dict[str, Any]:
    """What the draft does, and what is wrong with it."""
    document = Document.of(flow.draft)
    lines, problems = outline(document, kinds), check_here(session, flow.tenant_id, document, flow.id)
    blocked = any(problem.blocks for problem in problems)
    return {
        "lines": lines,
        "names": {line.id: line for line in lines},
        "problems": problems,
        "blocked": blocked,
        "picture": picture(document, kinds),
    }


def _standing(session: Session, flow: Flow) -> dict[str, Any]:
    """What is published of it, and how its runs go."""
    known = versions(session, flow.id)
    published = next((one for one in known if one.id == flow.published_id), None)
    return {
        "state": flows.state_of(bool(published), bool(known)),
        "published": published,
        "changed": bool(published and published.document != flow.draft),
        "versions": known[:SHOWN_VERSIONS],
        "more_versions": len(known) > SHOWN_VERSIONS,
        "lately": flows.lately(session, [flow.id]).get(flow.id, flows.Lately()),
        "last_at": flows.last_run(session, flow.id),
        "key": new_id(),
    }


@blueprint.get("/<uuid:flow_id>/export")
@allowed("flows.view", support=False)
def export(flow_id: UUID) -> ResponseReturnValue:
    """The draft as a file that can be imported again."""
    with transaction(tenant_scope(current_tenant())) as session:
        text = Document.of(found(session, flow_id).draft).text()
    return download(text, f"flow-{flow_id}.json")


def download(text: bytes, name: str) -> Response:
    """JSON that a browser saves."""
    answer = Response(text, mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
