"""Errors: a page for people, JSON for programs, in every case with what to do and never with a trace."""

import pytest
from flask import Flask, abort

from aerostic.testing.people import Client
from aerostic.web.errors import TEXTS

PAGE = {"Accept": "text/html,application/xhtml+xml"}


@pytest.fixture
def client(app: Flask, monkeypatch) -> Client:
    """A client of an application in which `/nowhere` ends with the status that the query asks for."""
    from flask import request

    def fail() -> None:
        if code := request.args.get("code", type=int):
            if code == 500:
                raise RuntimeError("a secret of ours")
            abort(code)

    monkeypatch.setitem(app.before_request_funcs, None, [*app.before_request_funcs[None], fail])
    return Client(app, app.response_class, use_cookies=True)


@pytest.mark.parametrize("code", [401, 403, 404, 413, 429, 500, 503])
def test_each_status_has_its_page_in_the_brand(client, code):
    answer = client.get(f"/nowhere?code={code}", headers=PAGE)
    assert answer.status_code == code
    assert TEXTS[code].title in answer.text and "secret" not in answer.text


def test_programs_get_json(client):
    answer = client.get("/nowhere?code=500")
    assert (answer.status_code, answer.json) == (500, {"error": TEXTS[500].text})


def test_a_host_that_is_not_ours_gets_a_page_without_a_brand(client):
    client.host = "app.evil.example"
    answer = client.get("/", headers=PAGE)
    assert (answer.status_code, "Aerostic" in answer.text) == (421, False)
    assert TEXTS[421].title in answer.text
