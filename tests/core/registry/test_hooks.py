"""Each hook, implemented by a plugin, and what follows from it in a running application."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask

from aerostic.app import create_app
from aerostic.billing.contract import Chargeable
from aerostic.billing.payments.starting import start
from aerostic.billing.rules import quote
from aerostic.cli import main
from aerostic.db import Event, db, new_id, tenant_scope, transaction, utcnow
from aerostic.flows import drafts
from aerostic.flows.document import Document
from aerostic.flows.runs import trying
from aerostic.jobs.cron import run_schedule
from aerostic.messaging.contacts.consent import OptOut
from aerostic.messaging.contacts.hooks import tell_plugins
from aerostic.messaging.models import Contact
from aerostic.messaging.rights.retention.applying import apply
from aerostic.messaging.rights.retention.rules import change
from aerostic.registry import runtime
from aerostic.security.envelope import Place
from aerostic.security.errors import KeyMissingError
from aerostic.security.vault import keyring, open_text, seal_text, use_keyring
from aerostic.settings import Settings, get_settings
from aerostic.tenancy.plugins import enable_plugin, view_for
from aerostic.testing.people import Client, sign_in
from aerostic.web.handlers import event_handlers
from aerostic.web.intake import WebhookIntake
from tests.core.billing.payments.till import ONE, balance, request
from tests.core.registry.conftest import Shelf
from tests.core.web.platform.test_consoles import PAGE, staff
from tests.core.web.test_intake import call
from tests.support.detecting import WATCH, flags_after, tried
from tests.support.factories import make_account, make_contact, make_reseller, make_template, make_tenant


@contextmanager
def running(settings: Settings, shelf: Shelf) -> Iterator[Flask]:
    """An application with the plugins of the shelf alone."""
    app = create_app(settings.model_copy(update={"plugin_path": [shelf.folder], "plugins": shelf.names}))
    assert runtime_of(app).quarantined == []
    with app.app_context():
        yield app
        db.engine.dispose()
    app.extensions["aerostic"].redis.close()


def runtime_of(app: Flask) -> Any:
    return app.extensions["aerostic"].registry


def heard(name: str) -> list[Any]:
    """What the plugin's module has noted."""
    return list(runtime().registry.modules[name].calls)


def test_hook_register_channels(app: Flask, settings: Settings, shelf: Shelf) -> None:
    shelf.write("t_sms", "class Sms:\n    kind = 'sms'\n@hookimpl\ndef register_channels(): return [Sms()]")
    with running(settings, shelf):
        on, off = make_tenant(plugins=("t_sms",)), make_tenant(plugins=())
        with transaction(tenant_scope(on.id)) as session:
            assert list(view_for(session, on.id).channels) == ["sms"]
        with transaction(tenant_scope(off.id)) as session:
            assert view_for(session, off.id).channels == {}


STEPS = """
from aerostic.sdk.flows import FlowNode, Go, NodeConfig, Port
class Nothing(NodeConfig): pass
class Begin(FlowNode):
    kind, title, Config, starts = "t_steps.begin", "Begin", Nothing, True
    def run(self, context, config): return Go()
class Greet(FlowNode):
    kind, title, Config = "t_steps.greet", "Greet", Nothing
    def ports(self, config): return [Port("met"), Port("new")]
    def run(self, context, config): return Go("new", {"said": f"hello {context.values['vars']['name']}"})
@hookimpl
def register_flow_nodes(): return [Begin(), Greet()]
"""


def test_hook_register_flow_nodes(app: Flask, settings: Settings, shelf: Shelf) -> None:
    shelf.write("t_steps", STEPS)
    nodes = [{"id": "in", "kind": "t_steps.begin"}, {"id": "hi", "kind": "t_steps.greet"}]
    document = Document.of({"nodes": nodes, "edges": [{"source": "in", "target": "hi"}]})
    with running(settings, shelf):
        on, off = make_tenant(plugins=("t_steps",)), make_tenant(plugins=())
        with transaction(tenant_scope(on.id)) as session:
            assert list(view_for(session, on.id).flow_nodes) == ["t_steps.begin", "t_steps.greet"]
            flow = drafts.create(session, on.id, "Greeting", document)
            drafts.publish(session, flow.id, user_id=None)
            run = trying.start(session, flow.id, values={"name": "Ada"})
            assert (run.state, run.journal[1][1:6]) == ("ended", ["hi", "done", "new", {}, {"said": "hello Ada"}])
        with transaction(tenant_scope(off.id)) as session:
            assert view_for(session, off.id).flow_nodes == {}


