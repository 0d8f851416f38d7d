"""What waits for a commit is done once, after it, whatever savepoints end before; and never where it is undone."""

import pytest
from flask import Flask

from aerostic.db import once_committed, service_scope, transaction

SCOPE = service_scope("tests")


def test_it_is_done_once_and_not_when_a_savepoint_ends(app: Flask) -> None:
    done: list[str] = []
    with transaction(SCOPE) as session:
        with session.begin_nested():
            once_committed(session, lambda: done.append("done"))
        before = list(done)
    assert (before, done) == ([], ["done"])


def test_of_what_is_rolled_back_nothing_is_done(app: Flask) -> None:
    done: list[str] = []
    with pytest.raises(ZeroDivisionError), transaction(SCOPE) as session:
        once_committed(session, lambda: done.append("done"))
        raise ZeroDivisionError
    assert done == []
