"""The page on which a campaign is watched and steered, through the real application."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from aerostic_campaigns import lifecycle
from aerostic_campaigns.editing import schedule
from aerostic_campaigns.launch import claim, freeze, launch
from aerostic_campaigns.models import Campaign, Snapshot
from aerostic_campaigns.standing import standing
from flask import Flask

from aerostic.db import tenant_scope, transaction, utcnow

from .fates import accept, end, launched, messages
from .pages import HERE, PAGE, draft, visit, words
from .scenes import Scene, make_scene


def page(app: Flask, scene: Scene, campaign: UUID, part: str = "", role: str = "marketer") -> str:
    return words_of(visit(app, scene.tenant_id, role).get(f"{HERE}/{campaign}{part}").text)


def words_of(html: str) -> str:
    return words(html if 'id="content"' in html else f'id="content"{html}')


def test_a_running_campaign_is_shown_with_all_its_numbers(app: Flask) -> None:
    scene, campaign, (first, second, third, _) = launched(4)
    end(scene, first, "read")
    end(scene, second, "failed", 131026)
    accept(scene, third)
    shown = page(app, scene, campaign)
    assert "Sending" in shown and "75% 3 of 4 messages are out" in shown
    assert "Sent 3 75% of all" in shown and "Delivered 1 33% of those sent" in shown
    assert "It failed with 131026. (131026) 1" in shown and "Sending again does not help" in shown
    assert "Refunded: failed $0.1365" in shown and "Paid: delivered $0.1365" in shown


def test_the_part_that_moves_comes_alone_and_asks_for_itself_again(app: Flask) -> None:
    scene, campaign, _ = launched(1)
    part = visit(app, scene.tenant_id).get(f"{HERE}/{campaign}/progress").text
    assert part.lstrip().startswith('<div id="progress"')
    assert f'data-live="campaign:{campaign}"' in part and f'hx-get="{HERE}/{campaign}/progress"' in part
    assert 'hx-trigger="live throttle:1s, every 5s"' in part and "hx-nonce" in part


def test_what_has_ended_is_asked_for_less_often(app: Flask) -> None:
    scene, campaign, _ = launched(1)
    lifecycle.cancel(scene.tenant_id, campaign)
    part = visit(app, scene.tenant_id).get(f"{HERE}/{campaign}/progress").text
    assert "every 60s" in part and "Cancelled" in part


def test_a_campaign_that_is_being_prepared_says_how_far_it_is(app: Flask) -> None:
    scene = make_scene()
    scene.contacts(2)
    campaign = scene.campaign()
    claim(scene.tenant_id, campaign)
    before = page(app, scene, campaign, "/progress")
    freeze(scene.tenant_id, campaign)
    forget(scene, campaign)
    after = page(app, scene, campaign, "/progress")
    assert "Choosing the people and setting their cost aside" in before
    assert "0% 0 of 2 messages prepared. Nothing is sent before all are." in after


def forget(scene: Scene, campaign: UUID) -> None:
    with transaction(tenant_scope(scene.tenant_id)) as session:
        session.delete(session.get_one(Snapshot, campaign))


def test_a_scheduled_one_says_when_it_starts(app: Flask) -> None:
    scene = make_scene()
    campaign = scene.campaign()
    schedule(scene.tenant_id, campaign, datetime(2030, 5, 4, 9, 30), "Europe/Berlin")
    shown = page(app, scene, campaign)
    assert "Scheduled" in shown and "Starts May 4, 2030, 9:30" in shown.replace("\u202f", " ")


def test_a_paused_one_says_why(app: Flask) -> None:
    scene, campaign, _ = launched(1)
    lifecycle.pause(scene.tenant_id, campaign, "The template is paused for low quality.")
    assert "The template is paused for low quality." in page(app, scene, campaign)


def test_a_draft_is_opened_where_it_can_be_changed(app: Flask) -> None:
    scene = make_scene()
    idea = draft(scene)
    assert visit(app, scene.tenant_id).get(f"{HERE}/{idea}").location == f"{HERE}/{idea}/edit/audience"
    assert "Draft" in page(app, scene, idea, role="viewer")


def test_steering_goes_back_to_the_page_and_says_what_was_done(app: Flask) -> None:
    scene, campaign, (first, _) = launched(2)
    client = visit(app, scene.tenant_id)
    said = []
    for act in ("pause", "resume", "cancel"):
        answer = client.post_form(f"{HERE}/{campaign}/{act}")
        assert (answer.status_code, answer.location) == (303, f"{HERE}/{campaign}")
        said.append(client.get(answer.location).text)
    assert "What is left waits for you." in said[0] and "It goes on." in said[1]
    assert "Messages that will not be sent: 2." in said[2]
    assert (scene.read(campaign).state, first is not None) == ("cancelled", True)


def test_an_act_that_is_not_possible_is_explained(app: Flask) -> None:
    scene, campaign, _ = launched(1)
    client = visit(app, scene.tenant_id)
    client.post_form(f"{HERE}/{campaign}/resume")
    assert "The campaign is running, so it cannot be resumed." in client.get(f"{HERE}/{campaign}").text


def test_failed_messages_are_sent_again_once(app: Flask) -> None:
    scene, campaign, (first, second) = launched(2)
    end(scene, first, "failed", 131000)
    end(scene, second, "failed", 131026)
    client = visit(app, scene.tenant_id)
    for _ in range(2):
        client.post_form(f"{HERE}/{campaign}/retry")
    said = client.get(f"{HERE}/{campaign}").text
    assert "Messages that are sent again: 1." in said and "No message failed for a reason" in said
    client.post_form(f"{HERE}/{campaign}/retry", {"everything": "1"})
    assert "Messages that are sent again: 1." in client.get(f"{HERE}/{campaign}").text


def test_a_wallet_that_does_not_cover_a_retry_is_told(app: Flask) -> None:
    scene = make_scene(money=136_500)
    scene.contacts(1)
    campaign = scene.campaign()
    launch(scene.tenant_id, campaign)
    (first,) = messages(scene, campaign)
    end(scene, first, "failed", 131000)
    spend = scene.campaign(name="Other")
    launch(scene.tenant_id, spend)
    client = visit(app, scene.tenant_id)
    client.post_form(f"{HERE}/{campaign}/retry")
    assert "wallet" in client.get(f"{HERE}/{campaign}").text.lower()
    assert scene.read(campaign).state == "running"


def test_who_may_only_look_sees_no_buttons(app: Flask) -> None:
    scene, campaign, _ = launched(1)
    pages = [visit(app, scene.tenant_id, role).get(f"{HERE}/{campaign}").text for role in ("marketer", "viewer")]
    assert [f"{HERE}/{campaign}/pause" in shown for shown in pages] == [True, False]
    assert [f"{HERE}/{campaign}/cancel" in shown for shown in pages] == [True, False]


def test_recipients_are_searched_and_filtered_on_the_page(app: Flask) -> None:
    scene, campaign, (first, _) = launched(2)
    end(scene, first, "failed", 131026)
    shown = [page(app, scene, campaign, f"?state={state}") for state in ("failed", "read")]
    assert ["+491•••••••000" in one for one in shown] == [True, False]
    assert "Nothing matches" in shown[1]


@pytest.mark.parametrize(("role", "phones"), [("owner", True), ("viewer", False)])
def test_the_spreadsheet_is_a_download_with_phones_for_those_who_may_export(
    app: Flask, role: str, phones: bool
) -> None:
    scene, campaign, _ = launched(1)
    answer = visit(app, scene.tenant_id, role).get(f"{HERE}/{campaign}/recipients.csv")
    assert "+4915112000000" in answer.text if phones else "+491•••••••000" in answer.text
    assert answer.headers["Content-Disposition"] == f'attachment; filename="recipients-{campaign}.csv"'


def test_people_without_a_message_have_a_page_with_the_reasons(app: Flask) -> None:
    scene = make_scene()
    scene.contacts(1)
    scene.contact("+4915112999999", marketing="withdrawn", name="Grace")
    campaign = scene.campaign()
    launch(scene.tenant_id, campaign)
    shown = page(app, scene, campaign, "/skipped")
    assert "Grace" in shown and "Opted out" in shown and "Only the person can give it again." in shown
    assert "Grace" in visit(app, scene.tenant_id).get(f"{HERE}/{campaign}/skipped.csv").text
    assert "Opted out" in page(app, scene, campaign)


@pytest.mark.parametrize(("ago", "rate"), [(timedelta(minutes=5), 2 / 60), (timedelta(seconds=20), 2 / 20)])
def test_the_rate_is_that_of_the_last_minute_or_of_all_the_time_there_was(
    app: Flask, ago: timedelta, rate: float
) -> None:
    scene, campaign, (first, second, *_) = launched(6)
    with transaction(tenant_scope(scene.tenant_id)) as session:
        session.get_one(Campaign, campaign).started_at = utcnow() - ago
    accept(scene, first)
    accept(scene, second)
    now = standing(scene.tenant_id, campaign)
    assert now.rate == pytest.approx(rate, rel=0.2)
    assert now.remaining and now.remaining.total_seconds() == pytest.approx(4 / now.rate)
    assert now.at_pace and now.at_pace.total_seconds() == pytest.approx(4 / 80)


def test_what_is_paused_has_no_rate_and_no_end(app: Flask) -> None:
    scene, campaign, (first, _) = launched(2)
    accept(scene, first)
    lifecycle.pause(scene.tenant_id, campaign)
    now = standing(scene.tenant_id, campaign)
    assert (now.rate, now.remaining, now.at_pace is not None) == (0.0, None, True)


def test_an_address_of_nothing_is_not_found(app: Flask) -> None:
    scene, campaign, _ = launched(1)
    client = visit(app, scene.tenant_id)
    paths = ("/nonsense", f"/{campaign}/edit/nonsense", f"/{scene.number_id}")
    assert [client.get(HERE + path, headers=PAGE).status_code for path in paths] == [404] * 3
