"""Two paths side by side."""

from aerostic.flows.runs.comparing import compare
from aerostic.flows.state import Done


def steps(path: str) -> list[Done]:
    """Of `node.port` or `node:fate`, with `=output` behind."""
    made = []
    for seq, word in enumerate(path.split(), 1):
        place, _, output = word.partition("=")
        node, colon, fate = place.partition(":")
        node, _, port = node.partition(".")
        made.append(Done(seq, node, fate if colon else "done", "" if colon else port or "next", {}, {"o": output}))
    return made


def told(left: str, right: str) -> str:
    def word(step: Done | None) -> str:
        return f"{step.node}.{step.port or step.fate}" if step else "-"

    return " ".join(
        f"{pair.kind}({word(pair.left)},{word(pair.right)})" for pair in compare(steps(left), steps(right)).pairs
    )


def test_equal_paths_part_nowhere():
    found = compare(steps("a b.x c:waiting c"), steps("a b.x c:waiting c"))
    assert (found.parts_at, {pair.kind for pair in found.pairs}) == (None, {"same"})
    assert (found.nodes_left, found.edges_right) == (frozenset(), frozenset())


def test_another_output_is_a_change_and_the_path_goes_on():
    assert told("a b=1 c", "a b=2 c") == "same(a.next,a.next) changed(b.next,b.next) same(c.next,c.next)"


def test_another_way_out_of_the_same_step_is_where_they_part():
    found = compare(steps("a b.yes c e"), steps("a b.no d e"))
    assert [pair.kind for pair in found.pairs] == ["same", "changed", "left", "right", "same"]
    assert (found.parts_at, found.nodes_left, found.nodes_right) == (1, {"c"}, {"d"})
    assert found.edges_left == {("b", "yes", "c"), ("c", "next", "e")}
    assert found.edges_right == {("b", "no", "d"), ("d", "next", "e")}


def test_a_step_more_on_one_side_stands_alone():
    assert told("a q:waiting q", "a q:waiting q:waiting q") == (
        "same(a.next,a.next) same(q.waiting,q.waiting) right(-,q.waiting) same(q.next,q.next)"
    )


def test_a_step_that_failed_here_and_not_there_stands_beside_itself():
    assert told("a o:failed", "a o t") == "same(a.next,a.next) changed(o.failed,o.next) right(-,t.next)"


def test_long_paths_are_compared_in_good_time():
    around = " ".join("a q:waiting q" for _ in range(330))
    assert compare(steps(around), steps(f"{around} e")).parts_at == 990
