"""Launching: claim the campaign, freeze its audience and hold its cost, plan the messages, let the lane have them.

Each step commits on its own and can be repeated: a launch that was killed goes on where it stopped (`advance`), never twice.
Freezing and the hold are one transaction; planning turns frozen recipients into messages chunk by chunk; only then the batch
starts, so no message can leave before its money is held.
"""

from collections.abc import Sequence
from dataclasses import astuple
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from aerostic.sdk import (
    Batch,
    Draft,
    InsufficientFundsError,
    Quote,
    audience,
    batches,
    close_hold,
    hold,
    open_batch,
    plan,
    tenant_scope,
    transaction,
    utcnow,
)

from .context import Context, get, load
from .editing import OPEN
from .events import announce, note
from .judging import Judge, Judged, Screen, survey
from .limits import room
from .models import Campaign, Recipient
from .preflight import CHUNK, Report, Tally, problems, report
from .verdicts import INCOMPLETE, PROBLEMS, CampaignError

SOURCE = "campaigns"
CREDIT = "credit"  # why a campaign is paused that was due when the wallet had too little
PLAN_CHUNK = 2_000
CLAIM = (
    update(Campaign)
    .where(
        Campaign.state.in_(("draft", "scheduled")), Campaign.number_id.is_not(None), Campaign.template_id.is_not(None)
    )
    .values(state="launching", reason="")
)
ALONE = text("SELECT pg_try_advisory_xact_lock(hashtextextended(:name, 0))")
FREEZE = text(
    "INSERT INTO campaigns__recipient (campaign_id, contact_id, tenant_id, market, verdict, detail)"
    " SELECT :campaign, u.contact, :tenant, u.market, u.verdict, u.detail FROM unnest(CAST(:contacts AS uuid[]),"
    " CAST(:markets AS text[]), CAST(:verdicts AS text[]), CAST(:details AS text[])) AS u(contact, market, verdict, detail)"
)
PLANNED = text("DELETE FROM campaigns__recipient WHERE campaign_id = :campaign AND contact_id = ANY(:contacts)")


class LaunchRefusedError(CampaignError):
    """The campaign cannot start; it is as it was before. `report` is its pre-flight."""

    def __init__(self, code: str, report: Report) -> None:
        super().__init__(code, PROBLEMS[code])
        self.report = report


def launch(tenant_id: UUID, campaign_id: UUID) -> None:
    """Launch a campaign, and wait until it is with the lane; of two who try at once, one does.

    Raises:
        CampaignError: it was launched before, or there is none.
        LaunchRefusedError: something keeps it from starting; nothing was held or sent.
    """
    claim(tenant_id, campaign_id)
    advance(tenant_id, campaign_id)


def claim(tenant_id: UUID, campaign_id: UUID) -> None:
    """Say that a campaign is being launched: whatever happens to this process, it will be (see `advance`).

    Raises:
        CampaignError: it was launched before, is not complete, or there is none.
    """
    with transaction(tenant_scope(tenant_id)) as session:
        claimed = session.execute(CLAIM.where(Campaign.id == campaign_id).returning(Campaign.id)).all()
        campaign = get(session, campaign_id)
        if not claimed and campaign.state in OPEN:
            raise CampaignError("incomplete", INCOMPLETE)
        if not claimed:
            raise CampaignError(
                "state", f"The campaign is {campaign.state}: only a draft or a scheduled one can be launched."
            )
        announce(session, campaign)
        note(session, campaign, "launched")


def advance(tenant_id: UUID, campaign_id: UUID) -> None:
    """Do what is left of a launch; may be called at any time, by anybody, any number of times.

    Nothing is done where somebody else is at it.

    Raises:
        LaunchRefusedError: something keeps the campaign from starting; it is a draft again, or waits for credit.
    """
    with transaction(tenant_scope(tenant_id)) as keeper:
        if not keeper.scalar(ALONE, {"name": f"campaigns.advance:{campaign_id}"}):
            return
        try:
            freeze(tenant_id, campaign_id)
        except LaunchRefusedError as refusal:
            _give_up(tenant_id, campaign_id, refusal.code)
            raise
        while plan_some(tenant_id, campaign_id):
            pass


def freeze(tenant_id: UUID, campaign_id: UUID) -> None:
    """Write down who gets the message and who does not, and hold the exact sum; once."""
    with transaction(tenant_scope(tenant_id)) as session:
        campaign = get(session, campaign_id, lock=True)
        if campaign.state != "launching" or campaign.frozen_at:
            return
        context = load(session, campaign)
        judge, tally = Judge(context), Tally()
        chunks = audience.select(session, tenant_id, context.audience, chunk=CHUNK)
        for chunk in survey(judge, Screen(room(session, context)), chunks):
            tally.add(chunk)
            session.execute(FREEZE, _rows(campaign, chunk))
        found = report(session, context, judge, tally)
        if found.problems:
            raise LaunchRefusedError(found.problems[0], found)
        _hold(session, context, judge, found)