def test_hook_register_billing_rules(app: Flask, settings: Settings, shelf: Shelf) -> None:
    body = """
    class Flat:
        name = plugin.name + ".flat"
        def quote(self, chargeable): return Quote({amount}, "USD", self.name)
        def on_outcome(self, charge, outcome): return None
    @hookimpl
    def register_billing_rules(): return [Flat()]
    """
    shelf.write("t_flat", body.format(amount=70))
    shelf.write("t_first", body.format(amount=50), more="priority=1")
    with running(settings, shelf):
        some = Chargeable(new_id(), new_id(), "US", "marketing")
        for plugins, amount in ((("t_flat",), 70), (("t_flat", "t_first"), 50)):
            tenant = make_tenant(plugins=plugins)
            with transaction(tenant_scope(tenant.id)) as session:
                assert quote(view_for(session, tenant.id).billing_rules, some).amount == amount


PROVIDER = """
import json
from uuid import UUID
class Coins:
    name, title = plugin.name, "Coins"
    def start(self, payment): return Started(f"coins-{payment.id}", "https://coins.example/pay")
    def webhook(self, body, headers):
        if headers.get("Coins-Signature") != "genuine":
            raise SignatureError
        said = json.loads(body)
        return [PaymentEvent(Happened.PAID, UUID(said["id"]), said["amount"], "USD", f"coins-{said['id']}")]
@hookimpl
def register_payment_providers(): return [Coins()]
"""


def test_hook_register_payment_providers(app: Flask, settings: Settings, shelf: Shelf) -> None:
    shelf.write("t_coins", PROVIDER)
    with running(settings, shelf) as ours:
        on, off = make_tenant(plugins=("t_coins",)), make_tenant(plugins=())
        with transaction(tenant_scope(off.id)) as session:
            assert view_for(session, off.id).payment_providers == {}
        with transaction(tenant_scope(on.id)) as session:
            coins = view_for(session, on.id).payment_providers["t_coins"]
        wanted = request(20 * ONE)
        assert start(on.id, coins, wanted, new_id()) == "https://coins.example/pay"
        intake, balances = WebhookIntake(ours), []
        for path, signature, amount in (
            ("t_coins", "forged", 20 * ONE),
            ("t_gold", "genuine", 20 * ONE),
            ("t_coins", "genuine", 21 * ONE),
            ("t_coins", "genuine", 20 * ONE),
            ("t_coins", "genuine", 20 * ONE),
        ):
            body = json.dumps({"id": str(wanted.id), "amount": amount}).encode()
            answer = call(intake, f"/payments/{path}", body, HTTP_COINS_SIGNATURE=signature)
            balances.append((answer[0], balance(on.id)))
        assert call(intake, "/payments/t_coins", REQUEST_METHOD="GET")[0] == 405
    assert balances == [(400, 0), (404, 0), (409, 0), (200, 20 * ONE), (200, 20 * ONE)]


PAGES = """
from flask import Blueprint
pages = Blueprint("t_pages_app", __name__, static_folder="static")
@pages.get("/hello")
def hello(): return f"hello from {current_tenant()}"
@pages.before_request
def own(): ...
inner = Blueprint("inner", __name__)
@inner.get("/nested")
def nested(): return "nested"
pages.register_blueprint(inner)
@hookimpl
def register_blueprints(): return [BlueprintIn("app", pages)]
"""


