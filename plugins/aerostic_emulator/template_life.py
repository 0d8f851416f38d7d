"""A template's life after it was sent for review, and the webhooks that tell of it.

Sources: templates/template-pausing, templates/template-categorization, webhooks/reference/message_template_*.
"""

from typing import Any

from .state import Template
from .template_rules import has_adjacent_variables
from .world import World

CATEGORY_NOTICE_S = 24 * 3600
_REJECTION = {
    "reason": "Your template has parameters placed next to each other (like {{1}}{{2}}).",
    "recommendation": "Separate parameters with descriptive text.",
}
_PAUSES = ("FIRST_PAUSE", "SECOND_PAUSE")


def review(world: World, template: Template) -> None:
    """Decide on a template after the review delay: names with "reject" and adjacent variables are rejected."""
    low, high = world.config.review_ms
    delay = (low + (high - low) * world.chance.random()) / 1000
    world.timeline.after(delay, _decide, world, template)


def _decide(world: World, template: Template) -> None:
    if template.status != "PENDING":
        return
    if has_adjacent_variables(template.components):
        change_status(world, template, "REJECTED", "INVALID_FORMAT", {"rejection_info": _REJECTION})
    elif "reject" in template.name:
        change_status(world, template, "REJECTED", "PROMOTIONAL")
    elif "pending" not in template.name:
        change_status(world, template, "APPROVED")


def change_status(
    world: World, template: Template, status: str, reason: str = "NONE", extra: dict[str, Any] | None = None
) -> None:
    """Set a template's status and announce it; the third pause disables it."""
    extra = dict(extra or {})
    if status == "PAUSED":
        template.pauses += 1
        if template.pauses > len(_PAUSES):
            status = "DISABLED"
        title = _PAUSES[template.pauses - 1] if status == "PAUSED" else "DISABLED"
        extra.setdefault("other_info", {"title": title, "description": "The quality of this template is low."})
    template.status = status
    template.rejected_reason = reason
    announce(world, template, status, reason, extra)


def announce(
    world: World, template: Template, event: str, reason: str = "NONE", extra: dict[str, Any] | None = None
) -> None:
    """Post `message_template_status_update`."""
    value = {
        "event": event,
        **_head(template),
        "reason": reason,
        "message_template_category": template.category,
        **(extra or {}),
    }
    world.postman.announce(template.waba_id, "message_template_status_update", value)


def change_quality(world: World, template: Template, score: str) -> None:
    """Set a template's quality and post `message_template_quality_update`."""
    value = {"previous_quality_score": template.quality, "new_quality_score": score, **_head(template)}
    template.quality, template.quality_date = score, int(world.clock.now())
    world.postman.announce(template.waba_id, "message_template_quality_update", value)


def change_category(world: World, template: Template, category: str, warn: bool) -> None:
    """Post `template_category_update`: as the 24-hour warning, or as done."""
    value: dict[str, Any] = _head(template)
    if warn:
        when = int(world.clock.now()) + CATEGORY_NOTICE_S
        value |= {"new_category": template.category, "correct_category": category, "category_update_timestamp": when}
    else:
        value |= {"previous_category": template.category, "new_category": category}
        template.category, template.shape = category, None
    world.postman.announce(template.waba_id, "template_category_update", value)


def _head(template: Template) -> dict[str, Any]:
    return {
        "message_template_id": int(template.id),
        "message_template_name": template.name,
        "message_template_language": template.language,
    }
