"""What is asked once in a transaction."""

from itertools import count

import pytest
from sqlalchemy.orm import Session

from aerostic.db import ask_again, db, once, platform_scope, scoped

pytestmark = pytest.mark.usefixtures("app")


def test_an_answer_holds_until_the_transaction_ends() -> None:
    asked = count(1)
    with scoped(platform_scope("tests")), Session(db.engine) as session:
        assert [once(session, "a", lambda: next(asked)), once(session, "b", lambda: next(asked))] == [1, 2]
        with session.begin_nested():
            assert once(session, "a", lambda: next(asked)) == 1
        assert once(session, "a", lambda: next(asked)) == 1
        session.commit()
        assert once(session, "a", lambda: next(asked)) == 3


def test_what_the_transaction_has_changed_is_asked_again() -> None:
    asked = count(1)
    with scoped(platform_scope("tests")), Session(db.engine) as session:
        once(session, "a", lambda: next(asked))
        ask_again(session, "a")
        assert once(session, "a", lambda: next(asked)) == 2


def test_what_could_not_be_answered_is_asked_again() -> None:
    def fails() -> int:
        raise ValueError

    with scoped(platform_scope("tests")), Session(db.engine) as session:
        with pytest.raises(ValueError):
            once(session, "a", fails)
        assert once(session, "a", lambda: 1) == 1
