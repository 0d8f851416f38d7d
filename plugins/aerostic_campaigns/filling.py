"""A campaign's message as one person will see it, while its sources are being chosen."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from aerostic.sdk import AudienceRow, Template, Variable, template_preview

from .choosing import Field
from .variables import key_of, read
from .verdicts import CampaignError


def values(variables: Iterable[Variable], mapping: Mapping[str, Any], row: AudienceRow | None) -> list[str]:
    """What fills each place for one contact; its sample where there is no contact, '' where there is no source yet."""
    found = []
    for variable in variables:
        try:
            source = read(key_of(variable), mapping.get(key_of(variable), {}))
        except CampaignError:
            found.append("")
            continue
        found.append(source.fill(row) if row else source.value if source.kind == "constant" else variable.sample)
    return found


def body(template: Template, variables: Sequence[Variable], mapping: Mapping[str, Any], row: AudienceRow | None) -> Any:
    """The message, for a page that shows it as a phone does."""
    return template_preview(template, values(variables, mapping, row))


def guess(variables: Iterable[Variable], fields: Sequence[Field]) -> dict[str, Any]:
    """Sources to begin with: a field of the same name, the person's name for the first place of a text, else the sample."""
    names = {field.name.lower(): field.name for field in fields}
    mapping: dict[str, Any] = {}
    for variable in variables:
        name = variable.name.lower()
        if name in names:
            mapping[key_of(variable)] = {"source": "field", "value": names[name]}
        elif name in ("name", "first_name") or (variable.kind == "text" and variable.index == 0):
            mapping[key_of(variable)] = {"source": "name"}
        elif variable.sample and variable.kind != "text":
            mapping[key_of(variable)] = {"source": "constant", "value": variable.sample}
    return mapping
