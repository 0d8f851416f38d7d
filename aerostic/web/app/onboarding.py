"""What a new workspace still has to do, of the core's parts."""

from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from aerostic.ledger import wallet_balance
from aerostic.messaging.models import ChannelNumber, Contact, Template
from aerostic.registry import OnboardingStep
from aerostic.tenancy.models import Member, Tenant
from aerostic.words import N_


def onboarding_steps(session: Session, tenant: Tenant) -> list[OnboardingStep]:
    """The steps, done or not."""

    def any_of(query: Select[Any]) -> bool:
        return session.execute(query.limit(1)).first() is not None

    number = any_of(select(ChannelNumber.id).where(ChannelNumber.tenant_id == tenant.id))
    approved = any_of(select(Template.id).where(Template.tenant_id == tenant.id, Template.status == "APPROVED"))
    contact = any_of(select(Contact.id).where(Contact.tenant_id == tenant.id))
    credit = wallet_balance(session, tenant.id, tenant.currency) > 0
    team = session.scalar(select(func.count()).select_from(Member).where(Member.tenant_id == tenant.id)) or 0
    return [
        OnboardingStep(
            N_("Connect a number"),
            N_("Messages leave from it, and answers come to it."),
            "/numbers/connect",
            number,
            10,
        ),
        OnboardingStep(
            N_("Have a template approved"),
            N_("WhatsApp reviews what starts a conversation."),
            "/templates",
            approved,
            20,
        ),
        OnboardingStep(
            N_("Import your contacts"),
            N_("A CSV file is enough; we tell what is wrong with each row."),
            "/contacts/imports/new",
            contact,
            30,
        ),
        OnboardingStep(N_("Add credit"), N_("Messages are paid from the wallet."), "/wallet", credit, 40),
        OnboardingStep(N_("Invite your team"), N_("Each person has an own sign-in."), "/team", team > 1, 90),
    ]
