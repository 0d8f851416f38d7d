"""The domains page of a reseller's console: adding a name, proving it, removing it."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask

from aerostic.testing.people import Client
from aerostic.web.reseller.domains import LOOKUP
from tests.core.web.brands.support import make_host, staff

HTML = {"Accept": "text/html"}
NAME = "chat.tern.example"


@pytest.fixture
def records(app: Flask) -> Iterator[dict[str, list[str]]]:
    """TXT records by name, as the name servers have them."""
    found: dict[str, list[str]] = {}
    app.extensions[LOOKUP] = lambda name: found.get(name, [])
    yield found
    del app.extensions[LOOKUP]


@pytest.fixture
def client(app: Flask, records) -> Client:
    return staff(app, make_host("tern.example"), "tern.example")


def page(client: Client) -> str:
    return client.get("/reseller/domains", headers=HTML).text


def check(client: Client) -> None:
    paths = re.findall(r'action="(/reseller/domains/[0-9a-f-]+/check)"', page(client))
    assert client.post_form(paths[0]).status_code == 303


def test_a_name_is_added_proven_and_served(client, records):
    assert client.post_form("/reseller/domains", {"name": f"https://{NAME}/"}).status_code == 303
    text = page(client)
    assert "Waiting for the proof" in text
    assert client.get("/healthz/x", base_url=f"https://{NAME}", headers=HTML).status_code == 421
    [proof] = re.findall(r'id="txt-1-value">([0-9a-f]{32})<', text)
    check(client)
    assert "The TXT record was not found." in page(client)
    records[f"_host-proof.{NAME}"] = [proof]
    check(client)
    assert "Served" in page(client)
    assert client.get("/healthz/x", base_url=f"https://{NAME}", headers=HTML).status_code == 404


def test_a_removed_name_is_served_no_more(client, app):
    paths = re.findall(r'action="(/reseller/domains/[0-9a-f-]+/remove)"', page(client))
    assert client.post_form(paths[0]).status_code == 303
    assert client.get("/reseller/domains", headers=HTML).status_code == 421


@pytest.mark.parametrize("name", ["", "no name", "app.localhost", "tern.example"])
def test_a_name_that_cannot_be_taken_is_said_to_be_so(client, name):
    answer = client.post_form("/reseller/domains", {"name": name})
    assert (answer.status_code, 'id="e-name"' in answer.text) == (422, True)


def test_nobody_acts_on_anothers_names(client, app):
    [path] = re.findall(r'action="(/reseller/domains/[0-9a-f-]+/remove)"', page(client))
    other = staff(app, make_host("plover.example"), "plover.example")
    assert other.post_form(path).status_code == 404
