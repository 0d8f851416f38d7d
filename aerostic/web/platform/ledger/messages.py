"""The money of a message, as the platform's people look at it."""

from uuid import UUID

from flask import Blueprint, abort
from flask.typing import ResponseReturnValue

from aerostic.db import transaction
from aerostic.messaging.models import Message, ReconciliationDifference
from aerostic.messaging.proof import prove_message
from aerostic.tenancy.models import Tenant
from aerostic.web.app.money.words import CATEGORIES, CHARGE_COLORS, CHARGES, MOMENTS, PLACES, STEPS
from aerostic.web.pages.access import staff_only
from aerostic.web.pages.render import render
from aerostic.web.platform.ledger.books import CONSOLE

views = Blueprint("platform_ledger_messages", __name__)


@views.get("/ledger/messages/<uuid:message_id>")
@staff_only("platform")
def show(message_id: UUID) -> ResponseReturnValue:
    """Its proof; whom it went to is the workspace's to know."""
    with transaction(CONSOLE) as session:
        message = session.get(Message, message_id) or abort(404)
        proof = prove_message(session, message.tenant_id, message_id) or abort(404)
        return render(
            "platform/ledger/message.html",
            proof=proof,
            source=proof.charge.source if proof.charge else "",
            tenant=session.get_one(Tenant, message.tenant_id),
            difference=session.get(ReconciliationDifference, message_id),
            steps=STEPS,
            places=PLACES,
            moments=MOMENTS,
            charges=CHARGES,
            colors=CHARGE_COLORS,
            categories=CATEGORIES,
        )
