"""A request is made of what was configured, whatever the values say; and its answer becomes variables."""

from typing import Any
from uuid import UUID

import pytest
from aerostic_http.asking import HttpRequest
from flask import Flask

from aerostic.flows.configs import problems
from tests.plugins.aerostic_http.scenes import ask, failed, went
from tests.plugins.aerostic_http.system import System
from tests.support.factories import make_tenant

NASTY = 'Ada "x", "admin": true}\n\\'


@pytest.fixture
def tenant(app: Flask) -> UUID:
    return make_tenant(plugins=("http",)).id


def test_a_value_within_json_stays_one_value(tenant: UUID, system: System):
    config = {"url": system.url, "method": "POST", "body": "json"}
    config["body_json"] = (
        '{"name": "Dear {{ contact.name }}", "raw": {{ contact.name }}, "tags": {{ contact.tags }}, "none": {{ x }}}'
    )
    went(ask(tenant, config, contact={"name": NASTY, "tags": ["a", 1]}))
    (asked,) = system.asked
    assert asked.json == {"name": f"Dear {NASTY}", "raw": NASTY, "tags": ["a", 1], "none": ""}
    assert (asked.method, asked.headers["content-type"]) == ("POST", "application/json")


def test_fields_become_an_object_or_a_form(tenant: UUID, system: System):
    fields = [{"name": "who", "value": "{{ contact.name }}"}, {"name": "n", "value": "{{ vars.n }}"}]
    config = {"url": system.url, "method": "PUT", "body": "fields", "body_fields": fields}
    went(ask(tenant, config, contact={"name": NASTY}, vars={"n": 3}))
    went(ask(tenant, {**config, "body": "form"}, contact={"name": "a&n=4"}, vars={"n": 3}))
    went(ask(tenant, {"url": system.url, "method": "PUT", "body": "text", "body_text": "Hi {{ contact.name }}"}))
    assert system.asked[0].json == {"who": NASTY, "n": 3}
    assert [one.body for one in system.asked[1:]] == [b"who=a%26n%3D4&n=3", b"Hi "]


def test_a_value_in_an_address_does_not_change_where_it_leads(tenant: UUID, system: System):
    config = {
        "url": system.url + "/people/{{ contact.name }}/x?a=1",
        "query": [{"name": "q", "value": "{{ contact.name }}"}],
    }
    went(ask(tenant, config, contact={"name": "../admin?b=2&c#"}))
    went(ask(tenant, {"url": "{{ vars.whole }}"}, vars={"whole": system.url + "/a/b?c=d"}))
    paths = [one.path for one in system.asked]
    assert paths == ["/people/..%2Fadmin%3Fb=2&c%23/x?a=1&q=../admin?b%3D2%26c%23", "/a/b?c=d"]
    with pytest.raises(ValueError):
        ask(tenant, config, contact={"name": ".."})


def test_every_try_of_a_step_bears_the_same_key_and_headers_are_sent_once(tenant: UUID, system: System):
    went(
        ask(
            tenant,
            {"url": system.url, "headers": {"accept": "text/csv", "X-Lang": "{{ contact.language }}"}},
            contact={"language": "de"},
        )
    )
    headers = system.asked[0].headers
    assert (headers["accept"], headers["x-lang"], headers["idempotency-key"]) == ("text/csv", "de", "flow:run:ask:1")


@pytest.mark.parametrize("value", ["de\r\nX-Admin: 1", "de\nfr", "\x00", "naïve"])
def test_a_value_cannot_end_a_header(tenant: UUID, system: System, value: str):
    outcome = ask(
        tenant, {"url": system.url, "headers": {"X-Lang": "{{ contact.language }}"}}, contact={"language": value}
    )
    assert (failed(outcome).code, failed(outcome).again, system.asked) == ("request", False, [])


def test_parts_of_the_answer_become_variables(tenant: UUID, system: System):
    system.answer({"order": {"id": 7, "lines": [{"name": "Tea"}]}, "note": None}, X_Request_Id="r1", Set_Cookie="a=b")
    keep = [
        {"variable": "id", "path": "order.id"},
        {"variable": "first", "path": "order.lines.0.name"},
        {"variable": "second", "path": "order.lines.1.name", "otherwise": "nothing"},
        {"variable": "note", "path": "note", "otherwise": "x"},
    ]
    done = went(ask(tenant, {"url": system.url, "keep": keep}))
    values = {"id": 7, "first": "Tea", "second": "nothing", "note": None}
    assert (done.values, done.output["values"], done.output["status"]) == (values, values, 200)
    assert set(done.output["headers"]) == {"date", "x-request-id"}
    assert (
        HttpRequest().gives(HttpRequest.Config.model_validate({"url": system.url, "keep": keep})).values["second"]
        == "nothing"
    )


