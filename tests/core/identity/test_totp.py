"""Codes of an app and recovery codes: the codes of now, each good once, and nothing to be read from the tables."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from pyotp import TOTP

from aerostic.db import new_id, tenant_scope, transaction
from aerostic.identity import totp
from aerostic.identity.factor_models import Authenticator, RecoveryCode
from aerostic.identity.models import User
from aerostic.identity.people import create_user
from aerostic.identity.recovery import codes_left, new_codes, use_code
from aerostic.identity.scope import SIGN_IN
from aerostic.identity.session_models import UserSession
from aerostic.identity.sessions import open_session
from aerostic.identity.totp import confirm_totp, has_totp, remove_totp, seed_to_set_up, start_totp, use_totp
from tests.support.factories import TESTS, make_tenant

NOW = 1_800_000_015
LATER = 60


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """The time that codes are of: `clock(seconds)` sets it on."""
    times = [NOW]
    monkeypatch.setattr(totp, "time", lambda: times[0])
    return lambda seconds: times.__setitem__(0, times[0] + seconds)


@pytest.fixture
def ann(app: Flask) -> User:
    return person("ann@shop.example")


def person(email: str) -> User:
    with transaction(TESTS) as session:
        return create_user(session, email=email, name="Somebody", password="correct horse battery")


def code(user: User, at: int = NOW) -> str:
    """What the person's app shows at a time."""
    with transaction(SIGN_IN) as session:
        return TOTP(session.query(Authenticator).filter_by(user_id=user.id).one().seed).at(at)


def turned_on(user: User) -> list[str]:
    """A person with an app, which was set up a minute ago. Answers the recovery codes."""
    start_totp(user.id)
    return confirm_totp(user.id, new_id(), code(user))


def test_it_makes_the_codes_of_the_rfc():
    """RFC 6238, appendix B, in six digits."""
    seed = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    times = {59: "287082", 1111111109: "081804", 1234567890: "005924", 20000000000: "353130"}
    assert {at: TOTP(seed).at(at) for at in times} == times


def test_it_counts_from_its_first_code_on(ann):
    start_totp(ann.id)
    assert not has_totp(ann.id) and not use_totp(ann.id, code(ann))
    assert confirm_totp(ann.id, new_id(), "000000") is None
    assert len(confirm_totp(ann.id, new_id(), code(ann))) == 10
    assert has_totp(ann.id)
    with pytest.raises(ValueError, match="already"):
        start_totp(ann.id)


def test_the_session_in_which_it_is_set_up_has_more_than_a_password_from_then_on(ann):
    with transaction(SIGN_IN) as session:
        own, other = open_session(session, ann.id).id, open_session(session, ann.id).id
    start_totp(ann.id)
    confirm_totp(ann.id, own, code(ann))
    assert factors() == {own: "totp", other: "password"}
    remove_totp(ann.id)
    assert factors() == {own: "password", other: "password"}


def factors() -> dict:
    with transaction(SIGN_IN) as session:
        return {row.id: row.factor for row in session.query(UserSession)}


def test_starting_again_makes_another_seed_and_after_that_none_is_shown(ann):
    start_totp(ann.id)
    first = seed_to_set_up(ann.id)
    start_totp(ann.id)
    assert seed_to_set_up(ann.id) not in (first, None)
    confirm_totp(ann.id, new_id(), code(ann))
    assert seed_to_set_up(ann.id) is None


@pytest.mark.parametrize(("seconds", "good"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_clock_may_be_off_by_half_a_minute(ann, clock, seconds, good):
    turned_on(ann)
    clock(10 * LATER)
    assert use_totp(ann.id, code(ann, NOW + 10 * LATER + seconds)) == good


def test_a_code_is_good_once_and_no_older_one_after_it(ann, clock):
    turned_on(ann)
    assert not use_totp(ann.id, code(ann)), "it set the app up"
    clock(LATER)
    older, newer = code(ann, NOW + LATER - 30), code(ann, NOW + LATER)
    assert [use_totp(ann.id, one) for one in (newer, newer, older)] == [True, False, False]


def test_a_code_counts_once_among_eight_at_once(app: Flask, ann, clock):
    turned_on(ann)
    clock(LATER)
    one = code(ann, NOW + LATER)
    assert at_once(app, lambda: use_totp(ann.id, one)) == 1


def test_a_recovery_code_counts_once_among_eight_at_once(app: Flask, ann):
    one = turned_on(ann)[3]
    assert at_once(app, lambda: use_code(ann.id, one)) == 1
    assert codes_left(ann.id) == 9


def at_once(app: Flask, act) -> int:
    """How many of eight who do the same at once have success."""

    def run(_: int) -> bool:
        with app.app_context():
            return act()

    with ThreadPoolExecutor(8) as threads:
        return sum(threads.map(run, range(8)))


def test_codes_are_read_as_people_write_them(ann, clock):
    recovery = turned_on(ann)
    clock(LATER)
    digits = code(ann, NOW + LATER)
    arabic = digits.translate({ord(str(n)): chr(0x660 + n) for n in range(10)})
    assert use_totp(ann.id, f" {arabic[:3]} {arabic[3:]} ")
    assert use_code(ann.id, f" {recovery[0].upper().replace('-', ' ')}")
    assert use_code(ann.id, recovery[1].replace("-", ""))


@pytest.mark.parametrize(
    "text", ["", "12345", "1234567", "abcdef", "²²²²²²", "１２３４５", "\ud800", "-12345", "x" * 10_000]
)
def test_what_is_no_code_is_refused(ann, text):
    turned_on(ann)
    assert not use_totp(ann.id, text)


def test_nobody_uses_anothers_codes(ann):
    ben, codes = person("ben@shop.example"), turned_on(ann)
    assert not use_code(ben.id, codes[0]) and not use_totp(ben.id, code(ann))
    assert use_code(ann.id, codes[0])


def test_new_codes_end_the_old_ones(ann):
    old = turned_on(ann)
    with transaction(SIGN_IN) as session:
        new = new_codes(session, ann.id)
    assert not use_code(ann.id, old[0]) and use_code(ann.id, new[0])


def test_what_is_turned_off_is_forgotten(ann):
    codes = turned_on(ann)
    remove_totp(ann.id)
    assert not has_totp(ann.id) and not use_code(ann.id, codes[0]) and codes_left(ann.id) == 0


def test_neither_seeds_nor_codes_can_be_read_from_the_tables(admin, ann):
    codes = turned_on(ann)
    with transaction(SIGN_IN) as session:
        seed = session.query(Authenticator).one().seed
    rows = [row for table in ("authenticator", "recovery_code") for row in admin.execute(f"SELECT * FROM {table}")]
    kept = b"".join(bytes(value) for row in rows for value in row if isinstance(value, bytes | memoryview))
    assert len(kept) > 10 * 16
    assert [word for word in (seed, *codes, *(one.replace("-", "") for one in codes)) if word.encode() in kept] == []


def test_no_workspace_sees_them(ann):
    turned_on(ann)
    with transaction(tenant_scope(make_tenant(plugins=()).id)) as session:
        assert session.query(Authenticator).all() == [] and session.query(RecoveryCode).all() == []
