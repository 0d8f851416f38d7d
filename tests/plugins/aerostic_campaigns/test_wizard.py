"""Making a campaign in five steps, through the real application."""

from datetime import timedelta

import pytest
from aerostic_campaigns import checking
from aerostic_campaigns.jobs import go_on
from aerostic_campaigns.launch import launch
from aerostic_campaigns.models import Campaign
from aerostic_campaigns.verdicts import CampaignError
from flask import Flask

from aerostic.db import tenant_scope, transaction, utcnow
from aerostic.jobs.queues import DEFAULT, queue
from aerostic.messaging.models import ChannelAccount, Contact, Message, Tag
from aerostic.testing.people import Client
from tests.support.factories import make_account, make_template

from .pages import HERE, draft, field, visit, words
from .scenes import NAME, Scene, make_scene


def edit(campaign: object, step: str) -> str:
    return f"{HERE}/{campaign}/edit/{step}"


def campaigns(scene: Scene) -> list[Campaign]:
    with transaction(tenant_scope(scene.tenant_id)) as session:
        return session.query(Campaign).all()


@pytest.fixture
def scene(app: Flask) -> Scene:
    made = make_scene()
    made.contacts(3)
    return made


@pytest.fixture
def client(app: Flask, scene: Scene) -> Client:
    return visit(app, scene.tenant_id)


def test_all_five_steps_lead_to_a_launched_campaign(scene: Scene, client: Client) -> None:
    key = field(client.get(f"{HERE}/new").text, "form_key")
    step = client.post_form(f"{HERE}/new", {"form_key": key, "name": "Summer", "agreed": "1"})
    [campaign] = campaigns(scene)
    assert step.location == edit(campaign.id, "message")
    assert "Hello Ada, a word from us." in words(client.get(step.location).text)
    client.post_form(step.location, {"template_id": str(scene.template_id)})
    said = {"number_id": str(scene.number_id), "source_0": "name", "fallback_0": "friend"}
    step = client.post_form(edit(campaign.id, "message"), said)
    assert step.location == edit(campaign.id, "schedule")
    step = client.post_form(step.location, {"when": "now", "zone": "Europe/Berlin"})
    assert "Nothing keeps it from starting." in client.get(step.location).text
    review = words(client.get(edit(campaign.id, "review")).text)
    assert "3 people get it" in review and "As soon as you launch it" in review and "$0.4095" in review
    launched = client.post_form(f"{HERE}/{campaign.id}/launch")
    assert (launched.status_code, launched.location) == (303, f"{HERE}/{campaign.id}")
    [job] = queue(DEFAULT).jobs
    go_on(*job.args)
    done = scene.read(campaign.id)
    assert (done.state, done.recipients, done.audience, done.variables) == (
        "running",
        3,
        {"marketing": ["granted"]},
        {"body.0": {"source": "name", "value": "", "fallback": "friend"}},
    )


def test_the_first_step_sent_twice_makes_one_draft(scene: Scene, client: Client) -> None:
    key = field(client.get(f"{HERE}/new").text, "form_key")
    answers = [client.post_form(f"{HERE}/new", {"form_key": key, "name": "Summer"}) for _ in range(2)]
    assert (answers[0].location, len(campaigns(scene))) == (answers[1].location, 1)


def test_a_campaign_without_a_name_is_refused_and_nothing_chosen_is_lost(scene: Scene, client: Client) -> None:
    scene.contact("+4915112999999", fields={"city": "Bonn"})
    key = field(client.get(f"{HERE}/new").text, "form_key")
    answer = client.post_form(f"{HERE}/new", {"form_key": key, "name": " ", "agreed": "1", "value_1": "Berlin"})
    assert (answer.status_code, campaigns(scene)) == (422, [])
    assert "This is needed. Fill it in." in answer.text and 'value="Berlin"' in answer.text
    assert field(answer.text, "form_key") == key


