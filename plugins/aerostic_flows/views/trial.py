"""Trying what is on the canvas out, in the phone beside it: nothing is sent, changed or paid."""

from typing import Annotated, Any, Literal
from uuid import UUID

from flask import jsonify
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import Field

from aerostic.sdk import allowed, current_tenant, current_workspace, money
from aerostic.sdk.automation import Bubble, NotReadyError, Said, Trial, try_out

from ..builder import board, steps
from .base import blueprint
from .builder import LookedAt, Sent, body, document_of

Json = dict[str, Any]
MOST_SAID = 100


class SaidIn(Sent):
    """What happens to a trial."""

    kind: Literal["text", "time"]
    text: Annotated[str, Field(max_length=4096)] = ""
    choice: Annotated[str, Field(max_length=256)] = ""


class Tried(LookedAt):
    """A document, where it begins, and all that happens."""

    start: Annotated[str, Field(max_length=40)] = ""
    said: Annotated[list[SaidIn], Field(min_length=1, max_length=MOST_SAID)]
    window: bool = True


@blueprint.post("/<uuid:flow_id>/builder/try")
@allowed("flows.run")
def try_drawn(flow_id: UUID) -> ResponseReturnValue:
    """Run it for somebody made up, from its beginning, with all that was said so far."""
    sent = body(flow_id, Tried)
    document = document_of(sent)
    said = [Said(one.kind, one.text, one.choice) for one in sent.said]
    try:
        trial = try_out(current_tenant(), document, said, start=sent.start, open_window=sent.window, flow_id=flow_id)
    except NotReadyError as error:
        return jsonify(error=_(str(error)), problems=board.troubles(error.problems)), 422
    return jsonify(_told(trial))


def _told(trial: Trial) -> Json:
    currency = current_workspace().currency
    costs = {seq: money(amount, currency) for seq, amount in trial.costs.items() if amount}
    return {
        "steps": [one | {"cost": costs.get(one["seq"], "")} for one in steps.told(trial.steps)],
        "bubbles": [_bubble(one) for one in trial.bubbles],
        "cost": money(sum(trial.costs.values()), currency),
        "assumed": sorted(trial.assumed),
        "ending": trial.ending,
        "reason": board.translate(trial.reason[1]) or trial.reason[0],
        "awaits": trial.awaits,
    }


def _bubble(one: Bubble) -> Json:
    said = one.body
    file = said.attachment.name or said.attachment.kind if said.attachment else ""
    return {
        "ours": one.ours,
        "after": one.after,
        "header": said.header,
        "text": said.text or board.translate(said.notice),
        "footer": said.footer,
        "file": file,
        "choices": [{"id": id_, "title": title} for id_, title in one.choices],
    }
