"""Finding contacts by what somebody types, and listing them."""

from typing import Any
from uuid import UUID

import psycopg
import pytest
import sqlalchemy as sa

from aerostic.db import tenant_scope, transaction
from aerostic.messaging.contacts import audience, listing
from aerostic.messaging.contacts.audience import AudienceSpec
from aerostic.messaging.contacts.editing import ContactData, create
from aerostic.messaging.contacts.people import Person, find_or_create
from aerostic.messaging.models import Contact
from tests.support.factories import make_contact, make_tenant

pytestmark = pytest.mark.usefixtures("app")
MANY = """
    INSERT INTO contact (id, tenant_id, name, country, source, created_at, updated_at)
    SELECT uuidv7(), %(tenant)s, 'Person ' || i, 'US', 'import', now(), now() FROM generate_series(1, 5000) AS i
"""


def names(tenant_id: UUID, **spec: Any) -> list[str]:
    with transaction(tenant_scope(tenant_id)) as session:
        found = listing.find(session, tenant_id, AudienceSpec(**spec))
        contacts = session.scalars(found.query.order_by(found.came, Contact.id)).all()
        assert found.total == len(contacts)
        return [contact.name for contact in contacts]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ada", ["Ada Lovelace"]),
        ("LOVE", ["Ada Lovelace"]),
        ("love ad", ["Ada Lovelace"]),
        ("jose", ["José María de la Cruz"]),
        ("MARÍA", ["José María de la Cruz"]),
        ("de la", ["José María de la Cruz"]),
        ("cruz jo", ["José María de la Cruz"]),
        ("ace", []),
        ("%", []),
        ("张伟", ["张伟"]),
        ("", ["Ada Lovelace", "José María de la Cruz", "张伟"]),
    ],
)
def test_names_are_found_by_the_beginnings_of_their_words(text: str, expected: list[str]) -> None:
    tenant = make_tenant()
    for name in ("Ada Lovelace", "José María de la Cruz", "张伟"):
        make_contact(tenant.id, name=name)
    assert names(tenant.id, text=text) == expected


@pytest.mark.parametrize(
    "text", ["+44 7911 123456", "447911123456", "0044 (7911) 123-456", "07911 123456", "tel:+447911123456"]
)
def test_a_phone_is_found_in_any_spelling(text: str) -> None:
    tenant = make_tenant(country="GB")
    make_contact(tenant.id, "+447911123456", name="Ada")
    make_contact(tenant.id, "+447911123457", name="Eve")
    assert names(tenant.id, text=text) == ["Ada"]


def test_old_and_new_spellings_of_a_brazilian_mobile_find_one_person() -> None:
    tenant = make_tenant(country="BR")
    make_contact(tenant.id, "+5511987654321", name="Ana")
    assert names(tenant.id, text="551187654321") == names(tenant.id, text="(11) 98765-4321") == ["Ana"]


def test_an_address_is_found_whole_and_a_user_name_with_its_mark() -> None:
    tenant = make_tenant()
    with transaction(tenant_scope(tenant.id)) as session:
        create(session, tenant.id, ContactData(name="Ada", email="Ada@Example.com"))
        find_or_create(session, tenant.id, [Person(user_id="US.1", username="eve.o", name="Eve")])
    assert names(tenant.id, text="ada@EXAMPLE.com") == ["Ada"]
    assert names(tenant.id, text="da@example.com") == []
    assert names(tenant.id, text="@Eve.O") == ["Eve"]


def test_a_search_stays_within_the_tenant() -> None:
    mine, theirs = make_tenant(country="US"), make_tenant(country="US")
    make_contact(theirs.id, "+16505550123", name="Ada")
    assert names(mine.id, text="ada") == names(mine.id, text="+16505550123") == []


def test_search_and_conditions_narrow_together() -> None:
    tenant = make_tenant()
    make_contact(tenant.id, name="Ada One", source="import", country="BR")
    make_contact(tenant.id, name="Ada Two", source="manual", country="BR")
    make_contact(tenant.id, name="Ada Three", source="manual", country="US")
    assert names(tenant.id, text="ada", sources=["manual"], countries=["BR"]) == ["Ada Two"]


def test_at_most_ten_thousand_are_counted_and_the_rest_can_still_be_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "MOST_COUNTED", 3)
    tenant = make_tenant()
    made = [make_contact(tenant.id, name=f"Ada {number}") for number in range(5)]
    with transaction(tenant_scope(tenant.id)) as session:
        found = listing.find(session, tenant.id, AudienceSpec(text="ada"))
        assert (found.total, found.many) == (4, True)
        ordered = found.query.order_by(found.came.desc(), Contact.id.desc())
        assert [contact.id for contact in session.scalars(ordered)] == [contact.id for contact in reversed(made)]


def test_search_and_filters_use_their_indexes(admin: "psycopg.Connection[Any]") -> None:
    """Row-level security lets an index be used only by operators that cannot tell what they see."""
    tenant = make_tenant()
    admin.execute(MANY, {"tenant": tenant.id})
    admin.execute("ANALYZE contact")
    expected = {
        "ix_contact_name_key": AudienceSpec(text="person 77"),
        "ix_contact_country": AudienceSpec(countries=["BR"]),
        "ix_contact_marketing": AudienceSpec(marketing=["withdrawn"]),
        "ix_contact_source": AudienceSpec(sources=["manual"]),
    }
    with transaction(tenant_scope(tenant.id)) as session:
        for index, spec in expected.items():
            query = sa.select(Contact.id).where(*audience.conditions(session, tenant.id, spec))
            connection = session.connection()
            written = query.compile(connection, compile_kwargs={"literal_binds": True})
            plan = "\n".join(connection.exec_driver_sql(f"EXPLAIN {written}").scalars())
            assert index in plan
            assert "Seq Scan" not in plan
