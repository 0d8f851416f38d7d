"""What no browser of ours sends: refused quietly, without a trace in an answer or a value in the log."""

import pytest
from flask import Flask

from aerostic.testing.api import api_client
from aerostic.testing.people import Client, new_tenant, sign_in
from aerostic.web.sessions import COOKIE

PAGE = {"Accept": "text/html"}
HOST = "app.localhost"


@pytest.fixture
def owner(app: Flask) -> Client:
    return sign_in(app, new_tenant(), "owner", HOST)


def cookie_of(client: Client) -> str:
    found = client.get_cookie(COOKIE, domain=HOST)
    assert found is not None
    return found.value


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text[:-2] + ("AA" if text[-2:] != "AA" else "BB"),
        lambda text: "A" + text[1:] if text[0] != "A" else "B" + text[1:],
        lambda text: text.rpartition(".")[0],
        lambda text: "",
        lambda text: "x" * 4000,
        lambda text: '{"_user_id":"1"}',
        lambda text: "\\xff\\xfe",
    ],
)
def test_a_cookie_that_was_changed_is_nobodys(owner: Client, capsys: pytest.CaptureFixture[str], change) -> None:
    changed = change(cookie_of(owner))
    owner.set_cookie(COOKIE, changed, domain=HOST, secure=True)
    answer = owner.get("/contacts", headers=PAGE)
    assert (answer.status_code, answer.location) == (303, "/sign-in?next=%2Fcontacts")
    assert not changed or changed not in capsys.readouterr().out


@pytest.mark.parametrize(
    "path",
    ["/contacts/%00", "/contacts/%ff%fe", "/..%2f..%2fetc/passwd", "/static/..%2f..%2fapp.py", "/%E2%80%AE", "//"],
)
def test_odd_encodings_in_paths_lead_nowhere(owner: Client, path: str) -> None:
    assert owner.get(path, headers=PAGE).status_code in (303, 308, 404)


@pytest.mark.parametrize(
    "query", ["q=%00", "q=%ff", "page=-1", "sort=;drop", "cursor=%F0%9F%92%A9", "q=" + "x" * 20_000]
)
def test_odd_queries_break_no_list(owner: Client, query: str) -> None:
    assert owner.get(f"/contacts?{query}", headers=PAGE).status_code == 200


def test_huge_headers_change_nothing(owner: Client) -> None:
    headers = {
        **PAGE,
        "Accept-Language": "x-" + "a" * 50_000,
        "User-Agent": "b" * 50_000,
        "X-Forwarded-For": "c," * 20_000,
    }
    assert owner.get("/contacts", headers=headers).status_code == 200


def test_a_body_over_the_limit_is_refused(owner: Client) -> None:
    assert owner.post("/contacts/new", data=b"x=" + b"y" * (17 * 1024 * 1024), headers=PAGE).status_code in (413, 419)


@pytest.mark.parametrize("value", ["Bearer " + "ak_" + "0" * 20_000, "Bearer ak_\x00", "Bearer \xff", "Bearer", ""])
def test_what_is_no_key_is_refused_and_not_logged(app: Flask, capsys: pytest.CaptureFixture[str], value: str) -> None:
    program = api_client(app, new_tenant())
    answer = program.get("/api/v1/contacts", headers={"Authorization": value})
    assert (answer.status_code, answer.json["error"]["code"]) == (401, "unauthorized")
    assert len(value) < 10 or value[7:] not in capsys.readouterr().out
