"""Appealing: said by an owner, answered by staff; granted, the flag is gone and a mail tells so."""

from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from aerostic.db import new_id, transaction
from aerostic.detection.models import RiskAppeal, RiskDecision, RiskOverride
from aerostic.mail.models import Mail
from aerostic.testing.people import Client, new_tenant, sign_in
from tests.core.web.platform.risk.conftest import page_of
from tests.core.web.platform.test_consoles import staff
from tests.support.factories import TESTS
from tests.support.risk import ago, flag_of, make_decision, make_signal

HOST = "app.localhost"
TEXT, ANSWER = "This was our sale, as announced.", "You are right: the sale was announced."


@pytest.fixture
def tenant(app: Flask) -> UUID:
    return new_tenant()


@pytest.fixture
def owner(app: Flask, tenant: UUID) -> Client:
    return sign_in(app, tenant, "owner", HOST)


@pytest.fixture
def platform(app: Flask) -> Client:
    return staff(app, "platform", "admin.localhost")


def appeal(client: Client, decision: RiskDecision, text: str = TEXT) -> int:
    status: int = client.post_form(f"/security/actions/{decision.id}/appeal", {"text": text}).status_code
    return status


def appeals() -> list[RiskAppeal]:
    with transaction(TESTS) as session:
        return list(session.scalars(select(RiskAppeal).order_by(RiskAppeal.id)))


def answer(client: Client, outcome: str, **values: str) -> int:
    form = {"outcome": outcome, "answer": ANSWER, "spared": "none", **values}
    status: int = client.post_form(f"/risk/appeals/{appeals()[-1].id}", form).status_code
    return status


def kept(decision: RiskDecision) -> RiskDecision:
    with transaction(TESTS) as session:
        return session.get_one(RiskDecision, decision.id)


def test_what_an_owner_says_waits_for_staff_and_is_shown_to_both(owner: Client, platform: Client, tenant: UUID) -> None:
    decision = make_decision(tenant, make_signal(tenant))
    assert appeal(owner, decision) == 303
    assert [(one.text, one.outcome) for one in appeals()] == [(TEXT, "")]
    assert TEXT in page_of(owner, f"/security/actions/{decision.id}")
    assert TEXT in page_of(platform, "/risk/appeals")


def test_nothing_but_a_sentence_will_do(owner: Client, tenant: UUID) -> None:
    decision = make_decision(tenant)
    assert [appeal(owner, decision, text) for text in ("", "No!", "x" * 2001)] == [422, 422, 422]
    assert appeals() == []


def test_one_appeal_waits_at_a_time_and_three_are_enough(owner: Client, platform: Client, tenant: UUID) -> None:
    decision = make_decision(tenant)
    for _ in range(3):
        appeal(owner, decision)
        appeal(owner, decision)
        answer(platform, "refused")
    appeal(owner, decision)
    assert [one.outcome for one in appeals()] == ["refused"] * 3
    assert 'name="text"' not in page_of(owner, f"/security/actions/{decision.id}")


def test_granted_it_ends_at_once_and_counts_as_a_false_alarm(owner: Client, platform: Client, tenant: UUID) -> None:
    decision = make_decision(tenant)
    appeal(owner, decision)
    assert flag_of("tenant", str(tenant)) == "pause"
    assert answer(platform, "granted") == 303
    row = kept(decision)
    assert (row.ended_how, row.ended_reason, row.verdict) == ("appeal", ANSWER, "wrong")
    assert (flag_of("tenant", str(tenant)), row.ended_at is not None) == ("", True)
    assert ANSWER in page_of(owner, f"/security/actions/{decision.id}")
    assert "Nothing is held back" in page_of(owner, "/security")


def test_refused_it_stands(owner: Client, platform: Client, tenant: UUID) -> None:
    decision = make_decision(tenant)
    appeal(owner, decision)
    assert answer(platform, "refused") == 303
    assert (kept(decision).ended_at, flag_of("tenant", str(tenant))) == (None, "pause")
    assert kept(decision).verdict == "right"


def test_a_flag_that_another_decision_has_set_since_stays(owner: Client, platform: Client, tenant: UUID) -> None:
    decision = make_decision(tenant)
    appeal(owner, decision)
    make_decision(tenant, action="freeze")
    answer(platform, "granted")
    assert (kept(decision).ended_how, flag_of("tenant", str(tenant))) == ("appeal", "freeze")


def test_granted_it_ends_what_has_taken_its_place_meanwhile(owner: Client, platform: Client, tenant: UUID) -> None:
    slowed = make_decision(tenant, action="slow", ended_at=ago(minutes=1), ended_how="replaced")
    appeal(owner, slowed)
    paused = make_decision(tenant)
    assert answer(platform, "granted") == 303
    assert (kept(paused).ended_how, flag_of("tenant", str(tenant))) == ("appeal", "")


def test_who_is_left_alone_for_a_while_is_so_from_now_on(owner: Client, platform: Client, tenant: UUID) -> None:
    decision = make_decision(tenant)
    appeal(owner, decision)
    frozen = make_decision(tenant, action="freeze")
    answer(platform, "granted", spared="day")
    assert (kept(decision).ended_how, kept(frozen).ended_how) == ("appeal", "override")
    assert flag_of("tenant", str(tenant)) == ""


def test_who_appealed_gets_the_answer_by_mail(owner: Client, platform: Client, tenant: UUID) -> None:
    appeal(owner, make_decision(tenant))
    answer(platform, "granted")
    with transaction(TESTS) as session:
        mail = session.scalars(select(Mail).where(Mail.kind == "appeal")).one()
        said = mail.content
    assert (mail.tenant_id, said["subject"]) == (tenant, "Your appeal was granted")
    assert (ANSWER in said["text"], "/security/actions/" in said["text"]) == (True, True)


def test_for_a_while_after_it_was_granted_nothing_but_watching_is_done(
    owner: Client, platform: Client, tenant: UUID
) -> None:
    appeal(owner, make_decision(tenant))
    answer(platform, "granted", spared="day")
    with transaction(TESTS) as session:
        row = session.scalars(select(RiskOverride)).one()
    assert (row.subject, row.most, (row.until - row.created_at).days) == (str(tenant), "watch", 1)


def test_an_appeal_is_answered_once(owner: Client, platform: Client, tenant: UUID) -> None:
    appeal(owner, make_decision(tenant))
    answer(platform, "refused")
    answer(platform, "granted")
    assert [one.outcome for one in appeals()] == ["refused"]


def test_what_has_ended_can_still_be_reported_as_a_false_alarm(owner: Client, platform: Client, tenant: UUID) -> None:
    decision = make_decision(tenant, until=ago(hours=1), ended_at=ago(hours=1), ended_how="expired")
    assert appeal(owner, decision) == 303
    answer(platform, "granted")
    assert (kept(decision).ended_how, kept(decision).verdict) == ("expired", "wrong")


def test_nobody_but_the_platforms_people_answers(app: Flask, owner: Client, tenant: UUID) -> None:
    appeal(owner, make_decision(tenant))
    there = sign_in(app, tenant, "owner", "admin.localhost")
    assert (answer(owner, "granted"), answer(there, "granted")) == (404, 403)
    assert [one.outcome for one in appeals()] == [""]


def test_what_is_not_there_cannot_be_appealed_against(owner: Client) -> None:
    assert owner.post_form(f"/security/actions/{new_id()}/appeal", {"text": TEXT}).status_code == 404
