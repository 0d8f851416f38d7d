"""The money of one message: its price, its hold, what WhatsApp said, and every movement, to look at and to keep."""

import json
from uuid import UUID

from flask import Blueprint, Response, abort
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from aerostic.billing.contract import rule_name
from aerostic.db import tenant_scope, transaction
from aerostic.messaging.models import Contact
from aerostic.messaging.proof import MessageProof, prove_message, written_message
from aerostic.tenancy.current import current_tenant
from aerostic.web.app.money.words import CATEGORIES, CHARGE_COLORS, CHARGES, MOMENTS, PLACES, STEPS
from aerostic.web.pages.access import allowed, can
from aerostic.web.pages.render import render

views = Blueprint("message_money", __name__)


@views.get("/wallet/messages/<uuid:message_id>")
@allowed("wallet.view")
def show(message_id: UUID) -> ResponseReturnValue:
    """The proof as a page."""
    with transaction(tenant_scope(current_tenant())) as session:
        proof = _proof(session, message_id)
        return render(
            "app/wallet/message.html",
            proof=proof,
            contact=session.get(Contact, proof.message.contact_id) if proof.message.contact_id else None,
            steps=STEPS,
            places=PLACES,
            moments=MOMENTS,
            charges=CHARGES,
            colors=CHARGE_COLORS,
            categories=CATEGORIES,
            source=rule_name(proof.charge.source) if proof.charge else "",
            whole=can("contacts.export"),
        )


@views.get("/wallet/messages/<uuid:message_id>.json")
@allowed("wallet.view")
def download(message_id: UUID) -> ResponseReturnValue:
    """The proof as a document that needs nothing else."""
    with transaction(tenant_scope(current_tenant())) as session:
        document = written_message(_proof(session, message_id), provider_id=can("contacts.export"))
    answer = Response(json.dumps(document, ensure_ascii=False, indent=1), mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="message-{message_id}.json"'
    return answer


def _proof(session: Session, message_id: UUID) -> MessageProof:
    return prove_message(session, current_tenant(), message_id) or abort(404)
