"""Trying what is on the canvas out, in the phone beside it: nothing is sent, changed or paid."""

from typing import Annotated, Any, Literal
from uuid import UUID

from flask import abort, jsonify
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import Field

from aerostic.sdk import allowed, can, current_tenant, current_workspace, is_revealed, money, tenant_scope, transaction
from aerostic.sdk.automation import Bubble, NotReadyError, Said, Trial, shown, shown_text, try_out

from ..builder import board, steps
from ..whom import WhomError, whom
from .base import blueprint
from .builder import LookedAt, Sent, body, document_of

Json = dict[str, Any]
MOST_SAID = 100


class SaidIn(Sent):
    """What happens to a trial."""

    kind: Literal["text", "time"]
    text: Annotated[str, Field(max_length=4096)] = ""
    choice: Annotated[str, Field(max_length=256)] = ""
    media: Literal["", "image", "document", "audio", "location"] = ""


class Tried(LookedAt):
    """A document, where it begins, all that happens, and to whom: a name or phone, or nothing for somebody made up."""

    start: Annotated[str, Field(max_length=40)] = ""
    said: Annotated[list[SaidIn], Field(min_length=1, max_length=MOST_SAID)]
    window: bool = True
    contact: Annotated[str, Field(max_length=200)] = ""


@blueprint.post("/<uuid:flow_id>/builder/try")
@allowed("flows.run")
def try_drawn(flow_id: UUID) -> ResponseReturnValue:
    """Run it from its beginning, with all that was said so far. Of a contact, no more is shown than elsewhere."""
    sent = body(flow_id, Tried)
    document = document_of(sent)
    said = [Said(one.kind, one.text, one.choice, one.media) for one in sent.said]
    try:
        contact_id = _whom(sent.contact.strip())
        trial = try_out(
            current_tenant(),
            document,
            said,
            start=sent.start,
            open_window=sent.window,
            flow_id=flow_id,
            contact_id=contact_id,
        )
    except WhomError as error:
        return jsonify(error=_(str(error))), 422
    except NotReadyError as error:
        return jsonify(error=_(str(error)), problems=board.troubles(error.problems)), 422
    return jsonify(_told(trial, revealed=contact_id is None or is_revealed(contact_id)))


def _whom(text: str) -> UUID | None:
    if not text:
        return None
    if not can("contacts.view"):
        abort(403)
    with transaction(tenant_scope(current_tenant())) as session:
        return whom(session, text)


def _told(trial: Trial, *, revealed: bool) -> Json:
    currency = current_workspace().currency
    costs = {seq: money(amount, currency) for seq, amount in trial.costs.items() if amount}
    return {
        "steps": [
            one | {"cost": costs.get(one["seq"], "")} for one in steps.told(shown(trial.steps, revealed=revealed))
        ],
        "bubbles": [_bubble(one, revealed=revealed) for one in trial.bubbles],
        "cost": money(sum(trial.costs.values()), currency),
        "assumed": sorted(trial.assumed),
        "ending": trial.ending,
        "reason": board.translate(trial.reason[1]) or trial.reason[0],
        "awaits": trial.awaits,
    }


def _bubble(one: Bubble, *, revealed: bool) -> Json:
    said, file, place = one.body, one.body.attachment, one.body.place
    words = said.text or board.translate(said.notice)
    return {
        "ours": one.ours,
        "after": one.after,
        "header": shown_text(said.header, revealed=revealed),
        "text": shown_text(words, revealed=revealed),
        "footer": said.footer,
        "media": file.kind if file else "location" if place else "",
        "file": (file.name or file.link if file else f"{place.name}, {place.address}" if place else "").strip(", "),
        "choices": [{"id": id_, "title": title} for id_, title in one.choices],
    }
