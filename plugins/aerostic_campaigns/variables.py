"""What fills a template's places: for each a contact field, the name, or a fixed text, and a fall-back.

A campaign keeps `{"body.0": {"source": "field", "value": "city", "fallback": "your town"}}`; the key is the place's
component and index as the channel counts them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from aerostic.sdk import AudienceRow, Variable

from .verdicts import CampaignError

Kind = Literal["name", "field", "constant"]
KINDS: tuple[Kind, ...] = ("name", "field", "constant")


@dataclass(frozen=True, slots=True)
class Source:
    """Where one value comes from. `value` is the field's name or the fixed text."""

    key: str
    kind: Kind
    value: str = ""
    fallback: str = ""

    def fill(self, row: AudienceRow) -> str:
        """The text for one contact; '' where there is none."""
        if self.kind == "constant":
            return self.value
        found = row.name if self.kind == "name" else row.fields.get(self.value)
        # WhatsApp takes no line breaks, tabs or runs of spaces inside a variable.
        return " ".join(str("" if found is None else found).split()) or self.fallback


def key_of(variable: Variable) -> str:
    """How a campaign names a place of its template."""
    return f"{variable.component}.{variable.index}"


def sources(variables: Iterable[Variable], mapping: Mapping[str, Any]) -> tuple[list[Source], list[str]]:
    """The sources in the template's order, and the places that have none."""
    keys = [key_of(variable) for variable in variables]
    return [read(key, mapping[key]) for key in keys if key in mapping], [key for key in keys if key not in mapping]


def read(key: str, entry: Mapping[str, Any]) -> Source:
    """One entry of a campaign's mapping.

    Raises:
        CampaignError: it names no known source, or is incomplete.
    """
    kind = entry.get("source")
    if kind not in KINDS:
        raise CampaignError("variables", f"The source of {key} has to be one of: {', '.join(KINDS)}.")
    value = str(entry.get("value", ""))
    if kind != "name" and not value:
        raise CampaignError("variables", f"{key} needs the name of a contact field, or a fixed text, in `value`.")
    return Source(key, kind, value, str(entry.get("fallback", "")))
