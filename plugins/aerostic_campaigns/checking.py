"""The pre-flight of a campaign as something a page can wait for: asked for once, run in the background, kept for a while."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from aerostic.sdk import Event, audience, emit, enqueue, tenant_scope, transaction, utcnow

from .context import Context, get, load
from .events import CHECKED
from .models import Check
from .preflight import Report, preflight
from .verdicts import CampaignError

RUN = "aerostic_campaigns.checking.run"
AT_ONCE = 1_000  # people who are checked while the page is loading
KEPT = timedelta(minutes=10)
KEPT_IN_TROUBLE = timedelta(seconds=10)
PATIENCE = timedelta(minutes=2)
REPORT = TypeAdapter(Report)


@dataclass(frozen=True, slots=True)
class Checked:
    """A pre-flight: its report, or how far it is. `error` says why there is none."""

    done: int
    total: int
    report: Report | None = None
    error: str = ""


def checked(tenant_id: UUID, campaign_id: UUID, anew: bool = False) -> Checked:
    """The pre-flight of a campaign as it is now; asked for where there is none yet.

    Args:
        anew: whether to leave aside a report that is there already.

    Raises:
        CampaignError: there is no such campaign, it is not complete, or its channel is off.
    """
    with transaction(tenant_scope(tenant_id)) as session:
        context = load(session, get(session, campaign_id))
        subject = _subject(context)
        known = None if anew else _known(session, campaign_id, subject)
        if known:
            return known
        total = audience.count(session, tenant_id, context.audience)
        _ask(session, context, subject, total)
    if total > AT_ONCE:
        enqueue(RUN, str(tenant_id), str(campaign_id))
    else:
        run(str(tenant_id), str(campaign_id))
    with transaction(tenant_scope(tenant_id)) as session:
        return _known(session, campaign_id, subject) or Checked(0, total)


def run(tenant_id: str, campaign_id: str) -> None:
    """Do the pre-flight that was asked for, and tell when it is done."""
    tenant, campaign = UUID(tenant_id), UUID(campaign_id)
    with transaction(tenant_scope(tenant)) as session:
        subject = session.get_one(Check, campaign).subject
    try:
        report = preflight(tenant, campaign, _teller(tenant, campaign))
    except CampaignError as error:
        values: dict[str, Any] = {"error": str(error)}
    else:
        values = {"report": REPORT.dump_python(report, mode="json"), "done": report.total, "total": report.total}
    with transaction(tenant_scope(tenant)) as session:
        mine = update(Check).where(Check.campaign_id == campaign, Check.subject == subject)
        session.execute(mine.values(**values, finished_at=utcnow()))
        emit(session, Event(CHECKED.name, tenant, campaign_id, {"campaign_id": campaign_id}))


def _teller(tenant_id: UUID, campaign_id: UUID) -> Callable[[int], None]:
    def tell(done: int) -> None:
        with transaction(tenant_scope(tenant_id)) as session:
            session.execute(update(Check).where(Check.campaign_id == campaign_id).values(done=done, heard_at=utcnow()))

    return tell


def _known(session: Session, campaign_id: UUID, subject: str) -> Checked | None:
    """What is there and still worth something: a report that is not old, or one that is being made."""
    row = session.get(Check, campaign_id, populate_existing=True)
    if row is None or row.subject != subject:
        return None
    if row.finished_at is None:
        return Checked(row.done, row.total) if row.heard_at > utcnow() - PATIENCE else None
    report = REPORT.validate_python(row.report) if row.report else None
    # Whoever has seen a problem goes and mends it, and wants to see that it is gone.
    kept = KEPT if report and not report.problems else KEPT_IN_TROUBLE
    return Checked(row.done, row.total, report, row.error) if row.finished_at > utcnow() - kept else None


def _ask(session: Session, context: Context, subject: str, total: int) -> None:
    campaign = context.campaign
    values = {"subject": subject, "total": total, "done": 0, "error": "", "report": None, "finished_at": None}
    values["heard_at"] = utcnow()
    row = insert(Check).values(campaign_id=campaign.id, tenant_id=campaign.tenant_id, **values)
    session.execute(row.on_conflict_do_update(index_elements=["campaign_id"], set_=values))


def _subject(context: Context) -> str:
    """A fingerprint of all that the report depends on, but for contacts and wallet."""
    campaign, template, number = context.campaign, context.template, context.number
    parts: list[Any] = [campaign.audience, campaign.variables, campaign.category, campaign.scheduled_at]
    parts += [template.id, template.status, template.category, template.components]
    parts += [number.id, number.status, number.pace, number.limit_tier, context.account.status]
    return hashlib.sha256(json.dumps(parts, default=str, sort_keys=True).encode()).hexdigest()
