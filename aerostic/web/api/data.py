"""What the API takes and gives: models that say no to what they do not know."""

from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator


class Data(BaseModel):
    """The base of models for the API: no unknown fields, no blanks around texts, and no text that no database keeps.

    Answers may be made from rows: `Model.model_validate(row)`.
    """

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, from_attributes=True)

    @model_validator(mode="before")
    @classmethod
    def _without_nul(cls, given: Any) -> Any:
        if isinstance(given, dict) and _has_nul(given):
            raise ValueError("Texts cannot hold the character U+0000. Leave it out.")
        return given


def _has_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any(_has_nul(key) or _has_nul(item) for key, item in value.items())
    return isinstance(value, list) and any(map(_has_nul, value))
