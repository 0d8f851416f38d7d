"""The acts in words, by area: the core's in core_acts.py, a plugin's declared by itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ActArea:
    """What acts are about.

    Args:
        name: the first part of the acts' names.
        title: in words, marked for translation.
        acts: the acts' second parts, each with its words, marked for translation: `{"launched": N_("Launched a campaign")}`.
    """

    name: str
    title: str
    acts: Mapping[str, str] = field(default_factory=dict)


_areas: dict[str, ActArea] = {}


def register_acts(area: ActArea) -> None:
    """Put acts into words. The same declaration again is no change.

    Raises:
        ValueError: the area stands for something else already.
    """
    if _areas.setdefault(area.name, area) != area:
        raise ValueError(f"The acts of {area.name!r} are declared twice, with different words.")


def areas() -> tuple[ActArea, ...]:
    """All areas, in the order in which they were declared."""
    return tuple(_areas.values())


def words_of(action: str) -> str:
    """The words of an act, to be translated; its name where nobody put it into words."""
    name, _dot, verb = action.partition(".")
    area = _areas.get(name)
    return area.acts.get(verb, action) if area else action
