"""The brand page of a reseller's console: drafts, colours that are refused, logos, publishing, going back, previews."""

import io
import re

import pytest
from flask import Flask
from sqlalchemy import select

from aerostic.db import reseller_scope, transaction
from aerostic.tenancy.brands import brand_of_reseller
from aerostic.tenancy.brands.editing import draft_of
from aerostic.tenancy.brands.models import BrandFile
from aerostic.testing.people import Client, sign_in
from aerostic.web.brands import preview
from tests.core.web.brands.support import make_host, staff
from tests.core.web.themes.support import png
from tests.support.factories import make_tenant

HOST = "tern.example"
HTML = {"Accept": "text/html"}
VALUES = {"name": "Tern", "theme": "default", "revision": "0"}


@pytest.fixture
def reseller_id(app: Flask):
    return make_host(HOST)


@pytest.fixture
def client(app: Flask, reseller_id) -> Client:
    return staff(app, reseller_id, HOST)


def draft(reseller_id):
    with transaction(reseller_scope(reseller_id)) as session:
        return draft_of(session, reseller_id)


def test_a_draft_is_saved_and_shown_to_nobody(client, reseller_id):
    answer = client.post_form("/reseller/brand", {**VALUES, "primary": "#7A1F5C", "radius": "2"})
    assert (answer.status_code, draft(reseller_id).design["primary"]) == (303, "#7a1f5c")
    assert brand_of_reseller(reseller_id).name == f"Reseller of {HOST}"
    page = client.get("/reseller/brand", headers=HTML).text
    assert "There is a draft that is not published yet." in page


def test_publishing_shows_it_and_going_back_shows_the_earlier_one(client, reseller_id):
    client.post_form("/reseller/brand", {**VALUES, "publish": "1"})
    client.post_form("/reseller/brand", {**VALUES, "name": "Plover", "revision": "1", "publish": "1"})
    assert "– Plover</title>" in client.get("/reseller/brand", headers=HTML).text
    assert client.post_form("/reseller/brand/versions/1").status_code == 303
    assert "– Tern</title>" in client.get("/reseller/brand", headers=HTML).text
    assert client.post_form("/reseller/brand/versions/9").status_code == 404


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        ("primary", "#808080", "Words on buttons of this colour cannot be read well."),
        ("primary", "red", "A colour is written as # and six hex digits"),
        ("sidebar", "#757575", "Words on this colour cannot be read well."),
        ("name", "<b>", "Only plain text is taken here"),
        ("theme", "northwind", "Choose one of those that are offered."),
        ("theme", "unheard", "Choose one of those that are offered."),
        ("terms_url", "javascript:alert(1)", "This does not have the right form."),
        ("font", "wingdings", "Choose one of those that are offered."),
    ],
)
def test_what_cannot_be_taken_is_said_at_its_field_and_nothing_is_saved(client, reseller_id, field, value, text):
    answer = client.post_form("/reseller/brand", {**VALUES, field: value})
    assert (answer.status_code, draft(reseller_id)) == (422, None)
    [said] = re.findall(rf'id="e-{field}">([^<]+)<', answer.text)
    assert said.startswith(text)


def test_a_theme_that_is_meant_for_somebody_is_offered_to_them_alone(app):
    client = staff(app, make_host("northwind.example", slug="northwind"), "northwind.example")
    assert client.post_form("/reseller/brand", {**VALUES, "theme": "northwind"}).status_code == 303


def test_a_themes_options_are_set_and_shown_in_its_texts(app):
    host = "northwind.example"
    client = staff(app, make_host(host, slug="northwind"), host)
    client.post_form("/reseller/brand", {**VALUES, "theme": "northwind"})
    assert 'value="Every conversation arrives."' in client.get("/reseller/brand", headers=HTML).text
    for wrong in ("<b>now</b>", "x" * 121):
        answer = client.post_form(
            "/reseller/brand", {**VALUES, "theme": "northwind", "revision": "1", "option_promise": wrong}
        )
        assert (answer.status_code, 'id="e-option_promise"' in answer.text) == (422, True)
    client.post_form(
        "/reseller/brand",
        {**VALUES, "theme": "northwind", "revision": "1", "option_promise": "At once.", "publish": "1"},
    )
    stranger = Client(app, app.response_class, use_cookies=True)
    stranger.host = host
    assert "<p>At once.</p>" in stranger.get("/sign-in", headers=HTML).text


