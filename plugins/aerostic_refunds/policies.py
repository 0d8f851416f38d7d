"""Keeping policies, and finding the one that a charge was opened under."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from aerostic.sdk import (
    N_,
    Act,
    ActArea,
    Tenant,
    record_act,
    register_acts,
    service_scope,
    tenant_scope,
    transaction,
    utcnow,
)

from .models import SETTLING, RefundPolicy

register_acts(ActArea("refund", N_("Refunds"), {"decided": N_("Decided which failures are refunded")}))

CODES = range(1, 10_000_000)


class PolicyError(ValueError):
    """A policy that cannot be taken; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose failures a policy is about: one tenant's, those of a reseller's tenants, or everybody's."""

    reseller_id: UUID | None = None
    tenant_id: UUID | None = None

    def condition(self) -> ColumnElement[bool]:
        """Which policies are the owner's."""
        return RefundPolicy.for_reseller_id.is_not_distinct_from(
            self.reseller_id
        ) & RefundPolicy.for_tenant_id.is_not_distinct_from(self.tenant_id)


def check(codes: Collection[int]) -> None:
    """Whether these can be codes of errors.

    Raises:
        PolicyError: something is none.
    """
    if any(code not in CODES for code in codes):
        raise PolicyError("An error code is a whole number, such as 131026. Leave it out to refund every failure.")


def keep(session: Session, owner: Owner, codes: Collection[int], note: str = "") -> RefundPolicy:
    """From now on, failures with these codes keep their price; every other one is refunded. What is charged already keeps
    the policy of then.

    Raises:
        PolicyError: something is no error code.
    """
    check(codes)
    policy = RefundPolicy(
        for_reseller_id=owner.reseller_id,
        for_tenant_id=owner.tenant_id,
        effective_at=utcnow(),
        kept=sorted(set(codes)),
        note=note,
    )
    session.add(policy)
    session.flush()
    _note(session, policy)
    return policy


def _note(session: Session, policy: RefundPolicy) -> None:
    """In the platform's chain, as prices are."""
    parties = {"tenant": policy.for_tenant_id, "reseller": policy.for_reseller_id}
    whom = next((f"{kind}:{party}" for kind, party in parties.items() if party), "")
    record_act(session, Act(None, "refund.decided", whom, after={"kept": policy.kept}, reason=policy.note))


def versions(session: Session, owner: Owner) -> list[RefundPolicy]:
    """The policies of an owner, the newest first."""
    own = select(RefundPolicy).where(owner.condition())
    return list(session.scalars(own.order_by(RefundPolicy.effective_at.desc())))


def in_force(session: Session, owners: Collection[Owner]) -> dict[Owner, RefundPolicy]:
    """The newest policy of each of these owners who has one."""
    tenant, reseller = RefundPolicy.for_tenant_id, RefundPolicy.for_reseller_id
    theirs = tenant.in_([owner.tenant_id for owner in owners if owner.tenant_id]) | tenant.is_(None)
    newest = select(RefundPolicy).where(theirs).ext(distinct_on(reseller, tenant))
    rows = session.scalars(newest.order_by(reseller, tenant, RefundPolicy.effective_at.desc()))
    found = {Owner(policy.for_reseller_id, policy.for_tenant_id): policy for policy in rows}
    return {owner: found[owner] for owner in owners if owner in found}


def kept(tenant_id: UUID, moment: datetime) -> frozenset[int]:
    """The codes whose failures a tenant paid for at a moment: its own policy's, else its reseller's, else everybody's."""
    with transaction(tenant_scope(tenant_id)) as session:
        reseller_id = session.scalar(select(Tenant.reseller_id).where(Tenant.id == tenant_id))
    owners = [Owner(tenant_id=tenant_id), *([Owner(reseller_id=reseller_id)] if reseller_id else []), Owner()]
    with transaction(service_scope(SETTLING)) as session:
        for owner in owners:
            in_force = select(RefundPolicy.kept).where(owner.condition(), RefundPolicy.effective_at <= moment)
            codes = session.scalar(in_force.order_by(RefundPolicy.effective_at.desc()).limit(1))
            if codes is not None:
                return frozenset(codes)
    return frozenset()
