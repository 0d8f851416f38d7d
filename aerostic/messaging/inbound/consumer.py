"""The webhook consumer: a batch of the intake stream, sorted by account, read and applied.

Each kind of news has a transaction of its own, so that none locks what another needs: statuses lock messages, inbound
messages lock contacts. Every step can be repeated without effect, so a batch that was applied in part is simply run again.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from time import monotonic
from typing import NamedTuple, TypeVar
from uuid import UUID

import structlog
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from aerostic.db import service_scope, transaction
from aerostic.messaging.contacts.consent import OptOut
from aerostic.messaging.contacts.hooks import tell_plugins
from aerostic.messaging.contract import StatusUpdate
from aerostic.messaging.inbound.accounts import apply_account_events
from aerostic.messaging.inbound.later import Later, Waiting
from aerostic.messaging.inbound.messages import Arrival, apply_messages
from aerostic.messaging.inbound.numbers import numbers_of
from aerostic.messaging.inbound.parts import Parts, raw, read, rejected
from aerostic.messaging.inbound.preferences import apply_preferences
from aerostic.messaging.inbound.received import BrokenEntryError, Received
from aerostic.messaging.inbound.rejections import Rejected, keep
from aerostic.messaging.inbound.statuses import apply_statuses
from aerostic.messaging.templates.events import apply_events
from aerostic.registry.runtime import KEY
from aerostic.security.errors import KeyDestroyedError, SealError, UnknownKeyError
from aerostic.streams.intake import Entry
from aerostic.streams.outage import CONFLICTS, is_passing
from aerostic.tenancy.plugins import view_for

log = structlog.get_logger(__name__)
STATUSES = service_scope("statuses")
TRIES = 5
GONE = "23503"  # a contact was erased between the look at it and the reference to it: it is looked for again
WRONG_SCHEMA = "42"
HEARD_SECONDS = 60.0
HEARD = text("UPDATE channel_account SET webhook_at = now() WHERE tenant_id = :tenant AND id = :account")
T = TypeVar("T")


class Origin(NamedTuple):
    """Whose webhooks they are."""

    tenant_id: UUID
    account_id: UUID
    channel: str


class WebhookConsumer:
    """Applies what the intake stream holds. One a thread; any number side by side.

    Args:
        app: the application, its runtime in `app.extensions["aerostic"]`; its context is pushed by the caller.
    """

    def __init__(self, app: Flask) -> None:
        runtime = app.extensions[KEY]
        self.later = Later(runtime.redis, runtime.settings.redis_prefix)
        self._heard: dict[UUID, float] = {}

    def process(self, entries: Sequence[Entry]) -> None:
        """Apply entries. When this returns, all their effects are committed, or recorded as rejected.

        Raises:
            DBAPIError, RedisError: a server is away; acknowledge nothing and come again.
            KeyMissingError: what wraps the tenant's key is not here; neither.
        """
        batches: dict[Origin, list[Received]] = defaultdict(list)
        for _, fields in entries:
            try:
                webhook = Received.from_fields(fields)
            except (BrokenEntryError, SealError, UnknownKeyError, KeyDestroyedError) as error:
                log.error("webhook entry cannot be opened", reason=str(error))
                _keep(None, "", [Rejected("broken_entry", type(error).__name__, _sizes(fields))])
                continue
            batches[Origin(webhook.tenant_id, webhook.account_id, webhook.channel)].append(webhook)
        for origin in sorted(batches):
            self._take(origin, batches[origin])

    def retry_waiting(self, count: int = 500) -> int:
        """Try statuses again whose message was not known; those that have waited for a day are recorded as rejected.

        Returns:
            How many were due.
        """
        due = self.later.due(count)
        groups: dict[tuple[UUID, str], list[Waiting]] = defaultdict(list)
        for waiting in due:
            groups[waiting.tenant_id, waiting.channel].append(waiting)
        for (tenant_id, channel), group in groups.items():
            lost = set(map(id, self._statuses(tenant_id, [waiting.update for waiting in group])))
            known = [waiting for waiting in group if id(waiting.update) not in lost]
            over = [waiting for waiting in group if id(waiting.update) in lost and self.later.is_over(waiting)]
            _keep(tenant_id, channel, [rejected("unknown_message", waiting.update) for waiting in over])
            self.later.drop([waiting.digest for waiting in (*known, *over)])
            self.later.again([w for w in group if id(w.update) in lost and not self.later.is_over(w)])
        return len(due)

    def _take(self, origin: Origin, webhooks: list[Received]) -> None:
        """Apply one account's webhooks; when that fails, one by one, so that one bad webhook holds up no other."""
        try:
            self._apply(origin, webhooks)
        except Exception as error:
            if _is_passing(error):
                raise
            if len(webhooks) > 1:
                for webhook in webhooks:
                    self._take(origin, [webhook])
                return
            log.error("webhook rejected", account=str(origin.account_id), reason=type(error).__name__)
            reason = Rejected("processing_failed", type(error).__name__, raw(webhooks[0].body))
            _keep(origin.tenant_id, origin.channel, [reason])

    def _apply(self, origin: Origin, webhooks: list[Received]) -> None:
        tenant_id, kind = origin.tenant_id, origin.channel
        channel = _in_transaction(lambda session: view_for(session, tenant_id)).channels.get(kind)
        if channel is None:
            _keep(tenant_id, kind, [Rejected("channel_off", kind, raw(webhook.body)) for webhook in webhooks])
            return
        parts = read(channel, webhooks)
        self._wait_for(origin, parts, self._statuses(tenant_id, parts.statuses))
        tell_plugins(tenant_id, _in_transaction(lambda session: _people(session, origin, parts)))
        _in_transaction(lambda session: _rest(session, origin, parts))
        self._hear(origin)

    def _hear(self, origin: Origin) -> None:
        """Note that the account's webhooks arrive; once a minute is enough for people to see it."""
        now = monotonic()
        if now - self._heard.get(origin.account_id, -HEARD_SECONDS) >= HEARD_SECONDS:
            self._heard[origin.account_id] = now
            values = {"tenant": origin.tenant_id, "account": origin.account_id}
            _in_transaction(lambda session: session.execute(HEARD, values))

    def _statuses(self, tenant_id: UUID, updates: list[StatusUpdate]) -> list[StatusUpdate]:
        """Apply statuses; returns those to try again: their message is not known, or they fail even alone."""
        if not updates:
            return []

        def work(session: Session) -> list[StatusUpdate]:
            return apply_statuses(session, tenant_id, view_for(session, tenant_id).billing_rules, updates)

        try:
            return _in_transaction(work)
        except Exception as error:
            if _is_passing(error):
                raise
            if len(updates) > 1:
                return [update for each in updates for update in self._statuses(tenant_id, [each])]
            log.error("status put off", tenant=str(tenant_id), reason=type(error).__name__)
            return updates

    def _wait_for(self, origin: Origin, parts: Parts, lost: list[StatusUpdate]) -> None:
        if lost and self.later.full():
            parts.rejected.extend(rejected("unknown_message", update) for update in lost)
        else:
            self.later.put(origin.tenant_id, origin.channel, lost)


