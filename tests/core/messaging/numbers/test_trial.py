"""Sending a test, and fetching numbers from the provider."""

from uuid import UUID

import pytest
from aerostic_emulator import seed
from sqlalchemy.exc import NoResultFound

from aerostic.db import new_id, tenant_scope, transaction
from aerostic.ledger import InsufficientFundsError
from aerostic.messaging.contract import ChannelError
from aerostic.messaging.models import ChannelAccount, ChannelNumber, Lane, Message
from aerostic.messaging.numbers.refreshing import refresh
from aerostic.messaging.numbers.trial import TrialError, send_test
from tests.core.messaging.conversations.talk import Talk
from tests.core.messaging.outbound.support import sending
from tests.support.factories import make_account, make_template, make_tenant

pytestmark = pytest.mark.usefixtures("app")


def trial(talk: Talk, template_id: UUID, to: str = "+49 151 12345678", key: UUID | None = None, **values) -> UUID:
    with talk.scope() as session:
        number = session.get_one(ChannelNumber, talk.number.id)
        return send_test(session, number, template_id, to, key=key or new_id(), **values)


def refusal(talk: Talk, *arguments) -> str:
    with pytest.raises(TrialError) as refused:
        trial(talk, *arguments)
    return refused.value.code


def test_a_test_goes_to_the_phone_with_samples_once():
    talk = Talk.begin()
    made = make_template(talk.tenant_id, talk.account)
    key = new_id()
    assert trial(talk, made.id, key=key) == trial(talk, made.id, key=key)
    with talk.scope() as session:
        message = session.query(Message).one()
    parameters = message.content["content"]["template"]["components"][0]["parameters"]
    assert (message.content["to"], message.contact_id, message.source) == ("+4915112345678", None, "test")
    assert (parameters, message.category) == ([{"type": "text", "text": "Ada"}], "marketing")


def test_a_phone_without_its_country_is_read_as_of_the_workspaces():
    talk = Talk.begin()
    made = make_template(talk.tenant_id, talk.account)
    assert refusal(talk, made.id, "0151 12345678") == "phone"
    trial(talk, made.id, "0151 12345678", country="DE")
    with talk.scope() as session:
        assert session.query(Message).one().content["to"] == "+4915112345678"


def test_what_cannot_be_sent_is_refused():
    talk = Talk.begin()
    made = make_template(talk.tenant_id, talk.account)
    elsewhere = make_template(talk.tenant_id, make_account(talk.tenant_id))
    paused = make_template(talk.tenant_id, talk.account, status="PAUSED")
    asked = [(made.id, "nobody"), (elsewhere.id,), (paused.id,), (new_id(),)]
    assert [refusal(talk, *arguments) for arguments in asked] == ["phone", "template", "template", "template"]
    image = [{"component": "header", "index": 0, "name": "image", "kind": "image", "sample": ""}]
    parts = [{"type": "HEADER", "format": "IMAGE"}]
    assert refusal(talk, make_template(talk.tenant_id, talk.account, components=parts, variables=image).id) == "values"


def test_a_test_is_paid_like_any_message():
    talk = Talk.begin(money=0)
    made = make_template(talk.tenant_id, talk.account)
    with pytest.raises(InsufficientFundsError):
        trial(talk, made.id)


def test_numbers_are_brought_to_what_the_provider_has_now():
    with sending() as where:
        with transaction(tenant_scope(where.tenant_id)) as session:
            session.query(ChannelNumber).update({"quality": "RED", "status": "FLAGGED"})
            session.query(ChannelAccount).update({"external_id": seed.WABA_ID})
        assert refresh(where.tenant_id, where.number.account_id) == 2
        del where.emulator.world.state.numbers[seed.SECOND_PHONE_ID]
        assert refresh(where.tenant_id, where.number.account_id) == 1
        with transaction(tenant_scope(where.tenant_id)) as session:
            rows = {row.external_id: row for row in session.query(ChannelNumber)}
            assert {name: (row.status, row.quality) for name, row in rows.items()} == {
                seed.PHONE_ID: ("CONNECTED", "GREEN"),
                seed.SECOND_PHONE_ID: ("DISCONNECTED", "GREEN"),
            }
            assert session.query(Lane).count() == 2


def test_a_refused_refresh_changes_nothing():
    with sending() as where:
        where.emulator.world.state.tokens.clear()
        with pytest.raises(ChannelError, match="access token"):
            refresh(where.tenant_id, where.number.account_id)
        with transaction(tenant_scope(where.tenant_id)) as session:
            assert session.query(ChannelNumber).one().synced_at is None


def test_another_tenants_account_cannot_be_refreshed():
    talk = Talk.begin()
    with pytest.raises(NoResultFound):
        refresh(make_tenant().id, talk.account.id)
