"""What is told while an audience is being chosen."""

from aerostic_campaigns.choosing import Field, known_fields, overview
from flask import Flask

from aerostic.db import tenant_scope, transaction
from aerostic.sdk import AudienceSpec
from tests.support.factories import make_tenant

from .scenes import make_scene


def test_an_audience_is_counted_by_consent_and_country_with_some_of_its_people(app: Flask) -> None:
    scene = make_scene()
    scene.contacts(3)
    scene.contact("+436641234567", country="AT", marketing="unknown")
    with transaction(tenant_scope(scene.tenant_id)) as session:
        found = overview(session, scene.tenant_id, AudienceSpec())
        germans = overview(session, scene.tenant_id, AudienceSpec(countries=["DE"]))
    assert (found.total, found.consent, found.countries) == (4, {"granted": 3, "unknown": 1}, {"DE": 3, "AT": 1})
    assert (germans.total, len(germans.sample), germans.sample[0].name) == (3, 3, "Ada")


def test_its_cost_is_that_of_a_marketing_message_to_those_who_agreed(app: Flask) -> None:
    scene = make_scene()
    scene.contacts(2)
    scene.contact("+4915112999999", marketing="unknown")
    with transaction(tenant_scope(scene.tenant_id)) as session:
        found = overview(session, scene.tenant_id, AudienceSpec())
    assert (found.cost, found.currency) == (2 * 136_500, "USD")


def test_where_nothing_has_a_price_no_cost_is_told(app: Flask) -> None:
    tenant = make_tenant(plugins=("whatsapp", "campaigns"))
    with transaction(tenant_scope(tenant.id)) as session:
        found = overview(session, tenant.id, AudienceSpec())
    assert (found.total, found.cost, found.sample) == (0, None, [])


def test_fields_are_known_with_an_example(app: Flask) -> None:
    scene = make_scene()
    scene.contact("+4915112000001", fields={"city": "Berlin", "points": 7})
    scene.contact("+4915112000002", fields={"city": "", "plan": "gold"})
    with transaction(tenant_scope(scene.tenant_id)) as session:
        found = known_fields(session, scene.tenant_id)
    assert found == [Field("city", "Berlin"), Field("plan", "gold"), Field("points", "7")]


def test_fields_of_others_are_not_known(app: Flask) -> None:
    make_scene().contact("+4915112000001", fields={"secret": "x"})
    scene = make_scene()
    with transaction(tenant_scope(scene.tenant_id)) as session:
        assert known_fields(session, scene.tenant_id) == []
