"""First step: whom the campaign is for, with a count that follows every choice."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import BaseModel, Field
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from aerostic.sdk import (
    N_,
    AudienceSpec,
    Contact,
    ContactImport,
    Form,
    all_tags,
    allowed,
    current_tenant,
    new_id,
    render,
    tenant_scope,
    transaction,
)

from ... import editing
from ...choosing import known_fields, overview
from ...models import Campaign
from ..base import blueprint
from .steps import go, page

ROWS = (1, 2, 3)
IMPORTS = 50
OPS = {
    "is": N_("is"),
    "is_not": N_("is not"),
    "contains": N_("contains"),
    "set": N_("is filled in"),
    "unset": N_("is empty"),
}
Name = Annotated[str, Field(max_length=64)]
Op = Literal["is", "is_not", "contains", "set", "unset"]
Value = Annotated[str, Field(max_length=1024)]


class Choice(BaseModel):
    """Whom a person chooses; nothing chosen means everybody."""

    any_tags: list[UUID] = []
    no_tags: list[UUID] = []
    countries: list[str] = []
    import_id: UUID | None = None
    agreed: bool = False
    field_1: Name = ""
    op_1: Op = "is"
    value_1: Value = ""
    field_2: Name = ""
    op_2: Op = "is"
    value_2: Value = ""
    field_3: Name = ""
    op_3: Op = "is"
    value_3: Value = ""


class Start(Choice):
    """The choice, and what the campaign is called."""

    name: Annotated[str, Field(min_length=1, max_length=120)]


@blueprint.route("/new", methods=["GET", "POST"])
@allowed("campaigns.edit")
def new() -> ResponseReturnValue:
    """The first step of a campaign that does not exist yet. Sent twice, it makes one draft."""
    given = {"any_tags": request.args.getlist("tag"), "import_id": request.args.get("import", "")}
    form = Form(Start, request.form if request.method == "POST" else None, initial=given)
    if form.valid:
        details = editing.Details(form.value.name, None, None, spec_of(form.value, AudienceSpec()))
        campaign_id = editing.create(current_tenant(), details, request.form.get("form_key", ""))
        return go(Campaign(id=campaign_id), "message")
    return _page(form, None, request.form.get("form_key") or str(new_id())), form.status


def view(campaign: Campaign) -> ResponseReturnValue:
    """The step of a draft."""
    details = editing.details_of(campaign)
    initial = {"name": campaign.name, **_chosen(details.audience)}
    form = Form(Start, request.form if request.method == "POST" else None, initial=initial)
    if form.valid:
        spec = spec_of(form.value, details.audience)
        editing.change(current_tenant(), campaign.id, details.replaced(name=form.value.name, audience=spec))
        return go(campaign, "message")
    return _page(form, campaign, ""), form.status


@blueprint.post("/audience/count")
@allowed("campaigns.edit")
def count() -> ResponseReturnValue:
    """How many the choice means now, and some of them."""
    form = Form(Choice, request.form)
    spec = spec_of(form.value, AudienceSpec()) if form.valid else AudienceSpec()
    with transaction(tenant_scope(current_tenant())) as session:
        found = overview(session, current_tenant(), spec)
    return render("campaigns/wizard/count.html", found=found)


def spec_of(choice: Choice, before: AudienceSpec) -> AudienceSpec:
    """The choice as a specification; of the one before stays what the page does not show."""
    rows = [(getattr(choice, f"field_{n}"), getattr(choice, f"op_{n}"), getattr(choice, f"value_{n}")) for n in ROWS]
    changed = {
        "any_tags": choice.any_tags,
        "no_tags": choice.no_tags,
        "countries": choice.countries,
        "import_id": choice.import_id,
        "marketing": ["granted"] if choice.agreed else [],
        "fields": [{"name": name, "op": op, "value": value} for name, op, value in rows if name],
    }
    return AudienceSpec.model_validate({**before.model_dump(), **changed})


def _chosen(spec: AudienceSpec) -> dict[str, Any]:
    values: dict[str, Any] = {
        "any_tags": spec.any_tags,
        "no_tags": spec.no_tags,
        "countries": spec.countries,
        "import_id": spec.import_id or "",
        "agreed": spec.marketing == ["granted"],
    }
    for n, item in zip(ROWS, spec.fields, strict=False):
        values |= {f"field_{n}": item.name, f"op_{n}": item.op, f"value_{n}": item.value}
    return values


def _page(form: Form[Start], campaign: Campaign | None, key: str) -> str:
    tenant_id = current_tenant()
    with transaction(tenant_scope(tenant_id)) as session:
        return page(
            "audience",
            campaign,
            form=form,
            key=key,
            rows=ROWS,
            ops=[(op, _(words)) for op, words in OPS.items()],
            tags=[(tag.id, tag.name, None) for tag in all_tags(session, tenant_id)],
            fields=known_fields(session, tenant_id),
            countries=_countries(session, tenant_id),
            imports=_imports(session, tenant_id),
        )


def _countries(session: Session, tenant_id: UUID) -> Mapping[str, int]:
    own = select(Contact.country, func.count()).where(Contact.tenant_id == tenant_id, Contact.country != "")
    rows = session.execute(own.group_by(Contact.country).order_by(func.count().desc()))
    return dict(rows.all())


def _imports(session: Session, tenant_id: UUID) -> list[ContactImport]:
    own = select(ContactImport).where(ContactImport.tenant_id == tenant_id, ContactImport.state == "finished")
    return list(session.scalars(own.order_by(ContactImport.created_at.desc()).limit(IMPORTS)))
