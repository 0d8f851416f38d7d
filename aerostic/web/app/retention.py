"""Data and retention: how long the workspace keeps what. Saved in two steps: first the page says how many rows would go."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import BaseModel, Field, create_model

from aerostic.db import tenant_scope, transaction
from aerostic.messaging.rights.retention.counting import MOST
from aerostic.messaging.rights.retention.rules import Kept, change, kept, outlook
from aerostic.registry import RetentionKind
from aerostic.tenancy.current import current_tenant
from aerostic.web.pages.access import allowed
from aerostic.web.pages.forms import Form
from aerostic.web.pages.render import render, toast

views = Blueprint("retention", __name__)


@views.route("/settings/data", methods=["GET", "POST"])
@allowed("settings.edit")
def index() -> ResponseReturnValue:
    """The rules, and changing them."""
    tenant_id = current_tenant()
    with transaction(tenant_scope(tenant_id)) as session:
        rules = kept(session, tenant_id)
    initial = {_field(one.kind): "" if one.days is None else one.days for one in rules}
    form: Form[BaseModel] = Form(_model(rules), request.form if request.method == "POST" else None, initial=initial)
    if not form.valid:
        return _page(form, rules), form.status
    wanted: dict[str, int | None] = {one.kind.name: getattr(form.value, _field(one.kind)) for one in rules}
    changed = [one for one in rules if wanted[one.kind.name] != one.days]
    if changed and request.form.get("seen") != _seen(wanted):
        return _page(form, rules, wanted, _going(tenant_id, changed, wanted))
    with transaction(tenant_scope(tenant_id)) as session:
        change(session, tenant_id, wanted)
    toast(_("Saved."))
    return redirect("/settings/data", 303)


def _going(
    tenant_id: UUID, changed: Sequence[Kept], wanted: dict[str, int | None]
) -> list[tuple[Kept, int | None, int]]:
    """Of each rule that is changed: the days, and how many rows would go if it were applied now."""
    days = {one.kind.name: wanted[one.kind.name] for one in changed}
    with transaction(tenant_scope(tenant_id)) as session:
        counted = outlook(session, tenant_id, days)
    return [(one, days[one.kind.name], counted.get(one.kind.name, 0)) for one in changed]


def _page(
    form: Form[BaseModel],
    rules: Sequence[Kept],
    wanted: dict[str, int | None] | None = None,
    going: Sequence[tuple[Kept, int | None, int]] = (),
) -> str:
    seen = _seen(wanted) if wanted else ""
    return render("app/settings/data.html", form=form, rules=rules, field=_field, going=going, seen=seen, most=MOST)


def _field(kind: RetentionKind) -> str:
    return kind.name.replace(".", "_")


def _seen(wanted: dict[str, int | None]) -> str:
    """What the person has seen the effect of: changed again, it is shown again."""
    return ";".join(f"{name}={days or ''}" for name, days in sorted(wanted.items()))


def _model(rules: Sequence[Kept]) -> type[BaseModel]:
    """Days by kind, within the bounds of each; nothing stands for ever, where that is allowed."""
    fields: dict[str, Any] = {}
    for one in rules:
        days = Annotated[int, Field(ge=one.kind.least, le=one.kind.most)]
        fields[_field(one.kind)] = (days | None, None) if one.kind.for_ever else (days, ...)
    return create_model("Days", **fields)
