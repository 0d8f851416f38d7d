"""What a part of the API has to be."""

import flask
import pytest
from flask import Flask

from aerostic.registry import BlueprintIn
from aerostic.registry.declarations import Declared
from aerostic.registry.loader import PluginError
from aerostic.registry.mounting import MountingError, check_blueprint
from aerostic.sdk import api
from aerostic.web.blueprints import init_blueprints


def test_a_route_that_names_no_permission_is_refused():
    blueprint = api.Blueprint("acme_api", __name__, tag="Acme")
    with pytest.raises(ValueError, match=r"acme_api: the view of '/things' has to say @needs"):

        @blueprint.get("/things")
        def index() -> str:
            return "open to all"


def test_a_part_that_asks_for_no_keys_is_refused():
    with pytest.raises(MountingError, match=r"has to be made with `sdk.api.Blueprint`"):
        check_blueprint(BlueprintIn("api", flask.Blueprint("acme_api", __name__)))


def test_a_part_that_asks_for_keys_is_taken():
    blueprint = api.Blueprint("acme_api", __name__, tag="Acme")

    @blueprint.get("/things")
    @api.needs("acme.view")
    def index() -> str:
        return "things"

    check_blueprint(BlueprintIn("api", blueprint))
    assert blueprint.permissions == {"acme.view"}


@pytest.mark.parametrize("name", ["contacts", "wallet", "openapi.json"])
def test_no_plugin_stands_where_the_core_does(name):
    class Registry:
        def declared(self, hook: str) -> list[Declared]:
            return [Declared(name, BlueprintIn("api", api.Blueprint("acme_api", __name__, tag="Acme")))]

    app = Flask("trial")
    app.extensions["aerostic"] = type("Runtime", (), {"registry": Registry()})
    with pytest.raises(PluginError, match="A plugin with an API needs another name"):
        init_blueprints(app)


@pytest.mark.parametrize("value", ["a\0b", ["\0"], {"x": {"\0": 1}}, {"x": [{"y": "\0"}]}])
def test_texts_that_no_database_keeps_are_refused_however_deep(value):
    class Thing(api.Data):
        value: object

    with pytest.raises(ValueError, match=r"U\+0000"):
        Thing(value=value)
    assert Thing(value="fine").value == "fine"
