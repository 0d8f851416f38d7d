"""The step that answers a webhook: a safe header or none, a text or data."""

import pytest
from aerostic_http.answering import Respond, Responding
from pydantic import ValidationError


def test_data_is_answered_as_json() -> None:
    answer = Respond().answer(Responding(status=201, data={"n": 1, "name": "Zoë"}, headers={"Retry-After": "5"}))
    assert (answer.status, answer.body) == (201, '{"n":1,"name":"Zoë"}'.encode())
    assert answer.headers == {"Content-Type": "application/json", "Retry-After": "5"}


@pytest.mark.parametrize(
    ("kind", "header"),
    [("text/plain", "text/plain; charset=utf-8"), ("application/json", "application/json")],
)
def test_a_text_is_answered_as_what_it_is(kind: str, header: str) -> None:
    answer = Respond().answer(Responding(text="ok", type=kind))  # type: ignore[arg-type]
    assert (answer.status, answer.headers, answer.body) == (200, {"Content-Type": header}, b"ok")


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": 199},
        {"status": 600},
        {"headers": {"Set-Cookie": "a=b"}},
        {"headers": {"Location": "https://elsewhere.example"}},
        {"headers": {"Cache-Control": "no\r\nSet-Cookie: a=b"}},
        {"type": "text/html"},
        {"text": "x" * 16_385},
        {"other": 1},
    ],
)
def test_what_could_do_harm_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Responding.model_validate(wrong)


def test_a_text_and_data_at_once_are_a_problem() -> None:
    (problem,) = Respond().problems(Responding(text="a", data={"b": 1}))
    assert (problem.code, problem.field) == ("both", "data")