CONSOLES = """
from flask import Blueprint
def made(console):
    pages = Blueprint(f"t_desk_{console}", __name__, template_folder="templates")
    pages.add_url_rule("/", "index", lambda: render("desk.html", reseller=own_reseller() if console == "reseller" else ""))
    return ConsolePages(console, pages, "Desks", "tag", 15)
@hookimpl
def register_console_pages(): return [made("platform"), made("reseller")]
"""
DESK = '{% extends "layouts/console.html" %}{% block content %}desk {{ reseller }}{% endblock %}'


def test_hook_register_console_pages(app: Flask, settings: Settings, shelf: Shelf) -> None:
    package = shelf.write("t_desk", CONSOLES)
    (package / "templates").mkdir()
    (package / "templates" / "desk.html").write_text(DESK)
    ours, theirs = "/platform/p/t_desk/", "/reseller/p/t_desk/"
    with running(settings, shelf) as application:
        reseller_id = make_reseller().id
        platform = staff(application, "platform", "admin.localhost")
        reseller = staff(application, "reseller", "app.localhost", reseller_id)
        pages = [platform.get(ours, headers=PAGE).text, reseller.get(theirs, headers=PAGE).text]
        assert ["desk " in pages[0], f"desk {reseller_id}" in pages[1]] == [True, True]
        # The rail leads there, before what has a higher order.
        assert [
            page.index(path) < page.index(later)
            for page, path, later in (
                (pages[0], ours, 'href="/resellers"'),
                (pages[1], theirs, 'href="/reseller/credits"'),
            )
        ] == [True, True]
        member = sign_in(application, make_tenant(reseller_id=reseller_id).id, "owner", "app.localhost")
        refused = [
            platform.get(theirs, headers=PAGE),
            reseller.get(ours, headers=PAGE),
            member.get(theirs, headers=PAGE),
        ]
        assert [answer.status_code for answer in refused] == [404, 404, 403]


def test_hook_register_blueprints(app: Flask, settings: Settings, shelf: Shelf) -> None:
    package = shelf.write("t_pages", PAGES)
    (package / "static").mkdir()
    (package / "static" / "style.css").write_text("p {}")
    with running(settings, shelf) as application:
        tenant, off = make_tenant(plugins=("t_pages",)), make_tenant(plugins=())
        at = {"base_url": "https://app.localhost"}
        inside, outside = (sign_in(application, one.id, "owner", "app.localhost") for one in (tenant, off))
        elsewhere = sign_in(application, tenant.id, "owner", "api.localhost")
        nobody = Client(application, application.response_class, use_cookies=True)
        assert inside.get("/p/t_pages/hello", **at).text == f"hello from {tenant.id}"
        with inside.get("/p/t_pages/static/style.css", **at) as style:
            assert style.get_data(as_text=True) == "p {}"
        assert inside.get("/p/t_pages/nested", **at).text == "nested"
        assert inside.post_form("/p/t_pages/hello").status_code == 405
        wrong_method = outside.post_form("/p/t_pages/hello")
        refused = {
            "plugin off, wrong method": wrong_method,
            "plugin off, nested": outside.get("/p/t_pages/nested", **at),
            "nobody, nested": nobody.get("/p/t_pages/nested", **at),
            "other area, nested": elsewhere.get("/p/t_pages/nested", base_url="https://api.localhost"),
            "plugin off": outside.get("/p/t_pages/hello", **at),
            "plugin off, static": outside.get("/p/t_pages/static/style.css", **at),
            "nobody": nobody.get("/p/t_pages/hello", **at),
            "other area": elsewhere.get("/p/t_pages/hello", base_url="https://api.localhost"),
        }
        assert {why: answer.status_code for why, answer in refused.items()} == dict.fromkeys(refused, 404)


def test_hook_register_permissions(app: Flask, settings: Settings, shelf: Shelf) -> None:
    grant = "Permission('t_safe.open', 'Open the safe', frozenset({'owner'}))"
    shelf.write("t_safe", f"@hookimpl\ndef register_permissions(): return [{grant}]")
    with running(settings, shelf):
        tenant = make_tenant(plugins=("t_safe",))
        with transaction(tenant_scope(tenant.id)) as session:
            assert view_for(session, tenant.id).permissions["t_safe.open"].roles == {"owner"}


