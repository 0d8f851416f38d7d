"""Transfers: one with both its entries and what it belongs to, all of one subject, and whatever has an id."""

from uuid import UUID

from flask import Blueprint, abort, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from aerostic.billing.models import Charge
from aerostic.db import transaction
from aerostic.ledger.models import LedgerAccount, LedgerEntry, LedgerHold, LedgerTransfer
from aerostic.messaging.models import Message
from aerostic.tenancy.models import Tenant
from aerostic.web.pages.access import staff_only
from aerostic.web.pages.render import render, toast
from aerostic.web.platform.ledger.accounts import owned
from aerostic.web.platform.ledger.books import CONSOLE
from aerostic.web.platform.ledger.words import KINDS, PURPOSES

views = Blueprint("platform_ledger_transfers", __name__)
MOST_MOVEMENTS = 100


@views.get("/ledger/find")
@staff_only("platform")
def find() -> ResponseReturnValue:
    """To the page of whatever has an id: an account, a transfer, a hold, or what money moved for."""
    try:
        wanted = UUID(request.args.get("id", "").strip())
    except ValueError:
        toast(_("That is no id. Copy one whole, as pages and reports show it."), "warning")
        return redirect("/ledger/accounts", 303)
    with transaction(CONSOLE) as session:
        if session.get(LedgerAccount, wanted):
            return redirect(f"/ledger/accounts/{wanted}", 303)
        if session.get(LedgerTransfer, wanted):
            return redirect(f"/ledger/transfers/{wanted}", 303)
        if session.get(Message, wanted):
            return redirect(f"/ledger/messages/{wanted}", 303)
        if session.scalar(select(LedgerTransfer.id).where(LedgerTransfer.subject_id == wanted).limit(1)):
            return redirect(f"/ledger/subjects/{wanted}", 303)
    toast(_("No account, no transfer and nothing that money moved for has this id."), "warning")
    return redirect("/ledger/accounts", 303)


@views.get("/ledger/transfers/<uuid:transfer_id>")
@staff_only("platform")
def show(transfer_id: UUID) -> ResponseReturnValue:
    """A transfer, its two entries, what it undoes or was undone by, its hold and its subject."""
    entries = owned().add_columns(LedgerEntry).join(LedgerEntry, LedgerEntry.account_id == LedgerAccount.id)
    with transaction(CONSOLE) as session:
        found = session.get(LedgerTransfer, transfer_id) or abort(404)
        undone_by = session.scalar(select(LedgerTransfer.id).where(LedgerTransfer.reverses_id == transfer_id))
        sides = session.execute(
            entries.where(LedgerEntry.transfer_id == transfer_id).order_by(LedgerEntry.amount)
        ).all()
        source = session.get_one(LedgerAccount, found.source_id)
        hold = session.get(LedgerHold, found.hold_id) if found.hold_id else None
    return render(
        "platform/ledger/transfer.html",
        transfer=found,
        undone_by=undone_by,
        sides=sides,
        currency=source.currency,
        hold=hold,
        kinds=KINDS,
        purposes=PURPOSES,
    )


@views.get("/ledger/subjects/<uuid:subject_id>")
@staff_only("platform")
def subject(subject_id: UUID) -> ResponseReturnValue:
    """All that moved for one subject: a hold, an act with credits, or a charge; messages have a page of their own."""
    query = (
        select(LedgerTransfer, LedgerAccount.currency)
        .join(LedgerAccount, LedgerAccount.id == LedgerTransfer.source_id)
        .where(LedgerTransfer.subject_id == subject_id)
    )
    with transaction(CONSOLE) as session:
        if session.get(Message, subject_id):
            return redirect(f"/ledger/messages/{subject_id}", 303)
        moved = session.execute(query.order_by(LedgerTransfer.id).limit(MOST_MOVEMENTS)).all() or abort(404)
        tenant = session.get(Tenant, moved[0][0].tenant_id) if moved[0][0].tenant_id else None
        return render(
            "platform/ledger/subject.html",
            subject_id=subject_id,
            moved=moved,
            tenant=tenant,
            hold=session.get(LedgerHold, subject_id),
            charge=session.get(Charge, subject_id),
            kinds=KINDS,
        )
