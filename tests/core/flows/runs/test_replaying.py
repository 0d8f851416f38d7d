"""A replay takes the path that was taken, changes nothing, and shows what another version would have done."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from sqlalchemy.exc import InternalError

from aerostic.db import metadata, platform_scope, tenant_scope, transaction
from aerostic.flows import drafts
from aerostic.flows.document import Document
from aerostic.flows.drafts import NotReadyError
from aerostic.flows.models import FlowRun
from aerostic.flows.runs import journal
from aerostic.flows.runs.deciding import retry
from aerostic.flows.runs.replaying import ONLY_READ, GoneError, replay
from aerostic.flows.runs.waking import wake_due
from aerostic.flows.state import Done
from aerostic.messaging.models import Contact
from tests.core.flows.nodes import KINDS, Asked, Try
from tests.core.flows.runs.test_deciding import decide, failed
from tests.core.flows.shop import Shop
from tests.core.flows.test_engine import flow
from tests.core.flows.test_runs import ASK

GOT = "got_vip-42-vip"
NODES = {
    "a": ("heard", {}),
    "n": ("set", {"name": "n", "value": "{{ 2 * 21 }}"}),
    "q": ("ask", {}),
    "o": ("asked", {"value": "{{ vars.answer }}"}),
    "c": ("choose", {"value": "{{ vars.got }}-{{ vars.n }}-{{ message.text }}", "ways": [GOT]}),
    "t": ("tag", {"value": "x"}),
}
EDGES = f"a>n n>q q>o o>c c.{GOT}>t"


def talk(edges: str = EDGES, **changed: tuple[str, dict[str, Any]]) -> Document:
    return flow(*((id_, *node) for id_, node in (NODES | changed).items()), edges=edges)


def told(steps: list[Done]) -> str:
    return " ".join(f"{step.node}:{step.port or step.fate}" for step in steps)


def lines(steps: list[Done]) -> list[Any]:
    """All that is told of steps but how long they took."""
    return [(one.seq, one.node, one.fate, one.port, one.input, one.output, one.error, one.at) for one in steps]


@pytest.fixture(autouse=True)
def _nobody_was_asked() -> Iterator[None]:
    Asked.calls.clear()
    yield


def done(shop: Shop, document: Document, *answers: str) -> FlowRun:
    """A run of a flow that the contact has begun and gone on with."""
    shop.publish(document)
    for said in ("hello", *answers):
        shop.writes(said)
        while wake_due():
            pass
    return shop.runs()[-1]


def steps_of(shop: Shop, run: FlowRun) -> list[Done]:
    with transaction(tenant_scope(shop.id)) as session:
        return journal.read(session, session.get_one(FlowRun, run.id))


def rows() -> dict[str, int]:
    """How many rows each table has."""
    with transaction(platform_scope("tests")) as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0 for table in metadata.sorted_tables
        }


def test_the_same_version_takes_the_same_path_and_asks_nobody(shop: Shop):
    run = done(shop, talk(), "vip")
    before, calls = rows(), len(Asked.calls)
    replayed = replay(shop.id, run.id)
    assert (replayed.ending, lines(replayed.steps)) == ("ended", lines(steps_of(shop, run)))
    assert told(replayed.steps) == f"a:next n:next q:waiting q:next o:next c:{GOT} t:next"
    assert (replayed.assumed, len(Asked.calls), rows()) == (frozenset(), calls, before)


def test_a_draft_goes_its_own_way_where_it_differs(shop: Shop):
    run = done(shop, talk(), "vip")
    draft = talk("a>n n>q q>o o>c c.other>t", n=("set", {"name": "n", "value": "{{ 7 }}"}))
    replayed = replay(shop.id, run.id, document=draft)
    assert told(replayed.steps) == "a:next n:next q:waiting q:next o:next c:other t:next"
    assert replayed.steps[5].input["value"] == "got_vip-7-vip"


def test_what_was_not_recorded_is_assumed_and_marked(shop: Shop):
    run = done(shop, talk(), "vip")
    draft = talk(f"a>n n>q q>o o>c c.{GOT}>u u>w w>t", u=("asked", {"value": "y"}), w=("ask", {}))
    replayed = replay(shop.id, run.id, document=draft)
    assert told(replayed.steps[6:]) == "u:next w:waiting w:next t:next"
    assert replayed.assumed == {7, 9}


def test_it_begins_with_any_step_as_the_run_stood_there(shop: Shop):
    run = done(shop, talk(), "vip")
    whole = steps_of(shop, run)
    for step in range(1, len(whole) + 1):
        replayed = replay(shop.id, run.id, from_step=step)
        assert lines(replayed.steps) == lines(replayed.recorded) == lines(whole[step - 1 :])


def test_what_was_before_is_as_recorded_though_the_contact_has_changed(shop: Shop):
    choose = ("c", "choose", {"value": "{{ contact.name }}", "ways": ["Ada"]})
    document = flow(("a", "heard", {}), choose, ("t", "tag", {"value": "x"}), ("e", "end", {}), edges="a>c c.Ada>t t>e")
    with transaction(tenant_scope(shop.id)) as session:
        session.get_one(Contact, shop.contact.id).name = "Ada"
    run = done(shop, document)
    with transaction(tenant_scope(shop.id)) as session:
        session.get_one(Contact, shop.contact.id).name = "Grace"
    assert told(replay(shop.id, run.id).steps) == "a:next c:other"
    assert told(replay(shop.id, run.id, from_step=3).steps) == "t:next e:done"


def test_a_step_whose_expression_is_mended_in_the_draft_goes_on(shop: Shop):
    def document(value: str) -> Document:
        return flow(("a", "heard", {}), ("b", "asked", {"value": value}), ("e", "end", {}), edges="a>b b>e")

    run = done(shop, document("{{ trigger / 2 }}"))
    assert (run.state, run.reason) == ("failed", "expression")
    replayed = replay(shop.id, run.id, document=document("x"), from_step=2)
    assert (told(replayed.steps), replayed.assumed) == ("b:next e:done", {2})
    assert replay(shop.id, run.id).reason[0] == "expression"


def test_tries_are_repeated_too(shop: Shop):
    run = done(shop, flow(("a", "heard", {}), ("o", "try", {"fails": 1}), ("e", "end", {}), edges="a>o o>e"))
    shop.later(seconds=6)
    while wake_due():
        pass
    assert told(replay(shop.id, run.id).steps) == shop.path(run) == "a:next o:again o:next e:done"


def test_a_persons_retry_is_repeated_too(shop: Shop):
    run = failed(shop)
    decide(shop, retry, run)
    while wake_due():
        pass
    assert told(replay(shop.id, run.id).steps) == "a:next b:next o:failed o:next t:next"


def test_a_run_that_still_waits_is_told_as_far_as_it_is_known(shop: Shop):
    run = done(shop, ASK)
    replayed = replay(shop.id, run.id)
    assert (told(replayed.steps), replayed.assumed) == ("a:next q:waiting q:next t:next", {3, 4})


def test_a_called_flow_is_not_run(shop: Shop):
    inner = shop.publish(flow(("a", "start", {}), ("e", "end", {}), edges="a>e"))
    call = ("c", "sub", {"flow": str(inner)})
    run = done(
        shop, flow(("a", "heard", {}), call, ("s", "set", {"name": "n", "value": "{{ vars.how }}"}), edges="a>c c>s")
    )
    outer = next(one for one in shop.runs() if not one.parent_id)
    before = rows()
    assert lines(replay(shop.id, outer.id).steps) == lines(steps_of(shop, outer))
    assert replay(shop.id, next(one for one in shop.runs() if one.parent_id).id).ending == "ended"
    assert (rows(), run.state) == (before, "ended")


def test_what_cannot_be_replayed_is_told(shop: Shop):
    run = done(shop, talk(), "vip")
    other = flow(("a", "heard", {}), ("e", "end", {}), edges="a>e")
    for how in ({"from_step": 99}, {"from_step": 0}, {"document": other, "from_step": 3}):
        with pytest.raises(GoneError):
            replay(shop.id, run.id, **how)
    with pytest.raises(NotReadyError):
        replay(shop.id, run.id, document=flow(("a", "heard", {}), edges="a>nowhere"))
    for how in ({"version_id": run.id}, {"version_id": _version_of_another(shop)}):
        with pytest.raises(LookupError):
            replay(shop.id, run.id, **how)
    with pytest.raises(LookupError):
        replay(shop.id, shop.id)


def _version_of_another(shop: Shop) -> Any:
    with transaction(tenant_scope(shop.id)) as session:
        made = drafts.create(session, shop.id, "Other", talk())
        return drafts.publish(session, made.id, user_id=None).id


def test_the_database_itself_refuses_to_write_while_a_replay_reads(shop: Shop):
    with pytest.raises(InternalError, match="read-only"), transaction(tenant_scope(shop.id)) as session:
        session.execute(ONLY_READ)
        session.execute(text("UPDATE flow_run SET reason = ''"))


def test_no_node_is_given_a_session(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    run, sessions = done(shop, talk(), "vip"), []
    for node in KINDS.values():
        monkeypatch.setattr(type(node), "run", _spy(type(node).run, sessions))
    replay(shop.id, run.id, document=talk(f"a>n n>q q>o o>c c.{GOT}>t t>u", u=("tag", {"value": "y"})))
    assert set(sessions) == {None}


def _spy(run: Any, sessions: list[Any]) -> Any:
    def spied(self: Any, context: Any, config: Any) -> Any:
        sessions.append(context.session)
        return run(self, context, config)

    return spied


CONFIGS: dict[str, dict[str, Any]] = {
    "set": {"name": "n", "value": "{{ vars.n | default(0) + 1 }}"},
    "choose": {"value": "{{ vars.n }}", "ways": ["1", "2"]},
    "try": {"fails": 1, "how": "again"},
}
PORTS = {"choose": ["1", "2", "other"], "try": ["next", "error"]}


@st.composite
def sound(draw: st.DrawFn) -> Document:
    """A graph that may be run: its edges lead on, or back to a step that waits."""
    kinds = draw(
        st.lists(st.sampled_from(["set", "choose", "ask", "try", "tag", "asked", "end"]), min_size=2, max_size=8)
    )
    nodes = [("s", "heard", {})]
    nodes += [
        (f"n{at}", kind, CONFIGS.get(kind, {"value": "x"} if kind in ("tag", "asked") else {}))
        for at, kind in enumerate(kinds)
    ]
    edges = []
    for at, (node, kind, _config) in enumerate(nodes):
        ahead = [id_ for id_, *_rest in nodes[at + 1 :]]
        back = [id_ for id_, other, _given in nodes[1 : at + 1] if other == "ask"]
        for port in PORTS.get(kind, ["next"]):
            target = draw(st.sampled_from([*ahead[:2], *back, *([] if ahead else [""])]))
            edges += [f"{node}.{port}>{target}"] if target else []
    return flow(*nodes, edges=" ".join(edges))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sound())
def test_any_run_of_any_graph_is_replayed_along_its_path_and_nothing_is_written(shop: Shop, document: Document):
    Try.calls.clear()
    with transaction(tenant_scope(shop.id)) as session:
        session.execute(text("DELETE FROM flow_trigger"))
        session.execute(text("UPDATE flow_run SET state = 'cancelled', wake_at = NULL WHERE ended_at IS NULL"))
    run = done(shop, document, "1", "2")
    for _ in range(3):
        shop.later(minutes=2)
        while wake_due():
            pass
    whole, before, calls = steps_of(shop, run), rows(), [*Try.calls, *Asked.calls]
    for step in {1, len(whole)}:
        replayed = replay(shop.id, run.id, from_step=step)
        assert lines(replayed.steps)[: len(whole) - step + 1] == lines(whole[step - 1 :])
        assert all(seq > len(whole) for seq in replayed.assumed)
    assert (rows(), [*Try.calls, *Asked.calls]) == (before, calls)
