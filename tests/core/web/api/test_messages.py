"""Messages over the API."""

from datetime import timedelta
from typing import Any

import pytest

from aerostic.db import tenant_scope, transaction, utcnow
from aerostic.ledger import credit, wallet_balance
from aerostic.messaging.models import ChannelAccount, ChannelNumber, Conversation, Message, Template
from aerostic.tenancy.models import Tenant
from aerostic.testing.api import ApiClient, api_client
from tests.support.factories import make_account, make_contact, make_number, make_template, make_tenant

MESSAGES = "/api/v1/messages"


@pytest.fixture
def account(tenant: Tenant) -> ChannelAccount:
    return make_account(tenant.id)


@pytest.fixture
def number(tenant: Tenant, account: ChannelAccount) -> ChannelNumber:
    """A number of `tenant`, which has money."""
    with transaction(tenant_scope(tenant.id)) as session:
        credit(session, tenant.id, 100_000_000, "USD", "start")
    return make_number(tenant.id, account)


@pytest.fixture
def send(api: ApiClient, number: ChannelNumber):
    """`send("n-1", to=..., text=...)`"""

    def post(name: str = "n-1", **data: Any) -> Any:
        headers = {"Idempotency-Key": name} if name else {}
        return api.post(MESSAGES, json={"number_id": str(number.id), **data}, headers=headers)

    return post


@pytest.fixture
def template(tenant: Tenant, account: ChannelAccount) -> Template:
    return make_template(tenant.id, account, category="UTILITY")


def open_window(tenant: Tenant, number: ChannelNumber, contact_id, hours: int = 1) -> None:
    """The contact wrote a while ago."""
    with transaction(tenant_scope(tenant.id)) as session:
        session.add(
            Conversation(
                tenant_id=tenant.id,
                number_id=number.id,
                contact_id=contact_id,
                window_until=utcnow() + timedelta(hours=hours),
                unanswered_since=utcnow(),
            )
        )


def planned(tenant: Tenant) -> list[Message]:
    with transaction(tenant_scope(tenant.id)) as session:
        return session.query(Message).order_by(Message.id).all()


def filled(template: Any, *values: str) -> dict[str, Any]:
    return {"name": template.name, "language": template.language, "values": list(values)}


