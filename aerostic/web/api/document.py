"""The OpenAPI document, drawn by an APIFlask application that has the API's blueprints and serves nothing.

So what serves pages stays a plain Flask application, and the document needs neither database nor settings.
"""

from collections.abc import Mapping
from typing import Any

from apiflask import APIFlask
from flask import Blueprint as PlainBlueprint
from flask import Response, current_app, jsonify, request

from aerostic.registry import Registry, runtime
from aerostic.web.api.blueprint import SCHEME
from aerostic.web.api.gate import DOCUMENT
from aerostic.web.api.idempotency import HEADER
from aerostic.web.api.mounted import mounted

CACHE = "aerostic_api_document"
REFERENCE = "#/components/schemas/"
ABOUT = (
    "Keys are made in the settings of a workspace and sent as a bearer token; each has the permissions it was given."
    " Amounts are whole micro-credits, a millionth of the currency's unit; times are in UTC. Lists come in pages: send"
    ' `next_cursor` as `cursor` for the next one. Errors are `{"error": {"code", "message", "fields"}}`.'
)
ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message"],
            "properties": {
                "code": {"type": "string", "description": "Stable, for programs."},
                "message": {"type": "string", "description": "What to do, for people."},
                "fields": {
                    "type": "object",
                    "additionalProperties": {"type": "string"},
                    "description": "What is wrong with single fields, by their path.",
                },
            },
        }
    },
}
IDEMPOTENCY = {
    "name": HEADER,
    "in": "header",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
    "description": "Of your own making, one a request. The same one sent again within 24 hours is answered as it was"
    " the first time, and nothing is done twice.",
}
views = PlainBlueprint("api_document", __name__)


@views.get(f"/{DOCUMENT}")
def show() -> Response:
    """The document, with the address it was asked at; the only path that needs no key."""
    if CACHE not in current_app.extensions:
        current_app.extensions[CACHE] = document(runtime().registry)
    return jsonify({**current_app.extensions[CACHE], "servers": [{"url": request.host_url.rstrip("/")}]})


def document(registry: Registry) -> dict[str, Any]:
    """The API of the core and of every installed plugin, as OpenAPI 3.1."""
    app = APIFlask("api", title="API", version="1", spec_path=None, docs_path=None, json_errors=False)
    app.config.update(
        DESCRIPTION=ABOUT,
        AUTO_OPERATION_ID=True,
        AUTO_404_RESPONSE=False,
        AUTO_AUTH_ERROR_RESPONSE=False,
        AUTO_VALIDATION_ERROR_RESPONSE=False,
        SECURITY_SCHEMES={SCHEME: {"type": "http", "scheme": "bearer", "bearerFormat": "ak_<prefix>_<secret>"}},
    )
    for prefix, blueprint in mounted(registry):
        app.register_blueprint(blueprint, url_prefix=prefix)
    with app.app_context():
        found: dict[str, Any] = app.spec  # type: ignore[assignment]
    return _finished(found)


def _finished(found: dict[str, Any]) -> dict[str, Any]:
    """What APIFlask leaves out: errors, the header of repeated requests, ids as UUIDs; and each model once."""
    components = found["components"]
    components["schemas"]["Error"] = ERROR
    components["parameters"] = {HEADER: IDEMPOTENCY}
    content = {"application/json": {"schema": {"$ref": f"{REFERENCE}Error"}}}
    components["responses"] = {"Error": {"description": "It was not done.", "content": content}}
    for path in found["paths"].values():
        for method, operation in path.items():
            operation["responses"]["4XX"] = {"$ref": "#/components/responses/Error"}
            for parameter in operation["parameters"]:
                if parameter["in"] == "path" and parameter["name"] != "name":
                    parameter["schema"]["format"] = "uuid"
            if method == "post":
                operation["parameters"].append({"$ref": f"#/components/parameters/{HEADER}"})
    found["paths"] = dict(sorted(found["paths"].items()))
    return _each_model_once(found)


def _each_model_once(found: dict[str, Any]) -> dict[str, Any]:
    """A model that stands within others is called `<other>.<model>`: its own name is enough, where no other model has it."""
    schemas = found["components"]["schemas"]
    names: dict[str, str] = {}
    taken: dict[str, Any] = {name: schema for name, schema in schemas.items() if "." not in name}
    for name, schema in schemas.items():
        own = name.rpartition(".")[2]
        names[name] = own if taken.setdefault(own, schema)["properties"].keys() == schema["properties"].keys() else name
    found["components"]["schemas"] = {names[name]: schemas[name] for name in sorted(schemas)}
    renamed: dict[str, Any] = _renamed(found, names)
    return renamed


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [_renamed(item, names) for item in value]
    if not isinstance(value, Mapping):
        return value
    target = value.get("$ref")
    if isinstance(target, str) and target.startswith(REFERENCE):
        return {**value, "$ref": REFERENCE + names[target.removeprefix(REFERENCE)]}
    return {key: _renamed(item, names) for key, item in value.items()}
