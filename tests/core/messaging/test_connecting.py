"""Connecting accounts: checked before anything is kept, mended and connected again, and nobody else's."""

from dataclasses import replace

import pytest
from aerostic_emulator import seed
from aerostic_emulator.config import Config
from aerostic_emulator.running import in_thread
from aerostic_emulator.server import Emulator

from aerostic.db import platform_scope, tenant_scope, transaction
from aerostic.messaging.connecting import Connection, connect
from aerostic.messaging.contract import ChannelError
from aerostic.messaging.models import ChannelAccount, ChannelNumber, Lane, Template
from tests.core.messaging.outbound.support import CREDENTIALS
from tests.support.factories import make_tenant

pytestmark = pytest.mark.usefixtures("app")
HOOKS = "http://127.0.0.1:1"
COUNTED = (ChannelAccount, ChannelNumber, Lane, Template)


@pytest.fixture
def emulator():
    made = Emulator(Config(verify_callbacks=False))
    with in_thread(made) as made.url:
        yield made


def connection(emulator, **values) -> Connection:
    return replace(Connection("whatsapp", "Main", seed.WABA_ID, CREDENTIALS, {"base_url": emulator.url}), **values)


def kept() -> list[int]:
    with transaction(platform_scope("tests")) as session:
        return [session.query(model).count() for model in COUNTED]


def test_an_account_comes_with_its_numbers_and_templates_and_its_webhooks_are_pointed_here(emulator):
    tenant = make_tenant()
    account_id = connect(tenant.id, connection(emulator), HOOKS)
    assert kept() == [1, 2, 2, len(seed.TEMPLATES)]
    with transaction(tenant_scope(tenant.id)) as session:
        account = session.get_one(ChannelAccount, account_id)
    callback = emulator.world.state.wabas[seed.WABA_ID].subscriptions[seed.APP_ID]
    assert callback == f"{HOOKS}/whatsapp/{account.endpoint}"


def test_connecting_again_keeps_the_address_and_lets_stopped_numbers_send(emulator):
    tenant = make_tenant()
    account_id = connect(tenant.id, connection(emulator), HOOKS)
    with transaction(tenant_scope(tenant.id)) as session:
        endpoint = session.get_one(ChannelAccount, account_id).endpoint
        session.query(ChannelAccount).update({"status": "blocked", "status_reason": "gone"})
        session.query(Lane).update({"stopped": "The token is not valid."})
    assert connect(tenant.id, connection(emulator, name="Renamed"), HOOKS) == account_id
    with transaction(tenant_scope(tenant.id)) as session:
        account = session.get_one(ChannelAccount, account_id)
        assert (account.endpoint, account.name, account.status, account.status_reason) == (
            endpoint,
            "Renamed",
            "active",
            "",
        )
        assert [lane.stopped for lane in session.query(Lane)] == ["", ""]


def test_wrong_credentials_are_refused_and_nothing_is_kept(emulator):
    wrong = connection(emulator, credentials={**CREDENTIALS, "token": "wrong"})
    with pytest.raises(ChannelError, match="access token is not valid"):
        connect(make_tenant().id, wrong, HOOKS)
    assert kept() == [0, 0, 0, 0]


def test_wrong_credentials_leave_a_connected_account_as_it_is(emulator):
    tenant = make_tenant()
    account_id = connect(tenant.id, connection(emulator), HOOKS)
    with pytest.raises(ChannelError):
        connect(tenant.id, connection(emulator, credentials={**CREDENTIALS, "token": "wrong"}), HOOKS)
    with transaction(tenant_scope(tenant.id)) as session:
        assert session.get_one(ChannelAccount, account_id).credentials == CREDENTIALS


def test_an_account_of_another_workspace_is_refused(emulator):
    connect(make_tenant().id, connection(emulator), HOOKS)
    with pytest.raises(ChannelError, match="another workspace"):
        connect(make_tenant().id, connection(emulator), HOOKS)
    assert kept()[0] == 1


def test_a_channel_that_is_off_is_refused(emulator):
    with pytest.raises(ChannelError, match="switched off"):
        connect(make_tenant().id, connection(emulator, channel="pigeons"), HOOKS)


@pytest.mark.parametrize(
    "address",
    ["http://graph.example", "https://127.0.0.2", "https://10.0.0.1:8080", "https://[::1]", "https://x.invalid"],
)
def test_addresses_of_our_own_network_are_refused(emulator, address):
    with pytest.raises(ChannelError, match="address"):
        connect(make_tenant().id, connection(emulator, settings={"base_url": address}), HOOKS)
    assert kept() == [0, 0, 0, 0]
