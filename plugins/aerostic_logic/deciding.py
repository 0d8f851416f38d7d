"""Steps that decide: a condition of rules, and a switch on a text."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

from aerostic.sdk import N_
from aerostic.sdk.flows import Context, FlowNode, Go, Length, NodeConfig, Port, Problem, labelled

from .comparing import LABELS, LONGEST, LONGEST_PATTERN, Operator, holds, is_comparable, is_pattern, matches
from .comparing import folded as same
from .words import DECIDE, PORT, TWICE

BAD_PATTERN = N_("This pattern cannot be used. Check its brackets, and let nothing in it repeat more than 1000 times.")
BAD_OTHER = N_(
    "This cannot be compared so: write a number as 2.5, a time as 2026-12-31T18:00, and check the brackets of a pattern."
)
OTHER = Port("other", N_("Anything else"))
HOWS = {
    "contains": N_("contains one of the words"),
    "equals": N_("is one of the words"),
    "matches": N_("matches one of the patterns"),
}


class Rule(NodeConfig):
    """A value, how it compares, and to what."""

    value: str = Field(title=N_("Value"), description=N_("Mostly an expression, such as {{ contact.country }}."))
    operator: Operator = Field(default="equals", title=N_("Comparison"), json_schema_extra=labelled(LABELS))
    other: str = Field(default="", title=N_("Compared to"))


class Deciding(NodeConfig):
    """Rules, of which all or any have to hold."""

    match: Literal["all", "any"] = Field(
        default="all",
        title=N_("How many have to hold"),
        json_schema_extra=labelled({"all": N_("All of them"), "any": N_("Any of them")}),
    )
    rules: Annotated[list[Rule], Field(min_length=1, max_length=20)] = Field(title=N_("Rules"))


class Condition(FlowNode[Deciding]):
    """Yes or no."""

    kind, title, icon, category = "logic.condition", N_("Condition"), "git-branch", DECIDE
    help = N_("Goes one way where the rules hold, and another way where they do not.")
    Config = Deciding
    example = {"rules": [{"value": "{{ contact.country }}", "other": "DE"}]}

    def ports(self, config: Deciding) -> Sequence[Port]:
        """Two."""
        return Port("yes", N_("Yes")), Port("no", N_("No"))

    def problems(self, config: Deciding) -> Sequence[Problem]:
        """What can be compared to nothing."""
        return [
            Problem("other", BAD_OTHER, field=f"rules.{at}.other")
            for at, rule in enumerate(config.rules)
            if "{{" not in rule.other and not is_comparable(rule.operator, rule.other)
        ]

    def run(self, context: Context, config: Deciding) -> Go:
        """Compare."""
        found = [holds(rule.operator, rule.value, rule.other) for rule in config.rules]
        decided = all(found) if config.match == "all" else any(found)
        return Go("yes" if decided else "no")


class Case(NodeConfig):
    """A way, and the words that lead there. `words` are synonyms."""

    port: Annotated[str, Field(pattern=PORT)] = Field(title=N_("Name of the way"))
    how: Literal["contains", "equals", "matches"] = Field(
        default="contains", title=N_("The text"), json_schema_extra=labelled(HOWS)
    )
    words: Annotated[list[Annotated[str, Length(1, LONGEST_PATTERN)]], Field(min_length=1, max_length=50)] = Field(
        title=N_("Words"), description=N_("Each of them leads this way, whether written large or small.")
    )


class Switching(NodeConfig):
    """A text, and where each of its possible words leads."""

    value: str = Field(default="{{ message.text }}", title=N_("Text"))
    cases: Annotated[list[Case], Field(min_length=1, max_length=30)] = Field(title=N_("Ways"))


class Switch(FlowNode[Switching]):
    """The first case that fits."""

    kind, title, icon, category = "logic.switch", N_("Switch on text"), "switch-horizontal", DECIDE
    help = N_("Takes the way of the first case whose words are in the text.")
    Config = Switching
    example = {"cases": [{"port": "buy", "words": ["buy", "order"]}]}

    def ports(self, config: Switching) -> Sequence[Port]:
        """One a case, and one for what fits none."""
        return *(Port(case.port, ", ".join(case.words[:3])) for case in config.cases), OTHER

    def problems(self, config: Switching) -> Sequence[Problem]:
        """Ways of the same name, and patterns that cannot be used."""
        names = [case.port for case in config.cases]
        twice = len({*names, OTHER.name}) <= len(names)
        bad = any(case.how == "matches" and not all(map(_is_usable, case.words)) for case in config.cases)
        return [
            *([Problem("twice", TWICE, field="cases")] if twice else ()),
            *([Problem("pattern", BAD_PATTERN, field="cases")] if bad else ()),
        ]

    def run(self, context: Context, config: Switching) -> Go:
        """Look for the words."""
        value = config.value[:LONGEST]
        return Go(next((case.port for case in config.cases if _fits(case, value)), OTHER.name))


def _is_usable(pattern: str) -> bool:
    return "{{" in pattern or is_pattern(pattern)


def _fits(case: Case, value: str) -> bool:
    if case.how == "matches":
        return any(matches(word, value) for word in case.words)
    given = same(value)
    return any(same(word) == given if case.how == "equals" else same(word) in given for word in case.words)


NODES = (Condition, Switch)
