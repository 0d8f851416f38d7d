"""Mail about what is held back: to those who can do something about it, with the reason, the end and the way to object."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from aerostic.db import Event, transaction, utcnow
from aerostic.detection.models import RiskDecision
from aerostic.mail.models import Mail
from aerostic.mail.outbox import Letter, letter_of
from aerostic.web.risk.held import EVERY, HANDLER
from tests.support.factories import TESTS, make_person, make_tenant
from tests.support.risk import ago, make_decision, make_signal

OWNER = "ann@shop.example"


@pytest.fixture
def tenant(app: Flask) -> UUID:
    tenant = make_tenant(name="Corner Shop", zone="Europe/Berlin").id
    make_person(tenant)
    return tenant


def begin(*decisions: RiskDecision) -> None:
    """What the process of events does."""
    events = [
        Event("mitigation.began", one.tenant_id, "d", {"decision_id": str(one.id), "action": one.action})
        for one in decisions
    ]
    HANDLER.function(decisions[0].tenant_id, events)


def letters(recipient: str = OWNER) -> list[Letter]:
    with transaction(TESTS) as session:
        found = [letter_of(mail) for mail in session.scalars(select(Mail).order_by(Mail.id))]
    return [letter for letter in found if letter and letter.recipient == recipient]


def test_it_says_what_why_until_when_and_what_to_do(tenant: UUID) -> None:
    until = datetime(2036, 7, 1, 22, 30, tzinfo=UTC)
    decision = make_decision(tenant, make_signal(tenant), until=until)
    begin(decision)
    (letter,) = letters()
    assert letter.subject == "Corner Shop: Campaigns paused"
    assert letter.text.startswith("""Hello Ann,

What was noticed in Corner Shop looks like abuse, so something is held back.

Campaigns paused
Campaigns do not go on. Replies and flows do.

- 4,200 messages in 60 seconds: 14 times as many as usual.

Ends by itself: Jul 2, 2036, 12:30\u202fAM (Central European Time)
If more is noticed until then, it lasts longer.

Look at the campaigns, flows and keys""")
    for words in ("4,200 messages", "Campaigns do not go on", f'/security/actions/{decision.id}"'):
        assert words in letter.html


def test_it_names_what_it_is_about_where_that_is_not_the_workspace(tenant: UUID) -> None:
    person = make_person(tenant, email="al@shop.example", name="Al", role="agent")
    begin(make_decision(tenant, action="disable", subject_kind="user", subject=str(person.id)))
    (letter,) = letters()
    assert "Key disabled (Person: Al)" in letter.text


def test_each_reads_it_in_their_language_and_only_who_may_see_the_security_centre(tenant: UUID) -> None:
    make_person(tenant, email="samir@shop.example", role="admin", locale="ar")
    make_person(tenant, email="mia@shop.example", role="marketer")
    begin(make_decision(tenant, make_signal(tenant)))
    (arabic,) = letters("samir@shop.example")
    assert ('dir="rtl"' in arabic.html, "Campaigns" in arabic.text, letters("mia@shop.example")) == (True, False, [])


def test_one_mail_of_an_action_comes_in_six_hours_and_a_graver_action_is_told_at_once(tenant: UUID) -> None:
    pause, again, freeze = make_decision(tenant), make_decision(tenant), make_decision(tenant, action="freeze")
    begin(pause)
    begin(again, freeze)
    assert [letter.subject for letter in letters()] == ["Corner Shop: Campaigns paused", "Corner Shop: Frozen"]
    with transaction(TESTS) as session:
        session.connection().exec_driver_sql("UPDATE mail_told SET told_at = told_at - %s", (EVERY,))
    begin(make_decision(tenant))
    assert len(letters()) == 3


@pytest.mark.parametrize(
    "values",
    [
        {"action": "slow"},
        {"action": "challenge"},
        {"shadow": True},
        {"until": ago(minutes=1)},
        {"ended_at": utcnow(), "ended_how": "lifted"},
    ],
)
def test_what_nobody_feels_or_is_over_by_now_makes_no_mail(tenant: UUID, values: dict[str, object]) -> None:
    begin(make_decision(tenant, flag=False, **values))
    assert letters() == []


def test_the_same_event_again_makes_no_second_mail(tenant: UUID) -> None:
    decision = make_decision(tenant, until=utcnow() + timedelta(hours=1))
    begin(decision)
    begin(decision)
    assert len(letters()) == 1
