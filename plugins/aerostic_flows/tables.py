"""The tables of flows and of runs: what they offer."""

from datetime import timedelta
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from aerostic.sdk import Column, Contact, Filter, TableSpec, contact_search, first_id, period_filters, utcnow
from aerostic.sdk.automation import DEAD, OPEN, Flow, FlowRun

from . import flows, words

MOST_OFFERED = 200
# Among so many of the newest that failed, their reasons are looked for.
MOST_LOOKED_AT = 1_000


def flows_table() -> TableSpec:
    """Flows, those that were changed last first."""
    columns = [
        Column("name", _("Flow"), Flow.name),
        Column("state", _("State")),
        Column("version", _("Version"), numeric=True, extra=True),
        Column("runs", _("Runs in 7 days")),
        Column("last", _("Last run"), extra=True),
        Column("changed", _("Changed"), Flow.updated_at, extra=True),
    ]
    options = [(name, _(words.FLOWS[name].text)) for name in flows.STATES]
    return TableSpec(
        "flows",
        Flow.id,
        columns,
        [Filter("state", _("State"), flows.STATES.get, options)],
        search=lambda text: Flow.name.icontains(text, autoescape=True),
        order="-changed",
        placeholder=_("Name of a flow"),
    )


def runs_table(session: Session, tenant_id: UUID, contact: Contact | None) -> TableSpec:
    """Runs, the newest first.

    Args:
        contact: the one that an address narrows them to.
    """
    columns = [
        Column("run", _("Run"), FlowRun.id),
        Column("state", _("State")),
        Column("flow", _("Flow")),
        Column("contact", _("Contact"), extra=True),
        Column("steps", _("Steps"), numeric=True, extra=True),
        Column("took", _("Took"), numeric=True, extra=True),
    ]
    states = [("dead", _("To be decided")), ("going", _("Going on")), *((k, _(v.text)) for k, v in words.RUNS.items())]
    own = []
    if contact:
        own = [Filter("contact", _("Contact"), _contact, [(str(contact.id), contact.name or _("No name"))], more=True)]
    return TableSpec(
        "runs",
        FlowRun.id,
        columns,
        [
            Filter("state", _("State"), _state, states),
            Filter("flow", _("Flow"), _flow, _flows(session, tenant_id)),
            Filter("reason", _("Reason"), _reason, _reasons(session, tenant_id), more=True),
            *own,
            *period_filters(FlowRun.id, first_id),
        ],
        search=lambda text: FlowRun.contact_id.in_(
            select(Contact.id).where(Contact.tenant_id == tenant_id, contact_search(session, tenant_id, text))
        ),
        order="-run",
        placeholder=_("Name or phone of a contact"),
    )


def _state(value: str) -> ColumnElement[bool] | None:
    if value == "dead":
        left = or_(FlowRun.state != "unknown", FlowRun.wake_at.is_(None), FlowRun.wake_at <= utcnow())
        return and_(FlowRun.state.in_(DEAD), left)
    if value == "going":
        return FlowRun.state.in_(OPEN)
    return FlowRun.state == value if value in words.RUNS else None


def _flow(value: str) -> ColumnElement[bool] | None:
    try:
        return FlowRun.flow_id == UUID(value)
    except ValueError:
        return None


def _contact(value: str) -> ColumnElement[bool] | None:
    try:
        return FlowRun.contact_id == UUID(value)
    except ValueError:
        return None


def _reason(value: str) -> ColumnElement[bool]:
    return FlowRun.reason == value


def _flows(session: Session, tenant_id: UUID) -> list[tuple[str, str]]:
    own = select(Flow.id, Flow.name).where(Flow.tenant_id == tenant_id)
    return [(str(id_), name) for id_, name in session.execute(own.order_by(Flow.name, Flow.id).limit(MOST_OFFERED))]


def _reasons(session: Session, tenant_id: UUID) -> list[tuple[str, str]]:
    """The reasons of runs that failed lately."""
    since = first_id(utcnow() - timedelta(days=90))
    failed = (FlowRun.tenant_id == tenant_id, FlowRun.id >= since, FlowRun.reason != "")
    newest = select(FlowRun.reason).where(*failed).order_by(FlowRun.id.desc()).limit(MOST_LOOKED_AT).subquery()
    codes = session.scalars(select(newest.c.reason).distinct().order_by(newest.c.reason))
    return [(code, str(_(words.reason(code)))) for code in codes]
