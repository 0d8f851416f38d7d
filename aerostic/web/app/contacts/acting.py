"""Acts on many contacts: the page that says what will happen to how many, and doing it.

Those chosen one by one are dealt with at once; all that match a search become work with a page of its own.
"""

from typing import Annotated, Literal
from uuid import UUID, uuid4

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.db import tenant_scope, transaction
from aerostic.jobs.work import WorkError
from aerostic.messaging.contacts import audience, bulk
from aerostic.messaging.contacts.bulk import BulkOptions
from aerostic.messaging.contacts.hooks import tell_plugins
from aerostic.messaging.contacts.tags import all_tags, tag_named
from aerostic.messaging.models import Tag
from aerostic.messaging.work import enqueue_work
from aerostic.tenancy.current import current_tenant
from aerostic.web.app.contacts.narrowing import kept, list_path, spec_from
from aerostic.web.pages.access import allowed
from aerostic.web.pages.forms import Form
from aerostic.web.pages.render import render, toast

views = Blueprint("contact_acts", __name__)
MANY = 1000
MOST_CHOSEN = 100


class Wanted(BaseModel):
    """What is to be done, and with which tag or for which reason.

    Args:
        all: all that match, not only those in `id`.
        confirmed: the number of contacts, typed, where it is a large one.
    """

    act: Literal["add_tag", "remove_tag", "opt_out"]
    id: Annotated[list[UUID], Field(max_length=MOST_CHOSEN)] = []
    all: bool = False
    tag: Annotated[str, Field(max_length=64)] = ""
    reason: Annotated[str, Field(max_length=200)] = ""
    confirmed: str = ""


@views.post("/contacts/bulk")
@allowed("contacts.edit")
def choose() -> ResponseReturnValue:
    """What will happen, and to how many."""
    form = Form(Wanted, request.form)
    return _page(form, _count(form)) if form.valid else abort(422)


@views.post("/contacts/bulk/do")
@allowed("contacts.edit")
def act() -> ResponseReturnValue:
    """Do it."""
    form = Form(Wanted, request.form)
    if not form.valid:
        abort(422)
    wanted, total = form.value, _count(form)
    if wanted.act != "opt_out" and not wanted.tag.strip():
        form.fail("tag", _("Choose a tag, or write a new one."))
    if total > MANY and wanted.confirmed != str(total):
        form.fail("confirmed", _("Type the number of contacts, %(total)s, to confirm.", total=total))
    tenant_id = current_tenant()
    with transaction(tenant_scope(tenant_id)) as session:
        options = _options(session, tenant_id, form) if form.valid else None
    if options is None:
        return _page(form, total), 422
    return _start(wanted, options) if wanted.all else _do(wanted, options)


def _options(session: Session, tenant_id: UUID, form: Form[Wanted]) -> BulkOptions | None:
    wanted = form.value
    spec = spec_from(request.form)
    if wanted.act == "opt_out":
        return BulkOptions(spec=spec, source=wanted.reason)
    if wanted.act == "add_tag":
        return BulkOptions(spec=spec, tag_id=tag_named(session, tenant_id, wanted.tag).id)
    known = session.scalar(select(Tag.id).where(Tag.tenant_id == tenant_id, Tag.name == wanted.tag.strip()))
    if known is None:
        form.fail("tag", _("There is no tag of this name. Choose one of yours."))
        return None
    return BulkOptions(spec=spec, tag_id=known)


def _start(wanted: Wanted, options: BulkOptions) -> ResponseReturnValue:
    tenant_id = current_tenant()
    with transaction(tenant_scope(tenant_id)) as session:
        work = bulk.ask(
            session,
            tenant_id,
            f"contacts.{wanted.act}",  # type: ignore[arg-type]
            options,
            user_id=current_user.user.id,
            key=request.form.get("form_key"),
        )
    enqueue_work(work)
    return redirect(url_for("work.show", work_id=work.id), 303)


def _do(wanted: Wanted, options: BulkOptions) -> ResponseReturnValue:
    tenant_id = current_tenant()
    try:
        with transaction(tenant_scope(tenant_id)) as session:
            act = f"contacts.{wanted.act}"
            told = bulk.do(session, tenant_id, act, options, wanted.id, current_user.user.id)  # type: ignore[arg-type]
    except WorkError as error:
        toast(_(str(error)), "danger")
    else:
        tell_plugins(tenant_id, told)
        toast(ngettext("Done with one contact.", "Done with %(num)s contacts.", len(wanted.id)))
    return redirect(list_path(request.form), 303)


def _count(form: Form[Wanted]) -> int:
    wanted = form.value
    if not wanted.all:
        return len(wanted.id)
    tenant_id = current_tenant()
    with transaction(tenant_scope(tenant_id)) as session:
        return audience.count(session, tenant_id, spec_from(request.form))


def _page(form: Form[Wanted], total: int) -> str:
    tenant_id = current_tenant()
    with transaction(tenant_scope(tenant_id)) as session:
        tags = [tag.name for tag in all_tags(session, tenant_id)]
    key = request.form.get("form_key") or str(uuid4())
    return render(
        "app/contacts/bulk.html",
        form=form,
        total=total,
        many=MANY,
        tags=tags,
        narrowing=kept(request.form),
        key=key,
        back=list_path(request.form),
    )