def _people(session: Session, origin: Origin, parts: Parts) -> list[OptOut]:
    """Apply what people wrote and switched; messages to a number that is not ours are rejected."""
    if not parts.messages and not parts.preferences:
        return []
    numbers = numbers_of(session, origin.tenant_id, origin.account_id)
    arrivals = [Arrival(numbers[item.number].id, item) for item in parts.messages if item.number in numbers]
    strangers = [rejected("unknown_number", item) for item in parts.messages if item.number not in numbers]
    keep(session, origin.tenant_id, origin.channel, strangers)
    outs = apply_messages(session, origin.tenant_id, arrivals)
    return outs + apply_preferences(session, origin.tenant_id, parts.preferences)


def _rest(session: Session, origin: Origin, parts: Parts) -> None:
    if parts.templates:
        apply_events(session, origin.tenant_id, origin.account_id, parts.templates)
    apply_account_events(session, origin.tenant_id, origin.account_id, parts.accounts)
    keep(session, origin.tenant_id, origin.channel, parts.rejected)


def _is_passing(error: Exception) -> bool:
    """Whether no webhook is to blame: a server is away or crowded, or its tables are not those this code was written for."""
    state = str(getattr(error.orig, "sqlstate", None)) if isinstance(error, DBAPIError) else ""
    return is_passing(error) or state.startswith(WRONG_SCHEMA)


def _keep(tenant_id: UUID | None, channel: str, parts: list[Rejected]) -> None:
    if parts:
        _in_transaction(lambda session: keep(session, tenant_id, channel, parts))


def _sizes(fields: dict[bytes, bytes]) -> dict[str, int]:
    """What an entry that cannot be opened looks like, without its content."""
    return {name.decode("latin-1"): len(value) for name, value in fields.items()}


def _in_transaction(work: Callable[[Session], T]) -> T:
    """Run `work` as the service `statuses`; again when another transaction was in its way."""
    for left in reversed(range(TRIES)):
        try:
            with transaction(STATUSES) as session:
                return work(session)
        except DBAPIError as error:
            if not left or getattr(error.orig, "sqlstate", None) not in (*CONFLICTS, GONE):
                raise
    raise AssertionError("unreachable")
