"""What people do with numbers: fetch their standing anew, let a stopped one send again, send a test."""

from uuid import UUID

from flask import abort, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import BaseModel
from sqlalchemy.exc import NoResultFound

from aerostic import audit
from aerostic.billing.errors import BillingError
from aerostic.db import tenant_scope, transaction
from aerostic.ledger import LedgerError
from aerostic.messaging.contract import ChannelError
from aerostic.messaging.numbers.lanes import restart
from aerostic.messaging.numbers.refreshing import refresh
from aerostic.messaging.numbers.trial import TrialError, send_test
from aerostic.tenancy.current import current_tenant
from aerostic.web.app.numbers.blueprint import views
from aerostic.web.app.numbers.pages import find, page
from aerostic.web.pages.access import allowed, current_workspace
from aerostic.web.pages.forms import Form
from aerostic.web.pages.render import toast


class Trial(BaseModel):
    """A test send."""

    form_key: UUID
    to: str
    template: UUID


@views.post("/numbers/accounts/<uuid:account_id>/refresh")
@allowed("channels.edit")
def refresh_account(account_id: UUID) -> ResponseReturnValue:
    """Ask the provider how an account's numbers stand."""
    try:
        refresh(current_tenant(), account_id)
    except NoResultFound:
        abort(404)
    except ChannelError as error:
        toast(_(str(error)), "danger")
    else:
        toast(_("The numbers are up to date."))
    return redirect("/numbers", 303)


@views.post("/numbers/<uuid:number_id>/restart")
@allowed("channels.edit")
def restart_number(number_id: UUID) -> ResponseReturnValue:
    """Let a stopped number send again."""
    with transaction(tenant_scope(current_tenant())) as session:
        restarted = restart(session, current_tenant(), [find(session, number_id).id])
        if restarted:
            audit.record(session, audit.Act(current_tenant(), "number.restarted", f"number:{number_id}"))
    toast(_("The number sends again.") if restarted else _("The number was not stopped."))
    return redirect(f"/numbers/{number_id}", 303)


@views.post("/numbers/<uuid:number_id>/test")
@allowed("channels.edit")
def test(number_id: UUID) -> ResponseReturnValue:
    """Send a template to one phone."""
    form = Form(Trial, request.form)
    if form.valid:
        _send(number_id, form)
    if form.errors:
        return page(number_id, form), form.status
    toast(_("The test is on its way. It costs what the template usually costs."))
    return redirect(f"/numbers/{number_id}", 303)


def _send(number_id: UUID, form: Form[Trial]) -> None:
    wish, country = form.value, current_workspace().country
    try:
        with transaction(tenant_scope(current_tenant())) as session:
            number = find(session, number_id)
            send_test(session, number, wish.template, wish.to, key=wish.form_key, country=country)
    except TrialError as error:
        form.fail("to" if error.code == "phone" else "template", _(str(error)))
    except (ChannelError, BillingError, LedgerError) as error:
        form.fail("", _(str(error)))
