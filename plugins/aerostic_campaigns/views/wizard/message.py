"""Second step: the template, the number it is sent from, and what fills its places, with a phone that shows the message."""

from typing import Annotated, Any, Literal
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import BaseModel, Field, create_model
from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.sdk import (
    N_,
    AudienceSpec,
    ChannelNumber,
    Form,
    Template,
    Variable,
    allowed,
    current_tenant,
    render,
    template_preview,
    tenant_scope,
    transaction,
)

from ... import editing
from ...choosing import known_fields, sample
from ...context import Context, load
from ...filling import body, guess
from ...models import Campaign
from ...variables import key_of
from ...verdicts import CampaignError
from ..base import blueprint, found
from .steps import complete, go, page

PARTS = ("source", "text", "fallback")
Text = Annotated[str, Field(max_length=2000)]
STATUSES = {
    "PENDING": N_("WhatsApp is still reviewing it."),
    "REJECTED": N_("WhatsApp rejected it."),
    "PAUSED": N_("WhatsApp paused it for its quality."),
    "DISABLED": N_("WhatsApp disabled it."),
}
NOT_APPROVED = N_("It is not approved.")
ONE_BY_ONE = N_("Codes for signing in are sent one by one, not as a campaign.")


class Sending(BaseModel):
    """What is said about sending; the places come on top, see `_model`."""

    number_id: UUID
    unknown_policy: Literal["leave", "retry"] = "leave"


def view(campaign: Campaign) -> ResponseReturnValue:
    """Choose a template, then say what fills it."""
    if "template_id" in request.form:
        return _take(campaign, request.form["template_id"])
    if not complete(campaign) or "choose" in request.args:
        return _choose(campaign)
    return _fill(campaign)


@blueprint.post("/<uuid:campaign_id>/edit/message/preview")
@allowed("campaigns.edit")
def preview(campaign_id: UUID) -> ResponseReturnValue:
    """The phone with what has been said so far."""
    with transaction(tenant_scope(current_tenant())) as session:
        context = load(session, found(session, campaign_id))
        places = context.channel.variables(context.data)
        rows = sample(session, current_tenant(), context.audience)
        like = next((row for row in rows if str(row.contact_id) == request.form.get("like")), None)
        shown = body(context.template, places, _mapping(places, request.form), like or next(iter(rows), None))
    return render("campaigns/wizard/phone.html", body=shown, number=context.number)


def _choose(campaign: Campaign, message: str = "") -> ResponseReturnValue:
    with transaction(tenant_scope(current_tenant())) as session:
        own = select(Template).where(Template.tenant_id == current_tenant())
        rows = session.scalars(own.order_by(Template.name, Template.language)).all()
    # What can be taken comes first.
    cards = sorted(((row, template_preview(row), _why_not(row)) for row in rows), key=lambda card: bool(card[2]))
    return page("message", campaign, "templates", cards=cards, message=message), 422 if message else 200


def _take(campaign: Campaign, template_id: str) -> ResponseReturnValue:
    """Remember the template, and a number that may send it."""
    with transaction(tenant_scope(current_tenant())) as session:
        chosen = select(Template).where(Template.tenant_id == current_tenant())
        template = next(
            (row for row in session.scalars(chosen) if str(row.id) == template_id and not _why_not(row)), None
        )
        if template is None:
            return _choose(campaign, _("Choose a template that is approved."))
        numbers = _numbers(session, template)
    if not numbers:
        return _choose(campaign, _("The template's account has no number. Connect one first."))
    details = editing.details_of(campaign)
    kept = details.number_id if details.number_id in {number.id for number in numbers} else numbers[0].id
    variables = details.variables if details.template_id == template.id else {}
    changed = details.replaced(template_id=template.id, number_id=kept, variables=variables)
    editing.change(current_tenant(), campaign.id, changed)
    return go(campaign, "message")


