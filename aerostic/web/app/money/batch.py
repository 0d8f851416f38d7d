"""The money of a batch, such as a campaign: what was set aside, paid, given back, and that it adds up."""

from collections.abc import Iterator
from uuid import UUID

from flask import Blueprint, Response, abort, stream_with_context
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from aerostic.billing.contract import rule_name
from aerostic.db import apart, tenant_scope, transaction
from aerostic.messaging.proof import BatchProof, charge_lines, prove_batch, written_batch
from aerostic.tenancy.current import current_tenant
from aerostic.web.app.money.words import CATEGORIES, CHARGE_COLORS, CHARGES, PLACES, STEPS
from aerostic.web.pages.access import allowed
from aerostic.web.pages.render import render

views = Blueprint("batch_money", __name__)


@views.get("/wallet/batches/<uuid:batch_id>")
@allowed("wallet.view")
def show(batch_id: UUID) -> ResponseReturnValue:
    """The proof as a page."""
    with transaction(tenant_scope(current_tenant())) as session:
        return render(
            "app/wallet/batch.html",
            proof=_proof(session, batch_id),
            steps=STEPS,
            places=PLACES,
            charges=CHARGES,
            colors=CHARGE_COLORS,
            categories=CATEGORIES,
            rule_name=rule_name,
        )


@views.get("/wallet/batches/<uuid:batch_id>.json")
@allowed("wallet.view")
def download(batch_id: UUID) -> ResponseReturnValue:
    """The proof as a document that needs nothing else, with a line for each message."""
    tenant_id = current_tenant()
    with transaction(tenant_scope(tenant_id)) as session:
        _proof(session, batch_id)

    @apart
    def pieces() -> Iterator[str]:
        with transaction(tenant_scope(tenant_id)) as session:
            yield from written_batch(_proof(session, batch_id), charge_lines(session, tenant_id, batch_id))

    answer = Response(stream_with_context(pieces()), mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="money-{batch_id}.json"'
    return answer


def _proof(session: Session, batch_id: UUID) -> BatchProof:
    return prove_batch(session, current_tenant(), batch_id) or abort(404)
