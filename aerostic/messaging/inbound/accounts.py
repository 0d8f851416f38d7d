"""What the provider tells about an account and its numbers: standing, pace and limits.

Channels put it in these words, in an event's `data`: `account` (the provider's id of the account), `blocked` and `reason`,
`pace`, `limit_tier`, `quality`, `status`. What says none of them is noted, so that people can look it up.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from aerostic.db import Event, emit, emit_rows
from aerostic.messaging.contract import AccountEvent
from aerostic.messaging.inbound.numbers import digits, numbers_of
from aerostic.messaging.inbound.rejections import NOTED, Rejected, keep
from aerostic.messaging.models import ChannelAccount, ChannelNumber

OF_NUMBER = ("pace", "limit_tier", "quality", "status")
OF_ACCOUNT = ("blocked",)


def apply_account_events(session: Session, tenant_id: UUID, account_id: UUID, events: Sequence[AccountEvent]) -> None:
    """Change the account and its numbers as told. What is about another account is noted only."""
    if not events:
        return
    account = session.get(ChannelAccount, account_id, with_for_update=True)
    if account is None:
        return
    noted = []
    for event in events:
        ours = event.data.get("account") in (None, "", account.external_id)
        if ours and event.data.keys() & {*OF_ACCOUNT, *OF_NUMBER}:
            _apply(session, account, event)
        else:
            noted.append(event)
    _note(session, account, noted)


def _apply(session: Session, account: ChannelAccount, event: AccountEvent) -> None:
    if "blocked" in event.data:
        _set_standing(session, account, event)
    for number in _numbers(session, account, event.display):
        for name in OF_NUMBER:
            if name in event.data:
                _set(session, number, name, event.data[name])


def _set_standing(session: Session, account: ChannelAccount, event: AccountEvent) -> None:
    status = "blocked" if event.data["blocked"] else "active"
    if account.status == status:
        return
    account.status = status
    account.status_reason = str(event.data.get("reason", "")) if status == "blocked" else ""
    data = {"account_id": str(account.id), "kind": event.kind, "status": status}
    emit(session, Event("account.changed", account.tenant_id, str(account.id), data))


def _numbers(session: Session, account: ChannelAccount, display: str) -> list[ChannelNumber]:
    """The number shown so; all of the account's when none is named."""
    numbers = numbers_of(session, account.tenant_id, account.id).values()
    return [number for number in numbers if not display or digits(number.display) == digits(display)]


def _set(session: Session, number: ChannelNumber, name: str, value: Any) -> None:
    before = getattr(number, name)
    if value == before:
        return
    setattr(number, name, value)
    data = {"number_id": str(number.id), "field": name, "value": value, "previous": before}
    emit(session, Event("number.changed", number.tenant_id, str(number.id), data))


def _note(session: Session, account: ChannelAccount, events: list[AccountEvent]) -> None:
    """Keep news that changes nothing here, and announce each once."""
    parts = [Rejected(NOTED, event.kind, {"display": event.display, **event.data}) for event in events]
    new = keep(session, account.tenant_id, account.channel, parts)
    emit_rows(session, [_told(account, events[position]) for position in sorted(new)])


def _told(account: ChannelAccount, event: AccountEvent) -> Event:
    data = {"account_id": str(account.id), "kind": event.kind, "code": event.data.get("code", 0)}
    return Event("account.changed", account.tenant_id, str(account.id), data)
