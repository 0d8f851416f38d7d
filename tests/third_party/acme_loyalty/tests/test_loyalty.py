"""Acme's own tests, on the kit of Aerostic: they know nothing of its repository."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from acme_loyalty.handlers import on_read
from acme_loyalty.jobs import forget
from acme_loyalty.models import Points
from acme_loyalty.rules import WeekendDiscount
from sqlalchemy import func, select, text

from aerostic.sdk import (
    Chargeable,
    Event,
    new_id,
    quote,
    save_settings,
    tenant_scope,
    transaction,
    utcnow,
    view_for,
)
from aerostic.sdk.automation import NotReadyError

SATURDAY = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def tenant(with_plugins):
    return with_plugins("loyalty")


@pytest.fixture
def contact(tenant):
    return new_contact(tenant)


def new_contact(tenant):
    contact_id = new_id()
    with transaction(tenant_scope(tenant)) as session:
        session.execute(
            text(
                "INSERT INTO contact (id, tenant_id, name, created_at, updated_at) VALUES (:id, :tenant, 'Ada', now(), now())"
            ),
            {"id": contact_id, "tenant": tenant},
        )
    return contact_id


def settings(tenant, **values):
    with transaction(tenant_scope(tenant)) as session:
        save_settings(session, tenant, "loyalty", values)


def total(tenant):
    with transaction(tenant_scope(tenant)) as session:
        return session.scalar(select(func.coalesce(func.sum(Points.points), 0)))


def read(tenant, contact, **values):
    return Event("message.read", tenant, str(contact), {"contact_id": str(contact)}, **values)


def price(tenant, now):
    some = Chargeable(tenant, new_id(), "US", "marketing")
    with transaction(tenant_scope(tenant)) as session:
        rules = view_for(session, tenant).billing_rules
    assert rules[0].name == "loyalty.weekend"
    return quote([WeekendDiscount(lambda: now), *rules[1:]], some)


def test_reading_gives_points_once(tenant, contact):
    settings(tenant, points_a_read=5)
    events = [read(tenant, contact), read(tenant, contact)]
    on_read(tenant, events)
    on_read(tenant, events)
    assert total(tenant) == 10


def test_old_points_are_forgotten(tenant, contact):
    settings(tenant, keep_days=30)
    on_read(tenant, [read(tenant, contact, time=utcnow() - timedelta(days=31)), read(tenant, contact)])
    forget(tenant)
    assert total(tenant) == 1


def test_a_tenant_never_sees_the_points_of_another(tenant, contact, with_plugins):
    on_read(tenant, [read(tenant, contact)])
    assert total(with_plugins("loyalty")) == 0


def test_the_page_shows_the_standings(tenant, contact, aerostic_client):
    client = aerostic_client(tenant)
    assert "Nobody has points yet." in client.get("/p/loyalty/").text
    on_read(tenant, [read(tenant, contact)])
    page = client.get("/p/loyalty/").text
    assert f"{contact}: 1 points" in page
    with client.get("/p/loyalty/static/loyalty/loyalty.css") as style:
        assert style.status_code == 200


def test_the_page_does_not_exist_for_a_tenant_that_has_the_plugin_off(aerostic_tenant, aerostic_client):
    client = aerostic_client(aerostic_tenant)
    for path in ("/p/loyalty/", "/p/loyalty/static/loyalty/loyalty.css"):
        assert client.get(path).status_code == 404


def test_marketing_is_cheaper_at_the_weekend(tenant):
    settings(tenant, weekend_percent=20)
    workday, weekend = price(tenant, SATURDAY - timedelta(days=1)), price(tenant, SATURDAY)
    assert weekend.amount == -(-workday.amount * 80 // 100)
    assert weekend.source == f"loyalty.weekend -20%: {workday.source}"


def test_without_the_setting_the_price_is_the_list_price(tenant):
    assert price(tenant, SATURDAY) == price(tenant, SATURDAY - timedelta(days=1))


GIVE = {"id": "give", "kind": "loyalty.give"}


def test_a_flow_gives_points_and_goes_the_way_of_the_tier(with_plugins, run_flow):
    tenant = with_plugins("loyalty", "logic")
    someone = new_contact(tenant)
    step = {**GIVE, "config": {"points": 60, "note": "for {{ vars.what }}", "tiers": [{"port": "gold", "points": 100}]}}
    first, second = (run_flow(tenant, step, contact_id=someone, what="cake") for _ in range(2))
    assert (first.state, first.path, first.steps[0].output) == ("ended", "give:next", {"total": 60, "note": "for cake"})
    assert (second.path, second.steps[0].output["total"], total(tenant)) == ("give:gold", 120, 120)


def test_a_flow_about_nobody_gives_nothing(with_plugins, run_flow):
    tenant = with_plugins("loyalty", "logic")
    ran = run_flow(tenant, GIVE)
    assert (ran.state, ran.reason, total(tenant)) == ("failed", "nobody", 0)


def test_a_step_exists_only_where_the_plugin_is_on(with_plugins, run_flow):
    with pytest.raises(NotReadyError) as refused:
        run_flow(with_plugins("logic"), GIVE)
    assert [problem.code for problem in refused.value.problems] == ["kind"]


def test_tiers_from_below_are_a_problem(with_plugins, run_flow):
    tiers = [{"port": "silver", "points": 10}, {"port": "gold", "points": 100}]
    with pytest.raises(NotReadyError) as refused:
        run_flow(with_plugins("loyalty", "logic"), {**GIVE, "config": {"tiers": tiers}})
    assert [(problem.code, problem.node) for problem in refused.value.problems] == [("order", "give")]


def drawn(client, path):
    """What a page of the builder gives to its script."""
    return json.loads(client.get(path).text.partition('id="builder-given">')[2].partition("</script>")[0])


def only(client, page, below):
    """The one thing of a page of a list: its address below `below`."""
    (found,) = set(re.findall(rf'"({below}[0-9a-f-]{{36}})"', client.get(page).text))
    return found


def test_a_step_is_drawn_with_its_form_checked_tried_and_traced(with_plugins, run_flow, aerostic_client):
    tenant = with_plugins("loyalty", "logic", "flows")
    someone = new_contact(tenant)
    assert run_flow(tenant, GIVE, contact_id=someone).state == "ended"
    client = aerostic_client(tenant)
    builder = only(client, "/p/flows/", "/p/flows/") + "/builder"
    page = drawn(client, builder)
    kind = next(one for one in page["kinds"] if one["kind"] == "loyalty.give")
    assert (kind["title"], kind["icon"], kind["category"]) == ("Give points", "gift", "Loyalty")
    form = kind["form"]["properties"]
    assert (form["points"]["maximum"], form["reason"]["labels"]["birthday"]) == (1_000, "A birthday")

    def ask(act, points, **more):
        give = {**GIVE, "config": {"points": points}}
        document = {**page["document"], "nodes": [page["document"]["nodes"][0], give]}
        return client.post(
            f"{builder}/{act}", json={"document": document, **more}, headers={"X-CSRFToken": page["token"]}
        ).json

    assert [(one["node"], one["field"]) for one in ask("check", 5_000)["problems"]] == [("give", "points")]
    (*_, tried) = ask("try", 30, said=[{"kind": "text", "text": "hi"}])["steps"]
    assert (tried["node"], tried["fate"], tried["output"]["total"]) == ("give", "done", 30)  # of somebody made up
    run = drawn(client, only(client, "/p/flows/runs", "/p/flows/runs/") + "/path")["run"]
    assert [(one["node"], one["fate"], one["port"]) for one in run["steps"]][1:] == [("give", "done", "next")]
    assert total(tenant) == 10
