"""The limits of a workspace's flows: seen by all who see flows, changed by those who draw them, never above the platform's."""

import pytest
from flask import Flask

from aerostic.db import tenant_scope, transaction
from aerostic.flows.allowances import ceilings, limits_now, set_limits
from aerostic.flows.limit_models import FlowLimit
from aerostic.flows.limits import Limits
from aerostic.registry import runtime
from tests.plugins.aerostic_flows.scenes import HERE, Desk, acts, field, visit, words

PATH = f"{HERE}/limits"
AS_THEY_ARE = {
    "steps": "1000",
    "visits": "50",
    "depth": "8",
    "chain": "20",
    "spend": "5",
    "contact_spend": "10",
    "tenant_spend": "500",
}


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk()


def holds(desk: Desk) -> Limits:
    with transaction(tenant_scope(desk.id)) as session:
        return limits_now(session, desk.id)


def chosen(desk: Desk) -> dict[str, int]:
    with transaction(tenant_scope(desk.id)) as session:
        row = session.get(FlowLimit, desk.id)
        return {name: getattr(row, name) for name in AS_THEY_ARE if row and getattr(row, name) is not None}


def test_each_is_shown_with_what_holds_what_held_and_what_is_allowed(app: Flask, desk: Desk) -> None:
    with transaction(tenant_scope(desk.id)) as session:
        set_limits(session, desk.id, steps=7, spend=250_000)
    client = visit(app, desk)
    assert f'href="{PATH}"' in client.get(f"{HERE}/").text
    html = client.get(PATH).text
    assert {name: field(html, name) for name in AS_THEY_ARE} == {**AS_THEY_ARE, "steps": "7", "spend": "0.25"}
    page = words(html)
    assert "1,000 without a choice, at most 10,000." in page
    assert "$5.00 without a choice, at most $100.00." in page
    assert "Spent by a run (USD)" in page


def test_who_may_only_look_sees_them_and_changes_none(app: Flask, desk: Desk) -> None:
    client = visit(app, desk, "viewer")
    html = client.get(PATH).text
    assert "Spent by all flows in a day (USD) $500.00 $500.00 $10,000.00" in words(html)
    assert 'name="steps"' not in html
    assert client.post_form(PATH, {**AS_THEY_ARE, "steps": "5"}).status_code == 403
    assert chosen(desk) == {}


def test_only_what_is_entered_otherwise_becomes_a_choice_and_is_audited(app: Flask, desk: Desk) -> None:
    client = visit(app, desk)
    assert client.post_form(PATH, {**AS_THEY_ARE, "visits": "5", "contact_spend": "0.5"}).location == PATH
    assert (chosen(desk), holds(desk)) == (
        {"visits": 5, "contact_spend": 500_000},
        Limits(visits=5, contact_spend=500_000),
    )
    client.post_form(PATH, {**AS_THEY_ARE, "visits": "5", "contact_spend": "0.50"})
    assert [(before, after) for name, before, after in acts(desk) if name == "flow_limit.changed"] == [
        ({"visits": None, "contact_spend": None}, {"visits": 5, "contact_spend": 500_000})
    ]


def test_a_choice_that_the_platform_has_since_cut_is_kept_until_another_is_entered(
    app: Flask, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction(tenant_scope(desk.id)) as session:
        set_limits(session, desk.id, steps=500)
    monkeypatch.setattr(runtime().settings, "flow_steps", 100)
    client = visit(app, desk)
    shown = field(client.get(PATH).text, "steps")
    client.post_form(PATH, {**AS_THEY_ARE, "steps": shown})
    assert (shown, chosen(desk), holds(desk).steps) == ("100", {"steps": 500}, 100)
    client.post_form(PATH, {**AS_THEY_ARE, "steps": "90"})
    assert (chosen(desk), holds(desk).steps) == ({"steps": 90}, 90)


def test_left_empty_or_as_it_was_at_first_there_is_no_choice_any_more(app: Flask, desk: Desk) -> None:
    with transaction(tenant_scope(desk.id)) as session:
        set_limits(session, desk.id, steps=7, spend=0, chain=3)
    visit(app, desk).post_form(PATH, {**AS_THEY_ARE, "steps": "", "spend": " ", "chain": "20"})
    assert (chosen(desk), holds(desk)) == ({}, Limits())


def test_above_the_platforms_nothing_is_saved_and_each_field_says_so(app: Flask, desk: Desk) -> None:
    sent = {**AS_THEY_ARE, "visits": "5", "steps": str(ceilings().steps + 1), "tenant_spend": "10000.01"}
    answer = visit(app, desk).post_form(PATH, sent)
    assert (answer.status_code, chosen(desk)) == (422, {})
    told = "The platform allows less. Choose a lower limit, or ask its operator."
    assert [answer.text.count(f'id="e-{name}">{told}') for name in ("steps", "tenant_spend", "visits")] == [1, 1, 0]
    assert (field(answer.text, "steps"), field(answer.text, "visits")) == ("10001", "5")


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("steps", "0", "Enter 1 or more."),
        ("steps", "-1", "Enter 1 or more."),
        ("steps", "1.5", "Enter a whole number."),
        ("steps", "9" * 5_000, "This is not right. Check it."),
        ("steps", "9" * 4_000, "The platform allows less."),
        ("depth", "<script>alert(1)</script>", "Enter a whole number."),
        ("chain", "{{ 7 * 7 }}", "Enter a whole number."),
        ("spend", "-0.01", "Enter 0 or more."),
        ("spend", "9e999999999", "Enter 1000000000 or less."),
        ("spend", "1e-999999999", "Enter at most 6 digits after the point."),
        ("spend", "NaN", "Enter a number."),
        ("spend", "Infinity", "Enter a number."),
        ("contact_spend", "1; DROP TABLE flow_limit", "Enter a number."),
        ("tenant_spend", "0.0000001", "Enter at most 6 digits after the point."),
    ],
)
def test_what_is_no_limit_is_refused_at_its_field(app: Flask, desk: Desk, name: str, value: str, told: str) -> None:
    answer = visit(app, desk).post_form(PATH, {**AS_THEY_ARE, name: value})
    assert (answer.status_code, chosen(desk)) == (422, {})
    assert f'id="e-{name}">{told}' in answer.text
    assert "<script>alert" not in answer.text


def test_another_workspace_keeps_its_own(app: Flask, desk: Desk) -> None:
    other = Desk()
    visit(app, desk).post_form(PATH, {**AS_THEY_ARE, "steps": "5"})
    assert (chosen(desk), chosen(other)) == ({"steps": 5}, {})
