"""A new flow: empty, or of a file, which is looked at before anything is written."""

from typing import Annotated

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import BaseModel, StringConstraints
from werkzeug.utils import redirect

from aerostic.sdk import Form, allowed, current_tenant, new_id, render, tenant_scope, toast, transaction
from aerostic.sdk.automation import LARGEST, Document, DocumentError, check_here, create, kinds_of

from ..gaps import filled, gaps
from ..keys import flow_id_of
from ..outline import outline
from ..picture import picture
from ..ready import READY, ready
from .base import blueprint, to_flow
from .draft import told

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]


class NewForm(BaseModel):
    """A flow by its name."""

    name: Name


class ImportForm(BaseModel):
    """A flow of a document."""

    name: Name
    document: str


@blueprint.route("/new", methods=["GET", "POST"])
@allowed("flows.edit")
def new() -> ResponseReturnValue:
    """An empty flow; beside it, the other ways to one."""
    form = Form(NewForm, request.form if request.method == "POST" else None)
    if form.valid:
        return _made(form.value.name, Document())
    with transaction(tenant_scope(current_tenant())) as session:
        kinds = kinds_of(session, current_tenant())
    pictures = {one.name: picture(one.document(), kinds) for one in READY}
    return render("flows/new.html", form=form, ready=READY, pictures=pictures, key=new_id()), form.status


@blueprint.post("/import")
@allowed("flows.edit")
def check_file() -> ResponseReturnValue:
    """What a file holds, and what is wrong with it. Nothing is written."""
    file = request.files.get("file")
    data = b""
    if file:
        data = file.read(LARGEST + 1)
        file.close()
    try:
        document = Document.read(data)
    except DocumentError as error:
        toast(told(error), "danger")
        return redirect(url_for("flows_app.new"), 303)
    name = ((file.filename if file else None) or "").rpartition("/")[2].removesuffix(".json")
    form = Form(ImportForm, initial={"name": name[:100], "document": document.text().decode()})
    return _looked_at(form, document)


@blueprint.post("/import/make")
@allowed("flows.edit")
def make_imported() -> ResponseReturnValue:
    """A flow of what was looked at."""
    form = Form(ImportForm, request.form)
    try:
        document = Document.read(request.form.get("document", ""))
    except DocumentError as error:
        toast(told(error), "danger")
        return redirect(url_for("flows_app.new"), 303)
    if not form.valid:
        return _looked_at(form, document), form.status
    with transaction(tenant_scope(current_tenant())) as session:
        document = filled(session, current_tenant(), document, request.form)
    return _made(form.value.name, document)


@blueprint.post("/ready")
@allowed("flows.edit")
def make_ready() -> ResponseReturnValue:
    """One of the flows that come ready. What it lacks here is told on its page."""
    try:
        chosen = ready(request.form.get("ready", ""))
    except LookupError:
        abort(404)
    return _made(_(chosen.title), chosen.document(), chosen.name)


def _made(name: str, document: Document, of: str = "") -> ResponseReturnValue:
    """Make it and show it, once for each key that a page has given.

    Args:
        of: which of the flows that one page offers under the same key.
    """
    with transaction(tenant_scope(current_tenant())) as session:
        key = request.form.get("form_key", "")
        wanted = flow_id_of(current_tenant(), f"{key}:{of}" if key and of else key)
        flow_id = create(session, current_tenant(), name, document, flow_id=wanted).id
    toast(_("The flow is there as a draft. It does nothing until it is published."))
    return to_flow(flow_id)


def _looked_at(form: Form[ImportForm], document: Document) -> str:
    with transaction(tenant_scope(current_tenant())) as session:
        kinds = kinds_of(session, current_tenant())
        lines = outline(document, kinds)
        problems = check_here(session, current_tenant(), document)
        lacking = list(gaps(session, current_tenant(), document, problems))
    names = {line.id: line for line in lines}
    page = {
        "lines": lines,
        "names": names,
        "problems": problems,
        "gaps": lacking,
        "key": new_id(),
        "picture": picture(document, kinds),
    }
    return render("flows/import.html", form=form, **page)
