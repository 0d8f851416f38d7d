"""Finding people, and making those that are new."""

import threading
from collections.abc import Sequence
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from aerostic.db import service_scope, tenant_scope, transaction, utcnow
from aerostic.messaging.contacts.consent import opt_out
from aerostic.messaging.contacts.editing import (
    ContactData,
    ContactExistsError,
    create,
    find_by_identifier,
    find_by_phone,
    update,
)
from aerostic.messaging.contacts.identifiers import phone_index
from aerostic.messaging.contacts.merge import MergeError, merge
from aerostic.messaging.contacts.people import Person, find_or_create
from aerostic.messaging.models import Contact, ContactIdentifier, ContactTag, Conversation, Message, Suppression, Tag
from tests.support.factories import make_contact, make_number, make_tenant

pytestmark = pytest.mark.usefixtures("app")
BSUID = "BR.13491208655302741918"


def find(tenant_id: UUID, *people: Person) -> list[UUID]:
    with transaction(service_scope("statuses")) as session:
        return find_or_create(session, tenant_id, people)


def contacts(tenant_id: UUID) -> list[Contact]:
    with transaction(tenant_scope(tenant_id)) as session:
        return list(session.scalars(select(Contact).order_by(Contact.id)))


def test_a_new_person_becomes_a_contact_and_is_found_again() -> None:
    tenant = make_tenant()
    person = Person(phone="+551187654321", name="Ana")
    first = find(tenant.id, person)
    assert first == find(tenant.id, person) == find(tenant.id, Person(phone="+5511987654321"))
    [contact] = contacts(tenant.id)
    assert (contact.phone, contact.country, contact.name, contact.source) == ("+5511987654321", "BR", "Ana", "inbound")


def test_a_person_known_by_a_user_id_alone_is_a_contact_with_a_market() -> None:
    tenant = make_tenant()
    [found] = find(tenant.id, Person(user_id=BSUID, username="@Ana.Silva"))
    [contact] = contacts(tenant.id)
    assert (contact.id, contact.phone, contact.country) == (found, None, "BR")
    with transaction(tenant_scope(tenant.id)) as session:
        by_name = find_by_identifier(session, tenant.id, "username", "ana.silva")
        assert by_name and by_name.id == found


def test_the_phone_of_a_known_user_id_completes_the_contact() -> None:
    tenant = make_tenant()
    [alone] = find(tenant.id, Person(user_id=BSUID))
    assert find(tenant.id, Person(phone="+5511987654321", user_id=BSUID)) == [alone]
    [contact] = contacts(tenant.id)
    assert contact.phone == "+5511987654321"


def test_an_opt_out_holds_for_the_phone_that_appears_later() -> None:
    tenant = make_tenant()
    [alone] = find(tenant.id, Person(user_id=BSUID))
    with transaction(tenant_scope(tenant.id)) as session:
        opt_out(session, tenant.id, alone, source="stop_word", at=utcnow())
    find(tenant.id, Person(phone="+5511987654321", user_id=BSUID))
    with transaction(tenant_scope(tenant.id)) as session:
        indexes = session.scalars(select(Suppression.phone_index)).all()
    assert indexes == [phone_index(tenant.id, "+5511987654321")]


def test_a_payload_with_both_identifiers_joins_two_contacts() -> None:
    tenant = make_tenant()
    by_phone = make_contact(tenant.id, "+5511987654321").id
    [by_user] = find(tenant.id, Person(user_id=BSUID, name="Ana"))
    assert by_user != by_phone
    assert find(tenant.id, Person(phone="+5511987654321", user_id=BSUID)) == [by_phone]
    assert find(tenant.id, Person(user_id=BSUID)) == [by_phone]
    assert [contact.id for contact in contacts(tenant.id)] == [by_phone]


def test_a_user_id_moves_when_it_comes_with_another_phone() -> None:
    tenant = make_tenant()
    [old] = find(tenant.id, Person(phone="+5511987654321", user_id=BSUID))
    [new] = find(tenant.id, Person(phone="+5511987654322", user_id=BSUID))
    assert old != new
    assert find(tenant.id, Person(user_id=BSUID)) == [new]
    assert find(tenant.id, Person(phone="+5511987654321")) == [old]


def test_a_batch_with_one_person_many_times_makes_one_contact() -> None:
    tenant = make_tenant()
    found = find(
        tenant.id,
        Person(user_id=BSUID),
        Person(phone="+5511987654321"),
        Person(phone="+5511987654321", user_id=BSUID),
        Person(phone="+551187654321", name="Ana"),
        Person(user_id="US.1"),
        Person(user_id="US.1"),
    )
    assert len(set(found[:4])) == 1
    assert found[4] == found[5] != found[0]
    assert len(contacts(tenant.id)) == 2


def test_a_user_name_that_changed_hands_belongs_to_its_newest_holder() -> None:
    tenant = make_tenant()
    find(tenant.id, Person(user_id="US.1", username="ada"))
    [second] = find(tenant.id, Person(user_id="US.2", username="ada"))
    with transaction(tenant_scope(tenant.id)) as session:
        owners = session.scalars(select(ContactIdentifier.contact_id).where(ContactIdentifier.kind == "username"))
        assert list(owners) == [second]


