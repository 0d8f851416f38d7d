"""Making a campaign, step by step."""

from uuid import UUID

from flask.typing import ResponseReturnValue

from aerostic.sdk import allowed

from .base import blueprint


@blueprint.get("/new")
@allowed("campaigns.edit")
def new() -> ResponseReturnValue:
    """x"""
    return "new"


@blueprint.get("/<uuid:campaign_id>/edit/<step>")
@allowed("campaigns.edit")
def edit(campaign_id: UUID, step: str) -> ResponseReturnValue:
    """x"""
    return "edit"
