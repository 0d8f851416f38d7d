"""No phone, mail address, network address or text is in an observation: each kind is made, and searched for all of them."""

from flask import Flask

from aerostic.billing import Quote
from aerostic.db import tenant_scope, transaction
from aerostic.messaging.outbound.planning import REPLY, plan_one
from aerostic.messaging.outbound.writing import Draft
from aerostic.streams.observed.kinds import OBSERVATIONS
from aerostic.testing.api import api_client
from aerostic.testing.people import Client
from aerostic.web.incoming.server import Incoming
from tests.core.web.incoming.test_channels import BODY, call
from tests.support.canary import Canary
from tests.support.factories import PASSWORD, make_account, make_contact, make_number, make_person, make_tenant
from tests.support.observed import observing

PHONE, MAIL, ADDRESS, SIXTH = "+4915112345678", "canary@shop.example", "203.0.113.77", "2001:db8:77:1::5"
TEXT, LINK, NAME = "Dear Wilhelmina, your parcel waits", "secret-shop.example", "Wilhelmina Canary"
SECRETS = [MAIL, ADDRESS, "203.0.113.0", SIXTH, "2001:db8:77", TEXT, "Wilhelmina", "parcel", LINK, NAME, PASSWORD]


def test_nothing_personal_is_in_any_observation(app: Flask) -> None:
    tenant = make_tenant()
    make_person(tenant.id, email=MAIL, name=NAME)
    account = make_account(tenant.id)
    number = make_number(tenant.id, account)
    contact = make_contact(tenant.id, PHONE, name=NAME)
    with observing() as observed:
        browser = Client(app, app.response_class, use_cookies=True)
        here = {"REMOTE_ADDR": ADDRESS}
        for password in ("wrong", PASSWORD):
            browser.post_form("/sign-in", {"email": MAIL, "password": password}, environ_base=here)
        browser.get(f"/contacts/{contact.id}?q={MAIL}&phone={PHONE}", environ_base=here, headers={"Referer": LINK})
        api = api_client(app, tenant.id)
        api.get(f"/api/v1/contacts?phone={PHONE}", environ_base={"REMOTE_ADDR": SIXTH})
        incoming = Incoming(app)
        call(incoming, f"/whatsapp/{account.endpoint}", BODY, HTTP_X_HUB_SIGNATURE_256="x", REMOTE_ADDR=ADDRESS)
        content = {"type": "text", "text": {"body": f"{TEXT}: https://{LINK}/{PHONE} {MAIL}"}}
        with transaction(tenant_scope(tenant.id)) as session:
            draft = Draft(contact.id, PHONE, None, content, "service", "DE", "a key")
            plan_one(session, tenant.id, number.id, "person", REPLY, draft, Quote(0, "USD", "test"))
        told = observed.all()
    kinds = {kind.name: set(kind.data) for kind in OBSERVATIONS}
    assert {event.type for event in told} == set(kinds)
    assert [event.type for event in told if set(event.data) != kinds[event.type]] == []
    texts = {f"{event.type} {event.id}": event.to_json().decode() for event in told}
    assert Canary([PHONE], SECRETS).sweep(texts) == []
    assert account.endpoint not in "".join(texts.values())
