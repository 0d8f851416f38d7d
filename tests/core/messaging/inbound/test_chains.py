"""Bots that answer bots: a message goes on with the chain of what led to it, where nobody but a program can have written it."""

from datetime import timedelta
from uuid import UUID

import pytest

from aerostic.db import new_id, service_scope, tenant_scope, transaction, utcnow
from aerostic.messaging.conversations.handling import open_conversation
from aerostic.messaging.inbound.chains import Came, chains
from tests.core.messaging.inbound.shop import Shop
from tests.support.factories import make_contact

pytestmark = pytest.mark.usefixtures("app")
RUNS = [str(UUID(int=1)), str(UUID(int=2))]


def talk(shop: Shop, *details: dict[str, object]) -> UUID:
    """A conversation in which we have sent messages, just now."""
    contact = make_contact(shop.tenant_id)
    with transaction(tenant_scope(shop.tenant_id)) as session:
        talk_id = open_conversation(session, shop.tenant_id, shop.number.id, contact.id)
        for each in details:
            row = shop._message(new_id(), contact.id, "planned")
            row.conversation_id, row.details = talk_id, each
            session.add(row)
            session.flush()
    return talk_id


def goes_on(talk_id: UUID, after: timedelta, phone: str = "4915112345678") -> list[str]:
    came = Came(new_id(), talk_id, utcnow() + after, phone)
    with transaction(service_scope("statuses")) as session:
        return chains(session, [came]).get(came.id, [])


def test_what_comes_at_once_goes_on_with_the_chain_and_what_takes_longer_does_not():
    talk_id = talk(Shop.open(), {"chain": RUNS})
    assert [goes_on(talk_id, timedelta(seconds=after)) for after in (1, 5)] == [RUNS, []]


def test_another_number_of_the_platform_goes_on_with_it_even_slowly():
    talk_id, other = talk(Shop.open(), {"chain": RUNS}), Shop.open()
    assert other.number.display == "+1 555 078 3881"
    assert [goes_on(talk_id, timedelta(minutes=after), "15550783881") for after in (10, 70)] == [RUNS, []]


def test_a_persons_message_in_between_ends_the_chain():
    assert goes_on(talk(Shop.open(), {"chain": RUNS}, {"user_id": "u"}), timedelta(seconds=1)) == []
    assert goes_on(talk(Shop.open()), timedelta(seconds=1)) == []
