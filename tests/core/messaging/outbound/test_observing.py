"""What detectors are told of messages that are planned."""

from uuid import UUID

import pytest
from flask import Flask

from aerostic.billing import Quote
from aerostic.db import tenant_scope, transaction
from aerostic.ledger import credit
from aerostic.messaging.models import ChannelNumber, Contact, Template
from aerostic.messaging.outbound import observing
from aerostic.messaging.outbound.planning import REPLY, open_batch, plan, plan_one, send_now
from aerostic.messaging.outbound.together import together
from aerostic.messaging.outbound.writing import Draft
from aerostic.streams.observed import fingerprint
from tests.support.factories import make_account, make_contact, make_number, make_template, make_tenant
from tests.support.observed import observing as listening
from tests.support.statements import statements

FREE, DEAR = Quote(0, "USD", "test"), Quote(25_000, "USD", "test")
WALLET = 1_000_000
SOURCE = UUID(int=9)


@pytest.fixture
def number(app: Flask) -> ChannelNumber:
    """Of a workspace with money."""
    tenant = make_tenant()
    with transaction(tenant_scope(tenant.id)) as session:
        credit(session, tenant.id, WALLET, "USD", key="start", note="test")
    return make_number(tenant.id, make_account(tenant.id))


def draft(contact: Contact, key: str, body: str = "Hello", template: Template | None = None) -> Draft:
    """A text, or a template with one value."""
    words = {"type": "text", "text": {"body": body}}
    filled = {"components": [{"type": "body", "parameters": [{"type": "text", "text": body}]}]}
    content = {"type": "template", "template": {"name": template.name, **filled}} if template else words
    return Draft(contact.id, contact.phone, None, content, "service", "US", key, template=template)


def told_of(number: ChannelNumber, one: Draft, price: Quote = FREE) -> dict[str, object]:
    """The one observation of one planned message."""
    with listening() as observed:
        with transaction(tenant_scope(number.tenant_id)) as session:
            plan_one(session, number.tenant_id, number.id, "flow", REPLY, one, price)
        (told,) = observed.of("messages.planned")
    return told


def test_a_reply_is_one_observation(number: ChannelNumber) -> None:
    contact = make_contact(number.tenant_id)
    print_ = fingerprint("Buy at https://shop.example/now")
    assert told_of(number, draft(contact, "a", "Buy at https://shop.example/now"), DEAR) == {
        "number": str(number.id),
        "source": "flows",
        "source_id": "",
        "batch": "",
        "template": "",
        "count": 1,
        "new": 1,
        "cost": DEAR.amount,
        "balance": WALLET - DEAR.amount,
        "exact": print_.exact,
        "print": print_.print,
        "links": list(print_.links),
    }


def test_whoever_was_written_to_before_is_not_new(number: ChannelNumber) -> None:
    contact = make_contact(number.tenant_id)
    told_of(number, draft(contact, "a"))
    assert told_of(number, draft(contact, "b"))["new"] == 0


def test_a_slice_of_a_batch_is_one_observation(number: ChannelNumber) -> None:
    known, *others = [make_contact(number.tenant_id) for _ in range(4)]
    told_of(number, draft(known, "before"))
    with listening() as observed:
        with transaction(tenant_scope(number.tenant_id)) as session:
            batch = open_batch(
                session, tenant_id=number.tenant_id, number_id=number.id, source="campaigns", source_id=SOURCE
            )
            drafts = [draft(contact, f"k{place}", "Sale!") for place, contact in enumerate((known, *others))]
            assert plan(session, batch, drafts, lambda _: FREE) == 4
        (told,) = observed.of("messages.planned")
    assert {name: told[name] for name in ("source", "source_id", "batch", "count", "new", "cost", "balance")} == {
        "source": "campaigns",
        "source_id": str(SOURCE),
        "batch": str(batch.id),
        "count": 4,
        "new": 3,
        "cost": 0,
        "balance": WALLET,
    }


