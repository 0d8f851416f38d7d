"""What browsers fetch of brands and themes: kept for ever, harmless, and only on the hosts it belongs to."""

import re
from uuid import UUID

import pytest
from flask import Flask

from aerostic.db import reseller_scope, transaction, utcnow
from aerostic.tenancy.brands.design import Design
from aerostic.tenancy.brands.editing import draft_of, keep_file, publish, save_draft
from aerostic.tenancy.models import Host
from aerostic.testing.people import Client
from aerostic.web.unchanging import FOREVER, POLICY
from tests.support.factories import TESTS, make_reseller

HTML = {"Accept": "text/html"}
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h8"/></svg>'


@pytest.fixture
def client(app: Flask) -> Client:
    return Client(app, app.response_class)


def branded(host: str, slug: str = "", **values: object) -> UUID:
    """A reseller whose brand is shown on a host."""
    reseller = make_reseller(slug=slug or host)
    with transaction(TESTS) as session:
        session.add(Host(name=host, reseller_id=reseller.id, verified_at=utcnow()))
        brand(session, reseller.id, **values)
    return reseller.id


def brand(session, reseller_id: UUID, **values: object) -> None:
    draft = draft_of(session, reseller_id)
    save_draft(session, reseller_id, Design.model_validate({"name": "Tern", **values}), draft.revision if draft else 0)
    publish(session, reseller_id)


def page(client: Client, host: str):
    return client.get("/not/there", base_url=f"https://{host}", headers=HTML)


def stylesheets(client: Client, host: str) -> list[str]:
    """The addresses of stylesheets, without that of the page bundle."""
    found = re.findall(r'<link rel="stylesheet" href="([^"]+)"', page(client, host).text)
    return [address for address in found if not address.startswith("/static/")]


def test_a_page_bears_name_colours_and_theme_of_its_hosts_brand(client):
    branded("tern.example", name="Tern", primary="#7a1f5c", support_email="help@tern.example", theme="northwind")
    answer = page(client, "tern.example")
    assert "– Tern</title>" in answer.text
    assert "help@tern.example" in answer.text
    theme, own = stylesheets(client, "tern.example")
    assert "--aero-sidebar-bg:#12203a" in client.get(theme, base_url="https://tern.example").text
    assert "--aero-primary:#7a1f5c" in client.get(own, base_url="https://tern.example").text
    assert (answer.headers["Vary"], answer.headers["Cache-Control"]) == ("Host, Cookie", "private, no-store")


def test_a_brand_that_leaves_everything_to_default_has_no_stylesheet(client):
    branded("tern.example")
    assert stylesheets(client, "tern.example") == []


def test_stylesheets_are_kept_for_ever_and_change_their_address(client):
    reseller_id = branded("tern.example", primary="#7a1f5c")
    [before] = stylesheets(client, "tern.example")
    answer = client.get(before, base_url="https://tern.example")
    assert (answer.mimetype, answer.headers["Cache-Control"], answer.headers["X-Content-Type-Options"]) == (
        "text/css",
        FOREVER,
        "nosniff",
    )
    with transaction(reseller_scope(reseller_id)) as session:
        brand(session, reseller_id, primary="#1f5c7a")
    [after] = stylesheets(client, "tern.example")
    assert before != after
    assert client.get(before, base_url="https://tern.example").status_code == 404


def test_nothing_of_one_reseller_is_fetched_on_anothers_host(client):
    reseller_id = branded("tern.example", primary="#7a1f5c", theme="northwind")
    branded("plover.example", slug="plover")
    with transaction(reseller_scope(reseller_id)) as session:
        logo = keep_file(session, reseller_id, "svg", SVG)
    theirs = [*stylesheets(client, "tern.example"), f"/brand/{logo.id}-{logo.digest}.svg"]
    codes = {
        host: [client.get(address, base_url=f"https://{host}").status_code for address in theirs]
        for host in ("tern.example", "plover.example")
    }
    assert codes == {"tern.example": [200] * 3, "plover.example": [404] * 3}


def test_a_drawing_can_do_nothing_even_when_it_is_opened_by_itself(client):
    reseller_id = branded("tern.example")
    with transaction(reseller_scope(reseller_id)) as session:
        logo = keep_file(session, reseller_id, "svg", SVG)
    answer = client.get(f"/brand/{logo.id}-{logo.digest}.svg", base_url="https://tern.example")
    assert (answer.data, answer.mimetype, answer.headers["Content-Security-Policy"]) == (SVG, "image/svg+xml", POLICY)
    assert (answer.headers["Content-Disposition"], answer.headers["Cache-Control"]) == ("attachment", FOREVER)
    assert client.get(f"/brand/{logo.id}-0.svg", base_url="https://tern.example").status_code == 404


def test_the_themes_files_are_those_of_its_chain_by_their_digest(client):
    branded("tern.example", theme="northwind")
    text = page(client, "tern.example").text
    [logo] = set(re.findall(r"/t/northwind/[0-9a-f]{16}/img/logo\.svg", text))
    assert client.get(logo, base_url="https://tern.example").headers["Cache-Control"] == FOREVER
    for wrong in (
        logo.replace("/t/northwind/", "/t/default/"),
        re.sub("[0-9a-f]{16}", "0" * 16, logo),
        logo.replace("img/logo.svg", "../theme.toml"),
        logo.replace("img/logo.svg", "tokens.css"),
    ):
        assert client.get(wrong, base_url="https://tern.example").status_code == 404


def test_the_platforms_pages_are_its_own_and_an_unknown_hosts_nobodys(client):
    branded("tern.example", theme="northwind")
    assert "– Aerostic</title>" in page(client, "app.localhost").text
    answer = page(client, "who.example")
    assert (answer.status_code, "Aerostic" in answer.text, "Tern" in answer.text) == (421, False, False)


def test_a_themes_words_take_the_place_of_the_products(client):
    branded("tern.example", theme="northwind")
    branded("plover.example", slug="plover")
    found = {}
    for host in ("tern.example", "plover.example"):
        with client.application.test_request_context("/", base_url=f"https://{host}"):
            client.application.preprocess_request()
            found[host] = client.application.jinja_env.from_string("{{ _('Workspaces') }} {{ _('Team') }}").render()
    assert found == {"tern.example": "Businesses Team", "plover.example": "Workspaces Team"}
