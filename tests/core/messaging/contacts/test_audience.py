"""Choosing contacts."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from aerostic.db import tenant_scope, transaction, utcnow
from aerostic.messaging.contacts import audience
from aerostic.messaging.contacts.audience import AudienceSpec, FieldFilter
from aerostic.messaging.contacts.consent import opt_out
from aerostic.messaging.contacts.people import Person, find_or_create
from aerostic.messaging.models import Contact, ContactTag, Tag
from tests.support.factories import make_contact, make_tenant

pytestmark = pytest.mark.usefixtures("app")


def make_tag(tenant_id: UUID, name: str, *contacts: UUID) -> UUID:
    with transaction(tenant_scope(tenant_id)) as session:
        tag = Tag(tenant_id=tenant_id, name=name)
        session.add(tag)
        session.flush()
        session.add_all(ContactTag(tenant_id=tenant_id, tag_id=tag.id, contact_id=id_) for id_ in contacts)
        return tag.id


def chosen(tenant_id: UUID, **spec: Any) -> list[str]:
    with transaction(tenant_scope(tenant_id)) as session:
        wanted = AudienceSpec(**spec)
        names = [row.name for rows in audience.select(session, tenant_id, wanted, chunk=2) for row in rows]
        assert audience.count(session, tenant_id, wanted) == len(names)
        return names


def test_every_condition_narrows_the_audience() -> None:
    tenant = make_tenant()
    past = datetime(2020, 1, 1, tzinfo=UTC)
    ada = make_contact(tenant.id, name="Ada", country="BR", fields={"city": "Rio de Janeiro"}, created_at=past)
    bob = make_contact(tenant.id, name="Bob", marketing="unknown", fields={"city": "Paris"})
    eve = make_contact(tenant.id, name="Eve")
    vip, new = make_tag(tenant.id, "vip", ada.id, bob.id), make_tag(tenant.id, "new", bob.id, eve.id)
    assert chosen(tenant.id) == ["Ada", "Bob", "Eve"]
    assert chosen(tenant.id, all_tags=[vip, new]) == ["Bob"]
    assert chosen(tenant.id, any_tags=[vip, new]) == ["Ada", "Bob", "Eve"]
    assert chosen(tenant.id, no_tags=[vip]) == ["Eve"]
    assert chosen(tenant.id, countries=["br"]) == ["Ada"]
    assert chosen(tenant.id, marketing=["granted"]) == ["Ada", "Eve"]
    assert chosen(tenant.id, created_to=past + timedelta(days=1)) == ["Ada"]
    assert chosen(tenant.id, created_from=past + timedelta(days=1)) == ["Bob", "Eve"]


@pytest.mark.parametrize(
    ("op", "value", "expected"),
    [
        ("is", "paris", ["Bob"]),
        ("is_not", "Paris", ["Ada", "Eve"]),
        ("contains", "de jan", ["Ada"]),
        ("contains", "%", []),
        ("set", "", ["Ada", "Bob"]),
        ("unset", "", ["Eve"]),
    ],
)
def test_custom_fields_are_compared(op: Any, value: str, expected: list[str]) -> None:
    tenant = make_tenant()
    make_contact(tenant.id, name="Ada", fields={"city": "Rio de Janeiro"})
    make_contact(tenant.id, name="Bob", fields={"city": "Paris"})
    make_contact(tenant.id, name="Eve")
    assert chosen(tenant.id, fields=[FieldFilter(name="city", op=op, value=value)]) == expected


def test_people_are_found_by_what_a_field_is_now() -> None:
    tenant = make_tenant()
    ada = make_contact(tenant.id, name="Ada", fields={"city": "Rio", "size": "M"})
    make_contact(tenant.id, name="Bob", fields={"city": "ZÜRICH"})
    with transaction(tenant_scope(tenant.id)) as session:
        session.get_one(Contact, ada.id).fields = {"city": "Bern", "size": "M"}

    def living_in(city: str) -> list[str]:
        return chosen(tenant.id, fields=[FieldFilter(name="city", op="is", value=city)])

    assert [living_in(city) for city in ("rio", "bern", "zürich", "M")] == [[], ["Ada"], ["Bob"], []]


def test_long_values_of_a_field_are_told_apart() -> None:
    tenant = make_tenant()
    make_contact(tenant.id, name="Ada", fields={"note": "x" * 300 + "A"})
    make_contact(tenant.id, name="Bob", fields={"note": "x" * 300 + "B"})
    assert chosen(tenant.id, fields=[FieldFilter(name="note", op="is", value="X" * 300 + "b")]) == ["Bob"]


def test_an_empty_value_is_what_people_without_the_field_have() -> None:
    tenant = make_tenant()
    make_contact(tenant.id, name="Ada", fields={"city": "Rio"})
    make_contact(tenant.id, name="Eve")
    assert chosen(tenant.id, fields=[FieldFilter(name="city", op="is", value="")]) == ["Eve"]


def test_a_row_carries_what_a_campaign_needs() -> None:
    tenant = make_tenant()
    with transaction(tenant_scope(tenant.id)) as session:
        person = Person(phone="+5511987654321", user_id="BR.123", name="Ana")
        [id_] = find_or_create(session, tenant.id, [person])
        opt_out(session, tenant.id, id_, source="stop_word", at=utcnow(), category="all")
        [[row]] = audience.select(session, tenant.id, AudienceSpec())
    assert (row.contact_id, row.phone, row.user_id, row.name) == (id_, "+5511987654321", "BR.123", "Ana")
    assert (row.country, row.marketing, row.suppressed) == ("BR", "withdrawn", frozenset({"marketing", "all"}))


def test_a_contact_without_a_phone_shows_that_it_wants_nothing() -> None:
    tenant = make_tenant()
    with transaction(tenant_scope(tenant.id)) as session:
        [id_] = find_or_create(session, tenant.id, [Person(user_id="BR.123")])
        opt_out(session, tenant.id, id_, source="stop_word", at=utcnow(), category="all")
        [[row]] = audience.select(session, tenant.id, AudienceSpec())
    assert (row.phone, row.user_id, row.suppressed) == (None, "BR.123", frozenset({"all"}))


def test_reading_goes_on_behind_a_contact() -> None:
    tenant = make_tenant()
    ids = [make_contact(tenant.id).id for _ in range(5)]
    with transaction(tenant_scope(tenant.id)) as session:
        rest = audience.select(session, tenant.id, AudienceSpec(), chunk=2, after=ids[1])
        assert [[row.contact_id for row in rows] for rows in rest] == [ids[2:4], ids[4:]]


def test_another_tenant_s_contacts_tags_and_opt_outs_are_never_seen() -> None:
    mine, theirs = make_tenant(), make_tenant()
    make_contact(mine.id, "+16505550123", name="Mine")
    other = make_contact(theirs.id, "+16505550123", name="Theirs")
    their_tag = make_tag(theirs.id, "vip", other.id)
    with transaction(tenant_scope(theirs.id)) as session:
        opt_out(session, theirs.id, other.id, source="agent", at=utcnow())
    assert chosen(mine.id) == ["Mine"]
    assert chosen(mine.id, any_tags=[their_tag]) == []
    with transaction(tenant_scope(mine.id)) as session:
        [[row]] = audience.select(session, mine.id, AudienceSpec())
        assert row.suppressed == frozenset()
        assert list(audience.select(session, theirs.id, AudienceSpec())) == []
