"""The webhooks of a flow on its page: where other systems call it, and the secret that they know."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from aerostic.db import tenant_scope, transaction, utcnow
from aerostic.flows.document import Document
from aerostic.flows.hooks import keeping
from aerostic.flows.hooks.models import FlowHook
from tests.plugins.aerostic_flows.scenes import HERE, PAGE, SIMPLE, Desk, acts, field, visit, words

CALLED = Document.of({"nodes": [{"id": "in", "kind": "http.webhook", "title": "The <b>shop</b> calls 100%"}]})


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk()


def hook(desk: Desk) -> FlowHook:
    with transaction(tenant_scope(desk.id)) as session:
        return session.scalars(select(FlowHook)).one()


def secret(desk: Desk) -> str:
    return str((hook(desk).secrets or {})["now"])


def good(desk: Desk) -> list[str]:
    return [one.decode() for one in keeping.good_secrets(hook(desk))]


def noted(desk: Desk) -> list[Any]:
    return [(name, after) for name, _before, after in acts(desk) if name.startswith("flow.hook")]


def test_the_address_is_there_to_be_copied_and_the_secret_is_not(app: Flask, desk: Desk) -> None:
    flow = desk.published(drawn=CALLED)
    html = visit(app, desk).get(f"{HERE}/{flow}").text
    assert f'id="address-1" dir="ltr" translate="no">https://hooks.localhost/flows/{hook(desk).token}<' in html
    assert 'data-copy="address-1"' in html
    assert secret(desk) not in html
    assert "The &lt;b&gt;shop&lt;/b&gt; calls 100%" in html
    assert noted(desk) == []


def test_it_is_shown_once_when_asked_for_and_that_is_noted(app: Flask, desk: Desk) -> None:
    flow = desk.published(drawn=CALLED)
    client = visit(app, desk)
    answer = client.post_form(f"{HERE}/hooks/{hook(desk).id}/reveal")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "private, no-store")
    assert re.findall(r'id="secret-1"[^>]*>([^<]*)<', answer.text) == [secret(desk)]
    assert secret(desk) not in client.get(f"{HERE}/{flow}").text
    assert noted(desk) == [("flow.hook_revealed", {"node": "in"})]


def test_a_new_one_is_made_once_a_page_and_the_old_one_is_good_for_a_day(app: Flask, desk: Desk) -> None:
    flow = desk.published(drawn=CALLED)
    client, old = visit(app, desk), secret(desk)
    since = field(client.get(f"{HERE}/{flow}").text, "since")
    path = f"{HERE}/hooks/{hook(desk).id}/rotate"
    assert [client.post_form(path, {"since": since}).location for _ in range(2)] == [f"{HERE}/{flow}"] * 2
    assert (good(desk), secret(desk) == old) == ([secret(desk), old], False)
    assert noted(desk) == [("flow.hook_rotated", {"node": "in"})]
    html = client.get(f"{HERE}/{flow}").text
    assert "The old secret is good until " in words(html)
    assert "With another new one, it ends at once." in html
    assert secret(desk) not in html
    client.post_form(path, {"since": field(html, "since")})
    assert old not in good(desk)


@pytest.mark.parametrize("since", ["x", "2020-01-01", "\0", "%s" * 1_000])
def test_asked_by_a_page_of_another_time_none_is_made(app: Flask, desk: Desk, since: str) -> None:
    desk.published(drawn=CALLED)
    old = secret(desk)
    visit(app, desk).post_form(f"{HERE}/hooks/{hook(desk).id}/rotate", {"since": since})
    assert (secret(desk), noted(desk)) == (old, [])


def test_before_it_is_published_there_is_no_address_and_the_card_says_so(app: Flask, desk: Desk) -> None:
    page = words(visit(app, desk).get(f"{HERE}/{desk.draft(drawn=CALLED)}").text)
    assert "It has an address once the flow is published." in page
    assert "Show the secret" not in page


def test_a_webhook_that_the_draft_has_no_more_is_shown_as_long_as_it_is_published(app: Flask, desk: Desk) -> None:
    flow = desk.published(drawn=CALLED)
    client = visit(app, desk)
    page = client.get(f"{HERE}/{flow}/draft").text
    text = SIMPLE.text().decode()
    client.post_form(f"{HERE}/{flow}/draft", {"name": "x", "document": text, "revision": field(page, "revision")})
    assert hook(desk).token in client.get(f"{HERE}/{flow}").text
    client.post_form(f"{HERE}/{flow}/publish")
    assert "Webhooks" not in words(client.get(f"{HERE}/{flow}").text)


@pytest.mark.parametrize("role", ["viewer", "agent"])
def test_who_does_not_draw_flows_sees_and_does_none_of_it(app: Flask, desk: Desk, role: str) -> None:
    flow = desk.published(drawn=CALLED)
    client, old = visit(app, desk, role), secret(desk)
    assert hook(desk).token not in client.get(f"{HERE}/{flow}").text
    paths = [f"{HERE}/hooks/{hook(desk).id}/{act}" for act in ("reveal", "rotate")]
    assert [client.post_form(path, {"since": ""}, headers=PAGE).status_code for path in paths] == [403, 403]
    assert (secret(desk), noted(desk)) == (old, [])


def test_another_workspace_gets_at_none_of_it(app: Flask, desk: Desk) -> None:
    desk.published(drawn=CALLED)
    client, old = visit(app, Desk()), secret(desk)
    for hook_id in (hook(desk).id, UUID(int=0)):
        paths = [f"{HERE}/hooks/{hook_id}/{act}" for act in ("reveal", "rotate")]
        assert [client.post_form(path, {"since": ""}, headers=PAGE).status_code for path in paths] == [404, 404]
    assert (secret(desk), noted(desk)) == (old, [])


def test_an_old_secret_that_is_over_is_not_told_as_good(app: Flask, desk: Desk) -> None:
    flow = desk.published(drawn=CALLED)
    with transaction(tenant_scope(desk.id)) as session:
        row = session.scalars(select(FlowHook)).one()
        row.secrets = {"now": "new", "before": "old", "until": (utcnow() - timedelta(seconds=1)).timestamp()}
    assert "is good until" not in visit(app, desk).get(f"{HERE}/{flow}").text