def test_a_person_without_any_identifier_is_refused() -> None:
    tenant = make_tenant()
    with pytest.raises(ValueError, match="phone or a user id"):
        find(tenant.id, Person(name="Nobody"))


def test_many_workers_that_see_the_same_new_people_make_each_once(app: Flask) -> None:
    tenant = make_tenant()
    people = [Person(phone=f"+1650555{n:04d}", user_id=f"US.{n}") for n in range(40)]
    people += [Person(user_id=f"CA.{n}") for n in range(20)]
    results: list[list[UUID]] = []

    def work(mine: Sequence[Person]) -> None:
        with app.app_context():
            found = find(tenant.id, *mine)
        results.append(found if mine[0] is people[0] else found[::-1])

    threads = [threading.Thread(target=work, args=(people if n % 2 else people[::-1],)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 6
    assert all(result == results[0] for result in results)
    assert len(contacts(tenant.id)) == 60


def test_the_same_person_at_two_tenants_is_two_contacts() -> None:
    mine, theirs = make_tenant(), make_tenant()
    person = Person(phone="+5511987654321", user_id=BSUID)
    assert find(mine.id, person) != find(theirs.id, person)
    assert len(contacts(mine.id)) == 1


def test_merging_moves_conversations_messages_tags_identifiers_and_consents() -> None:
    tenant = make_tenant()
    shared, own = make_number(tenant.id), make_number(tenant.id)
    keep, gone = make_contact(tenant.id), make_contact(tenant.id)
    with transaction(tenant_scope(tenant.id)) as session:
        gone = session.get_one(Contact, gone.id)
        gone.phone, gone.phone_index, gone.fields = None, None, {"city": "Rome"}
        tag = Tag(tenant_id=tenant.id, name="vip")
        session.add(tag)
        session.flush()
        session.add(ContactTag(tenant_id=tenant.id, contact_id=gone.id, tag_id=tag.id))
        for number, contact in ((shared, keep), (shared, gone), (own, gone)):
            talk = Conversation(
                tenant_id=tenant.id, number_id=number.id, contact_id=contact.id, last_message_at=utcnow()
            )
            session.add(talk)
            session.flush()
            session.add(
                Message(
                    tenant_id=tenant.id,
                    number_id=number.id,
                    contact_id=contact.id,
                    conversation_id=talk.id,
                    direction="in",
                    source="contact",
                    idempotency_key=str(talk.id),
                    kind="text",
                    content={"text": "hi"},
                    state="received",
                )
            )
        opt_out(session, tenant.id, gone.id, source="stop_word", at=utcnow())
    with transaction(service_scope("statuses")) as session:
        merge(session, tenant.id, keep.id, gone.id)
    with transaction(tenant_scope(tenant.id)) as session:
        [contact] = session.scalars(select(Contact)).all()
        assert (contact.id, contact.marketing, contact.fields) == (keep.id, "withdrawn", {"city": "Rome"})
        assert session.scalar(select(func.count()).select_from(Conversation)) == 2
        messages = session.scalars(select(Message)).all()
        assert {message.contact_id for message in messages} == {keep.id}
        assert len({message.conversation_id for message in messages}) == 2
        assert session.scalars(select(ContactTag.contact_id)).all() == [keep.id]


def test_two_contacts_with_phones_are_not_merged() -> None:
    tenant = make_tenant()
    with transaction(tenant_scope(tenant.id)) as session, pytest.raises(MergeError, match="Remove the one"):
        merge(session, tenant.id, make_contact(tenant.id).id, make_contact(tenant.id).id)


def test_a_contact_of_another_tenant_is_never_merged() -> None:
    mine, theirs = make_tenant(), make_tenant()
    keep, other = make_contact(mine.id), make_contact(theirs.id)
    with transaction(tenant_scope(mine.id)) as session, pytest.raises(MergeError, match="exist"):
        merge(session, mine.id, keep.id, other.id)
    assert len(contacts(theirs.id)) == 1


def test_a_contact_is_made_changed_and_found_by_hand() -> None:
    tenant = make_tenant()
    with transaction(tenant_scope(tenant.id)) as session:
        data = ContactData(phone="(11) 8765-4321", name="Ana", email="Ana@EXAMPLE.com", fields={"city": "Rio"})
        contact = create(session, tenant.id, data, region="BR")
        update(session, contact, ContactData(fields={"city": "", "size": "M"}))
        found = find_by_phone(session, tenant.id, "+551187654321")
        assert found is contact
        assert (contact.phone, contact.email, contact.name) == ("+5511987654321", "Ana@example.com", "Ana")
        assert contact.fields == {"size": "M"}


def test_a_phone_that_is_taken_is_refused_and_the_session_goes_on() -> None:
    tenant = make_tenant()
    make_contact(tenant.id, "+16505550123")
    with transaction(tenant_scope(tenant.id)) as session:
        with pytest.raises(ContactExistsError):
            create(session, tenant.id, ContactData(phone="+16505550123"))
        create(session, tenant.id, ContactData(phone="+16505550124"))
    assert len(contacts(tenant.id)) == 2