def test_two_people_are_told_of_each_other(client, reseller_id):
    client.post_form("/reseller/brand", VALUES)
    answer = client.post_form("/reseller/brand", {**VALUES, "name": "Late"})
    assert (answer.status_code, draft(reseller_id).design["name"]) == (422, "Tern")
    assert "Somebody else has saved this brand meanwhile." in answer.text


def send(client: Client, name: str, data: bytes, **values: str):
    return client.post_form(
        "/reseller/brand", {**VALUES, **values, name: (io.BytesIO(data), "x.bin")}, content_type="multipart/form-data"
    )


def test_a_logo_is_drawn_anew_and_can_be_taken_away(client, reseller_id):
    given = png(2400, 600)
    assert send(client, "logo", given, publish="1").status_code == 303
    with transaction(reseller_scope(reseller_id)) as session:
        file = session.scalar(select(BrandFile))
    assert (file.kind, file.body == given) == ("png", False)
    logo = brand_of_reseller(reseller_id).logo_url
    assert client.get(logo).mimetype == "image/png"
    client.post_form("/reseller/brand", {**VALUES, "revision": "1", "publish": "1"})
    assert brand_of_reseller(reseller_id).logo_url == logo
    client.post_form("/reseller/brand", {**VALUES, "revision": "2", "without": "logo", "publish": "1"})
    assert brand_of_reseller(reseller_id).logo_url == ""


@pytest.mark.parametrize("data", [b"<svg><script/></svg>", b"GIF89a", png()[:50], b"\x89PNG\r\n\x1a\n<svg/>"])
def test_a_logo_that_is_no_harmless_picture_is_refused(client, reseller_id, data):
    answer = send(client, "logo", data)
    assert (answer.status_code, draft(reseller_id), 'id="e-logo"' in answer.text) == (422, None, True)


def test_the_preview_has_the_colours_of_what_is_typed(client):
    answer = client.post_form("/reseller/brand/look", {**VALUES, "primary": "#25d366"})
    assert (answer.status_code, answer.text.count("#13823c")) == (200, 1)
    assert "links use a darker shade of it" in answer.text
    wrong = client.post_form("/reseller/brand/look", {**VALUES, "primary": "#808080"})
    assert "Words on buttons of this colour cannot be read well." in wrong.text


def test_a_draft_is_previewed_by_the_one_who_asked_until_it_ends(app, client, reseller_id, monkeypatch):
    client.post_form("/reseller/brand", {**VALUES, "primary": "#7a1f5c"})
    [token] = re.findall(r'href="(/reseller\?preview=[^"]+)"', client.get("/reseller/brand", headers=HTML).text)
    page = client.get(token, headers=HTML).text
    assert ("– Tern</title>" in page, "This is your draft." in page) == (True, True)
    [own] = re.findall(r'href="(/brand/[^"]+\.css)"', client.get("/reseller", headers=HTML).text)
    assert "#7a1f5c" in client.get(own).text
    other = staff(app, reseller_id, HOST)
    assert "This is your draft." not in other.get(token, headers=HTML).text
    assert other.get(own).status_code == 404
    assert "This is your draft." not in client.get("/reseller?preview=", headers=HTML).text
    assert client.get(own).status_code == 404
    monkeypatch.setattr(preview, "SECONDS", -1)
    assert "This is your draft." not in client.get(token, headers=HTML).text


def test_a_preview_is_not_seen_on_another_resellers_host(app, client, reseller_id):
    client.post_form("/reseller/brand", VALUES)
    make_host("plover.example", slug="plover")
    [link] = re.findall(r'href="/reseller(\?preview=[^"]+)"', client.get("/reseller/brand", headers=HTML).text)
    there = staff(app, reseller_id, "plover.example")
    assert "This is your draft." not in there.get(f"/not/there{link}", headers=HTML).text


def test_on_a_resellers_host_other_resellers_staff_are_strangers(app, reseller_id):
    other = staff(app, make_host("plover.example", slug="plover"), HOST)
    assert other.get("/reseller/brand", headers=HTML).status_code == 403


@pytest.mark.parametrize("path", ["/reseller/brand", "/reseller/domains"])
def test_the_console_is_for_the_resellers_staff(app, reseller_id, path):
    owner = sign_in(app, make_tenant(reseller_id=reseller_id).id, "owner", HOST)
    assert owner.get(path, headers=HTML).status_code == 403
