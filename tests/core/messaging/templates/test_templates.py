"""Templates: fetched, changed by events, remembered."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text

from aerostic.db import platform_scope, service_scope, tenant_scope, transaction
from aerostic.messaging.contract import Account, ChannelError, TemplateData, TemplateEvent, Variable
from aerostic.messaging.models import ChannelAccount, Template, TemplateChange
from aerostic.messaging.templates.events import apply_events
from aerostic.messaging.templates.syncing import SyncResult, sync
from tests.support.factories import make_account, make_template, make_tenant

pytestmark = pytest.mark.usefixtures("app")
OFFER = TemplateData(
    external_id="1",
    name="offer",
    language="en_US",
    category="UTILITY",
    status="APPROVED",
    quality="GREEN",
    components=[{"type": "BODY", "text": "Hello {{1}}, news."}],
)
PENDING = replace(OFFER, external_id="2", name="news", status="PENDING")


class FakeChannel:
    """A provider with these templates."""

    def __init__(self, *templates: TemplateData) -> None:
        self.templates = list(templates)

    async def fetch_templates(self, account: Account) -> list[TemplateData]:
        return self.templates

    def variables(self, template: TemplateData) -> list[Variable]:
        return [Variable("body", 0, "1", sample="Ada")]


class BrokenChannel(FakeChannel):
    """A provider that refuses."""

    async def fetch_templates(self, account: Account) -> list[TemplateData]:
        raise ChannelError("The token has expired: connect the account again.")


def synced(account: ChannelAccount, *templates: TemplateData) -> SyncResult:
    return run(account, FakeChannel(*templates))


def run(account: ChannelAccount, channel: Any) -> SyncResult:
    opened = Account(account.id, account.tenant_id, account.external_id, {}, {})
    return sync(account.tenant_id, account.id, channel, opened)


def templates(tenant_id: UUID) -> dict[str, Template]:
    with transaction(tenant_scope(tenant_id)) as session:
        return {row.name: row for row in session.scalars(select(Template))}


def history(tenant_id: UUID) -> list[tuple[str, str, str, str]]:
    with transaction(tenant_scope(tenant_id)) as session:
        rows = session.scalars(select(TemplateChange).order_by(TemplateChange.id))
        return [(row.what, row.old, row.new, row.reason) for row in rows]


def events() -> list[tuple[str, dict[str, Any]]]:
    with transaction(platform_scope("tests")) as session:
        rows = session.execute(text("SELECT type, data FROM outbox ORDER BY position"))
        return [(row.type, row.data) for row in rows]


def test_the_first_sync_brings_templates_with_their_variables() -> None:
    account = make_account(make_tenant().id)
    assert synced(account, OFFER, PENDING) == SyncResult(total=2, added=2, changed=0, removed=0)
    offer = templates(account.tenant_id)["offer"]
    assert (offer.external_id, offer.status, offer.quality) == ("1", "APPROVED", "GREEN")
    assert offer.components == OFFER.components
    assert offer.variables == [{"component": "body", "index": 0, "name": "1", "kind": "text", "sample": "Ada"}]
    assert (history(account.tenant_id), events()) == ([], [])


def test_a_sync_without_news_changes_nothing() -> None:
    account = make_account(make_tenant().id)
    synced(account, OFFER)
    before = templates(account.tenant_id)["offer"].id
    assert synced(account, OFFER) == SyncResult(total=1, added=0, changed=0, removed=0)
    assert templates(account.tenant_id)["offer"].id == before
    assert history(account.tenant_id) == []


def test_changes_of_status_category_and_quality_are_remembered_and_announced() -> None:
    account = make_account(make_tenant().id)
    synced(account, OFFER)
    changed = replace(OFFER, status="PAUSED", category="MARKETING", quality="RED", reason="LOW_QUALITY")
    assert synced(account, changed) == SyncResult(total=1, added=0, changed=1, removed=0)
    assert history(account.tenant_id) == [
        ("status", "APPROVED", "PAUSED", "LOW_QUALITY"),
        ("category", "UTILITY", "MARKETING", ""),
        ("quality", "GREEN", "RED", ""),
    ]
    id_ = str(templates(account.tenant_id)["offer"].id)
    assert events() == [
        (
            "template.status_changed",
            {"template_id": id_, "status": "PAUSED", "previous": "APPROVED", "reason": "LOW_QUALITY"},
        ),
        ("template.category_changed", {"template_id": id_, "category": "MARKETING", "previous": "UTILITY"}),
        ("template.quality_changed", {"template_id": id_, "quality": "RED", "previous": "GREEN"}),
    ]


def test_a_template_that_is_gone_becomes_deleted_once_and_may_come_back() -> None:
    account = make_account(make_tenant().id)
    synced(account, OFFER, PENDING)
    assert synced(account, PENDING) == SyncResult(total=1, added=0, changed=0, removed=1)
    assert synced(account, PENDING) == SyncResult(total=1, added=0, changed=0, removed=0)
    assert templates(account.tenant_id)["offer"].status == "DELETED"
    synced(account, OFFER, PENDING)
    assert [entry[1:3] for entry in history(account.tenant_id)] == [("APPROVED", "DELETED"), ("DELETED", "APPROVED")]


def test_of_two_templates_with_one_name_the_one_in_use_counts() -> None:
    account = make_account(make_tenant().id)
    synced(account, replace(OFFER, external_id="0", status="PENDING_DELETION"), OFFER)
    assert templates(account.tenant_id)["offer"].external_id == "1"


def test_a_refusal_of_the_provider_changes_nothing() -> None:
    account = make_account(make_tenant().id)
    synced(account, OFFER)
    with pytest.raises(ChannelError, match="connect the account again"):
        run(account, BrokenChannel())
    assert templates(account.tenant_id)["offer"].status == "APPROVED"


def test_a_sync_leaves_other_accounts_and_tenants_alone() -> None:
    mine, theirs = make_tenant(), make_tenant()
    account, second = make_account(mine.id), make_account(mine.id)
    make_template(mine.id, second, name="kept")
    make_template(theirs.id, make_account(theirs.id), name="offer", category="AUTHENTICATION")
    synced(account, OFFER)
    synced(account)
    assert templates(mine.id)["kept"].status == "APPROVED"
    assert templates(theirs.id)["offer"].category == "AUTHENTICATION"
    with pytest.raises(LookupError):
        sync(theirs.id, account.id, FakeChannel(), Account(account.id, theirs.id, "", {}, {}))


def test_events_change_the_template_they_name_and_are_remembered() -> None:
    account = make_account(make_tenant().id)
    synced(account, OFFER, PENDING)
    told = [
        TemplateEvent("status", "2", "news", "en_US", "APPROVED", "NONE"),
        TemplateEvent("status", "2", "news", "en_US", "APPROVED", "NONE"),
        TemplateEvent("category", "", "offer", "en_US", "MARKETING"),
        TemplateEvent("quality", "99", "strange", "en_US", "RED"),
    ]
    with transaction(service_scope("statuses")) as session:
        assert apply_events(session, account.tenant_id, account.id, told) == 2
    known = templates(account.tenant_id)
    assert (known["news"].status, known["offer"].category) == ("APPROVED", "MARKETING")
    assert history(account.tenant_id) == [
        ("status", "PENDING", "APPROVED", "NONE"),
        ("category", "UTILITY", "MARKETING", ""),
    ]
    assert [kind for kind, _ in events()] == ["template.status_changed", "template.category_changed"]


def test_events_never_reach_another_account_s_template() -> None:
    mine, theirs = make_tenant(), make_tenant()
    account, other = make_account(mine.id), make_account(theirs.id)
    make_template(theirs.id, other, name="offer", external_id="1")
    with transaction(service_scope("statuses")) as session:
        event = TemplateEvent("status", "1", "offer", "en_US", "DISABLED")
        assert apply_events(session, mine.id, account.id, [event]) == 0
        with pytest.raises(LookupError):
            apply_events(session, mine.id, other.id, [event])
    assert templates(theirs.id)["offer"].status == "APPROVED"
