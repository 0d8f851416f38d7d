"""The API on `api.*`: `/api/v1`, for programs that come with an API key.

A blueprint of the API (`blueprint`) holds every route to a permission of the key and answers a repeated POST as the first;
errors have one shape (`problems`); lists come in pages by cursor (`paging`). The application itself stays a plain Flask
application: `document` draws the OpenAPI document by an APIFlask one that serves nothing.
"""

from importlib import import_module

from flask import Flask

from aerostic.web.api.blueprint import Blueprint
from aerostic.web.api.document import views as document_views
from aerostic.web.api.gate import PREFIX, init_gate
from aerostic.web.api.problems import init_problems

# The first parts of the core's own paths: no plugin may be called so.
RESOURCES = ("contacts", "imports", "messages", "numbers", "tags", "templates", "wallet")


def core_blueprints() -> list[Blueprint]:
    """The core's part of the API."""
    return [import_module(f"aerostic.web.api.resources.{name}").blueprint for name in RESOURCES]


def init_api(app: Flask) -> None:
    """Mount the API, closed to whom no key speaks for."""
    # What blueprints of APIFlask ask of the application they are mounted on.
    app.config.update(
        BASE_RESPONSE_SCHEMA=None, VALIDATION_ERROR_STATUS_CODE=422, VALIDATION_ERROR_DESCRIPTION="invalid"
    )
    init_gate(app)
    init_problems(app)
    app.register_blueprint(document_views, url_prefix=PREFIX)
    for blueprint in core_blueprints():
        app.register_blueprint(blueprint, url_prefix=f"{PREFIX}/{blueprint.path}")