def test_an_audience_is_kept_as_it_was_chosen(scene: Scene, client: Client) -> None:
    with transaction(tenant_scope(scene.tenant_id)) as session:
        tag = Tag(tenant_id=scene.tenant_id, name="VIP")
        session.add(tag)
    scene.contact("+436641234567", country="AT", fields={"city": "Wien"})
    campaign = draft(scene)
    chosen = {"name": "Idea", "any_tags": str(tag.id), "countries": ["DE", "AT"], "field_1": "city", "op_1": "is_not"}
    client.post_form(edit(campaign, "audience"), {**chosen, "value_1": "Wien"})
    assert scene.read(campaign).audience == {
        "any_tags": [str(tag.id)],
        "countries": ["DE", "AT"],
        "fields": [{"name": "city", "op": "is_not", "value": "Wien"}],
    }
    page = client.get(edit(campaign, "audience")).text
    assert 'value="Wien"' in page and page.count(" checked") == 3


def test_the_count_follows_every_choice(scene: Scene, client: Client) -> None:
    scene.contact("+436641234567", country="AT", marketing="unknown")
    parts = [client.post_form(f"{HERE}/audience/count", asked).text for asked in ({}, {"countries": "AT"})]
    shown = [words(f'id="content">{part}') for part in parts]
    assert "People 4" in shown[0] and "agreed to marketing 3" in shown[0] and "not known 1" in shown[0]
    assert "People 1" in shown[1] and "$0.00" in shown[1]


def test_only_approved_templates_can_be_taken(scene: Scene, client: Client) -> None:
    account = make_account(scene.tenant_id)
    pending = make_template(scene.tenant_id, account, name="teaser", status="PENDING")
    rejected = make_template(scene.tenant_id, account, name="sale", status="REJECTED", reason="Promises a prize.")
    campaign = draft(scene)
    page = client.get(edit(campaign, "message")).text
    assert [str(one) in page for one in (scene.template_id, pending.id, rejected.id)] == [True, True, True]
    assert [f'value="{one}"' in page for one in (scene.template_id, pending.id, rejected.id)] == [True, False, False]
    assert "WhatsApp is still reviewing it." in page and "WhatsApp rejected it. Promises a prize." in page
    answer = client.post_form(edit(campaign, "message"), {"template_id": str(pending.id)})
    assert (answer.status_code, scene.read(campaign).template_id) == (422, None)
    assert "Choose a template that is approved." in answer.text


def test_every_place_needs_a_source_and_what_was_said_stays(scene: Scene, client: Client) -> None:
    campaign = scene.campaign(variables={})
    said = {"number_id": str(scene.number_id), "source_0": "", "fallback_0": "friend"}
    answer = client.post_form(edit(campaign, "message"), said)
    assert (answer.status_code, "Choose what stands here." in answer.text) == (422, True)
    assert 'value="friend"' in answer.text and scene.read(campaign).variables == {}
    answer = client.post_form(edit(campaign, "message"), {**said, "source_0": "constant", "text_0": " "})
    assert (answer.status_code, "Write the text that everybody gets here." in answer.text) == (422, True)


def test_the_phone_shows_what_has_been_said_for_a_person_of_the_audience(scene: Scene, client: Client) -> None:
    scene.contact("+4915112999999", name="Grace", fields={"city": "Bonn"})
    campaign = scene.campaign()
    with transaction(tenant_scope(scene.tenant_id)) as session:
        grace = session.query(Contact).filter_by(name="Grace").one().id
    said = (
        {"source_0": "name", "like": str(grace)},
        {"source_0": "field:city", "like": str(grace)},
        {"source_0": "name"},
    )
    path = f"{HERE}/{campaign}/edit/message/preview"
    shown = [client.post_form(path, one).text for one in (*said, {"source_0": "constant", "text_0": "<b>"}, {})]
    expected = ("Hello Grace,", "Hello Bonn,", "Hello Ada,", "Hello &lt;b&gt;,", "Hello {{1}},")
    assert [text in part for text, part in zip(expected, shown, strict=True)] == [True] * 5


def test_a_template_taken_anew_forgets_what_filled_the_old_one(scene: Scene, client: Client) -> None:
    campaign = scene.campaign()
    other = make_template(scene.tenant_id, _account(scene), name="another")
    assert scene.read(campaign).variables == NAME
    client.post_form(edit(campaign, "message"), {"template_id": str(other.id)})
    assert (scene.read(campaign).template_id, scene.read(campaign).variables) == (other.id, {})


