"""The list of templates, and one of them: how it looks, what became of it, where it is used."""

from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, abort, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from aerostic.db import tenant_scope, transaction
from aerostic.messaging.models import ChannelAccount, Template, TemplateChange
from aerostic.messaging.templates.fetching import Fetched, fetch_all
from aerostic.messaging.templates.preview import preview
from aerostic.tenancy.current import current_tenant
from aerostic.web.app.message_templates import words
from aerostic.web.pages.access import allowed, tenant_view
from aerostic.web.pages.render import render, toast
from aerostic.web.pages.tables import Column, Filter, TableSpec, TableState, fetch

views = Blueprint("message_templates", __name__)
MOST_CHANGES = 50
STATUSES = {value: look.text for value, look in words.STATUSES.items()}


@views.get("/templates")
@allowed("templates.view")
def index() -> ResponseReturnValue:
    """The list."""
    tenant_id = current_tenant()
    with transaction(tenant_scope(tenant_id)) as session:
        spec = _spec(_distinct(session, tenant_id))
        state = TableState.read(spec, request.args)
        page = fetch(session, state, select(Template).where(Template.tenant_id == tenant_id))
        connected = session.scalar(select(ChannelAccount.id).where(ChannelAccount.tenant_id == tenant_id).limit(1))
    return render("app/message_templates/index.html", state=state, page=page, connected=connected, words=words)


@views.post("/templates/fetch")
@allowed("templates.sync")
def fetch_now() -> ResponseReturnValue:
    """Fetch them all from the provider."""
    fetched = fetch_all(current_tenant())
    for name, problem in fetched.problems.items():
        toast(f"{name}: {_(problem)}", "danger")
    if fetched.results:
        there_are = ngettext("One template.", "%(num)s templates.", fetched.total)
        toast(f"{there_are} {_news(fetched)}")
    return redirect("/templates", 303)


@views.get("/templates/<uuid:template_id>")
@allowed("templates.view")
def show(template_id: UUID) -> ResponseReturnValue:
    """One template; `value` in the address fills its places, in their order."""
    tenant_id = current_tenant()
    with transaction(tenant_scope(tenant_id)) as session:
        own = (Template.tenant_id == tenant_id, Template.id == template_id)
        template = session.scalar(select(Template).where(*own)) or abort(404)
        account = session.get_one(ChannelAccount, template.account_id)
        changes = _changes(session, template)
    values = request.args.getlist("value") or [str(place.get("sample", "")) for place in template.variables]
    return render(
        "app/message_templates/show.html",
        template=template,
        account=account,
        changes=changes,
        values=values,
        preview=preview(template, values),
        uses=tenant_view().template_uses(tenant_id, template_id),
        words=words,
    )


def _news(fetched: Fetched) -> str:
    if not fetched.news:
        return str(_("Nothing has changed."))
    return str(ngettext("One is new or changed.", "%(num)s are new or changed.", fetched.news))


def _spec(languages: Sequence[str]) -> TableSpec:
    return TableSpec(
        "templates",
        Template.id,
        [
            Column("name", _("Name"), Template.name),
            Column("status", _("Status"), Template.status),
            Column("category", _("Category"), Template.category),
            Column("language", _("Language"), Template.language, extra=True),
            Column("quality", _("Quality"), extra=True),
            Column("synced", _("Fetched"), Template.synced_at, extra=True),
        ],
        filters=[
            _filter("status", _("Status"), Template.status, {name: _(text) for name, text in STATUSES.items()}),
            _filter("category", _("Category"), Template.category, {c: _(text) for c, text in words.CATEGORIES.items()}),
            _filter("language", _("Language"), Template.language, {name: name for name in languages}),
        ],
        search=lambda text: Template.name.icontains(text.replace(" ", "_"), autoescape=True),
        order="name",
        placeholder=_("Name of a template"),
    )


def _filter(name: str, title: str, column: InstrumentedAttribute[str], texts: dict[str, str]) -> Filter:
    return Filter(name, title, lambda value: column == value if value in texts else None, list(texts.items()))


def _distinct(session: Session, tenant_id: UUID) -> Sequence[str]:
    """The languages there are."""
    chosen = select(Template.language).where(Template.tenant_id == tenant_id).distinct().order_by(Template.language)
    return session.scalars(chosen).all()


def _changes(session: Session, template: Template) -> Sequence[TemplateChange]:
    own = (TemplateChange.tenant_id == template.tenant_id, TemplateChange.template_id == template.id)
    newest = (TemplateChange.changed_at.desc(), TemplateChange.id.desc())
    return session.scalars(select(TemplateChange).where(*own).order_by(*newest).limit(MOST_CHANGES)).all()
