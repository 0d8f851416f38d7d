"""The pages of numbers and of connecting accounts, through the real application."""

import pytest
from aerostic_emulator import seed
from aerostic_emulator.config import Config
from aerostic_emulator.running import in_thread
from aerostic_emulator.server import Emulator

from aerostic.db import new_id, tenant_scope, transaction
from aerostic.messaging.models import ChannelAccount, ChannelNumber, Lane, Message
from aerostic.testing.people import new_tenant
from tests.core.messaging.conversations.talk import Talk
from tests.core.web.app.conversations import form_key, visit
from tests.support.factories import make_template, make_tenant

PAGE = {"Accept": "text/html"}


@pytest.fixture
def emulator():
    made = Emulator(Config(verify_callbacks=False))
    with in_thread(made) as made.url:
        yield made


def form(emulator, **values) -> dict[str, str]:
    filled = {"name": "Main", "external_id": seed.WABA_ID, "token": seed.TOKEN, "app_secret": seed.APP_SECRET,
              "verify_token": "", "base_url": emulator.url, "version": "v24.0"}  # fmt: skip
    return {**filled, **values}


def account_of(tenant_id) -> ChannelAccount:
    with transaction(tenant_scope(tenant_id)) as session:
        return session.query(ChannelAccount).one()


def test_a_workspace_without_numbers_is_led_to_connecting_one(app):
    tenant = new_tenant()
    assert "/numbers/connect" in visit(app, tenant).get("/numbers").text
    assert "/numbers/connect" not in visit(app, tenant, "viewer").get("/numbers").text


def test_an_account_is_connected_from_the_form(app, emulator):
    tenant = new_tenant()
    client = visit(app, tenant)
    answer = client.post_form("/numbers/connect", form(emulator))
    assert (answer.status_code, answer.location) == (303, "/numbers")
    page = client.get("/numbers").text
    assert "Main" in page and seed.WABA_ID in page and "Ready" in page
    secrets = account_of(tenant).credentials
    made = secrets.pop("verify_token")
    assert (len(made) >= 32, secrets) == (True, {"token": seed.TOKEN, "app_secret": seed.APP_SECRET})


def test_secrets_are_never_shown_again(app, emulator):
    tenant = new_tenant()
    client = visit(app, tenant)
    client.post_form("/numbers/connect", form(emulator))
    refused = client.post_form("/numbers/connect", form(emulator, token="wrong-secret-token"))
    again = client.get(f"/numbers/accounts/{account_of(tenant).id}/connect")
    assert refused.status_code == 422 and "The access token is not valid" in refused.text
    for page in (refused.text, again.text):
        assert not any(secret in page for secret in (seed.TOKEN, seed.APP_SECRET, "wrong-secret-token"))


def test_a_form_that_lacks_something_says_where(app, emulator):
    client = visit(app, new_tenant())
    answer = client.post_form("/numbers/connect", form(emulator, token="", external_id="a b"))
    assert answer.status_code == 422
    assert 'id="e-token"' in answer.text and 'id="e-external_id"' in answer.text and 'value="Main"' in answer.text


def test_connecting_again_keeps_secrets_that_are_left_empty(app, emulator):
    tenant = new_tenant()
    client = visit(app, tenant)
    client.post_form("/numbers/connect", form(emulator))
    before = account_of(tenant)
    path = f"/numbers/accounts/{before.id}/connect"
    changed = form(emulator, name="Renamed", token="", app_secret="new secret", external_id="another")
    assert client.post_form(path, changed).status_code == 303
    after = account_of(tenant)
    assert (after.name, after.external_id) == ("Renamed", seed.WABA_ID)
    assert after.credentials == {**before.credentials, "app_secret": "new secret"}


def test_a_number_shows_why_it_has_stopped_and_goes_on_when_told_to(app):
    talk = Talk.begin()
    with talk.scope() as session:
        session.query(Lane).update({"stopped": "The access token is not valid any more."})
    client = visit(app, talk.tenant_id)
    path = f"/numbers/{talk.number.id}"
    assert "The access token is not valid any more." in client.get(path).text
    assert client.post_form(f"{path}/restart").status_code == 303
    assert "The access token is not valid any more." not in client.get(path).text


def test_a_test_is_sent_once_from_one_form(app):
    talk = Talk.begin()
    made = make_template(talk.tenant_id, talk.account)
    client = visit(app, talk.tenant_id)
    path = f"/numbers/{talk.number.id}"
    data = {"form_key": form_key(client.get(path).text), "to": "+4915112345678", "template": str(made.id)}
    assert [client.post_form(f"{path}/test", data).status_code for _ in range(2)] == [303, 303]
    with talk.scope() as session:
        assert session.query(Message).count() == 1


@pytest.mark.parametrize(
    ("values", "words"),
    [({"to": "nobody"}, "This is no phone number"), ({"template": str(new_id())}, "cannot be sent")],
)
def test_a_test_that_cannot_be_sent_says_why_and_keeps_what_was_typed(app, values, words):
    talk = Talk.begin()
    made = make_template(talk.tenant_id, talk.account)
    data = {"form_key": str(new_id()), "to": "+4915112345678", "template": str(made.id), **values}
    answer = visit(app, talk.tenant_id).post_form(f"/numbers/{talk.number.id}/test", data)
    assert answer.status_code == 422 and words in answer.text and f'value="{data["to"]}"' in answer.text


def test_refreshing_tells_what_the_provider_said(app, emulator):
    tenant = new_tenant()
    client = visit(app, tenant)
    client.post_form("/numbers/connect", form(emulator))
    path = f"/numbers/accounts/{account_of(tenant).id}/refresh"
    assert client.post_form(path).status_code == 303
    assert "The numbers are up to date." in client.get("/numbers").text
    emulator.world.state.tokens.clear()
    client.post_form(path)
    assert "The access token is not valid any more" in client.get("/numbers").text


def test_who_may_not_connect_may_look_only(app):
    talk = Talk.begin()
    client = visit(app, talk.tenant_id, "agent")
    path = f"/numbers/{talk.number.id}"
    assert client.get(path).status_code == 200 and "Send a test" not in client.get(path).text
    posts = (f"{path}/test", f"{path}/restart", f"/numbers/accounts/{talk.account.id}/refresh", "/numbers/connect")
    assert [client.post_form(post).status_code for post in posts] == [403] * 4
    assert client.get("/numbers/connect", headers=PAGE).status_code == 403


def test_another_workspaces_numbers_are_not_there(app):
    talk = Talk.begin()
    client = visit(app, make_tenant().id)
    path, account = f"/numbers/{talk.number.id}", f"/numbers/accounts/{talk.account.id}"
    posts = (f"{path}/restart", f"{account}/refresh", f"{account}/connect")
    found = [client.post_form(post).status_code for post in posts]
    data = {"form_key": str(new_id()), "to": "+4915112345678", "template": str(new_id())}
    found += [client.get(page, headers=PAGE).status_code for page in (path, f"{account}/connect")]
    assert [*found, client.post_form(f"{path}/test", data).status_code] == [404] * 6


def test_the_credentials_of_a_number_of_ours_stay_with_us(app, emulator):
    tenant, other = new_tenant(), new_tenant()
    visit(app, tenant).post_form("/numbers/connect", form(emulator))
    taken = visit(app, other).post_form("/numbers/connect", form(emulator))
    assert taken.status_code == 422 and "another workspace" in taken.text
    with transaction(tenant_scope(other)) as session:
        assert session.query(ChannelNumber).count() == 0
