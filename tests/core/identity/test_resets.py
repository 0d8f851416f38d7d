"""New passwords by a link: good once and for an hour, and all sessions end."""

from datetime import timedelta

import pytest
from flask import Flask

from aerostic.db import transaction, utcnow
from aerostic.identity.emails import email_index
from aerostic.identity.models import PasswordReset, User
from aerostic.identity.passwords import PasswordError
from aerostic.identity.people import create_user, sign_in
from aerostic.identity.resets import finish_reset, is_good, start_reset
from aerostic.identity.scope import SIGN_IN
from aerostic.identity.sessions import find_session, open_session
from tests.support.factories import TESTS

ANN, OLD, NEW = "ann@shop.example", "correct horse battery", "a new one, longer"


@pytest.fixture
def ann(app: Flask) -> User:
    with transaction(TESTS) as session:
        return create_user(session, email=ANN, name="Ann", password=OLD)


def start(email: str = ANN) -> str:
    with transaction(SIGN_IN) as session:
        return start_reset(session, email_index(email)).token


def test_a_new_password_takes_the_place_of_the_old_one_and_ends_all_sessions(ann):
    with transaction(SIGN_IN) as session:
        kept = open_session(session, ann.id)
    assert finish_reset(start(), NEW).id == ann.id
    assert sign_in(ANN, OLD) is None
    assert sign_in(ANN, NEW).id == ann.id
    assert find_session(kept.id) is None


def test_a_link_is_good_once(ann):
    token = start()
    finish_reset(token, NEW)
    assert not is_good(token)
    assert finish_reset(token, OLD) is None
    assert sign_in(ANN, OLD) is None


def test_asking_again_kills_the_older_link(ann):
    first, second = start(), start()
    assert not is_good(first) and is_good(second)


def test_after_an_hour_it_is_dead(ann):
    token = start()
    with transaction(TESTS) as session:
        session.query(PasswordReset).one().expires_at = utcnow() - timedelta(seconds=1)
    assert not is_good(token)
    assert finish_reset(token, NEW) is None


def test_a_refused_password_leaves_the_link_good(ann):
    token = start()
    with pytest.raises(PasswordError):
        finish_reset(token, "short")
    assert is_good(token)


def test_nobody_and_an_account_that_is_off_get_none(ann):
    with transaction(TESTS) as session:
        session.get_one(User, ann.id).active = False
    with transaction(SIGN_IN) as session:
        assert start_reset(session, email_index(ANN)) is None
        assert start_reset(session, email_index("nobody@shop.example")) is None
