"""The security centre: what owners and admins see of their own workspace, in plain words, and that nobody else does."""

import re
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from aerostic.audit import Act, record
from aerostic.audit.sealing import seal_pending
from aerostic.db import Event, new_id, transaction
from aerostic.identity.models import User
from aerostic.identity.refusals import HANDLER as REFUSALS
from aerostic.tenancy.models import Member
from aerostic.testing.people import Client, new_tenant, sign_in
from tests.support.factories import TESTS
from tests.support.risk import ago, make_appeal, make_decision, make_signal
from tests.support.statements import statements

HOST, PAGE = "app.localhost", {"Accept": "text/html"}
PATHS = ("/security", "/security/actions", "/security/signals", "/security/sign-ins", "/security/keys")
SAYS = "4,200 messages in 60 seconds: 14 times as many as usual."


@pytest.fixture
def tenant(app: Flask) -> UUID:
    return new_tenant()


@pytest.fixture
def owner(app: Flask, tenant: UUID) -> Client:
    return sign_in(app, tenant, "owner", HOST)


def text_of(client: Client, path: str) -> str:
    answer = client.get(path, headers=PAGE)
    assert (path, answer.status_code) == (path, 200)
    return str(answer.text)


def test_where_nothing_happened_every_page_says_so(owner: Client) -> None:
    assert "Nothing is held back" in text_of(owner, "/security")
    assert "Nothing here yet" in text_of(owner, "/security/actions")
    assert "Nothing here yet" in text_of(owner, "/security/signals")
    assert "Nobody signed in" in text_of(owner, "/security/sign-ins")
    assert "No keys yet" in text_of(owner, "/security/keys")


def test_an_action_is_told_with_its_reasons_its_end_and_what_to_do(owner: Client, tenant: UUID) -> None:
    decision = make_decision(tenant, make_signal(tenant))
    for path in ("/security", f"/security/actions/{decision.id}"):
        page = text_of(owner, path)
        found = [words in page for words in ("Campaigns paused", "Replies and flows do", SAYS, "Ends by itself")]
        assert (path, found) == (path, [True] * 4)
    assert "appeal: say what you did and why" in text_of(owner, f"/security/actions/{decision.id}")


def test_what_was_noticed_is_said_in_plain_words_without_digests(owner: Client, tenant: UUID) -> None:
    make_signal(tenant, shares=["address:d1935e57"])
    page = text_of(owner, "/security/signals")
    assert (SAYS in page, "d1935e57" in page, "anomaly.spike" in page) == (True, False, False)


def test_a_sentence_whose_values_are_missing_is_shown_as_it_is(owner: Client, tenant: UUID) -> None:
    make_signal(tenant, evidence={})
    assert "%(count)s messages" in text_of(owner, "/security/signals")


def test_wrong_tries_at_accounts_of_the_team_stand_there_and_are_no_sign_ins(owner: Client, tenant: UUID) -> None:
    with transaction(TESTS) as session:
        mine = select(User.email_index).join(Member, Member.user_id == User.id).where(Member.tenant_id == tenant)
        digest = session.scalars(mine).one()
        record(session, Act(tenant, "session.started", f"user:{new_id()}", after={"factor": "passkey"}))
    data = {"account": digest.hex(), "factor": "password", "origin": "0f", "network": "198.51.100.0/24"}
    REFUSALS.function(None, [Event("signin.failed", None, "account", data) for _ in range(3)])
    seal_pending()
    page = text_of(owner, "/security/sign-ins")
    assert [words in page for words in ("Kit", "Wrong, 3 times", "198.51.100.0/24")] == [True] * 3
    assert re.findall(r'kpi-value">([^<]*)', page) == ["1", "3", "0", "0%"]


def test_what_a_version_decides_in_the_shadow_is_not_told(owner: Client, tenant: UUID) -> None:
    decision = make_decision(tenant, shadow=True)
    assert owner.get(f"/security/actions/{decision.id}", headers=PAGE).status_code == 404
    assert "Nothing here yet" in text_of(owner, "/security/actions")


def test_actions_are_narrowed_by_kind_and_action(owner: Client, tenant: UUID) -> None:
    make_decision(tenant)
    make_decision(tenant, subject_kind="key", subject=str(new_id()), action="disable")
    assert text_of(owner, "/security/actions?action=disable").count('class="row-link"') == 1
    assert text_of(owner, "/security/actions?kind=tenant").count('class="row-link"') == 1
    assert text_of(owner, "/security/actions?kind=nonsense&action=nonsense").count('class="row-link"') == 2


def test_what_was_noticed_long_ago_is_not_in_the_chart_of_30_days(owner: Client, tenant: UUID) -> None:
    make_signal(tenant, time=ago(days=40))
    assert "Nothing to show yet." in text_of(owner, "/security")


@pytest.mark.parametrize("role", ["marketer", "agent", "viewer"])
def test_only_owners_and_admins_see_it(app: Flask, tenant: UUID, role: str) -> None:
    client = sign_in(app, tenant, role, HOST)
    decision = make_decision(tenant)
    paths = (*PATHS, f"/security/actions/{decision.id}")
    assert [client.get(path, headers=PAGE).status_code for path in paths] == [403] * len(paths)
    appeal = client.post_form(f"/security/actions/{decision.id}/appeal", {"text": "It was our sale day."})
    assert appeal.status_code == 403


def test_another_workspace_sees_nothing_of_it(app: Flask, tenant: UUID) -> None:
    signal = make_signal(tenant, says="Of the first workspace alone.", evidence={})
    decision = make_decision(tenant, signal)
    make_appeal(decision)
    stranger = sign_in(app, new_tenant(), "owner", HOST)
    assert [str(decision.id) in text_of(stranger, path) for path in PATHS] == [False] * len(PATHS)
    assert ["first workspace" in text_of(stranger, path) for path in PATHS] == [False] * len(PATHS)
    here = f"/security/actions/{decision.id}"
    asked = stranger.get(here, headers=PAGE), stranger.post_form(f"{here}/appeal", {"text": "It was our sale day."})
    assert [answer.status_code for answer in asked] == [404, 404]


def test_ten_actions_cost_no_more_questions_than_two(owner: Client, tenant: UUID) -> None:
    asked = []
    for _ in range(2):
        for _ in range(5):
            number = str(new_id())
            make_decision(tenant, make_signal(tenant), subject_kind="number", subject=number)
        text_of(owner, "/security")
        with statements() as said:
            text_of(owner, "/security")
        asked.append(len(said))
    assert asked[0] == asked[1]
