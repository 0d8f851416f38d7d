"""What the builder asks of the server: a flow to draw, saving over its own revision, what is wrong, expressions, publishing."""

from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from pydantic import Field

from aerostic.registry import runtime
from aerostic.registry.tenant_view import TenantView
from aerostic.sdk.flows import Context, FlowNode, Go, NodeConfig, Outcome
from aerostic.testing.people import Client
from tests.core.web.crossing.headers import bare
from tests.plugins.aerostic_flows.scenes import (
    BAD,
    HERE,
    PAGE,
    SET,
    SIMPLE,
    WAITING,
    Desk,
    acts,
    document,
    island,
    visit,
)

Json = dict[str, Any]


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk()


def given(client: Client, flow: UUID) -> Json:
    """What the page that draws gives to its island."""
    return island(client, f"/{flow}/builder")


def ask(client: Client, flow: UUID, act: str, body: Json) -> Any:
    """Post as the island does."""
    token = given(client, flow)["token"]
    return client.post(f"{HERE}/{flow}/builder/{act}", json=body, headers={"X-CSRFToken": token})


def test_the_page_gives_the_flow_the_kinds_with_their_forms_and_every_word(app: Flask, desk: Desk) -> None:
    flow = desk.draft(drawn=WAITING)
    found = given(visit(app, desk), flow)
    assert (found["document"], found["revision"], found["show"]) == (WAITING.kept(), 1, "draw")
    kinds = {one["kind"]: one for one in found["kinds"]}
    assert kinds["logic.wait"]["form"]["properties"]["unit"]["labels"]["days"] == "days"
    assert list(kinds["messages.template"]["form"]["properties"]) == ["template", "language", "values"]
    assert found["ports"]["wait"] == [{"name": "next", "title": ""}]
    assert found["words"]["do_publish"] == "Publish"
    assert (found["may"], found["problems"]) == ({"edit": True, "run": True}, [])


class Wave(NodeConfig):
    """How it is waved."""

    times: int = Field(default=1, ge=1, le=9, title="How often")


class Waving(FlowNode[Wave]):
    """A step of somebody else's."""

    kind, title, icon, category = "acme.wave", "Wave", "hand", "Acme"
    Config = Wave

    def run(self, context: Context, config: Wave) -> Outcome:
        return Go(output={"waved": config.times})


