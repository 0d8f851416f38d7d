"""The list of numbers, account by account, and one of them."""

from typing import Any
from uuid import UUID

from flask import abort
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.db import new_id, tenant_scope, transaction
from aerostic.messaging.models import ChannelAccount, ChannelNumber, Template
from aerostic.messaging.numbers.overview import overview, view
from aerostic.tenancy.current import current_tenant
from aerostic.web.app.numbers import words
from aerostic.web.app.numbers.blueprint import views
from aerostic.web.pages.access import allowed
from aerostic.web.pages.forms import Form
from aerostic.web.pages.render import render

MOST_TEMPLATES = 500


@views.get("/numbers")
@allowed("channels.view")
def index() -> ResponseReturnValue:
    """The accounts with their numbers."""
    with transaction(tenant_scope(current_tenant())) as session:
        accounts = overview(session, current_tenant())
    return render("app/numbers/index.html", accounts=accounts, words=words)


@views.get("/numbers/<uuid:number_id>")
@allowed("channels.view")
def show(number_id: UUID) -> ResponseReturnValue:
    """One number."""
    return page(number_id)


def page(number_id: UUID, form: Form[Any] | None = None) -> str:
    """The page of a number, with the form of a test send as it was typed; 404 for one the workspace does not have."""
    with transaction(tenant_scope(current_tenant())) as session:
        number = find(session, number_id)
        account = view(session, session.get_one(ChannelAccount, number.account_id))
        chosen = select(Template).where(
            Template.tenant_id == number.tenant_id,
            Template.account_id == number.account_id,
            Template.status == "APPROVED",
        )
        templates = session.scalars(chosen.order_by(Template.name, Template.language).limit(MOST_TEMPLATES)).all()
    standing = next(item for item in account.numbers if item.number.id == number_id)
    return render(
        "app/numbers/show.html",
        account=account,
        standing=standing,
        number=standing.number,
        templates=templates,
        form=form,
        key=new_id(),
        words=words,
    )


def find(session: Session, number_id: UUID) -> ChannelNumber:
    """A number of the workspace, or 404."""
    own = (ChannelNumber.tenant_id == current_tenant(), ChannelNumber.id == number_id)
    return session.scalar(select(ChannelNumber).where(*own)) or abort(404)
