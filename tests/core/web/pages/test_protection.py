"""What goes out with every answer, and what is refused without a token."""

import re

import pytest
from flask import Flask

from aerostic.testing.people import Client

PAGE = {"Accept": "text/html"}


@pytest.fixture
def client(app: Flask) -> Client:
    return Client(app, app.response_class, use_cookies=True)


def test_every_answer_forbids_what_no_page_needs(client):
    headers = client.get("/nowhere", headers=PAGE).headers
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert (policy["default-src"], policy["frame-ancestors"], policy["base-uri"]) == ("'none'", "'none'", "'none'")
    assert re.fullmatch(r"'self' 'nonce-[\w-]{22}'", policy["script-src"])
    assert (headers["X-Content-Type-Options"], headers["Referrer-Policy"]) == ("nosniff", "same-origin")
    assert headers["Cache-Control"] == "private, no-store"


def test_a_nonce_is_of_one_answer_and_stands_in_its_page(client):
    answers = [client.get("/nowhere", headers=PAGE) for _ in range(2)]
    nonces = [re.search(r"nonce-([\w-]+)", answer.headers["Content-Security-Policy"])[1] for answer in answers]
    assert nonces[0] != nonces[1]
    assert all(f'nonce="{nonce}"' in answer.text for nonce, answer in zip(nonces, answers, strict=True))


def test_what_is_posted_without_a_token_is_an_expired_form(client):
    answer = client.post("/sign-out", headers=PAGE)
    assert (answer.status_code, "This form has expired" in answer.text) == (419, True)


def test_built_files_are_kept_for_ever_and_pages_are_not(client, app: Flask):
    from aerostic.web.pages.assets import asset

    with app.test_request_context(base_url="https://app.localhost"):
        address = asset("src/app.ts")
    with client.get(address) as answer:
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
