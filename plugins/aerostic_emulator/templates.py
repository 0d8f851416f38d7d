"""Template management: list, create, edit, delete, unpause.

Sources: templates/template-management, templates/overview.
"""

from typing import Any

from . import template_life
from .call import SUCCESS, Call, Routes, page, select
from .errors import GraphError
from .state import Template, Waba
from .template_rules import CATEGORIES, check_components, check_name, is_promotional

_DEFAULT = ("name", "parameter_format", "components", "language", "status", "category", "id")
_FILTERS = ("name", "language", "status", "category")
_MOST_TEMPLATES = 6000
_EDITABLE = ("APPROVED", "REJECTED", "PAUSED")
_DAY_S = 24 * 3600


def describe(template: Template) -> dict[str, Any]:
    """Return every field of a template."""
    return {
        "id": template.id,
        "name": template.name,
        "language": template.language,
        "category": template.category,
        "status": template.status,
        "components": template.components,
        "parameter_format": template.parameter_format,
        "quality_score": {"score": template.quality, "date": template.quality_date},
        "rejected_reason": template.rejected_reason,
        "message_send_ttl_seconds": template.message_send_ttl_seconds,
    }


async def list_templates(call: Call) -> dict[str, Any]:
    """List an account's templates, filtered and paged; a bad cursor is 131059."""
    rows = [describe(template) for template in call.world.state.templates_of(call.node_id)]
    for name in _FILTERS:
        if wanted := call.query.get(name):
            rows = [row for row in rows if row[name].lower() in wanted.lower().split(",")]
    rows = [select(row, call.query.get("fields"), _DEFAULT) for row in rows]
    answer = page(call, rows, bad_cursor=131059)
    if wanted := call.query.get("summary"):
        summary = _summary(len(call.world.state.templates_of(call.node_id)), len(rows))
        answer["summary"] = {name: summary[name] for name in wanted.split(",") if name in summary}
    return answer


def _summary(existing: int, listed: int) -> dict[str, Any]:
    return {
        "total_count": listed,
        "message_template_count": existing,
        "message_template_limit": _MOST_TEMPLATES,
        "are_translations_complete": True,
    }


async def get_template(call: Call) -> dict[str, Any]:
    """Return one template."""
    return select(describe(call.the(Template)), call.query.get("fields"), _DEFAULT)


async def create(call: Call) -> dict[str, Any]:
    """Take a template for review; a promotional UTILITY one comes back as MARKETING."""
    body, waba, state = await call.json(), call.the(Waba), call.world.state
    call.require(body, "name", "language", "category")
    check_name(body["name"])
    category = str(body["category"]).upper()
    if category not in CATEGORIES:
        raise GraphError(100, message=f"(#100) Param category must be one of {{{', '.join(CATEGORIES)}}}.")
    check_components(category, body.get("components"))
    if body["language"] in state.languages(waba.id, body["name"]):
        raise GraphError(2388024)
    if len(state.templates_of(waba.id)) >= _MOST_TEMPLATES:
        raise GraphError(2388019)
    if category == "UTILITY" and is_promotional(body["components"]):
        category = "MARKETING"
    template = Template(
        id=state.new_id(),
        waba_id=waba.id,
        name=body["name"],
        language=body["language"],
        category=category,
        components=_stored(body["components"]),
        parameter_format=str(body.get("parameter_format") or "POSITIONAL").upper(),
        message_send_ttl_seconds=body.get("message_send_ttl_seconds"),
    )
    state.add_template(template)
    template_life.review(call.world, template)
    return {"id": template.id, "status": template.status, "category": template.category}


async def edit(call: Call) -> dict[str, Any]:
    """Replace a template's components and send it to review; an approved one once a day, ten times in 30 days."""
    body, template = await call.json(), call.the(Template)
    now = call.world.clock.now()
    if template.status not in _EDITABLE:
        raise GraphError(100, message=f"(#100) A template that is {template.status} cannot be edited.")
    if template.status == "APPROVED" and body.get("category", template.category).upper() != template.category:
        raise GraphError(100, message="(#100) The category of an approved template cannot change.")
    template.edits = [when for when in template.edits if when > now - 30 * _DAY_S]
    if template.status == "APPROVED" and (len(template.edits) >= 10 or any(t > now - _DAY_S for t in template.edits)):
        raise GraphError(100, message="(#100) An approved template can be edited once in 24 hours.")
    if "components" in body:
        check_components(template.category, body["components"])
        template.components, template.shape = _stored(body["components"]), None
    template.category = str(body.get("category") or template.category).upper()
    template.message_send_ttl_seconds = body.get("message_send_ttl_seconds", template.message_send_ttl_seconds)
    template.edits.append(now)
    template.status = "PENDING"
    template_life.review(call.world, template)
    return {**SUCCESS, "id": template.id, "category": template.category}


async def delete(call: Call) -> dict[str, bool]:
    """Delete a template in every language, or the one named by `hsm_id`."""
    name, one, state = call.query.get("name"), call.query.get("hsm_id"), call.world.state
    call.require(dict(call.query), *(() if one else ("name",)))
    doomed = list(state.languages(call.node_id, name).values()) if name else state.templates_of(call.node_id)
    doomed = [template for template in doomed if one in (None, template.id)]
    if not doomed:
        raise GraphError(100, message="(#100) Message template not found.", subcode=2593002)
    if any(template.status == "DISABLED" for template in doomed):
        raise GraphError(100, message="(#100) A disabled template cannot be deleted.")
    for template in doomed:
        state.drop_template(template)
        template_life.announce(call.world, template, "DELETED")
    return SUCCESS


async def unpause(call: Call) -> dict[str, Any]:
    """Unpause a paused template."""
    template = call.the(Template)
    if template.status != "PAUSED":
        return {"success": False, "reason": "The template is not paused."}
    template_life.change_status(call.world, template, "APPROVED")
    return {**SUCCESS, "reason": None}


def _stored(components: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return components as the API lists them: types and formats in upper case."""
    stored = []
    for component in components:
        upper: dict[str, Any] = {key: str(component[key]).upper() for key in ("type", "format") if key in component}
        if buttons := component.get("buttons"):
            upper["buttons"] = [button | {"type": str(button.get("type", "")).upper()} for button in buttons]
        stored.append(component | upper)
    return stored


ROUTES: Routes = {
    ("waba", "GET", "message_templates"): list_templates,
    ("waba", "POST", "message_templates"): create,
    ("waba", "DELETE", "message_templates"): delete,
    ("template", "GET", ""): get_template,
    ("template", "POST", ""): edit,
    ("template", "POST", "unpause"): unpause,
}