def error(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json["error"]["code"]


def test_free_words_go_out_while_the_window_is_open(send, tenant, number):
    contact = make_contact(tenant.id)
    open_window(tenant, number, contact.id)
    answer = send(contact_id=str(contact.id), text=" Your order is ready. ")
    shown = answer.json
    assert answer.status_code == 201
    assert {name: shown[name] for name in ("direction", "kind", "text", "state", "status", "source")} == {
        "direction": "out",
        "kind": "text",
        "text": "Your order is ready.",
        "state": "planned",
        "status": "",
        "source": "api",
    }
    with transaction(tenant_scope(tenant.id)) as session:
        conversation = session.query(Conversation).one()
        assert str(conversation.id) == shown["conversation_id"]
        assert (conversation.unanswered_since, conversation.handled_by) == (None, "bot")
        assert conversation.last_message_at is not None


def test_free_words_are_refused_once_it_is_closed(send, tenant, number):
    contact = make_contact(tenant.id)
    assert error(send(contact_id=str(contact.id), text="Hello")) == (422, "closed")
    open_window(tenant, number, contact.id, hours=-1)
    assert error(send(contact_id=str(contact.id), text="Hello")) == (422, "closed")
    assert planned(tenant) == []


def test_a_template_goes_out_at_any_time_to_a_phone(send, tenant, template):
    answer = send(to="+49 151 12345678", template=filled(template, "Ada"))
    assert (answer.status_code, answer.json["text"]) == (201, "Hello Ada, a word from us.")
    (message,) = planned(tenant)
    assert message.content["to"] == "+4915112345678"
    assert str(message.contact_id) == answer.json["contact_id"]


def test_the_same_phone_is_the_same_contact(send, tenant, template):
    contact = make_contact(tenant.id, "+4915112345678")
    assert send(to="+4915112345678", template=filled(template, "Ada")).json["contact_id"] == str(contact.id)


def test_it_costs_what_it_costs_and_once(send, tenant, template):
    def left() -> int:
        with transaction(tenant_scope(tenant.id)) as session:
            return wallet_balance(session, tenant.id, "USD")

    before = left()
    first = send(to="+4915112345678", template=filled(template, "Ada")).json
    once = before - left()
    assert once > 0
    assert send(to="+4915112345678", template=filled(template, "Ada")).json == first
    assert before - left() == once
    assert len(planned(tenant)) == 1


def test_what_was_sent_is_not_sent_again_though_its_answer_was_lost(send, tenant, template, admin):
    first = send(to="+4915112345678", template=filled(template, "Ada")).json["id"]
    admin.execute("DELETE FROM api_request")
    with transaction(tenant_scope(tenant.id)) as session:
        session.merge(template).status = "PAUSED"
    assert send(to="+4915112345678", template=filled(template, "Ada")).json["id"] == first


def test_it_needs_an_idempotency_key(send, template):
    assert error(send("", to="+4915112345678", template=filled(template, "Ada"))) == (422, "idempotency_key")


def test_without_money_nothing_is_sent(app, template):
    poor = make_tenant()
    number = make_number(poor.id, account := make_account(poor.id))
    own = make_template(poor.id, account, category="UTILITY")
    data = {"number_id": str(number.id), "to": "+4915112345678", "template": filled(own, "Ada")}
    answer = api_client(app, poor.id).post(MESSAGES, json=data, headers={"Idempotency-Key": "n-1"})
    assert error(answer) == (402, "insufficient_funds")
    assert planned(poor) == []


@pytest.mark.parametrize(
    ("marketing", "code"), [("granted", None), ("unknown", "no_consent"), ("withdrawn", "opted_out")]
)
def test_marketing_goes_to_those_who_agreed(send, tenant, number, template, marketing, code):
    with transaction(tenant_scope(tenant.id)) as session:
        session.merge(template).category = "MARKETING"
    contact = make_contact(tenant.id, "+4915112345678", country="DE", marketing=marketing)
    answer = send(contact_id=str(contact.id), template=filled(template, "Ada"))
    assert answer.json.get("error", {}).get("code") == code
    assert answer.status_code == (422 if code else 201)


@pytest.mark.parametrize("change", [{"name": "unknown"}, {"language": "xx"}])
def test_a_template_that_is_not_there_is_refused(send, template, change):
    assert error(send(to="+4915112345678", template={**filled(template, "Ada"), **change})) == (422, "template")


def test_values_that_do_not_fit_are_refused(send, template):
    assert error(send(to="+4915112345678", template=filled(template))) == (422, "values")


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"to": "+4915112345678"},
        {"text": "Hello"},
        {"to": "+4915112345678", "contact_id": "01890a5d-ac96-774b-bcce-b302099a8057", "text": "Hello"},
        {"to": "+4915112345678", "text": "Hello", "template": {"name": "x", "language": "en"}},
        {"to": "12", "text": "Hello"},
        {"to": "+4915112345678", "text": ""},
        {"to": "+4915112345678", "text": "x" * 4097},
    ],
)
def test_what_makes_no_sense_is_refused(send, data):
    assert error(send(**data)) == (422, "invalid")


def test_numbers_and_contacts_of_others_are_not_there(app, api, tenant, number):
    contact = make_contact(tenant.id)
    other = make_tenant()
    stranger, theirs = api_client(app, other.id), make_number(other.id)
    for number_id, contact_id in ((number.id, make_contact(other.id).id), (theirs.id, contact.id)):
        data = {"number_id": str(number_id), "contact_id": str(contact_id), "text": "Hello"}
        assert stranger.post(MESSAGES, json=data, headers={"Idempotency-Key": "n"}).status_code == 404


def test_a_contacts_messages_are_listed_and_looked_up(app, api, send, tenant, number, template):
    contact = make_contact(tenant.id, "+4915112345678")
    sent = [send(f"n-{n}", contact_id=str(contact.id), template=filled(template, f"{n}")).json for n in range(3)]
    first = api.get(MESSAGES, query_string={"contact_id": str(contact.id), "limit": 2}).json
    second = api.get(MESSAGES, query_string={"contact_id": str(contact.id), "cursor": first["next_cursor"]}).json
    assert [*first["data"], *second["data"]] == sent[::-1]
    assert api.get(f"{MESSAGES}/{sent[0]['id']}").json == sent[0]
    stranger = api_client(app, make_tenant().id)
    assert stranger.get(f"{MESSAGES}/{sent[0]['id']}").status_code == 404
    assert stranger.get(MESSAGES, query_string={"contact_id": str(contact.id)}).status_code == 404


def test_reading_and_sending_are_two_permissions(client_with):
    reader, sender = client_with("conversations.view"), client_with("conversations.reply")
    assert error(reader.post(MESSAGES, json={})) == (403, "missing_permission")
    assert error(sender.get(MESSAGES)) == (403, "missing_permission")
