"""Who draws: one person at a time. Others look on, until they take over."""

from typing import Annotated, Literal
from uuid import UUID

from flask import jsonify
from flask.typing import ResponseReturnValue
from flask_login import current_user
from pydantic import Field

from aerostic.sdk import allowed, current_tenant, tenant_scope, transaction
from aerostic.sdk.automation import Present, leave, stay, take_over

from .base import blueprint, found
from .builder import Sent, body


class Here(Sent):
    """A tab that has the flow open, and what its person wants."""

    tab: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{8,64}$")]
    want: Literal["stay", "leave", "take"] = "stay"


@blueprint.post("/<uuid:flow_id>/builder/present")
@allowed("flows.edit")
def present(flow_id: UUID) -> ResponseReturnValue:
    """Whether this tab draws, and else who does."""
    sent, tenant_id = body(flow_id, Here), current_tenant()
    me = Present(sent.tab, str(current_user.user.id), current_user.user.name)
    with transaction(tenant_scope(tenant_id)) as session:
        revision = found(session, flow_id).revision
        if sent.want == "take":
            take_over(session, tenant_id, flow_id, me)
    if sent.want == "leave":
        leave(tenant_id, flow_id, sent.tab)
        return jsonify(mine=False, who="", same=False, revision=revision)
    there = stay(tenant_id, flow_id, me)
    return jsonify(mine=there.tab == me.tab, who=there.name, same=there.user_id == me.user_id, revision=revision)