def _account(scene: Scene) -> ChannelAccount:
    with transaction(tenant_scope(scene.tenant_id)) as session:
        return session.get_one(ChannelAccount, scene.account_id)


def test_a_later_start_is_planned_on_the_clocks_of_its_zone(scene: Scene, client: Client) -> None:
    campaign = scene.campaign()
    day = utcnow() + timedelta(days=2)
    asked = {"when": "later", "at": f"{day:%Y-%m-%d}T09:30", "zone": "America/Sao_Paulo"}
    assert client.post_form(edit(campaign, "schedule"), asked).location == edit(campaign, "check")
    planned = scene.read(campaign)
    assert (planned.state, planned.zone) == ("draft", "America/Sao_Paulo")
    assert planned.scheduled_at and f"{planned.scheduled_at:%H:%M}" == "12:30"
    review = words(client.get(edit(campaign, "review")).text)
    assert f"{day:%Y-%m-%d} 09:30" in review and "on the clocks of America/Sao_Paulo" in review
    client.post_form(f"{HERE}/{campaign}/launch")
    client.post_form(f"{HERE}/{campaign}/launch")
    assert (scene.read(campaign).state, len(queue(DEFAULT).jobs)) == ("scheduled", 0)
    client.post_form(f"{HERE}/{campaign}/unschedule")
    assert scene.read(campaign).state == "draft"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"when": "later", "at": "", "zone": "UTC"}, "Choose the day and the time"),
        ({"when": "later", "at": "2020-01-01T09:00", "zone": "UTC"}, "This time has passed."),
        ({"when": "later", "at": "2099-01-01T09:00", "zone": "Mars/Base"}, "no time zone"),
        ({"when": "later", "at": "soon", "zone": "UTC"}, "Enter a date and a time."),
    ],
)
def test_a_time_that_cannot_be_is_refused(scene: Scene, client: Client, asked: dict[str, str], said: str) -> None:
    campaign = scene.campaign()
    answer = client.post_form(edit(campaign, "schedule"), asked)
    assert (answer.status_code, said in answer.text, scene.read(campaign).scheduled_at) == (422, True, None)


def test_the_check_says_who_gets_nothing_why_and_what_it_costs(scene: Scene, client: Client) -> None:
    scene.contact("+4915112999999", marketing="unknown", name="Grace")
    page = words(client.get(edit(scene.campaign(), "check")).text)
    assert "Get it 3 75%" in page and "Get nothing 1 25%" in page
    assert "No consent recorded" in page and "Such as Grace" in page
    assert "Germany 3 $0.1365 $0.4095" in page and "In the wallet afterwards, at least $99.59" in page


def test_a_problem_blocks_the_launch_and_leads_to_where_it_is_solved(app: Flask) -> None:
    poor = make_scene(money=0)
    poor.contacts(1)
    campaign = poor.campaign()
    client = visit(app, poor.tenant_id)
    page = client.get(edit(campaign, "check")).text
    assert "The wallet does not hold the cost of the campaign." in page and 'href="/wallet"' in page
    assert edit(campaign, "review") not in page.partition('id="report"')[2]
    assert client.get(edit(campaign, "review")).location == edit(campaign, "check")
    assert client.post_form(f"{HERE}/{campaign}/launch").location == edit(campaign, "check")
    assert poor.read(campaign).state == "draft"


def test_a_large_audience_is_checked_while_the_page_waits(
    scene: Scene, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "AT_ONCE", 0)
    campaign = scene.campaign()
    waiting = client.get(edit(campaign, "check")).text
    assert "Looking at everybody of the audience" in waiting and f'data-live="campaign:{campaign}"' in waiting
    assert client.get(edit(campaign, "review")).location == edit(campaign, "check")
    [job] = queue(DEFAULT).jobs
    checking.run(*job.args)
    part = client.get(f"{edit(campaign, 'check')}/report").text
    assert "Nothing keeps it from starting." in part and "data-live" not in part


def test_a_test_goes_to_one_phone(scene: Scene, client: Client) -> None:
    campaign = scene.campaign()
    assert client.post_form(edit(campaign, "check"), {"phone": "+49 151 12345678"}).status_code == 303
    assert "The test is on its way." in client.get(edit(campaign, "check")).text
    with transaction(tenant_scope(scene.tenant_id)) as session:
        assert [one.content["to"] for one in session.query(Message)] == ["+4915112345678"]


