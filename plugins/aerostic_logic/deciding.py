"""Steps that decide: a condition of rules, and a switch on a text."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

from aerostic.sdk import N_
from aerostic.sdk.flows import Context, FlowNode, Go, NodeConfig, Port, Problem

from .comparing import Operator, holds, is_pattern, matches
from .comparing import folded as same
from .words import DECIDE

BAD_PATTERN = N_("This pattern cannot be read. Check its brackets.")
OTHER = Port("other", N_("Anything else"))


class Rule(NodeConfig):
    """A value, how it compares, and to what."""

    value: str
    operator: Operator = "equals"
    other: str = ""


class Deciding(NodeConfig):
    """Rules, of which all or any have to hold."""

    match: Literal["all", "any"] = "all"
    rules: Annotated[list[Rule], Field(min_length=1, max_length=20)]


class Condition(FlowNode[Deciding]):
    """Yes or no."""

    kind, title, icon, category = "logic.condition", N_("Condition"), "git-branch", DECIDE
    help = N_("Goes one way where the rules hold, and another way where they do not.")
    Config = Deciding

    def ports(self, config: Deciding) -> Sequence[Port]:
        """Two."""
        return Port("yes", N_("Yes")), Port("no", N_("No"))

    def run(self, context: Context, config: Deciding) -> Go:
        """Compare."""
        found = [holds(rule.operator, rule.value, rule.other) for rule in config.rules]
        decided = all(found) if config.match == "all" else any(found)
        return Go("yes" if decided else "no")


class Case(NodeConfig):
    """A way, and the words that lead there. `words` are synonyms."""

    port: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,40}$")]
    how: Literal["contains", "equals", "matches"] = "contains"
    words: Annotated[list[Annotated[str, Field(min_length=1, max_length=200)]], Field(min_length=1, max_length=50)]


class Switching(NodeConfig):
    """A text, and where each of its possible words leads."""

    value: str = "{{ message.text }}"
    cases: Annotated[list[Case], Field(min_length=1, max_length=30)]


class Switch(FlowNode[Switching]):
    """The first case that fits."""

    kind, title, icon, category = "logic.switch", N_("Switch on text"), "arrows-split", DECIDE
    help = N_("Takes the way of the first case whose words are in the text.")
    Config = Switching

    def ports(self, config: Switching) -> Sequence[Port]:
        """One a case, and one for what fits none."""
        return *(Port(case.port, ", ".join(case.words[:3])) for case in config.cases), OTHER

    def problems(self, config: Switching) -> Sequence[Problem]:
        """Patterns that cannot be read."""
        bad = any(case.how == "matches" and not all(map(is_pattern, case.words)) for case in config.cases)
        return [Problem("pattern", BAD_PATTERN, field="cases")] if bad else ()

    def run(self, context: Context, config: Switching) -> Go:
        """Look for the words."""
        return Go(next((case.port for case in config.cases if _fits(case, config.value)), OTHER.name))


def _fits(case: Case, value: str) -> bool:
    if case.how == "matches":
        return any(matches(word, value) for word in case.words)
    given = same(value)
    return any(same(word) == given if case.how == "equals" else same(word) in given for word in case.words)


NODES = (Condition, Switch)