def _fill(campaign: Campaign) -> ResponseReturnValue:
    tenant_id = current_tenant()
    with transaction(tenant_scope(tenant_id)) as session:
        context = load(session, campaign)
        places = context.channel.variables(context.data)
        fields = known_fields(session, tenant_id)
        numbers = _numbers(session, context.template)
        rows = sample(session, tenant_id, context.audience) or sample(session, tenant_id, AudienceSpec())
    mapping = campaign.variables or guess(places, fields)
    form = Form(
        _model(len(places)), request.form if request.method == "POST" else None, initial=_initial(context, mapping)
    )
    _check(form, places)
    if form.valid and (saved := _save(form, campaign, places)):
        return saved
    shown = _mapping(places, request.form) if form.sent else mapping
    return page(
        "message",
        campaign,
        form=form,
        context=context,
        places=list(enumerate(places)),
        sources=_sources([(field.name, field.example) for field in fields]),
        labels=_labels(places),
        numbers=numbers,
        rows=rows,
        body=body(context.template, places, shown, next(iter(rows), None)),
        again=url_for("campaigns_app.edit", campaign_id=campaign.id, step="message", choose=1),
    ), form.status


def _save(form: Form[Any], campaign: Campaign, places: list[Variable]) -> ResponseReturnValue | None:
    details = editing.details_of(campaign).replaced(
        number_id=form.value.number_id,
        unknown_policy=form.value.unknown_policy,
        variables=_mapping(places, request.form),
    )
    try:
        editing.change(current_tenant(), campaign.id, details)
    except CampaignError as error:
        form.fail("", _(str(error)))
        return None
    return go(campaign, "schedule")


def _model(places: int) -> type[Any]:
    names = [f"{part}_{n}" for n in range(places) for part in PARTS]
    fields: dict[str, Any] = {name: (Text, ... if name.startswith("source") else "") for name in names}
    return create_model("MessageForm", __base__=Sending, **fields)


def _check(form: Form[Any], places: list[Variable]) -> None:
    """Every place needs a source, and a fixed text its text."""
    if not form.sent:
        return
    for n, _place in enumerate(places):
        if not form.shown(f"source_{n}"):
            form.errors[f"source_{n}"] = _("Choose what stands here.")
        elif form.shown(f"source_{n}") == "constant" and not form.shown(f"text_{n}").strip():
            form.fail(f"text_{n}", _("Write the text that everybody gets here."))


def _mapping(places: list[Variable], sent: Any) -> dict[str, Any]:
    """What was sent, as a campaign keeps it; places without a source are left out."""
    mapping: dict[str, Any] = {}
    for n, place in enumerate(places):
        kind, _colon, name = sent.get(f"source_{n}", "").partition(":")
        fallback = sent.get(f"fallback_{n}", "").strip()
        if kind == "constant":
            mapping[key_of(place)] = {"source": kind, "value": sent.get(f"text_{n}", "").strip()}
        elif kind:
            mapping[key_of(place)] = {"source": kind, "value": name, "fallback": fallback}
    return mapping


def _initial(context: Context, mapping: dict[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {"number_id": context.number.id, "unknown_policy": context.campaign.unknown_policy}
    for n, place in enumerate(context.channel.variables(context.data)):
        entry = mapping.get(key_of(place), {})
        field = entry.get("source") == "field"
        values[f"source_{n}"] = f"field:{entry['value']}" if field else entry.get("source", "")
        values[f"text_{n}"] = entry.get("value", "") if entry.get("source") == "constant" else ""
        values[f"fallback_{n}"] = entry.get("fallback", "")
    return values


def _sources(fields: list[tuple[str, str]]) -> list[tuple[str, str]]:
    own = [
        (f"field:{name}", _("%(field)s, such as “%(example)s”", field=name, example=example))
        for name, example in fields
    ]
    return [("name", _("The person's name")), *own, ("constant", _("The same text for everybody"))]


def _labels(places: list[Variable]) -> dict[str, str]:
    """What the summary of errors calls the fields."""
    parts = {"header": _("Header"), "body": _("Text"), "button": _("Button")}
    named = {n: f"{parts.get(place.component, place.component)} {place.name}" for n, place in enumerate(places)}
    return {"number_id": _("Sent from")} | {f"{part}_{n}": name for n, name in named.items() for part in PARTS}


def _numbers(session: Session, template: Template) -> list[ChannelNumber]:
    own = select(ChannelNumber).where(ChannelNumber.account_id == template.account_id)
    return list(session.scalars(own.order_by(ChannelNumber.display)))


def _why_not(template: Template) -> str:
    """Why a template cannot be taken; '' where it can."""
    if template.category.upper() == "AUTHENTICATION":
        return str(_(ONE_BY_ONE))
    if template.status == "APPROVED":
        return ""
    return " ".join(filter(None, (_(STATUSES.get(template.status, NOT_APPROVED)), template.reason)))
