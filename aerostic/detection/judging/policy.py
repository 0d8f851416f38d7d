"""The policy: which score, confirmed by how many independent kinds of evidence, leads to which action, and for how long.

It is data: staff change it on a page, each change is a version of its own, and a version may run in the shadow of the active
one before it acts.
"""

from collections.abc import Mapping
from typing import Annotated, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from aerostic.detection.contract import SubjectKind
from aerostic.security.restrictions import ACTIONS, Action

# What is honoured of each kind of subject; anything else would be written down and never felt.
FITTING: Mapping[str, tuple[Action, ...]] = {
    "address": ("watch", "slow", "challenge", "block"),
    "account": ("watch", "challenge", "block"),
    "user": ("watch", "challenge"),
    "key": ("watch", "slow", "disable"),
    "tenant": ("watch", "slow", "pause", "freeze"),
    "number": ("watch", "slow", "pause"),
    "template": ("watch",),
}
RANK = {action: place for place, action in enumerate(ACTIONS)}
LONGEST = 30 * 24 * 3600  # seconds
SHARED = ("subnet", "content", "link", "batch", "stuffing")  # what signals share beside subjects
Share = Annotated[float, Field(ge=0, le=1)]


class Step(BaseModel):
    """One line of the policy.

    Args:
        action: what is done.
        kinds: to which kinds of subjects.
        score: from which score on, in 0..1.
        families: the least number of independent kinds of evidence.
        seconds: for how long; evidence that goes on prolongs it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    action: Action
    kinds: tuple[SubjectKind, ...] = Field(min_length=1)
    score: Share
    families: int = Field(1, ge=1, le=9)
    seconds: int = Field(ge=10, le=LONGEST)

    @model_validator(mode="after")
    def _felt(self) -> Self:
        for kind in self.kinds:
            if self.action not in FITTING[kind]:
                raise ValueError(f"nothing honours the action {self.action} on a subject of the kind {kind}")
        return self


class Policy(BaseModel):
    """A version of the policy.

    Args:
        half_life_seconds: after which evidence counts half.
        weights: what a family's scores are multiplied with, 1 where it is not named.
        steps: in any order; the strongest that applies counts.
        most_share: largest share of the tenants active in the last hour on which more than `watch` may stand at a time.
        allowed: subjects, `kind:id`, that are never acted on, and never join incidents: shared infrastructure. A signal that
            rests on nothing else than sharing these counts for nothing.
        young_seconds: how long a tenant has to have been seen before evidence of its volume counts.
        volume: the families that are evidence of volume.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    half_life_seconds: int = Field(600, ge=10, le=7 * 24 * 3600)
    weights: dict[str, Annotated[float, Field(ge=0, le=2)]] = Field(default_factory=dict)
    steps: tuple[Step, ...]
    most_share: Share = 0.2
    allowed: tuple[str, ...] = ()
    young_seconds: int = Field(3600, ge=0, le=LONGEST)
    volume: tuple[str, ...] = ("volume",)

    @field_validator("allowed")
    @classmethod
    def _subjects(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for line in value:
            kind, _, name = line.partition(":")
            if kind not in (*get_args(SubjectKind), *SHARED) or not name:
                raise ValueError(f"{line!r} is no subject: write kind:id")
        return value

    def decide(self, score: float, families: int, kind: str) -> Step | None:
        """The strongest step that applies, the longest of its action; None where none does.

        Args:
            score: of the subject, in 0..1.
            families: how many independent kinds of evidence there are.
            kind: of the subject.
        """
        fitting = [step for step in self.steps if kind in step.kinds and score >= step.score]
        fitting = [step for step in fitting if families >= step.families]
        return max(fitting, key=lambda step: (RANK[step.action], step.seconds), default=None)


def at_most(most: Action, kind: str) -> Action:
    """The strongest action that goes no further than another one and that is honoured on a kind of subject."""
    return max((action for action in FITTING[kind] if RANK[action] <= RANK[most]), key=RANK.__getitem__)


def _steps(*lines: tuple[Action, tuple[SubjectKind, ...], float, int, int]) -> tuple[Step, ...]:
    names = ("action", "kinds", "score", "families", "seconds")
    return tuple(Step.model_validate(dict(zip(names, line, strict=True))) for line in lines)


# Version 1 of every installation.
DEFAULT = Policy(
    steps=_steps(
        ("watch", get_args(SubjectKind), 0.5, 1, 900),
        ("slow", ("address", "key", "tenant", "number"), 0.75, 1, 600),
        ("challenge", ("address", "account", "user"), 0.8, 1, 1800),
        ("pause", ("tenant", "number"), 0.9, 1, 1800),
        ("disable", ("key",), 0.95, 1, 1800),
        ("disable", ("key",), 0.9, 2, 3600),
        ("block", ("address",), 0.9, 1, 900),
        ("block", ("address",), 0.97, 2, 3600),
        ("block", ("account",), 0.98, 2, 900),
        ("freeze", ("tenant",), 0.97, 2, 3600),
    )
)
