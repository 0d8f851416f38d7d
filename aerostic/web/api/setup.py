"""Mounting the API."""

from flask import Flask

from aerostic.web.api.document import views
from aerostic.web.api.gate import PREFIX, init_gate
from aerostic.web.api.mounted import core_blueprints
from aerostic.web.api.problems import init_problems


def init_api(app: Flask) -> None:
    """Mount the core's API, closed to whom no key speaks for."""
    # What blueprints of APIFlask ask of the application they are mounted on.
    app.config.update(
        BASE_RESPONSE_SCHEMA=None, VALIDATION_ERROR_STATUS_CODE=422, VALIDATION_ERROR_DESCRIPTION="invalid"
    )
    init_gate(app)
    init_problems(app)
    app.register_blueprint(views, url_prefix=PREFIX)
    for blueprint in core_blueprints():
        app.register_blueprint(blueprint, url_prefix=f"{PREFIX}/{blueprint.path}")
