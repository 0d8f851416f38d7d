"""The pages of templates, through the real application."""

from aerostic_campaigns.models import Campaign
from aerostic_emulator import seed

from aerostic.db import tenant_scope, transaction
from aerostic.messaging.models import ChannelAccount, Template, TemplateChange
from aerostic.testing.people import new_tenant
from tests.core.messaging.conversations.talk import Talk
from tests.core.messaging.outbound.support import sending
from tests.core.web.app.conversations import visit
from tests.support.factories import make_template, make_tenant

PAGE = {"Accept": "text/html"}


def test_templates_are_listed_searched_and_filtered(app):
    talk = Talk.begin()
    make_template(talk.tenant_id, talk.account, name="spring_sale")
    make_template(talk.tenant_id, talk.account, name="order_update", category="UTILITY", status="PAUSED", language="de")
    client = visit(app, talk.tenant_id, "viewer")
    asked = ("", "?q=spring+sale", "?status=PAUSED", "?category=UTILITY", "?language=de", "?status=x")
    pages = [client.get("/templates" + query).text for query in asked]
    assert [("spring_sale" in page, "order_update" in page) for page in pages] == [
        (True, True),
        (True, False),
        (False, True),
        (False, True),
        (False, True),
        (True, True),
    ]


def test_a_template_is_shown_as_its_recipients_see_it(app):
    talk = Talk.begin()
    made = make_template(talk.tenant_id, talk.account)
    client = visit(app, talk.tenant_id)
    pages = [client.get(f"/templates/{made.id}{query}").text for query in ("", "?value=Grace", "?value=<b>")]
    words = ("Hello Ada, a word", "Hello Grace, a word", "Hello &lt;b&gt;, a word")
    assert [word in page for word, page in zip(words, pages, strict=True)] == [True] * 3


def test_its_history_its_uses_and_what_to_do_are_told(app):
    talk = Talk.begin()
    made = make_template(talk.tenant_id, talk.account, status="PAUSED", quality="RED")
    with talk.scope() as session:
        session.add(
            TemplateChange(tenant_id=talk.tenant_id, template_id=made.id, what="status", old="APPROVED", new="PAUSED")
        )
        session.add(
            Campaign(tenant_id=talk.tenant_id, name="Autumn push", number_id=talk.number.id, template_id=made.id)
        )
    page = visit(app, talk.tenant_id).get(f"/templates/{made.id}").text
    assert "WhatsApp has paused it" in page and "Autumn push" in page and "Status: Approved" in page


def test_the_campaigns_of_a_workspace_that_has_them_off_are_not_told(app):
    tenant = make_tenant(plugins=("whatsapp",))
    talk = Talk.begin()
    made = make_template(talk.tenant_id, talk.account)
    assert visit(app, tenant.id).get(f"/templates/{made.id}", headers=PAGE).status_code == 404
    assert "Nowhere yet." in visit(app, talk.tenant_id).get(f"/templates/{made.id}").text


def test_fetching_brings_what_the_provider_has(app):
    with sending() as where:
        with transaction(tenant_scope(where.tenant_id)) as session:
            session.query(ChannelAccount).update({"external_id": seed.WABA_ID})
        client = visit(app, where.tenant_id, "marketer")
        assert client.post_form("/templates/fetch").status_code == 303
        page = client.get("/templates").text
        with transaction(tenant_scope(where.tenant_id)) as session:
            assert session.query(Template).count() == len(seed.TEMPLATES)
        assert f"{len(seed.TEMPLATES)} templates." in page and seed.MARKETING in page
        client.post_form("/templates/fetch")
        assert "Nothing has changed." in client.get("/templates").text


def test_a_provider_that_refuses_is_told_about(app):
    with sending() as where:
        where.emulator.world.state.tokens.clear()
        client = visit(app, where.tenant_id)
        client.post_form("/templates/fetch")
        assert "The access token is not valid any more" in client.get("/templates").text


def test_who_may_not_fetch_is_refused(app):
    client = visit(app, new_tenant(), "agent")
    assert client.post_form("/templates/fetch").status_code == 403
    assert "/templates/fetch" not in client.get("/templates").text