def test_free_messages_that_are_written_together_are_one_observation(number: ChannelNumber) -> None:
    contact = make_contact(number.tenant_id)
    with listening() as observed:
        with transaction(tenant_scope(number.tenant_id)) as session, together(session):
            for key in "abc":
                plan_one(session, number.tenant_id, number.id, "flow", REPLY, draft(contact, key), FREE)
        assert [told["count"] for told in observed.of("messages.planned")] == [3]


def test_the_same_key_again_is_no_observation(number: ChannelNumber) -> None:
    contact = make_contact(number.tenant_id)
    told_of(number, draft(contact, "a"))
    with listening() as observed:
        with transaction(tenant_scope(number.tenant_id)) as session:
            plan_one(session, number.tenant_id, number.id, "flow", REPLY, draft(contact, "a"), FREE)
        assert observed.of("messages.planned") == []


def test_what_is_rolled_back_is_no_observation(number: ChannelNumber) -> None:
    contact = make_contact(number.tenant_id)
    with listening() as observed:
        with transaction(tenant_scope(number.tenant_id)) as session:
            plan_one(session, number.tenant_id, number.id, "flow", REPLY, draft(contact, "a"), FREE)
            session.rollback()
        assert observed.of("messages.planned") == []


def test_a_template_is_told_by_its_text_without_what_is_for_one_person(number: ChannelNumber) -> None:
    account = make_account(number.tenant_id)
    template = make_template(number.tenant_id, account)
    contact = make_contact(number.tenant_id)
    one = told_of(number, draft(contact, "a", "Ada", template))
    other = told_of(number, draft(contact, "b", "Grace", template))
    assert (one["template"], one["exact"]) == (str(template.id), other["exact"])
    assert one["exact"] == fingerprint("Hello {{1}}, a word from us.").exact


def test_a_message_that_hides_in_a_value_is_part_of_the_text(number: ChannelNumber) -> None:
    template = make_template(number.tenant_id, make_account(number.tenant_id))
    contact = make_contact(number.tenant_id)
    hidden = "you have won a prize, claim it at https://evil.example before tonight"
    told = told_of(number, draft(contact, "a", hidden, template))
    assert told["links"] == list(fingerprint(hidden).links)
    assert told["exact"] == fingerprint(f"Hello {hidden}, a word from us.").exact


def test_whose_account_it_is_on_is_told(number: ChannelNumber) -> None:
    contact = make_contact(number.tenant_id)
    with listening() as observed:
        with transaction(tenant_scope(number.tenant_id)) as session:
            send_now(
                session,
                tenant_id=number.tenant_id,
                number_id=number.id,
                contact_id=contact.id,
                to=contact.phone,
                user_id=None,
                content={"type": "text", "text": {"body": "Hello"}},
                category="service",
                market="US",
                priority=REPLY,
                key="api:1",
                source="api",
                details={"api_key_id": "the key"},
            )
        assert [(told["source"], told["source_id"]) for told in observed.of("messages.planned")] == [("api", "the key")]


def test_it_costs_no_statement(number: ChannelNumber) -> None:
    contact = make_contact(number.tenant_id)
    with transaction(tenant_scope(number.tenant_id)) as session, statements() as told:
        plan_one(session, number.tenant_id, number.id, "flow", REPLY, draft(contact, "a"), FREE)
    assert sorted(statement.split("(")[0].strip() for statement in told) == [
        "INSERT INTO billing_usage AS u",
        "INSERT INTO message",
        "WITH opened AS",
    ]


def test_sending_goes_on_whatever_fails_here(number: ChannelNumber, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_text: str) -> None:
        raise RuntimeError

    monkeypatch.setattr(observing, "fingerprint", broken)
    contact = make_contact(number.tenant_id)
    with transaction(tenant_scope(number.tenant_id)) as session:
        plan_one(session, number.tenant_id, number.id, "flow", REPLY, draft(contact, "a"), FREE)
    monkeypatch.undo()
    assert told_of(number, draft(contact, "b"))["new"] == 0