def test_a_step_of_somebody_elses_plugin_is_drawn_checked_and_tried(
    app: Flask, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = {one.value.kind: one.value for one in runtime().registry.declared("register_flow_nodes")}
    monkeypatch.setattr(TenantView, "flow_nodes", property(lambda _view: {**known, "acme.wave": Waving()}))
    client, flow = visit(app, desk), desk.draft()
    told = next(one for one in given(client, flow)["kinds"] if one["kind"] == "acme.wave")
    assert (told["title"], told["icon"], told["category"]) == ("Wave", "hand", "Acme")
    assert told["form"]["properties"]["times"]["maximum"] == 9

    def drawn(times: int) -> Json:
        return document({"id": "w", "kind": "acme.wave", "config": {"times": times}}, edges="in>w").kept()

    wrong = ask(client, flow, "check", {"document": drawn(10)}).json["problems"]
    assert [(one["node"], one["field"]) for one in wrong] == [("w", "times")]
    sent = {"document": drawn(3), "said": [{"kind": "text", "text": "hi"}]}
    (*_, step) = ask(client, flow, "try", sent).json["steps"]
    assert (step["node"], step["fate"], step["output"]) == ("w", "done", {"waved": 3})


def test_the_page_bears_what_every_page_has_to(app: Flask, desk: Desk) -> None:
    assert list(bare(visit(app, desk).get(f"{HERE}/{desk.draft()}/builder"))) == []


def test_hostile_words_of_a_flow_stay_words(app: Flask, desk: Desk) -> None:
    title = "</script><script>alert(1)</script> 100% &amp;"
    flow = desk.draft(title, document({**SET, "title": title}, edges="in>note"))
    client = visit(app, desk)
    assert "<script>alert" not in client.get(f"{HERE}/{flow}/builder").text
    found = given(client, flow)
    assert (found["name"], found["document"]["nodes"][1]["title"]) == (title, title)


def test_a_drawn_flow_is_saved_over_its_own_revision_and_no_other(app: Flask, desk: Desk) -> None:
    flow = desk.draft()
    client = visit(app, desk)
    answer = ask(client, flow, "save", {"document": WAITING.kept(), "revision": 1})
    assert (answer.status_code, answer.json["revision"], answer.json["problems"]) == (200, 2, [])
    assert desk.flow(flow).draft == WAITING.kept()
    answer = ask(client, flow, "save", {"document": SIMPLE.kept(), "revision": 1})
    assert (answer.status_code, answer.json["revision"], answer.json["document"]) == (409, 2, WAITING.kept())
    assert desk.flow(flow).draft == WAITING.kept()


@pytest.mark.parametrize(
    "body",
    [{}, {"document": {}, "revision": "x"}, {"document": {"nodes": [{"id": "a b", "kind": "x.y"}]}, "revision": 1}],
)
def test_what_is_no_flow_is_refused_with_nothing_changed(app: Flask, desk: Desk, body: Json) -> None:
    flow = desk.draft()
    answer = ask(visit(app, desk), flow, "save", body)
    assert (answer.status_code, bool(answer.json["error"]), desk.flow(flow).revision) == (422, True, 1)


def test_what_is_wrong_is_told_by_node_and_field_and_nothing_is_kept(app: Flask, desk: Desk) -> None:
    flow = desk.draft()
    drawn = document({"id": "x", "kind": "messages.text"}, edges="in>x").kept()
    found = ask(visit(app, desk, "viewer"), flow, "check", {"document": drawn}).json
    assert [(one["code"], one["node"], one["field"], one["blocks"]) for one in found["problems"]] == [
        ("empty", "x", "text", True)
    ]
    assert "x" not in found["ports"]
    assert desk.flow(flow).draft == SIMPLE.kept()


def test_the_ways_out_of_a_node_are_those_of_its_configuration(app: Flask, desk: Desk) -> None:
    shares = {"shares": [{"port": "left", "percent": 30}, {"port": "right", "percent": 70}]}
    drawn = document({"id": "x", "kind": "logic.split", "config": shares}, edges="in>x").kept()
    found = ask(visit(app, desk), desk.draft(), "check", {"document": drawn}).json
    assert [port["name"] for port in found["ports"]["x"]] == ["left", "right"]


def test_expressions_are_completed_and_tried_with_examples(app: Flask, desk: Desk) -> None:
    asked = {"document": WAITING.kept(), "node": "wait", "text": "Hi {{ contact.first_name }}"}
    client, flow = visit(app, desk), desk.draft()
    found = ask(client, flow, "expression", asked).json
    names = {one["name"]: one["example"] for one in found["names"]}
    assert (names["contact.first_name"], "vars.word" in names) == ("Ada", True)
    assert (found["text"], found["error"]) == ("Hi Ada", "")
    assert ask(client, flow, "expression", {**asked, "text": "{{ nonsense( }}"}).json["error"] != ""


def test_a_copy_is_made_once_for_each_key(app: Flask, desk: Desk) -> None:
    flow = desk.draft()
    client = visit(app, desk)
    sent = {"document": WAITING.kept(), "name": "Mine", "key": "k"}
    addresses = {ask(client, flow, "copy", sent).json["address"] for _ in range(2)}
    assert (len(addresses), sorted(one.name for one in desk.flows())) == (1, ["Mine", "Welcome"])


def test_it_is_called_something_else(app: Flask, desk: Desk) -> None:
    flow = desk.draft()
    client = visit(app, desk)
    answer = ask(client, flow, "rename", {"revision": 1, "name": " Hello  there "})
    assert (answer.json["name"], answer.json["revision"], desk.flow(flow).draft) == ("Hello there", 2, SIMPLE.kept())
    assert ask(client, flow, "rename", {"revision": 1, "name": "x"}).status_code == 409
    assert ask(client, flow, "rename", {"revision": 2, "name": "  "}).json["error"].startswith("A flow needs a name")


def test_the_revision_that_is_seen_is_published_and_no_other(app: Flask, desk: Desk) -> None:
    flow = desk.draft()
    client = visit(app, desk)
    assert ask(client, flow, "publish", {"revision": 7}).status_code == 409
    assert desk.flow(flow).published_id is None
    answer = ask(client, flow, "publish", {"revision": 1, "note": " The first "})
    assert (answer.status_code, answer.json["published"]) == (200, {"number": 1, "same": True})


def test_what_is_wrong_keeps_it_from_being_published(app: Flask, desk: Desk) -> None:
    flow = desk.draft(drawn=document({"id": "x", "kind": "messages.text"}, edges="in>x"))
    answer = ask(visit(app, desk), flow, "publish", {"revision": 1})
    assert (answer.status_code, [one["node"] for one in answer.json["problems"]]) == (422, ["x"])
    assert desk.flow(flow).published_id is None


def test_without_the_token_of_the_page_nothing_is_saved(app: Flask, desk: Desk) -> None:
    flow = desk.draft()
    client = visit(app, desk)
    answer = client.post(f"{HERE}/{flow}/builder/save", json={"document": WAITING.kept(), "revision": 1})
    assert (answer.status_code, desk.flow(flow).revision) == (419, 1)
    token = client.get(f"{HERE}/{flow}/builder/now").json["token"]
    sent = {"document": WAITING.kept(), "revision": 1}
    headers = {"X-CSRFToken": token}
    assert client.post(f"{HERE}/{flow}/builder/save", json=sent, headers=headers).status_code == 200


def test_who_may_only_look_sees_it_drawn_and_saves_nothing(app: Flask, desk: Desk) -> None:
    flow = desk.draft(drawn=document(BAD, edges="in>bad"))
    client = visit(app, desk, "viewer")
    assert given(client, flow)["may"]["edit"] is False
    sent = {"document": SIMPLE.kept(), "revision": 1, "name": "x", "key": "x"}
    bodies: dict[str, Json] = {
        "save": {"document": sent["document"], "revision": 1},
        "copy": {name: sent[name] for name in ("document", "name", "key")},
        "publish": {"revision": 1},
    }
    assert [ask(client, flow, act, body).status_code for act, body in bodies.items()] == [403] * 3
    assert len(desk.flows()) == 1


def test_another_workspace_draws_nothing_of_it(app: Flask, desk: Desk) -> None:
    flow = desk.draft()
    client, own = visit(app, other := Desk()), other.draft()
    token = given(client, own)["token"]
    assert [client.get(f"{HERE}/{flow}/builder{path}", headers=PAGE).status_code for path in ("", "/now")] == [404, 404]
    posted = {"document": WAITING.kept(), "revision": 1}
    answer = client.post(f"{HERE}/{flow}/builder/save", json=posted, headers={"X-CSRFToken": token})
    assert (answer.status_code, desk.flow(flow).revision) == (404, 1)
    names = ("save", "check", "expression", "copy", "rename", "publish", "present", "try")
    assert [client.post_form(f"{HERE}/{flow}/builder/{act}").status_code for act in names] == [404] * 8


def test_one_tab_draws_at_a_time_until_another_one_takes_over(app: Flask, desk: Desk) -> None:
    flow = desk.draft()
    one, other = visit(app, desk), visit(app, desk, "owner")

    def present(client: Client, tab: str, want: str = "stay") -> tuple[bool, bool]:
        answer = ask(client, flow, "present", {"tab": tab, "want": want}).json
        return answer["mine"], answer["same"]

    assert present(one, "a" * 8) == (True, True)
    assert (present(one, "a" * 8), present(one, "b" * 8), present(other, "c" * 8)) == (
        (True, True),
        (False, True),
        (False, False),
    )
    assert (present(other, "c" * 8, "take"), present(one, "a" * 8)) == ((True, True), (False, False))
    assert [act for act, *_ in acts(desk)][-1] == "flow.taken_over"
    present(other, "c" * 8, "leave")
    assert present(one, "a" * 8) == (True, True)