def test_a_part_that_is_needed_and_missing_is_an_error(tenant: UUID, system: System):
    needed = [{"variable": "id", "path": "id", "needed": True}]
    system.answer(b"<html>")
    assert failed(ask(tenant, {"url": system.url, "keep": needed})).code == "part_missing"
    system.answer({"id": "x" * 20_000})
    assert failed(ask(tenant, {"url": system.url, "keep": needed})).code == "part_too_large"


def test_a_text_is_kept_shortened_and_one_that_is_too_large_not_taken(tenant: UUID, system: System):
    system.answer(b"x" * 9_000)
    assert len(went(ask(tenant, {"url": system.url})).output["text"]) == 4_000
    assert failed(ask(tenant, {"url": system.url, "kilobytes": 8})).code == "large"


@pytest.mark.parametrize(
    ("method", "status", "again"),
    [
        ("GET", 500, True),
        ("HEAD", 504, True),
        ("GET", 404, False),
        ("POST", 500, False),
        ("POST", 503, True),
        ("PUT", 429, True),
    ],
)
def test_what_may_have_been_taken_is_tried_again_only_where_it_reads(
    tenant: UUID, system: System, method: str, status: int, again: bool
):
    system.answer({}, status)
    outcome = failed(ask(tenant, {"url": system.url, "method": method}))
    assert (outcome.code, outcome.again) == (f"status_{status}", again)
    assert HttpRequest().repeatable(HttpRequest.Config(url="https://x.example", method=method)) == (
        method in ("GET", "HEAD")
    )


@pytest.mark.parametrize(
    ("said", "after", "again"),
    [("7", 7.0, True), ("Fri, 27 Nov 2026 12:01:30 GMT", 90.0, True), ("Fri, 27 Nov 2026 11:00:00 GMT", 0.0, True),
     ("soon", 0.0, True), ("-5", 0.0, True), ("3601", 0.0, False), ("9" * 400, 0.0, False)],
)  # fmt: skip
def test_another_system_is_left_alone_for_as_long_as_it_says_within_an_hour(
    tenant: UUID, system: System, said: str, after: float, again: bool
):
    system.answer({}, 503, Retry_After=said)
    outcome = failed(ask(tenant, {"url": system.url}))
    assert (outcome.after, outcome.again) == (after, again)


def test_which_statuses_are_answers_is_configured(tenant: UUID, system: System):
    system.answer({"error": "none"}, 404)
    keep = [{"variable": "why", "path": "error"}]
    assert went(ask(tenant, {"url": system.url, "success": ["2xx", "404"], "keep": keep})).values == {"why": "none"}
    assert failed(ask(tenant, {"url": system.url, "success": ["201"]})).code == "status_404"
    system.answer({}, 302, Location=f"{system.url}/elsewhere")
    assert went(ask(tenant, {"url": system.url, "success": ["3xx"], "redirects": False})).output["headers"]["location"]


def test_how_often_and_how_long_is_tried_is_configured():
    config = HttpRequest.Config(url="https://x.example", retries=1, pause=30)
    assert HttpRequest().patience(config) == (1, 30.0)


def test_an_address_of_our_own_network_is_not_asked(tenant: UUID):
    for url, code in (("https://10.0.0.1/", "private"), ("http://example.com/", "scheme"), ("{{ vars.x }}", "scheme")):
        assert failed(ask(tenant, {"url": url}, vars={"x": "ftp://example.com"})).code == code


@pytest.mark.parametrize(
    ("config", "fields"),
    [
        ({"url": "ftp://x.example"}, ["url"]),
        ({"url": "https://me:word@x.example/"}, ["url"]),
        ({"headers": {"Host": "y"}}, ["headers"]),
        ({"headers": {"Connection": "close"}}, ["headers"]),
        ({"headers": {"Transfer-Encoding": "x"}}, ["headers"]),
        ({"headers": {"X Y": "z"}}, ["headers"]),
        ({"headers": {"X-Y": "a\nb"}}, ["headers"]),
        ({"auth": "bearer"}, ["secret"]),
        ({"auth": "bearer", "secret": "shop", "headers": {"authorization": "x"}}, ["headers"]),
        ({"auth": "header", "secret": "shop", "auth_header": "Host"}, ["auth_header"]),
        ({"body": "json", "body_json": '{"a": {{ x }}'}, ["body_json"]),
        ({"body": "json", "body_json": '{{{ x }}: 1}'}, ["body_json"]),
        ({"body": "json", "body_json": '{"a": "{{ x }}", "b": [{{ y }}, 1]}'}, []),
        ({"url": "https://x.example/{{ contact.__class__ }}"}, ["url"]),
    ],
)  # fmt: skip
def test_what_no_run_could_use_is_told_at_its_field(config: dict[str, Any], fields: list[str]):
    assert [problem.field for problem in problems(HttpRequest(), {"url": "https://x.example", **config})] == fields
