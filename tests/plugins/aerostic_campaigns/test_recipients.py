"""The people of a campaign as tables and as a spreadsheet."""

import csv
import io
from typing import Any
from uuid import UUID

import pytest
from aerostic_campaigns.context import get
from aerostic_campaigns.launch import launch
from aerostic_campaigns.recipients import (
    lines,
    masked,
    messages_query,
    messages_table,
    skipped_query,
    skipped_table,
)
from flask import Flask
from werkzeug.datastructures import MultiDict

from aerostic.db import tenant_scope, transaction
from aerostic.sdk import Page, TableState, fetch

from .fates import accept, answer, end, launched
from .scenes import Scene, make_scene
from .test_replies import contact_of, told


def table(scene: Scene, campaign_id: UUID, skipped: bool = False, **asked: str) -> Page:
    with scene_request(scene) as session:
        campaign = get(session, campaign_id)
        spec = skipped_table(session, campaign) if skipped else messages_table(session, campaign, [])
        query = skipped_query(campaign) if skipped else messages_query(campaign)
        return fetch(session, TableState.read(spec, MultiDict(asked)), query)


def scene_request(scene: Scene) -> Any:
    return transaction(tenant_scope(scene.tenant_id))


def ids(page: Page) -> list[UUID]:
    return [row.id for row in page.rows]


@pytest.fixture
def mixed(app: Flask) -> tuple[Scene, UUID, list[UUID]]:
    """One message of each kind: waiting, sent, delivered, read, failed, of unknown fate, cancelled."""
    scene, campaign, found = launched(7)
    _waiting, sent, delivered, read, failed, unknown, cancelled = found
    accept(scene, sent)
    end(scene, delivered, "delivered")
    end(scene, read, "read")
    end(scene, failed, "failed", 131026)
    accept(scene, unknown, state="unknown")
    accept(scene, cancelled, state="cancelled")
    return scene, campaign, found


@pytest.mark.parametrize(
    ("state", "place"),
    [
        ("waiting", 0),
        ("sent", 1),
        ("delivered", 2),
        ("read", 3),
        ("failed", 4),
        ("unknown", 5),
        ("cancelled", 6),
    ],
)
def test_each_message_is_in_one_state(mixed: tuple[Scene, UUID, list[UUID]], state: str, place: int) -> None:
    scene, campaign, found = mixed
    assert ids(table(scene, campaign, state=state)) == [found[place]]


def test_without_a_filter_all_are_there_in_the_order_of_planning(mixed: tuple[Scene, UUID, list[UUID]]) -> None:
    scene, campaign, found = mixed
    page = table(scene, campaign)
    assert (ids(page), page.total) == (found, 7)


def test_failures_are_found_by_their_reason(mixed: tuple[Scene, UUID, list[UUID]]) -> None:
    scene, campaign, found = mixed
    asked = [ids(table(scene, campaign, code=code)) for code in ("131026", "131000", "x")]
    assert asked == [[found[4]], [], found]


def test_who_replied_is_found(mixed: tuple[Scene, UUID, list[UUID]]) -> None:
    scene, campaign, found = mixed
    told(scene, answer(scene, contact_of(scene, found[3])))
    page = table(scene, campaign, state="replied")
    assert (ids(page), page.rows[0].replied_at is not None) == ([found[3]], True)


def test_a_person_is_found_by_name_and_by_phone(app: Flask) -> None:
    scene = make_scene()
    scene.contacts(3)
    scene.contact("+4915112777777", name="Grace Hopper")
    campaign = scene.campaign()
    launch(scene.tenant_id, campaign)
    found = [[row.Contact.name for row in table(scene, campaign, q=q).rows] for q in ("hopp", "+49 151 12777777", "x")]
    assert found == [["Grace Hopper"], ["Grace Hopper"], []]


def test_pages_follow_each_other_without_gaps(app: Flask) -> None:
    scene, campaign, found = launched(60)
    first = table(scene, campaign)
    second = table(scene, campaign, after=first.next)
    third = table(scene, campaign, after=second.next)
    assert (ids(first) + ids(second) + ids(third), third.next) == (found, "")
    assert ids(table(scene, campaign, before=third.previous)) == ids(second)


def test_messages_of_other_campaigns_are_left_out(app: Flask) -> None:
    scene, campaign, found = launched(2)
    other = scene.campaign(name="Other")
    launch(scene.tenant_id, other)
    assert ids(table(scene, campaign)) == found


def test_people_without_a_message_are_listed_with_their_verdict(app: Flask) -> None:
    scene = make_scene()
    scene.contacts(1)
    scene.contact("+4915112999998", marketing="withdrawn", name="Al")
    scene.contact("+4915112999999", marketing="unknown", name="Bo")
    campaign = scene.campaign()
    launch(scene.tenant_id, campaign)
    rows = [(row.Contact.name, row.verdict) for row in table(scene, campaign, skipped=True).rows]
    one = [row.Contact.name for row in table(scene, campaign, skipped=True, verdict="opted_out").rows]
    assert (sorted(rows), one) == ([("Al", "opted_out"), ("Bo", "no_consent")], ["Al"])


def sheet(scene: Scene, campaign: UUID, app: Flask, *, skipped: bool, phones: bool, **asked: str) -> list[list[str]]:
    with app.test_request_context(base_url="https://app.localhost"):
        text = "".join(lines(scene.tenant_id, campaign, MultiDict(asked), skipped=skipped, phones=phones))
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def test_the_spreadsheet_has_all_that_match_with_phones_for_those_who_may(app: Flask) -> None:
    scene, campaign, found = launched(30)
    end(scene, found[4], "failed", 131026)
    whole = sheet(scene, campaign, app, skipped=False, phones=True)
    failed = sheet(scene, campaign, app, skipped=False, phones=False, state="failed")
    assert (len(whole), whole[0][:5]) == (31, ["Name", "Phone", "State", "Code", "Why"])
    assert whole[1][1] == "+4915112000000"
    assert [row[1:5] for row in failed[1:]] == [["+491•••••••004", "Failed", "131026", "It failed with 131026."]]
    assert failed[1][-3:] == ["0.1365", "USD", "refunded"]


def test_a_name_is_no_formula(app: Flask) -> None:
    scene = make_scene()
    scene.contact("+4915112777777", name="=1+1", marketing="unknown")
    scene.contacts(1)
    campaign = scene.campaign()
    launch(scene.tenant_id, campaign)
    rows = sheet(scene, campaign, app, skipped=True, phones=True)
    assert rows[1][0] == "'=1+1"


@pytest.mark.parametrize(
    ("phone", "shown"),
    [("+4915112345678", "+491•••••••678"), ("+12345678", "+123••678"), ("+12345", "+123345"), ("", "")],
)
def test_a_masked_phone_keeps_its_country_and_its_end(phone: str, shown: str) -> None:
    assert masked(phone) == shown
