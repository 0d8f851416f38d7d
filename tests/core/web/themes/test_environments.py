"""Pages in themes: what a theme replaces, whose parents it asks, and that no theme is ever seen on another's host."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from jinja2 import TemplateNotFound

from aerostic.db import transaction, utcnow
from aerostic.tenancy.brands.design import Design
from aerostic.tenancy.brands.editing import publish, save_draft
from aerostic.tenancy.models import Host
from aerostic.web.themes import environments
from aerostic.web.themes.catalogue import KEY, Catalogue
from aerostic.web.themes.environments import Environments, environment_for
from aerostic.web.themes.theme import Theme
from tests.core.web.themes.support import theme
from tests.support.factories import TESTS, make_reseller

CODE = {"trust": '"code"'}


def use(app: Flask, *themes: Theme) -> None:
    """Let these themes be among the application's."""
    catalogue: Catalogue = app.extensions[KEY]
    for one in themes:
        catalogue.folders[one.name] = catalogue.folders["default"]
        catalogue._themes[one.name] = one


@pytest.fixture(autouse=True)
def _own_themes(app: Flask) -> Iterator[None]:
    """The test's themes are gone afterwards."""
    before = app.extensions[KEY]
    app.extensions[KEY] = Catalogue(dict(before.folders))
    app.extensions[environments.KEY] = Environments(app)
    yield
    app.extensions[KEY] = before
    app.extensions[environments.KEY] = Environments(app)


def page(name: str, text: str) -> dict[str, bytes]:
    return {f"templates/{name}": text.encode()}


def test_a_theme_replaces_a_template_and_leaves_the_others(app):
    use(app, theme("plum", page("errors/error.html", "plum"), **CODE))
    environment = environment_for(app, "plum")
    assert environment.get_template("errors/error.html").render() == "plum"
    assert environment.get_template("macros/icon.html").filename.endswith("web/templates/macros/icon.html")
    product = environment_for(app, "default").get_template("errors/error.html")
    assert product.filename.endswith("web/templates/errors/error.html")


def test_parent_is_the_next_theme_that_has_the_template_and_default_is_the_products(app):
    own = {
        **page("t/x.html", "{% extends '@parent/t/x.html' %}{% block a %}child {{ super() }}{% endblock %}"),
        **page("t/product.html", "{% include '@default/errors/error.html' ignore missing %}child"),
    }
    use(
        app,
        theme("child", own, extends='"middle"', **CODE),
        theme("middle", page("t/y.html", "{% include 't/x.html' %}"), extends='"base"', **CODE),
        theme("base", page("t/x.html", "[{% block a %}base{% endblock %}]"), **CODE),
    )
    child = environment_for(app, "child")
    assert child.get_template("t/x.html").render() == "[child base]"
    assert child.get_template("t/y.html").render() == "[child base]"
    assert environment_for(app, "middle").get_template("t/y.html").render() == "[base]"
    assert child.get_template("@default/macros/icon.html").filename.endswith("web/templates/macros/icon.html")
    with pytest.raises(TemplateNotFound):
        child.get_template("@default/t/x.html")


def test_parent_of_the_last_theme_is_the_product_and_the_product_has_none(app):
    use(app, theme("plum", page("macros/icon.html", "{% extends '@parent/macros/icon.html' %}"), **CODE))
    environment = environment_for(app, "plum")
    assert environment.get_template("macros/icon.html").render() == ""
    with pytest.raises(TemplateNotFound):
        environment.get_template("@9/macros/icon.html")


def test_the_consoles_are_the_products_in_every_theme(app):
    use(app, theme("plum", page("layouts/console.html", "plum"), **CODE))
    found = environment_for(app, "plum").get_template("layouts/console.html")
    assert found.filename.endswith("web/templates/layouts/console.html")


def test_an_environment_is_made_once_and_the_least_used_one_is_let_go(app, monkeypatch):
    use(app, theme("plum"), theme("pear"), theme("fig"))
    monkeypatch.setattr(environments, "MOST", 2)
    plum, pear = environment_for(app, "plum"), environment_for(app, "pear")
    assert environment_for(app, "plum") is plum
    environment_for(app, "fig")
    assert environment_for(app, "plum") is plum
    assert environment_for(app, "pear") is not pear


def test_a_theme_that_cannot_be_used_is_default(app):
    use(app, theme("round", extends='"trip"'), theme("trip", extends='"round"'), theme("lost", extends='"nowhere"'))
    default = environment_for(app, "default")
    assert [environment_for(app, name) is default for name in ("round", "lost", "unheard")] == [True, True, True]


def test_a_theme_is_never_seen_on_another_host(app: Flask):
    """Thirty-two requests at once, on two hosts whose themes replace the same page."""
    names = ("plum", "pear")
    for name in names:
        use(app, theme(name, page("errors/error.html", f"this is {name} {{{{ brand.name }}}}"), **CODE))
        reseller = make_reseller(slug=name)
        with transaction(TESTS) as session:
            session.add(Host(name=f"{name}.example", reseller_id=reseller.id, verified_at=utcnow()))
            save_draft(session, reseller.id, Design(name=name.upper(), theme=name))
            publish(session, reseller.id)

    def ask(name: str) -> tuple[str, str]:
        url = f"https://{name}.example"
        with app.test_client() as client:
            return name, client.get("/not/there", base_url=url, headers={"Accept": "text/html"}).text

    with ThreadPoolExecutor(32) as pool:
        answers = list(pool.map(ask, names * 160))
    assert set(answers) == {(name, f"this is {name} {name.upper()}") for name in names}
