"""Encrypted columns on a table in memory: the guarantees are the column type's, whatever the database."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import create_engine, insert, select, text, update
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from aerostic.security import vault
from aerostic.security.columns import Encrypted, open_rows, sealed
from aerostic.security.envelope import Place
from aerostic.security.errors import SealError, UnknownKeyError
from aerostic.security.keyring import Keyring
from aerostic.security.vault import open_text, seal_text, use_keyring
from tests.support.keys import MemoryStore, PlainProvider

TENANT, ROW = UUID(int=1), UUID(int=2)


class Base(DeclarativeBase):
    """A base of its own, so that the application's metadata stays whole."""


class Person(Base):
    """One row with both kinds of sealed attributes."""

    __tablename__ = "person"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    tenant_id: Mapped[UUID]
    phone_sealed: Mapped[bytes | None] = mapped_column(Encrypted)
    facts_sealed: Mapped[bytes | None] = mapped_column(Encrypted)
    phone = sealed(str)
    facts = sealed(dict)


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    monkeypatch.setattr(vault, "_keyring", None)  # put back afterwards
    use_keyring(Keyring(PlainProvider(), MemoryStore()))
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        yield session
    engine.dispose()


def person(row: UUID = ROW, **values: Any) -> Person:
    made = Person(id=row, tenant_id=TENANT)
    for name, value in values.items():
        setattr(made, name, value)
    return made


def stored(session: Session, column: str) -> bytes:
    return session.execute(text(f"SELECT {column} FROM person")).scalar_one()


def test_a_value_is_sealed_on_its_way_in_and_opened_on_first_read(session: Session) -> None:
    session.add(person(phone="+4915123456789", facts={"city": "Kiel"}))
    session.commit()
    found = session.scalars(select(Person)).one()
    assert (found.phone, found.facts) == ("+4915123456789", {"city": "Kiel"})
    assert b"4915123456789" not in stored(session, "phone_sealed")
    assert b"Kiel" not in stored(session, "facts_sealed")


def test_none_stays_none(session: Session) -> None:
    session.add(person(phone=None))
    session.commit()
    assert session.scalars(select(Person)).one().phone is None


@pytest.mark.parametrize("value", ["+4915123456789", b"+4915123456789", b"x" * 60])
def test_plain_text_into_an_encrypted_column_is_refused(session: Session, value: Any) -> None:
    statement = insert(Person).values(id=ROW, tenant_id=TENANT, phone_sealed=value)
    with pytest.raises(StatementError) as caught:
        session.execute(statement)
    assert isinstance(caught.value.orig, SealError)


def test_plain_text_found_in_an_encrypted_column_is_refused(session: Session) -> None:
    session.add(person())
    session.flush()
    session.execute(text("UPDATE person SET phone_sealed = x'2b3439'"))
    session.expire_all()
    with pytest.raises(SealError, match="Plain text found"):
        session.scalars(select(Person)).one()


def test_long_plain_text_in_an_encrypted_column_does_not_open(session: Session) -> None:
    session.add(person())
    session.flush()
    session.execute(text("UPDATE person SET phone_sealed = :blob"), {"blob": b"p" * 60})
    session.expire_all()
    with pytest.raises(SealError, match="not a ciphertext"):
        _ = session.scalars(select(Person)).one().phone


def test_a_ciphertext_copied_to_another_row_or_column_does_not_open(session: Session) -> None:
    session.add_all([person(phone="+4915123456789", facts={}), person(UUID(int=3), phone="+4915123456780")])
    session.flush()
    first, second = session.scalars(select(Person).order_by(Person.id))
    session.execute(update(Person).where(Person.id == second.id).values(phone_sealed=first.phone_sealed))
    session.execute(update(Person).where(Person.id == first.id).values(phone_sealed=first.facts_sealed))
    session.expire_all()
    for row in (first, second):
        with pytest.raises(SealError, match="damaged or moved"):
            _ = row.phone


def test_what_was_read_may_be_written_again_unchanged(session: Session) -> None:
    session.add(person(phone="+4915123456789"))
    session.commit()
    blob = session.execute(select(Person.phone_sealed)).scalar_one()
    session.execute(update(Person).values(phone_sealed=blob))
    session.expire_all()
    assert session.scalars(select(Person)).one().phone == "+4915123456789"


def test_nothing_is_sealed_for_a_row_without_an_id() -> None:
    with pytest.raises(SealError, match=r"person\.phone: the row needs its id"):
        Person(tenant_id=TENANT).phone = "+4915123456789"


def test_a_tenant_s_row_without_its_tenant_seals_nothing(session: Session) -> None:
    """Sealed under no tenant, it would never open again once the tenant is set."""
    with pytest.raises(SealError, match=r"person\.phone: the row needs its tenant"):
        Person(id=ROW).phone = "+4915123456789"


def test_open_rows_opens_core_results(session: Session) -> None:
    session.add_all([person(UUID(int=n), phone=f"+49151{n}", facts={"n": n}) for n in (1, 2)])
    session.flush()
    phones = session.execute(select(Person.tenant_id, Person.id, Person.phone_sealed).order_by(Person.id)).all()
    facts = session.execute(select(Person.tenant_id, Person.id, Person.facts_sealed).order_by(Person.id)).all()
    assert open_rows("person", "phone", phones, json=False) == ["+491511", "+491512"]
    assert open_rows("person", "facts", facts) == [{"n": 1}, {"n": 2}]


def test_open_rows_keeps_what_is_empty(session: Session) -> None:
    assert open_rows("person", "phone", [(TENANT, ROW, None)], json=False) == [None]


def test_texts_in_any_script_come_back(session: Session) -> None:
    place = Person(id=ROW, tenant_id=TENANT)
    place.phone = "Ünïcödé ٠١٢ 👩‍👩‍👧"
    assert place.phone == "Ünïcödé ٠١٢ 👩‍👩‍👧"
    with pytest.raises(SealError):
        open_text(vault_place(place), seal_text(vault_place(place, "other"), "x"))


def vault_place(row: Person, column: str = "phone") -> Any:
    from aerostic.security.columns import place_of

    return place_of(row, column)


def test_open_rows_refuses_what_does_not_belong_there(session: Session) -> None:
    """Also behind a first value that has opened, from where on the key is not looked up again."""
    rows = [(tenant, UUID(int=n), seal_text(Place("person", "phone", tenant, UUID(int=n)), f"+49{n}"))
            for n, tenant in enumerate((TENANT, TENANT, UUID(int=7), None, TENANT))]  # fmt: skip
    assert open_rows("person", "phone", rows, json=False) == ["+490", "+491", "+492", "+493", "+494"]
    first, second, other, *_ = rows
    for bad, said in (
        ((TENANT, UUID(int=9), second[2]), "damaged or moved"),
        ((TENANT, second[1], first[2]), "damaged or moved"),
        ((TENANT, second[1], second[2][:-1] + b"x"), "damaged or moved"),
        ((TENANT, second[1], second[2][:20]), "not a ciphertext"),
        ((TENANT, second[1], b"plain text that is long enough to be one"), "not a ciphertext"),
        ((TENANT, other[1], other[2]), "no data key"),
        ((UUID(int=7), second[1], second[2]), "no data key"),
        ((None, second[1], second[2]), "no data key"),
    ):
        with pytest.raises((SealError, UnknownKeyError), match=said):
            open_rows("person", "phone", [first, bad], json=False)
