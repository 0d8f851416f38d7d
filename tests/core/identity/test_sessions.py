"""Sessions and devices, as they are kept."""

from datetime import timedelta

import pytest
from flask import Flask

from aerostic.db import new_id, tenant_scope, transaction, utcnow
from aerostic.identity.devices import KEPT, Device, forget_unused_devices, is_known, remember_device
from aerostic.identity.emails import email_index
from aerostic.identity.models import User
from aerostic.identity.people import create_user
from aerostic.identity.scope import SIGN_IN
from aerostic.identity.session_models import UserSession
from aerostic.identity.sessions import (
    end_expired,
    end_session,
    end_sessions,
    find_session,
    list_sessions,
    open_session,
)
from tests.support.factories import TESTS, make_tenant

ANN, BEN = "ann@shop.example", "ben@shop.example"
TOKEN = "t" * 43


def person(email: str) -> User:
    with transaction(TESTS) as session:
        return create_user(session, email=email, name="Somebody", password="correct horse battery")


@pytest.fixture
def ann(app: Flask) -> User:
    return person(ANN)


def opened(user: User, *, idle: timedelta = timedelta(), old: timedelta = timedelta()) -> UserSession:
    """A session that was last used, and begun, so long ago."""
    with transaction(SIGN_IN) as session:
        row = open_session(session, user.id)
        row.seen_at, row.created_at = utcnow() - idle, utcnow() - max(old, idle)
    return row


def test_a_session_is_found_while_it_goes_on(ann):
    row = opened(ann)
    entry = find_session(row.id)
    assert (entry.user.id, entry.session.id) == (ann.id, row.id)
    assert find_session(new_id()) is None


@pytest.mark.parametrize(
    ("idle", "old", "alive"),
    [
        (timedelta(minutes=719), timedelta(), True),
        (timedelta(minutes=721), timedelta(), False),
        (timedelta(), timedelta(hours=335), True),
        (timedelta(), timedelta(hours=337), False),
    ],
)
def test_it_ends_when_nobody_uses_it_and_in_the_end_anyway(ann, idle, old, alive):
    row = opened(ann, idle=idle, old=old)
    with transaction(SIGN_IN) as session:
        end_expired(session)
    assert (find_session(row.id) is not None) == alive
    assert [one.id for one in list_sessions(ann.id)] == [row.id] * alive


def test_using_it_is_noted_once_a_minute_and_listening_is_not(ann):
    row = opened(ann, idle=timedelta(seconds=30))
    recent, old = row.seen_at, opened(ann, idle=timedelta(minutes=2))
    find_session(row.id)
    find_session(old.id, seen=False)
    assert {one.id: one.seen_at for one in list_sessions(ann.id)} == {row.id: recent, old.id: old.seen_at}
    find_session(old.id)
    assert list_sessions(ann.id)[0].id == old.id


def test_an_account_that_is_off_has_none(ann):
    row = opened(ann)
    with transaction(TESTS) as session:
        session.get_one(User, ann.id).active = False
    assert find_session(row.id) is None


def test_one_or_all_others_end_and_nobody_elses(ann):
    own, other, third, bens = opened(ann), opened(ann), opened(ann), opened(person(BEN))
    assert not end_session(ann.id, bens.id)
    assert end_session(ann.id, other.id) and not end_session(ann.id, other.id)
    assert {one.id for one in list_sessions(ann.id)} == {own.id, third.id}
    with transaction(SIGN_IN) as session:
        end_sessions(session, ann.id, but=own.id)
    assert [one.id for one in list_sessions(ann.id)] == [own.id]
    assert find_session(bens.id) is not None


def test_no_workspace_sees_them(ann):
    opened(ann)
    with transaction(tenant_scope(make_tenant(plugins=()).id)) as session:
        assert session.query(UserSession).all() == []


def remember(user: User, token: str = TOKEN) -> bool:
    with transaction(SIGN_IN) as session:
        return remember_device(session, user.id, token)


def test_a_device_is_known_once_somebody_signed_in_with_it_and_to_that_account_only(ann):
    ben = person(BEN)
    assert not is_known(email_index(ANN), TOKEN)
    assert not remember(ann), "the first device is none to be told of"
    assert is_known(email_index(ANN), TOKEN) and not is_known(email_index(BEN), TOKEN)
    assert not is_known(email_index("nobody@shop.example"), TOKEN)
    assert not remember(ann)
    assert remember(ann, "u" * 43)
    assert not remember(ben)


def test_a_device_is_forgotten_with_its_cookie(ann):
    remember(ann)
    with transaction(TESTS) as session:
        session.query(Device).one().seen_at = utcnow() - KEPT - timedelta(minutes=1)
    with transaction(SIGN_IN) as session:
        forget_unused_devices(session)
    assert not is_known(email_index(ANN), TOKEN)