def test_hook_register_jobs(app: Flask, settings: Settings, shelf: Shelf) -> None:
    job = "Schedule('t_tidy.each', calls.append, 60, each_tenant=True)"
    shelf.write("t_tidy", f"calls = []\n@hookimpl\ndef register_jobs(): return [{job}]")
    with running(settings, shelf):
        tenant = make_tenant(plugins=("t_tidy",))
        make_tenant(plugins=())
        run_schedule("t_tidy.each")
        assert heard("t_tidy") == [tenant.id]


def test_hook_register_event_handlers(app: Flask, settings: Settings, shelf: Shelf) -> None:
    handler = "EventHandler('t_ear.all', frozenset({'message.read'}), lambda *got: calls.append(got))"
    shelf.write("t_ear", f"calls = []\n@hookimpl\ndef register_event_handlers(): return [{handler}]")
    with running(settings, shelf) as application:
        on, off = make_tenant(plugins=("t_ear",)), make_tenant(plugins=())
        *_, consumer = event_handlers(application.extensions["aerostic"].registry)
        event = Event("message.read", on.id, "k", {})
        consumer.function(off.id, [event])
        consumer.function(on.id, [event])
        assert heard("t_ear") == [(on.id, [event])]


def test_hook_register_commands(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf.write(
        "t_cli",
        "import click\n@hookimpl\ndef register_commands():\n"
        "    return [click.Command('t_cli', callback=lambda: click.echo('it works'), help='Says so.')]",
    )
    monkeypatch.setattr("aerostic.settings.get_settings", shelf.settings)
    assert CliRunner().invoke(main, ["t_cli"]).output == "it works\n"
    assert "Says so." in CliRunner().invoke(main, ["--help"]).output
    assert get_settings is not shelf.settings


NOTE = """
calls = []
@hookimpl
def plugin_enabled(tenant, plugin): calls.append((tenant, plugin))
@hookimpl
def contact_opted_out(tenant, contact, category): calls.append((tenant, contact, category))
"""


def test_hook_plugin_enabled(app: Flask, settings: Settings, shelf: Shelf) -> None:
    shelf.write("t_new", NOTE)
    shelf.write("t_there", NOTE)
    shelf.write("t_off", NOTE)
    with running(settings, shelf):
        tenant = make_tenant(plugins=("t_there",)).id
        with transaction(tenant_scope(tenant)) as session:
            enable_plugin(session, tenant, "t_new")
        assert (heard("t_new"), heard("t_there"), heard("t_off")) == ([(tenant, "t_new")], [(tenant, "t_new")], [])


def test_hook_contact_opted_out(app: Flask, settings: Settings, shelf: Shelf) -> None:
    shelf.write("t_ear", NOTE)
    shelf.write("t_off", NOTE)
    with running(settings, shelf):
        tenant, contact = make_tenant(plugins=("t_ear",)).id, new_id()
        tell_plugins(tenant, [OptOut(contact, "marketing")])
        assert (heard("t_ear"), heard("t_off")) == ([(tenant, contact, "marketing")], [])


def test_hook_template_uses(app: Flask, settings: Settings, shelf: Shelf) -> None:
    shelf.write(
        "t_flow",
        "from datetime import UTC, datetime\n"
        "@hookimpl\ndef template_uses(tenant, template):\n"
        "    return [TemplateUse('Flow', 'Welcome', f'/p/t_flow/{template}', datetime(2026, 1, 1, tzinfo=UTC))]",
    )
    with running(settings, shelf) as ours:
        pages = []
        for plugins in (("t_flow",), ()):
            tenant = make_tenant(plugins=plugins)
            template = make_template(tenant.id, make_account(tenant.id))
            page = sign_in(ours, tenant.id, "owner", "app.localhost").get(f"/templates/{template.id}").text
            pages.append(f'href="/p/t_flow/{template.id}"' in page)
        assert pages == [True, False]


def home_page(application: Flask, plugins: tuple[str, ...], role: str = "owner") -> str:
    """The home page of a new workspace with these plugins."""
    tenant = make_tenant(plugins=plugins).id
    return str(sign_in(application, tenant, role, "app.localhost").get("/").text)


def test_hook_navigation_items(app: Flask, settings: Settings, shelf: Shelf) -> None:
    shelf.write(
        "t_rail",
        "@hookimpl\ndef register_permissions():\n"
        "    return [Permission('t_rail.view', 'See it', frozenset({'owner'}))]\n"
        "@hookimpl\ndef navigation_items(tenant):\n"
        "    return [NavigationItem('Loyalty', '/p/t_rail/', 'star', 'engage', 't_rail.view')]",
    )
    with running(settings, shelf) as ours:
        pages = [home_page(ours, ("t_rail",)), home_page(ours, ()), home_page(ours, ("t_rail",), "viewer")]
    assert ['href="/p/t_rail/"' in page for page in pages] == [True, False, False]


def test_hook_dashboard_cards(app: Flask, settings: Settings, shelf: Shelf) -> None:
    package = shelf.write(
        "t_card",
        "from flask import Blueprint\n"
        "@hookimpl\ndef register_blueprints():\n"
        "    return [BlueprintIn('app', Blueprint('t_card_app', __name__, template_folder='templates'))]\n"
        "@hookimpl\ndef dashboard_cards(tenant):\n"
        "    card = 't_card/card.html'\n"
        "    return [DashboardCard(card, {'points': 7}), DashboardCard(card, {'points': 8}, 'none.has')]",
    )
    (package / "templates" / "t_card").mkdir(parents=True)
    (package / "templates" / "t_card" / "card.html").write_text("<p>{{ points }} points</p>")
    with running(settings, shelf) as ours:
        pages = [home_page(ours, ("t_card",)), home_page(ours, ())]
    assert [("<p>7 points</p>" in page, "<p>8 points</p>" in page) for page in pages] == [(True, False), (False, False)]


def test_hook_onboarding_steps(app: Flask, settings: Settings, shelf: Shelf) -> None:
    shelf.write(
        "t_step",
        "@hookimpl\ndef onboarding_steps(tenant):\n"
        "    return [OnboardingStep('Set your points', 'One for each order.', '/p/t_step/', False)]",
    )
    with running(settings, shelf) as ours:
        pages = [home_page(ours, ("t_step",)), home_page(ours, ())]
    assert ["Set your points" in page for page in pages] == [True, False]


def test_hook_page_actions(app: Flask, settings: Settings, shelf: Shelf) -> None:
    shelf.write(
        "t_act",
        "@hookimpl\ndef page_actions(tenant, page, subject):\n"
        "    return [PageAction('Go on', f'/p/t_act/{page}', 'star'), PageAction('No', '/no', 'star', 'none.has')]",
    )
    with running(settings, shelf) as ours:
        pages = [home_page(ours, ("t_act",)), home_page(ours, ())]
    assert [('href="/p/t_act/home"' in page, 'href="/no"' in page) for page in pages] == [(True, False), (False, False)]


VAULT = """
calls = []
class Vault:
    name, newest = plugin.name, "v1"
    def wrap(self, key, binding):
        calls.append(("wrap", len(key)))
        return Wrapped("v1", key[::-1] + binding)
    def unwrap(self, wrapped, binding):
        if wrapped.kek_id != "v1" or wrapped.blob[32:] != binding:
            raise KeyMissingError("not mine")
        return wrapped.blob[:32][::-1]
@hookimpl
def register_key_providers(): return [Vault()]
"""


def test_hook_register_key_providers(app: Flask, settings: Settings, shelf: Shelf) -> None:
    shelf.write("t_vault", VAULT)
    mine = keyring()
    try:
        with running(settings.model_copy(update={"key_provider": "t_vault"}), shelf):
            place = Place("contact", "phone", new_id(), new_id())
            blob = seal_text(place, "+4915123456789")
            assert heard("t_vault") == [("wrap", 32)] * 3
            keyring().forget()
            assert open_text(place, blob) == "+4915123456789"
        use_keyring(mine)
        with pytest.raises(KeyMissingError, match="'v1'"):
            open_text(place, blob)
        with (
            pytest.raises(KeyMissingError, match=r"t_vualt.*t_vault"),
            running(settings.model_copy(update={"key_provider": "t_vualt"}), shelf),
        ):
            pass
    finally:
        use_keyring(mine)


def test_hook_register_detectors(app: Flask, settings: Settings, shelf: Shelf) -> None:
    hook = "@hookimpl\ndef register_detectors(): return [Wrong()]"
    shelf.write("t_watch", WATCH.replace("NAME", "t_watch") + hook)
    with running(settings, shelf) as ours:
        assert flags_after(ours, [tried("x") for _ in range(10)] + [tried("y") for _ in range(9)]) == {"x": "block"}


def test_hook_contact_data(app: Flask, settings: Settings, shelf: Shelf) -> None:
    shelf.write(
        "t_points",
        "@hookimpl\ndef contact_data(tenant, contact):\n"
        "    return [PersonData('t_points.balance', [{'contact': str(contact), 'points': 7}])]",
    )
    with running(settings, shelf) as ours:
        taken = []
        for plugins in (("t_points",), ()):
            tenant = make_tenant(plugins=plugins)
            contact = make_contact(tenant.id)
            answer = sign_in(ours, tenant.id, "owner", "app.localhost").post_form(f"/contacts/{contact.id}/data")
            taken.append((answer.json["plugins"], str(contact.id)))
    (held, contact_id), (nothing, _) = taken
    assert (held, nothing) == ({"t_points.balance": [{"contact": contact_id, "points": 7}]}, {})


def test_hook_contact_erased(app: Flask, settings: Settings, shelf: Shelf) -> None:
    """It runs in the transaction of the erasure: what it writes is committed with it, and its error undoes all."""
    shelf.write(
        "t_cards",
        "calls = []\n@hookimpl\ndef contact_erased(tenant, contact, session):\n"
        "    calls.append((contact, session.get(Contact, contact).name))\n"
        "    if len(calls) == 1:\n        raise ValueError('not now')",
    )
    with running(settings, shelf) as ours:
        tenant = make_tenant(plugins=("t_cards",))
        contact = make_contact(tenant.id, name="Ada")
        owner = sign_in(ours, tenant.id, "owner", "app.localhost")
        sent = {"reason": "by letter", "confirmed": "Ada"}
        statuses = [owner.post_form(f"/contacts/{contact.id}/erase", sent).status_code for _ in range(2)]
        assert (statuses, heard("t_cards")) == ([422, 303], [(contact.id, "Ada")] * 2)
        with transaction(tenant_scope(tenant.id)) as session:
            assert session.get(Contact, contact.id) is None


def test_hook_register_retention(app: Flask, settings: Settings, shelf: Shelf) -> None:
    shelf.write(
        "t_old",
        "calls = []\n"
        "def step(session, tenant, before, place):\n"
        "    calls.append((tenant, place))\n"
        "    return RetentionStep(1, {'at': 1}, more=not place)\n"
        "@hookimpl\ndef register_retention():\n"
        "    return [RetentionKind('t_old.points', 'Points', 'Days.', 1, 9, lambda *given: 5, step)]",
    )
    with running(settings, shelf) as ours:
        on, off = make_tenant(plugins=("t_old",)), make_tenant(plugins=())
        sent = {"messaging_refused_rows": 30, "messaging_rejected_webhooks": 30, "t_old_points": 2}
        seen = [
            sign_in(ours, one.id, "owner", "app.localhost").post_form("/settings/data", sent).text for one in (on, off)
        ]
        assert ["Points: 5 would go now." in page for page in seen] == [True, False]
        with transaction(tenant_scope(on.id)) as session:
            change(session, on.id, {"t_old.points": 2})
        gone = [apply(one.id, lambda: utcnow() + timedelta(days=2)).get("t_old.points") for one in (on, off)]
        assert (gone, heard("t_old")) == ([2, None], [(on.id, {}), (on.id, {"at": 1})])
