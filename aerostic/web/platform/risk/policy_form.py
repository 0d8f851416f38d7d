"""Writing a new version of the policy, as a form or as JSON; tried on the signals of some days before it is saved."""

from datetime import timedelta

from flask import abort, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from aerostic.db import transaction, utcnow
from aerostic.detection.judging.policy import DEFAULT, Policy
from aerostic.detection.people import policies
from aerostic.detection.people.verdicts import LATELY, suggested, tallies_of_families
from aerostic.registry import runtime
from aerostic.security.restrictions import ACTIONS as NAMES
from aerostic.web.pages.access import staff_only
from aerostic.web.pages.render import render, toast
from aerostic.web.platform.risk.blueprint import CONSOLE, views
from aerostic.web.platform.risk.sheet import Sheet, of_form, of_json, of_policy
from aerostic.web.platform.risk.trying import DAYS, Tried, try_out
from aerostic.web.risk.words import ACTIONS, FAMILIES, KINDS

LONGEST_NOTE = 200


@views.get("/risk/policy/new")
@staff_only("platform")
def new_policy() -> ResponseReturnValue:
    """Begin with a version: the one in the address, or the one that acts; with `suggested`, as verdicts would have it."""
    version = request.args.get("from", type=int)
    with transaction(CONSOLE) as session:
        try:
            row = policies.by_version(session, version) if version else policies.of_state(session, policies.ACTIVE)
        except LookupError:
            abort(404)
        policy = Policy.model_validate(row.document) if row else DEFAULT
        lighter = (
            suggested(policy, tallies_of_families(session, utcnow() - LATELY)) if "suggested" in request.args else {}
        )
    sheet = of_policy(policy.model_copy(update={"weights": {**policy.weights, **lighter}}))
    if lighter:
        sheet.fields["note"] = _("Weighs less what was mostly a false alarm.")
    return _page(sheet, as_json=request.args.get("as") == "json")


@views.post("/risk/policy/new")
@staff_only("platform")
def write() -> ResponseReturnValue:
    """Try it, or save it."""
    as_json = request.form.get("as") == "json"
    sheet = of_json(request.form.get("document", "")) if as_json else of_form(request.form)
    note = request.form.get("note", "").strip()[:LONGEST_NOTE]
    sheet.fields["note"] = note
    if sheet.policy is None:
        return _page(sheet, as_json=as_json), sheet.status
    if request.form.get("act") != "save":
        return _page(sheet, _tried(sheet.policy), as_json=as_json)
    if not note:
        sheet.errors["note"] = _("Say in a few words what is new.")
        return _page(sheet, as_json=as_json), sheet.status
    with transaction(CONSOLE) as session:
        version = policies.save(session, sheet.policy.model_dump(mode="json"), note, current_user.user.id).version
    toast(_("Saved as version %(number)s. It does nothing yet.", number=version))
    return redirect(f"/risk/policy/{version}", 303)


def _tried(policy: Policy) -> Tried:
    days = request.form.get("days", type=int)
    with transaction(CONSOLE) as session:
        active = policies.of_state(session, policies.ACTIVE)
        before = Policy.model_validate(active.document) if active else DEFAULT
        return try_out(session, utcnow() - timedelta(days=days if days in DAYS else DAYS[1]), before, policy)


def _page(sheet: Sheet, tried: Tried | None = None, *, as_json: bool) -> str:
    families = {one.value.family for one in runtime().registry.declared("register_detectors")} | FAMILIES.keys()
    named = {name.removeprefix("weights.") for name in sheet.fields if name.startswith("weights.")}
    return render(
        "platform/risk/policy_form.html",
        sheet=sheet,
        as_json=as_json,
        tried=tried,
        days=request.form.get("days", DAYS[1], type=int),
        offered=[(str(days), days) for days in DAYS],
        families=sorted(families | named),
        actions_offered=[(name, _(ACTIONS[name].title)) for name in NAMES],
        kinds=[(name, _(words)) for name, words in KINDS.items()],
    )
