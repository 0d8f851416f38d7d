"""After a request that failed, it is known whether the other system may have taken it."""

from typing import Any

import pytest
from aerostic_http import asking

from aerostic.flows.contract import Context, Fail
from aerostic.sdk import http
from tests.core.flows.test_engine import NOW, RUN

UNTAKEN, TAKEN = (True, False), (False, True)


@pytest.mark.parametrize(
    ("method", "came", "told"),
    [
        ("POST", http.NoAnswerError("unreachable", "x"), UNTAKEN),
        ("POST", http.NoAnswerError("timeout", "x"), TAKEN),
        ("POST", http.AnswerError("too_long", "x"), TAKEN),
        ("POST", http.AddressError("address", "x"), (False, False)),
        ("GET", http.NoAnswerError("timeout", "x"), (True, False)),
        ("GET", http.AnswerError("too_long", "x"), (False, False)),
        ("POST", http.Answer(503, {}, b""), UNTAKEN),
        ("POST", http.Answer(502, {}, b""), TAKEN),
        ("POST", http.Answer(422, {}, b""), (False, False)),
        ("GET", http.Answer(502, {}, b""), (True, False)),
    ],
)
def test_what_may_have_been_taken_is_not_done_again_without_asking(
    monkeypatch: pytest.MonkeyPatch, method: str, came: Any, told: tuple[bool, bool]
):
    def fetch(*_: Any, **__: Any) -> Any:
        if isinstance(came, Exception):
            raise came
        return came

    monkeypatch.setattr(asking.http, "fetch", fetch)
    config = asking.Asking(method=method, url="https://example.com")
    failed = asking.HttpRequest().run(Context(RUN, RUN, "n", "k", NOW, {}), config)
    assert isinstance(failed, Fail)
    assert (failed.again, failed.unsure) == told
