"""What a person chooses about an import: which column is what, and what holds for the whole file."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, field_validator

Tag = Annotated[str, Field(min_length=1, max_length=64)]
TARGETS = (
    "phone",
    "name",
    "first_name",
    "last_name",
    "email",
    "locale",
    "tags",
    "consent",
    "consent_at",
    "consent_source",
    "ignore",
)
FIELD = "field:"
LONGEST_FIELD_NAME = 64


def is_target(target: str) -> bool:
    """Whether a column can be read as this."""
    named = target.startswith(FIELD) and 0 < len(target) - len(FIELD) <= LONGEST_FIELD_NAME
    return target in TARGETS or named


class DeclaredConsent(BaseModel):
    """The tenant's word that everybody in the file agreed to marketing: where, and when (never in the future)."""

    model_config = ConfigDict(extra="forbid")

    source: Annotated[str, Field(min_length=1, max_length=200)]
    given_at: AwareDatetime


class ImportOptions(BaseModel):
    """Choices for one import.

    Args:
        mapping: header to target (`TARGETS`, or `field:<name>` for a custom field); what is left out is guessed.
        region: ISO 3166 alpha-2 of numbers without a country code; the tenant's country when left out.
        tags: names, given to every contact of the file.
        consent: declared for every row that says nothing itself; None when nothing is known.
        encoding, delimiter: '' to find out.
    """

    model_config = ConfigDict(extra="forbid")

    mapping: dict[str, str] = {}
    region: Annotated[str, Field(pattern="^([A-Z]{2})?$")] = ""
    tags: Annotated[list[Tag], Field(max_length=20)] = []
    consent: DeclaredConsent | None = None
    encoding: Literal["", "utf-8", "utf-16", "cp1252"] = ""
    delimiter: Literal["", ",", ";", "\t", "|"] = ""

    @field_validator("mapping")
    @classmethod
    def _targets(cls, mapping: dict[str, str]) -> dict[str, str]:
        for target in mapping.values():
            if not is_target(target):
                raise ValueError(f"{target!r} is no target: choose one of {', '.join(TARGETS)} or field:<name>")
        return mapping
