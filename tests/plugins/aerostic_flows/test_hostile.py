"""Whatever a flow is made of and whatever a customer writes: a run goes on or ends with a reason, nothing is lost, and nothing
takes long.
"""

import time

import pytest

from aerostic.flows import drafts
from aerostic.flows.document import Document
from aerostic.flows.kinds import kinds_of
from aerostic.flows.models import Flow
from tests.support.flowing import Shop, flow, node


def test_of_a_flow_with_problems_nothing_is_published_and_nothing_lost(shop: Shop):
    broken = {
        "nodes": [
            {"id": "in", "kind": "messages.received"},
            {"id": "x", "kind": "gone.node"},
            node("t", "logic.tag", tag="{{ x."),
        ],
        "edges": [{"source": "in", "target": "nowhere"}, {"source": "x", "target": "t"}],
    }
    with shop.scope() as session:
        made = drafts.create(session, shop.tenant_id, "Broken", Document.of(broken))
        with pytest.raises(drafts.NotReadyError) as refused:
            drafts.publish(session, made.id, user_id=None)
        assert sorted((one.code, one.node) for one in refused.value.problems) == [
            ("edge", "in"),
            ("expression", "t"),
            ("kind", "x"),
        ]
    shop.says("hello")
    with shop.scope() as session:
        kept = session.get_one(Flow, made.id)
        assert (kept.published_id, Document.of(kept.draft).text()) == (None, Document.of(broken).text())
    assert shop.runs() == []


@pytest.mark.parametrize(
    "text",
    [
        "{{ message.text * 1000000 }}",
        "{{ 999999999999 * 999999999999 }}",
        "{{ contact.name - 1 }}",
        "{{ message.text | date }}",
        "{{ (message.text | replace('a', message.text)) | replace('a', message.text) }}",
    ],
)
def test_an_expression_that_cannot_be_worked_out_fails_its_step_and_no_other(shop: Shop, text: str):
    shop.publish(
        flow(node("m", "messages.text", text=text), node("t", "logic.tag", tag="after"), edges="in>m m.error>t")
    )
    began = time.process_time()
    shop.says("a" * 4_000)
    assert (shop.errors(), shop.tags(), shop.sent()) == ([("m", "expression")], ["after"], [])
    assert time.process_time() - began < 3


@pytest.mark.parametrize(
    "said", ["{{ contact.phone }}", "{% for x in y %}", "{{ '" + "a" * 3_000, "\u202e'; DROP TABLE flow; --"]
)
def test_what_a_customer_writes_is_never_worked_out(shop: Shop, said: str):
    shop.publish(flow(node("m", "messages.text", text="You said: {{ message.text }}"), edges="in>m"))
    shop.says(said)
    assert shop.words() == [f"You said: {said}"]


ASK = flow(node("q", "messages.ask", text="Which?"), node("t", "logic.tag", tag="{{ vars.answer }}"), edges="in>q q>t")


def wait_without(shop: Shop, document: Document = ASK, plugin: str = "logic") -> None:
    shop.publish(document)
    shop.says("hello")
    shop.switch(plugin, on=False)


def test_a_run_waits_for_a_plugin_that_was_switched_off_and_goes_on_with_it(shop: Shop):
    wait_without(shop, flow(node("w", "logic.wait"), node("t", "logic.tag", tag="x"), edges="in>w w>t"))
    shop.passes(hours=2)
    shop.passes(days=29)
    (run,) = shop.runs()
    assert (run.state, run.reason) == ("waiting", "plugin:logic.wait")
    shop.switch("logic", on=True)
    shop.passes(minutes=16)
    (run,) = shop.runs()
    assert (run.state, run.reason, shop.tags()) == ("ended", "", ["x"])


def test_an_answer_that_comes_meanwhile_is_not_lost(shop: Shop):
    wait_without(shop)
    shop.says("vip")
    assert (shop.tags(), [run.state for run in shop.runs()]) == ([], ["waiting"])
    shop.switch("logic", on=True)
    shop.passes(minutes=16)
    assert (shop.tags(), [run.state for run in shop.runs()]) == (["vip"], ["ended"])


def test_after_thirty_days_it_is_stopped_with_a_reason(shop: Shop):
    wait_without(shop, flow(node("w", "logic.wait"), node("t", "logic.tag", tag="x"), edges="in>w w>t"))
    shop.passes(hours=2)
    shop.passes(days=30)
    assert [run.state for run in shop.runs()] == ["waiting"]
    shop.passes(hours=1)
    (run,) = shop.runs()
    assert (run.state, run.reason, run.wake_at, run.ended_at) == ("stopped", "plugin:logic.wait", None, shop.clock.now)
    shop.switch("logic", on=True)
    shop.passes(days=1)
    assert (shop.tags(), run.going is not None) == ([], True)


def test_the_flow_that_called_it_goes_on_where_that_is_stopped(shop: Shop):
    called = {"id": "in", "kind": "logic.called"}
    ask = node("m", "http.request", url="https://shop.example/")
    inner = shop.publish(flow(node("w", "logic.wait"), ask, edges="in>w w>m", start=called))
    call = node("c", "logic.call", flow=str(inner))
    wait_without(shop, flow(call, node("t", "logic.tag", tag="failed"), edges="in>c c.error>t"), "http")
    for days in (1, 31):
        shop.passes(days=days)
    assert (sorted(run.state for run in shop.runs()), shop.tags()) == (["ended", "stopped"], ["failed"])


def test_a_step_in_another_system_waits_for_its_plugin_too(shop: Shop):
    wait_without(shop, flow(node("h", "http.request", url="https://shop.example/"), edges="in>h"), "http")
    shop.passes(minutes=1)
    (run,) = shop.runs()
    assert (run.state, run.reason) == ("outside", "plugin:http.request")
    for days in (1, 30):
        shop.passes(days=days)
    (run,) = shop.runs()
    assert (run.state, run.reason) == ("stopped", "plugin:http.request")


def test_kinds_are_those_of_the_plugins_that_are_on_and_run_as_they_say(shop: Shop):
    """What `register_flow_nodes` declares, as the registry and a run show it."""
    with shop.scope() as session:
        assert "logic.tag" in kinds_of(session, shop.tenant_id)
    shop.publish(flow(node("t", "logic.tag", tag="x"), edges="in>t"))
    shop.says("hello")
    assert shop.tags() == ["x"]
    shop.switch("logic", on=False)
    with shop.scope() as session:
        assert {kind for kind in kinds_of(session, shop.tenant_id) if kind.startswith("logic.")} == set()
    shop.says("hello")
    assert len(shop.runs()) == 1
