"""Wrong tries to sign in, noted in the audit chain of each workspace that the account's person works in.

It is done behind the answer, by a consumer: the time an answer takes must not say whether there is such an account.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.audit import Act, Actor, record
from aerostic.db import Event, transaction
from aerostic.identity.models import User
from aerostic.identity.scope import SIGN_IN
from aerostic.registry import EventHandler
from aerostic.tenancy.models import Member


class Tried(NamedTuple):
    """What makes several tries one entry: whose account, by what, and the network they came from."""

    account: str
    factor: str
    network: str


def _on_failed(_tenant_id: Any, events: list[Event]) -> None:
    tries = Counter(_tried(event.data) for event in events if event.data["account"])
    with transaction(SIGN_IN) as session:
        members = _members(session, {tried.account for tried in tries})
        for tried, times in tries.items():
            for tenant_id, user_id in members.get(tried.account, ()):
                after = {"factor": tried.factor, "times": times}
                act = Act(tenant_id, "session.refused", f"user:{user_id}", after=after)
                record(session, act, Actor("visitor", address=tried.network))


def _tried(data: Mapping[str, str]) -> Tried:
    return Tried(data["account"], data["factor"], data.get("network", ""))


def _members(session: Session, accounts: Iterable[str]) -> Mapping[str, list[tuple[UUID, UUID]]]:
    """Workspace and person, by account; nothing for an account that nobody has, or whose person works in no workspace."""
    digests = [bytes.fromhex(account) for account in accounts]
    own = select(User.email_index, Member.tenant_id, User.id).join(Member, Member.user_id == User.id)
    found = defaultdict(list)
    for digest, tenant_id, user_id in session.execute(own.where(User.email_index.in_(digests))):
        found[digest.hex()].append((tenant_id, user_id))
    return found


HANDLER = EventHandler("core.refusals", frozenset({"signin.failed"}), _on_failed)
