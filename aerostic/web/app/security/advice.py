"""What would make a workspace safer, each with the way to do it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from aerostic.identity.key_models import ApiKey
from aerostic.tenancy.models import Tenant
from aerostic.words import N_

UNUSED = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Advice:
    """One point. `count` is how many keys it is about; 0 with `done`, and where it is about no keys."""

    title: str
    text: str
    path: str
    done: bool
    count: int = 0


def advice(session: Session, tenant: Tenant, now: datetime) -> Sequence[Advice]:
    """All points, those that are done, too."""
    good = and_(ApiKey.revoked_at.is_(None), or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > now))
    used = func.coalesce(ApiKey.last_used_at, ApiKey.created_at)

    def keys(which: ColumnElement[bool]) -> int:
        return session.scalar(select(func.count()).where(ApiKey.tenant_id == tenant.id, good, which)) or 0

    open_keys, lasting = keys(func.jsonb_array_length(ApiKey.allowed) == 0), keys(ApiKey.expires_at.is_(None))
    unused = keys(used < now - UNUSED)
    return (
        Advice(
            N_("Everybody signs in with a second step"),
            N_("A password that was guessed or stolen opens nothing then."),
            "/settings",
            tenant.second_step,
        ),
        Advice(
            N_("Keys are good from your own addresses only"),
            N_("A key that got lost is worth nothing elsewhere."),
            "/settings/keys",
            not open_keys,
            open_keys,
        ),
        Advice(
            N_("Keys expire"),
            N_("What nobody renews ends by itself."),
            "/settings/keys",
            not lasting,
            lasting,
        ),
        Advice(
            N_("No key lies about unused"),
            N_("Revoke what no program has used for 90 days."),
            "/security/keys",
            not unused,
            unused,
        ),
        Advice(
            N_("You are told when the wallet is low"),
            N_("A wallet that is drained shows early."),
            "/settings",
            tenant.low_balance is not None,
        ),
    )
