"""Pre-flight: a verdict for everybody who gets nothing, and what the rest costs."""

from typing import Any
from uuid import uuid4

import pytest
from aerostic_campaigns.preflight import Report, preflight
from aerostic_campaigns.verdicts import PROBLEMS, VERDICTS, CampaignError
from flask import Flask

from aerostic.db import platform_scope, tenant_scope, transaction, utcnow
from aerostic.messaging.models import ChannelNumber, Message, Suppression
from aerostic.security.vault import blind_index

from .scenes import Scene, make_scene

PHONE = "+4915112345678"


def report(scene: Scene, **values: Any) -> Report:
    return preflight(scene.tenant_id, scene.campaign(**values))


def test_everybody_with_consent_and_a_name_gets_the_message(app: Flask) -> None:
    scene = make_scene()
    scene.contacts(3)
    found = report(scene)
    assert (found.total, found.sendable, found.verdicts, found.problems) == (3, 3, {}, [])


@pytest.mark.parametrize(
    ("verdict", "phone", "values"),
    [
        ("no_consent", PHONE, {"marketing": "unknown"}),
        ("opted_out", PHONE, {"marketing": "withdrawn"}),
        ("invalid_phone", "12", {}),
        ("missing_variable", PHONE, {"name": " "}),
        ("blocked_market", "+16505550100", {"country": "US"}),
    ],
)
def test_a_contact_that_gets_nothing_has_a_verdict(
    app: Flask, verdict: str, phone: str, values: dict[str, Any]
) -> None:
    scene = make_scene()
    contact = scene.contact(phone, **values)
    found = report(scene)
    assert found.verdicts == {verdict: 1}
    assert [sample.contact_id for sample in found.samples[verdict]] == [contact]
    assert found.problems == ["nobody"]


def test_a_suppressed_phone_gets_nothing_whatever_its_consent_says(app: Flask) -> None:
    scene = make_scene()
    scene.contact(PHONE)
    with transaction(tenant_scope(scene.tenant_id)) as session:
        index = blind_index(scene.tenant_id, "contact.phone", PHONE)
        session.add(
            Suppression(
                tenant_id=scene.tenant_id, phone_index=index, category="marketing", reason="complaint", source="agent"
            )
        )
    assert report(scene).verdicts == {"suppressed": 1}


def test_a_utility_template_needs_no_consent_to_marketing(app: Flask) -> None:
    scene = make_scene()
    scene.set_template(category="UTILITY")
    scene.contact(PHONE, marketing="unknown")
    assert report(scene).sendable == 1


def test_a_fall_back_fills_what_a_contact_lacks(app: Flask) -> None:
    scene = make_scene()
    scene.contact(PHONE, name="")
    assert report(scene, variables={"body.0": {"source": "name", "fallback": "friend"}}).sendable == 1


def test_two_spellings_of_one_phone_count_as_one_person(app: Flask) -> None:
    scene = make_scene()
    scene.contact("+5531987654321", country="BR")
    scene.contact("+553187654321", country="BR")
    found = report(scene)
    assert (found.sendable, found.verdicts) == (1, {"duplicate": 1})


def test_beyond_the_messaging_limit_nobody_gets_the_message(app: Flask) -> None:
    scene = make_scene(limit_tier="TIER_50")
    contacts = scene.contacts(52)
    with transaction(tenant_scope(scene.tenant_id)) as session:
        sent = Message(
            tenant_id=scene.tenant_id,
            number_id=scene.number_id,
            contact_id=contacts[0],
            source="api",
            idempotency_key="earlier",
            category="utility",
            kind="template",
            content={"to": PHONE, "content": {}},
            state="accepted",
            created_at=utcnow(),
        )
        session.add(sent)
    found = report(scene)
    assert (found.sendable, found.verdicts) == (49, {"limit": 3})


def test_a_template_that_is_not_approved_is_everybodys_verdict_and_a_problem(app: Flask) -> None:
    scene = make_scene()
    scene.contacts(2)
    campaign = scene.campaign()
    scene.set_template(status="PAUSED")
    found = preflight(scene.tenant_id, campaign)
    assert found.verdicts == {"template_not_approved": 2}
    assert found.problems == ["template_not_approved", "nobody"]


def test_costs_are_told_by_market_and_add_up(app: Flask) -> None:
    scene = make_scene()
    scene.contacts(3)
    scene.contact("+33612345678", country="FR")
    found = report(scene)
    assert {line.market: line.count for line in found.costs} == {"DE": 3, "FR": 1}
    assert sum(line.count * line.price for line in found.costs) == found.cost
    assert (found.balance, found.enough, found.currency) == (100_000_000, True, "USD")


def test_a_wallet_that_is_too_small_is_a_problem(app: Flask) -> None:
    scene = make_scene(money=1)
    scene.contact(PHONE)
    found = report(scene)
    assert (found.enough, found.problems) == (False, ["balance"])


def test_pace_and_end_are_told_in_the_tenants_zone(app: Flask) -> None:
    scene = make_scene(pace=2)
    scene.contacts(5)
    found = report(scene)
    assert (found.pace, found.seconds, found.zone) == (2, 3, "Europe/Berlin")
    assert found.ends_at is not None
    assert (found.ends_at - found.starts_at).total_seconds() == 3
    assert str(found.ends_at.tzinfo) == "Europe/Berlin"


def test_a_number_that_is_not_connected_is_a_problem(app: Flask) -> None:
    scene = make_scene()
    scene.contact(PHONE)
    with transaction(tenant_scope(scene.tenant_id)) as session:
        session.get_one(ChannelNumber, scene.number_id).status = "FLAGGED"
    assert report(scene).problems == ["number_not_connected"]


def test_every_place_of_the_template_needs_a_source(app: Flask) -> None:
    scene = make_scene()
    scene.contact(PHONE)
    assert report(scene, variables={}).problems == ["unmapped_variable", "nobody"]


def test_another_tenants_campaign_does_not_exist(app: Flask) -> None:
    scene, stranger = make_scene(), make_scene()
    with pytest.raises(CampaignError, match="There is no such campaign"):
        preflight(stranger.tenant_id, scene.campaign())


def test_a_report_is_plain_data_with_a_sentence_beside_each_code(app: Flask) -> None:
    scene = make_scene(money=0)
    scene.contact(PHONE)
    scene.contact("+4915112345679", marketing="unknown")
    data = report(scene).as_dict()
    assert data["verdicts"] == {"no_consent": {"count": 1, "message": VERDICTS["no_consent"]}}
    assert data["problems"] == [{"code": "balance", "message": PROBLEMS["balance"]}]


def test_preflight_changes_nothing(app: Flask) -> None:
    scene = make_scene()
    scene.contact(PHONE)
    campaign = scene.campaign()
    preflight(scene.tenant_id, campaign)
    assert (scene.read(campaign).state, scene.verdicts(campaign)) == ("draft", {})
    with transaction(platform_scope("test")) as session:
        assert session.query(Message).count() == 0


def test_an_unknown_source_of_a_variable_is_refused(app: Flask) -> None:
    scene = make_scene()
    with pytest.raises(CampaignError, match=r"source of body\.0 has to be one of"):
        scene.campaign(variables={"body.0": {"source": "weather"}})


def test_an_unknown_template_is_refused(app: Flask) -> None:
    with pytest.raises(CampaignError, match="no such template"):
        make_scene().campaign(template_id=uuid4())
