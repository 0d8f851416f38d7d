"""Steering a launched campaign: pause, resume, cancel, retry, finish."""

from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from aerostic.sdk import N_, Batch, Charge, Message, batches, hold, new_id, tenant_scope, transaction, utcnow

from .context import get, load
from .events import announce, note
from .failures import RETRYABLE
from .launch import CREDIT, give_back
from .models import Campaign, Recipient
from .preflight import problems
from .verdicts import PROBLEMS, CampaignError

STARTED = ("running", "paused")
REASONS = {
    "person": N_("Paused by hand."),
    "template_status": N_("WhatsApp paused, disabled or withdrew the template."),
    "dearer": N_(
        "It costs more now than when it was scheduled: prices rose, or WhatsApp moved the template to another category."
        " Look at the cost, then schedule or launch it again."
    ),
    CREDIT: N_("The wallet did not hold the cost when it was due. It starts by itself once there is enough credit."),
    "nobody": N_("Nobody of the audience could get a message any more."),
}


def reason_words(reason: str) -> str:
    """Why a campaign is not running, as a sentence to be translated: a code's, or what the lane has said."""
    return REASONS.get(reason) or PROBLEMS.get(reason) or reason


def pause(tenant_id: UUID, campaign_id: UUID, reason: str = "person") -> None:
    """Stop sending what is not on its way yet.

    Raises:
        CampaignError: it is not running.
    """
    with transaction(tenant_scope(tenant_id)) as session:
        campaign = _in_state(session, campaign_id, ("running",), "paused")
        halt(session, campaign, reason)


def halt(session: Session, campaign: Campaign, reason: str) -> None:
    """Pause a running campaign within the caller's transaction, for a reason."""
    batches.pause(session, _batch(campaign), reason)
    campaign.state, campaign.reason = "paused", reason
    announce(session, campaign)
    note(session, campaign, "paused")


def resume(tenant_id: UUID, campaign_id: UUID) -> None:
    """Go on with what is left.

    Raises:
        CampaignError: it is not paused, or what paused it still holds; the message says what to do.
    """
    with transaction(tenant_scope(tenant_id)) as session:
        campaign = _in_state(session, campaign_id, ("paused",), "resumed")
        found = problems(load(session, campaign))
        if "category_changed" in found:
            # Consent and prices were settled for the old category.
            raise CampaignError(
                "category_changed",
                N_(
                    "WhatsApp moved the template to another category, so consent and cost have to be settled anew."
                    " Cancel the rest, then launch a new campaign for those who are left."
                ),
            )
        if found:
            raise CampaignError(found[0], PROBLEMS[found[0]])
        if campaign.reason == CREDIT:
            begin_again(session, campaign)
            note(session, campaign, "resumed")
            return
        batches.resume(session, _batch(campaign))
        campaign.state, campaign.reason = "running", ""
        announce(session, campaign)
        note(session, campaign, "resumed")


def begin_again(session: Session, campaign: Campaign) -> None:
    """Have the sweep launch a campaign that waits for credit, as one that is due: unless it became dearer meanwhile."""
    campaign.state, campaign.reason = "scheduled", ""
    announce(session, campaign)


def cancel(tenant_id: UUID, campaign_id: UUID) -> int:
    """Give up what was not sent, and give its money back. Returns how many messages that were.

    Raises:
        CampaignError: it has ended already.
    """
    with transaction(tenant_scope(tenant_id)) as session:
        campaign = _in_state(session, campaign_id, ("draft", "scheduled", "launching", *STARTED), "cancelled")
        left = 0
        if campaign.batch_id:
            left = batches.cancel(session, campaign.batch_id)
            unplanned = update(Recipient).where(Recipient.campaign_id == campaign.id, Recipient.verdict == "")
            left += session.execute(unplanned.values(verdict="cancelled")).rowcount  # type: ignore[attr-defined]
            give_back(session, session.get_one(Batch, campaign.batch_id))
        campaign.state, campaign.reason, campaign.finished_at = "cancelled", "", utcnow()
        announce(session, campaign)
        note(session, campaign, "cancelled")
        return left


def retry_failed(tenant_id: UUID, campaign_id: UUID, everything: bool = False) -> int:
    """Send failed messages again, against a new hold. Returns how many.

    Args:
        everything: also those that failed for a reason which a retry does not mend.

    Raises:
        CampaignError: the campaign does not allow it now, or nothing is to be retried.
        InsufficientFundsError: the wallet does not cover it; nothing was changed.
    """
    with transaction(tenant_scope(tenant_id)) as session:
        campaign = _in_state(session, campaign_id, (*STARTED, "finished"), "retried")
        if found := problems(load(session, campaign)):
            raise CampaignError(found[0], PROBLEMS[found[0]])
        codes = None if everything else list(RETRYABLE)
        amount, currency = _price_of_failed(session, campaign, codes)
        hold_id = hold(session, tenant_id, f"campaign:{campaign.id}:retry:{new_id()}", amount, currency)
        count = batches.retry_failed(session, _batch(campaign), hold_id, codes)
        campaign.holds = [*campaign.holds, str(hold_id)]
        campaign.state, campaign.reason, campaign.finished_at = "running", "", None
        announce(session, campaign)
        note(session, campaign, "retried")
        return count


def finish(session: Session, campaign: Campaign) -> None:
    """Note that every message has an outcome; nothing where that is known."""
    if campaign.state in STARTED:
        campaign.state, campaign.reason, campaign.finished_at = "finished", "", utcnow()
        announce(session, campaign)


def _price_of_failed(session: Session, campaign: Campaign, codes: list[int] | None) -> tuple[int, str]:
    failed = (
        select(func.sum(Charge.amount), func.max(Charge.currency))
        .join(Message, Message.id == Charge.id)
        .where(Message.batch_id == campaign.batch_id, (Message.state == "failed") | (Message.status == "failed"))
    )
    if codes is not None:
        failed = failed.where(Message.error_code.in_(codes))
    amount, currency = session.execute(failed).one()
    if not amount:
        raise CampaignError("nothing", N_("No message failed for a reason that a retry could mend."))
    return int(amount), currency


def _batch(campaign: Campaign) -> UUID:
    """The batch of a launched campaign: the states that get here have one."""
    if campaign.batch_id is None:
        raise CampaignError("state", N_("The campaign has no messages yet."))
    return campaign.batch_id


def _in_state(session: Session, campaign_id: UUID, allowed: tuple[str, ...], verb: str) -> Campaign:
    campaign = get(session, campaign_id, lock=True)
    if campaign.state not in allowed:
        raise CampaignError("state", f"The campaign is {campaign.state}, so it cannot be {verb}.")
    return campaign
