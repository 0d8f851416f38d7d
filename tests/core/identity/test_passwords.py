"""Passwords: what is taken, what is refused and why, and that older ones are kept as is asked for today."""

import pytest
from argon2 import PasswordHasher
from flask import Flask

from aerostic.db import transaction
from aerostic.identity.models import User
from aerostic.identity.passwords import COMMON, LENGTH, OWN, PasswordError, hashed, matches
from aerostic.identity.people import create_user, sign_in
from tests.support.factories import TESTS

GOOD = "heron lantern gravel sixty"
ABOUT = ("Annabel Lighthouse", "annabel@maple-harbour.example")


def refusal(password: str) -> str | None:
    """Why a password is refused; None where it is taken."""
    try:
        hashed(password, ABOUT)
    except PasswordError as error:
        return str(error)
    return None


@pytest.mark.parametrize("password", [GOOD, "Jx8#fLq2pV", "Grüße aus dem Nebelwald", "قارب أزرق فوق الجبل"])
def test_a_good_one_is_taken_in_any_script(password):
    assert refusal(password) is None


@pytest.mark.parametrize("password", ["", "Jx8#fLq2p", "x" * 1025])
def test_it_has_a_length(password):
    assert refusal(password) == LENGTH


@pytest.mark.parametrize(
    "password",
    [
        "password12",
        "1234567890",
        "qwertyuiop",
        "iloveyou123",
        "P@ssw0rd123",
        "Summer2024!",
        "aaaaaaaaaaaa",
        "letmein2025",
    ],
)
def test_what_is_in_common_use_or_was_breached_is_refused(password):
    assert refusal(password) == COMMON


@pytest.mark.parametrize(
    "password", ["annabel1990", "Lighthouse1!", "annabel@maple-harbour.example", "maple-harbour.example"]
)
def test_ones_own_name_and_address_are_refused(password):
    assert refusal(password) == OWN


def test_a_long_one_is_judged_quickly_and_counts_whole():
    kept = hashed(GOOD + " " * 900 + "end")
    assert matches(kept, GOOD + " " * 900 + "end")
    assert not matches(kept, GOOD + " " * 900 + "and")


def test_it_is_kept_as_argon2id():
    assert hashed(GOOD).startswith("$argon2id$")


@pytest.mark.parametrize("kept", ["", "plain text", "$argon2id$v=19$m=8,t=1,p=1$c2FsdA$", None])
def test_what_is_no_hash_matches_nothing(kept):
    assert not matches(kept, GOOD)
    assert not matches(kept, "nobody has this password")


def test_one_kept_with_less_work_is_kept_anew_when_somebody_signs_in(app: Flask):
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(GOOD)
    with transaction(TESTS) as session:
        user = create_user(session, email="ann@shop.example", name="Ann", password=GOOD)
        user.password_hash = weak
    assert sign_in("ann@shop.example", "wrong") is None
    assert kept(user) == weak
    assert sign_in("ann@shop.example", GOOD).id == user.id
    assert kept(user) != weak and matches(kept(user), GOOD)


def kept(user: User) -> str:
    with transaction(TESTS) as session:
        return session.get_one(User, user.id).password_hash
