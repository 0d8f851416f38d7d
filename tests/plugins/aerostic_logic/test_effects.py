"""Each step as the engine runs it: what it changes is there afterwards, and the run goes where it should."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from aerostic.flows import drafts
from aerostic.messaging.contacts.consent import blocked
from aerostic.messaging.conversations.handling import bots_paused
from aerostic.messaging.models import Consent
from aerostic.registry.tenant_view import TenantView
from tests.support.flowing import Shop, flow, node


def runs(shop: Shop, *nodes: dict[str, Any], edges: str, words: str = "hello") -> str:
    shop.publish(flow(*nodes, edges=edges))
    shop.says(words)
    return shop.path()


def test_a_condition_and_a_switch_choose_the_way(shop: Shop):
    path = runs(
        shop,
        node("c", "logic.condition", rules=[{"value": "{{ contact.country }}", "other": "us"}]),
        node("s", "logic.switch", cases=[{"port": "buy", "words": ["order", "buy"]}]),
        node("yes", "logic.tag", tag="buyer"),
        edges="in>c c.yes>s s.buy>yes",
        words="I want to ORDER",
    )
    assert (path, shop.tags()) == ("in:next c:yes s:buy yes:next", ["buyer"])


def test_a_split_goes_one_of_its_ways(shop: Shop):
    shares = [{"port": "a", "percent": 100}, {"port": "b", "percent": 0}]
    assert runs(shop, node("s", "logic.split", shares=shares), edges="in>s") == "in:next s:a"


def test_a_variable_keeps_its_kind(shop: Shop):
    runs(
        shop,
        node("v", "logic.set", name="n", value="{{ 1 + 1 }}"),
        node("e", "logic.end", output={"n": "{{ vars.n }}"}),
        edges="in>v v>e",
    )
    assert [step.output for step in shop.steps()][1:] == [{"n": 2}, {"n": 2}]


def test_fields_of_the_contact_are_written_and_removed(shop: Shop):
    runs(
        shop,
        node("a", "logic.set_field", field="city", value="{{ message.text }}"),
        node("b", "logic.set_field", field="email", value=" Ada@Example.org "),
        node("c", "logic.set_field", field="language", value="de"),
        node("d", "logic.set_field", field="name", value="Ada Byron"),
        edges="in>a a>b b>c c>d",
        words="Berlin",
    )
    person = shop.person()
    assert (person.fields, person.email) == ({"city": "Berlin"}, "Ada@example.org")
    assert (person.name, person.locale) == ("Ada Byron", "de")
    runs(shop, node("a", "logic.set_field", field="city"), edges="in>a")
    assert shop.person().fields == {}


@pytest.mark.parametrize(
    ("field", "value", "code"), [("email", "no address", "email"), ("language", "x" * 17, "too_long")]
)
def test_a_field_that_cannot_be_written_fails_and_changes_nothing(shop: Shop, field: str, value: str, code: str):
    node_ = node("a", "logic.set_field", field=field, value=value)
    path = runs(shop, node_, node("e", "logic.end"), edges="in>a a.error>e")
    assert (path, shop.errors()) == ("in:next a:error e:done", [("a", code)])
    assert (shop.person().email, shop.person().locale) == (None, "")


def test_tags_are_put_on_and_taken_off(shop: Shop):
    runs(shop, node("a", "logic.tag", tag=" vip "), node("b", "logic.tag", tag="new"), edges="in>a a>b")
    assert shop.tags() == ["new", "vip"]
    shop.cancel()
    shop.publish(flow(node("u", "logic.untag", tag="vip"), edges="in>u", start={**START_BY_WORD}))
    shop.says("forget me")
    assert shop.tags() == ["new"]


START_BY_WORD = {"id": "in", "kind": "messages.received", "config": {"which": "keyword", "words": ["forget"]}}


@pytest.mark.parametrize(("category", "utility"), [("marketing", False), ("all", True)])
def test_an_opt_out_counts_and_plugins_are_told_once_it_is_kept(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, category: str, utility: bool
):
    told: list[Any] = []

    def tell(self: TenantView, tenant: Any, contact: Any, category: str) -> None:
        told.append((contact, category, shop.person().marketing))

    monkeypatch.setattr(TenantView, "contact_opted_out", tell)
    runs(shop, node("o", "logic.opt_out", category=category), node("t", "logic.tag", tag="x"), edges="in>o o>t")
    assert (shop.person().marketing, told) == ("withdrawn", [(shop.contact.id, category, "withdrawn")])
    with shop.scope() as session:
        assert (shop.contact.id in blocked(session, shop.tenant_id, [shop.contact.id], "utility")) == utility


def test_an_opt_in_counts_and_says_where_it_came_from(shop: Shop):
    ask = node("w", "logic.wait_reply")
    runs(
        shop,
        node("o", "logic.opt_out"),
        ask,
        node("i", "logic.opt_in", words="said yes in the chat"),
        edges="in>o o>w w>i",
    )
    shop.clock.now += timedelta(seconds=1)
    shop.says("yes")
    with shop.scope() as session:
        said = session.execute(select(Consent.state, Consent.source).order_by(Consent.given_at)).all()
    assert shop.person().marketing == "granted"
    assert [tuple(one) for one in said] == [("withdrawn", "flow"), ("granted", "flow:said yes in the chat")]


def test_a_while_is_waited_for(shop: Shop):
    runs(shop, node("w", "logic.wait", amount=2, unit="hours"), node("t", "logic.tag", tag="x"), edges="in>w w>t")
    shop.passes(minutes=119)
    assert shop.tags() == []
    shop.passes(minutes=2)
    assert shop.tags() == ["x"]


def test_a_moment_is_waited_for(shop: Shop):
    when = shop.clock.now.replace(microsecond=0)
    config = {"moment": "{{ message.text }}", "days": 1}
    runs(
        shop,
        node("w", "logic.wait_until", **config),
        node("t", "logic.tag", tag="x"),
        edges="in>w w>t",
        words=when.isoformat(),
    )
    shop.passes(hours=23)
    assert shop.tags() == []
    shop.passes(hours=2)
    assert (shop.tags(), shop.path()) == (["x"], "in:next w:waiting w:next t:next")


def test_opening_hours_are_waited_for_by_the_clock_of_the_contacts_phone(shop: Shop):
    # The number is one of California, where it is half past four in the morning.
    shop.clock.now = shop.clock.now.replace(year=2026, month=11, day=27, hour=12, minute=30, second=0, microsecond=0)
    runs(
        shop,
        node("n", "logic.open"),
        node("w", "logic.wait_open"),
        node("t", "logic.tag", tag="x"),
        edges="in>n n.no>w w>t",
    )
    shop.passes(hours=4)
    assert shop.tags() == []
    shop.passes(minutes=31)
    assert (shop.tags(), shop.path()) == (["x"], "in:next n:no w:waiting w:next t:next")


def test_an_answer_is_waited_for_and_none_in_time_goes_another_way(shop: Shop):
    ways = [
        node("w", "logic.wait_reply", amount=1, variable="said"),
        node("t", "logic.tag", tag="{{ vars.said }}"),
        node("l", "logic.tag", tag="late"),
    ]
    shop.publish(flow(*ways, edges="in>w w>t w.late>l"))
    shop.says("hello")
    shop.says("blue")
    assert (shop.tags(), shop.path()) == (["blue"], "in:next w:waiting w:next t:next")
    shop.says("hello again")
    shop.passes(days=1, minutes=1)
    assert (shop.tags(), shop.path()) == (["blue", "late"], "in:next w:waiting w:late l:next")


def test_a_flow_is_called_with_variables_and_gives_its_result(shop: Shop):
    called = {"id": "in", "kind": "logic.called"}
    inner = shop.publish(flow(node("e", "logic.end", output={"n": "{{ vars.n + 1 }}"}), edges="in>e", start=called))
    runs(
        shop,
        node("v", "logic.set", name="n", value="{{ 41 }}"),
        node("c", "logic.call", flow=str(inner), values={"n": "{{ vars.n }}"}),
        node("t", "logic.tag", tag="{{ steps.c.n }}"),
        edges="in>v v>c c>t",
    )
    assert [run.state for run in shop.runs()] == ["ended", "ended"]
    assert shop.tags() == ["42"]


def test_a_flow_that_was_paused_meanwhile_fails_where_it_is_called(shop: Shop):
    called = {"id": "in", "kind": "logic.called"}
    inner = shop.publish(flow(node("e", "logic.end"), edges="in>e", start=called))
    shop.publish(flow(node("c", "logic.call", flow=str(inner)), node("e", "logic.end"), edges="in>c c.error>e"))
    with shop.scope() as session:
        drafts.pause(session, inner)
    shop.says("hello")
    assert shop.path().endswith("c:error e:done")


def test_a_conversation_is_handed_over_and_bots_keep_silent(shop: Shop):
    runs(shop, node("h", "logic.hand_over", note="wants a refund"), edges="in>h")
    with shop.scope() as session:
        assert bots_paused(session, shop.id)
    shop.says("hello?")
    assert ([step.output for step in shop.steps()][-1], len(shop.runs())) == ({"note": "wants a refund"}, 1)


def test_a_step_sees_what_the_one_before_it_wrote_into_the_contact(shop: Shop):
    runs(
        shop,
        node("v", "logic.set", name="before", value="{{ contact.fields.city }}"),
        node("a", "logic.set_field", field="city", value="{{ message.text }}"),
        node("t", "logic.tag", tag="new"),
        node(
            "e",
            "logic.end",
            output={"was": "{{ vars.before }}", "is": "{{ contact.city }}", "tags": "{{ contact.tags }}"},
        ),
        edges="in>v v>a a>t t>e",
        words="Berlin",
    )
    assert shop.steps()[-1].output == {"was": "", "is": "Berlin", "tags": ["new"]}


def test_an_end_ends(shop: Shop):
    assert runs(shop, node("e", "logic.end"), edges="in>e") == "in:next e:done"
    assert shop.runs()[0].state == "ended"
