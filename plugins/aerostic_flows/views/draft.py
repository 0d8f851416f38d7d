"""The draft of a flow as JSON, saved over the revision that it was made from and no other."""

from typing import Annotated
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import BaseModel, StringConstraints

from aerostic.sdk import Form, allowed, current_tenant, render, tenant_scope, toast, transaction
from aerostic.sdk.automation import Document, DocumentError, Flow, StaleError, save

from .base import blueprint, found, to_flow


class DraftForm(BaseModel):
    """Name, document, and the revision that was changed."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
    document: str
    revision: int


@blueprint.route("/<uuid:flow_id>/draft", methods=["GET", "POST"])
@allowed("flows.edit")
def draft(flow_id: UUID) -> ResponseReturnValue:
    """The editor. What cannot be saved is shown again as it was typed, with why."""
    with transaction(tenant_scope(current_tenant())) as session:
        flow = found(session, flow_id)
        form = Form(DraftForm, request.form if request.method == "POST" else None, initial=_initial(flow))
        newer = 0
        if form.valid:
            try:
                save(session, flow_id, Document.read(form.value.document), form.value.revision, form.value.name)
            except DocumentError as error:
                form.fail("document", told(error))
            except StaleError as error:
                newer = error.revision
                form.fail("", _(str(error)))
            else:
                toast(_("The draft is saved."))
                return to_flow(flow_id)
        return render("flows/draft.html", flow=flow, form=form, newer=newer), form.status


def told(error: DocumentError) -> str:
    """What is wrong with a document, and where."""
    places = ", ".join(error.places)
    return f"{_(str(error))} {_('Look at: %(places)s', places=places)}" if places else _(str(error))


def _initial(flow: Flow) -> dict[str, object]:
    text = Document.of(flow.draft).text().decode()
    return {"name": flow.name, "document": text, "revision": flow.revision}