def plan_some(tenant_id: UUID, campaign_id: UUID) -> bool:
    """Turn some frozen recipients into messages, or start the batch when none is left. Whether to call again."""
    with transaction(tenant_scope(tenant_id)) as session:
        campaign = get(session, campaign_id, lock=True)
        if campaign.state != "launching" or campaign.batch_id is None:
            return False
        frozen = session.execute(
            select(Recipient.contact_id, Recipient.market)
            .where(Recipient.campaign_id == campaign_id, Recipient.verdict == "")
            .order_by(Recipient.contact_id)
            .limit(PLAN_CHUNK)
        ).all()
        context = load(session, campaign)
        if not frozen:
            _begin(session, context)
            return False
        _plan(session, context, {row.contact_id: row.market for row in frozen})
        return True


def _hold(session: Session, context: Context, judge: Judge, found: Report) -> None:
    campaign = context.campaign
    batch = open_batch(
        session,
        tenant_id=campaign.tenant_id,
        number_id=context.number.id,
        source=SOURCE,
        source_id=campaign.id,
        unknown_policy=campaign.unknown_policy,
    )
    try:
        batch.hold_id = (
            hold(session, campaign.tenant_id, f"campaign:{campaign.id}", found.cost, found.currency)
            if found.cost
            else None
        )
    except InsufficientFundsError:
        raise LaunchRefusedError("balance", found) from None
    campaign.batch_id = batch.id
    campaign.holds = [str(batch.hold_id)] if batch.hold_id else []
    campaign.prices = {market: list(astuple(price)) for market, price in judge.prices.items()}
    campaign.recipients, campaign.cost, campaign.frozen_at = found.sendable, found.cost, utcnow()


def _plan(session: Session, context: Context, markets: dict[UUID, str]) -> None:
    campaign = context.campaign
    prices = {market: Quote(*price) for market, price in campaign.prices.items()}
    # What changed since the freeze counts: who opted out meanwhile gets nothing, and the money goes back.
    judge = Judge(context, agreed=prices)
    rows = audience.load(session, campaign.tenant_id, list(markets))
    judged = [_unmoved(judge(row), markets[row.contact_id]) for row in rows]
    drafts = [_draft(context, one) for one in judged if not one.verdict]
    batch = session.get_one(Batch, campaign.batch_id)
    plan(session, batch, drafts, lambda draft: prices[draft.market])
    verdicts = {one.contact_id: one for one in judged}
    for contact_id in markets:
        one = verdicts.get(contact_id)
        if one is None or one.verdict:
            _skip(session, campaign, contact_id, one.verdict if one else "changed", one.detail if one else "")
    session.execute(PLANNED, {"campaign": campaign.id, "contacts": [draft.contact_id for draft in drafts]})


def _begin(session: Session, context: Context) -> None:
    """Let the lane have the batch, unless something has changed meanwhile.

    What the plan did not need of the hold goes back when the hold is closed.
    """
    campaign = context.campaign
    batch = session.get_one(Batch, campaign.batch_id)
    campaign.started_at = utcnow()
    if not batch.total:
        batches.cancel(session, batch.id)
        give_back(session, batch)
        campaign.state, campaign.reason, campaign.finished_at = "finished", "nobody", utcnow()
    elif changed := problems(context):
        batches.pause(session, batch.id, changed[0])
        campaign.state, campaign.reason = "paused", changed[0]
    else:
        batches.start(session, batch.id)
        campaign.state = "running"
    announce(session, campaign)


def give_back(session: Session, batch: Batch) -> None:
    """Release what no message of the batch needs, where every charge is settled already."""
    if batch.hold_id:
        close_hold(session, batch.tenant_id, batch.hold_id)


def _give_up(tenant_id: UUID, campaign_id: UUID, code: str) -> None:
    with transaction(tenant_scope(tenant_id)) as session:
        campaign = get(session, campaign_id, lock=True)
        if campaign.state == "launching" and not campaign.frozen_at:
            # Nobody is there when a scheduled one is due, so it waits for the credit instead of for a person.
            waits = code == "balance" and campaign.scheduled_at
            campaign.state, campaign.reason = ("paused", CREDIT) if waits else ("draft", code)
            announce(session, campaign)


def _rows(campaign: Campaign, chunk: Sequence[Judged]) -> dict[str, object]:
    return {
        "campaign": campaign.id,
        "tenant": campaign.tenant_id,
        "contacts": [one.contact_id for one in chunk],
        "markets": [one.row.country for one in chunk],
        "verdicts": [one.verdict for one in chunk],
        "details": [one.detail for one in chunk],
    }


def _unmoved(judged: Judged, market: str) -> Judged:
    """The price was agreed for the market of the freeze."""
    return judged if judged.verdict or judged.row.country == market else Judged(judged.row, "changed")


def _draft(context: Context, judged: Judged) -> Draft:
    row, campaign = judged.row, context.campaign
    return Draft(
        contact_id=row.contact_id,
        to=row.phone,
        user_id=row.user_id,
        content=judged.content,
        category=campaign.category,
        market=row.country,
        key=f"campaign:{campaign.id}:{row.contact_id}",
        template=context.template,
    )


def _skip(session: Session, campaign: Campaign, contact_id: UUID, verdict: str, detail: str) -> None:
    one = update(Recipient).where(Recipient.campaign_id == campaign.id, Recipient.contact_id == contact_id)
    session.execute(one.values(verdict=verdict, detail=detail))
