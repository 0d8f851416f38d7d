"""The OpenAPI document says what there is, and nothing in it leads nowhere."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from aerostic.testing.people import Client
from aerostic.web.api.gate import PREFIX

METHODS = {"get", "post", "patch", "put", "delete"}
NAME = re.compile(r"[A-Za-z0-9._-]+")


@pytest.fixture
def document(app: Flask) -> dict[str, Any]:
    """As a stranger gets it."""
    client = Client(app, app.response_class, use_cookies=False)
    client.host = "api.localhost"
    answer = client.get(f"{PREFIX}/openapi.json")
    assert answer.status_code == 200
    return answer.json


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for item in value.values():
            yield from references(item)
    elif isinstance(value, list):
        for item in value:
            yield from references(item)


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield path, method, operation


def test_it_is_openapi_3_1_at_the_address_it_was_asked_at(document):
    assert document["openapi"].startswith("3.1")
    assert document["servers"] == [{"url": "https://api.localhost"}]
    assert {"title", "version"} <= document["info"].keys()


def test_it_has_every_route_of_the_api_and_no_other(app, document):
    routes = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(f"{PREFIX}/") and not rule.rule.endswith("/openapi.json")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert {(path, method) for path, method, _ in operations(document)} == routes


def test_every_reference_leads_somewhere(document):
    for reference in references(document):
        found: Any = document
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]
        assert found


def test_every_component_has_a_name_that_is_allowed(document):
    for kind in document["components"].values():
        assert [name for name in kind if not NAME.fullmatch(name)] == []


def test_every_operation_says_what_it_does_needs_and_answers(document):
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(set(names)) == len(names)
    for path, method, operation in operations(document):
        where = f"{method} {path}"
        assert method in METHODS, where
        assert operation["summary"].endswith("."), where
        ((scheme, permissions),) = operation["security"][0].items()
        assert scheme in document["components"]["securitySchemes"] and len(permissions) == 1, where
        (done,) = [code for code in operation["responses"] if code.startswith("2")]
        schema = operation["responses"][done].get("content", {}).get("application/json", {}).get("schema")
        assert (done == "204" and schema is None) or schema.get("$ref") or schema["type"] == "object", where
        assert operation["responses"]["4XX"] == {"$ref": "#/components/responses/Error"}, where


def test_every_place_in_a_path_is_a_parameter(document):
    for path, method, operation in operations(document):
        given = {p["name"] for p in operation["parameters"] if p.get("in") == "path"}
        assert given == set(re.findall(r"{(\w+)}", path)), f"{method} {path}"
        assert all(p["required"] for p in operation["parameters"] if p.get("in") == "path")


def test_every_post_takes_an_idempotency_key(document):
    header = {"$ref": "#/components/parameters/Idempotency-Key"}
    assert {method for _, method, operation in operations(document) if header in operation["parameters"]} == {"post"}
    assert all(header in operation["parameters"] for _, method, operation in operations(document) if method == "post")