def test_a_phone_that_is_none_is_refused_at_its_field(scene: Scene, client: Client) -> None:
    answer = client.post_form(edit(scene.campaign(), "check"), {"phone": "hello"})
    assert (answer.status_code, 'value="hello"' in answer.text) == (422, True)
    assert "The phone number is not a valid international one." in answer.text


def test_many_recipients_have_to_be_typed(scene: Scene, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aerostic_campaigns.views.wizard.review.MANY", 2)
    campaign = scene.campaign()
    assert "Type 3 to confirm" in client.get(edit(campaign, "review")).text
    for typed in ("", "4"):
        answer = client.post_form(f"{HERE}/{campaign}/launch", {"confirmed": typed})
        assert (answer.status_code, scene.read(campaign).state) == (422, "draft")
    assert "Type the number of recipients as it is shown here." in answer.text
    client.post_form(f"{HERE}/{campaign}/launch", {"confirmed": " 3 "})
    assert scene.read(campaign).state == "launching"


def test_a_double_click_launches_once(scene: Scene, client: Client) -> None:
    campaign = scene.campaign()
    answers = [client.post_form(f"{HERE}/{campaign}/launch") for _ in range(2)]
    assert {answer.location for answer in answers} == {f"{HERE}/{campaign}"}
    assert (scene.read(campaign).state, len(queue(DEFAULT).jobs)) == ("launching", 1)


@pytest.mark.parametrize(
    ("at", "said"), [("2031-03-30T02:30", "The clocks skip this time"), ("2031-10-26T02:30", "show this time twice")]
)
def test_a_time_in_a_night_of_changed_clocks_is_explained(scene: Scene, client: Client, at: str, said: str) -> None:
    campaign = scene.campaign()
    client.post_form(edit(campaign, "schedule"), {"when": "later", "at": at, "zone": "Europe/Berlin"})
    assert said in client.get(edit(campaign, "check")).text


def test_codes_for_signing_in_are_no_campaign(scene: Scene, client: Client) -> None:
    code = make_template(scene.tenant_id, _account(scene), name="login", category="AUTHENTICATION")
    campaign = draft(scene)
    assert "sent one by one, not as a campaign" in client.get(edit(campaign, "message")).text
    assert client.post_form(edit(campaign, "message"), {"template_id": str(code.id)}).status_code == 422


def test_a_refused_launch_is_told_until_the_draft_is_changed(app: Flask) -> None:
    poor = make_scene(money=0)
    poor.contacts(1)
    campaign = poor.campaign()
    with pytest.raises(CampaignError):
        launch(poor.tenant_id, campaign)
    client = visit(app, poor.tenant_id)
    assert "The launch was refused. The wallet does not hold" in client.get(edit(campaign, "audience")).text
    client.post_form(edit(campaign, "audience"), {"name": "Spring", "agreed": "1"})
    assert "The launch was refused." not in client.get(edit(campaign, "audience")).text


@pytest.mark.parametrize("step", ["schedule", "check", "review"])
def test_a_draft_without_a_template_has_no_later_steps(scene: Scene, client: Client, step: str) -> None:
    campaign = draft(scene)
    assert client.get(edit(campaign, step)).location == edit(campaign, "message")


def test_what_was_launched_is_not_edited(scene: Scene, client: Client) -> None:
    campaign = scene.campaign()
    client.post_form(f"{HERE}/{campaign}/launch")
    answer = client.post_form(edit(campaign, "audience"), {"name": "Other"})
    assert (answer.location, scene.read(campaign).name) == (f"{HERE}/{campaign}", "Spring")


def test_an_import_or_a_tag_can_be_brought_along(scene: Scene, client: Client) -> None:
    with transaction(tenant_scope(scene.tenant_id)) as session:
        tag = Tag(tenant_id=scene.tenant_id, name="VIP")
        session.add(tag)
    page = client.get(f"{HERE}/new?tag={tag.id}").text
    assert f'value="{tag.id}" checked' in page
