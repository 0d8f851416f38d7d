"""Fields of a node's form whose texts may hold expressions: what has to fit is what comes out, not what was written."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationInfo
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

WRITTEN = {"written": True}  # the context in which a configuration is read as it was written


def is_unworked(value: Any, info: ValidationInfo) -> bool:
    """Whether a text is still to be worked out, so that nothing can be said about it yet."""
    written = isinstance(info.context, Mapping) and info.context.get("written")
    return bool(written) and isinstance(value, str) and "{{" in value


def labelled(words: Mapping[str, str]) -> dict[str, Any]:
    """For `Field(json_schema_extra=...)`: what people read in place of each value that may be chosen, marked for translation."""
    return {"labels": dict(words)}


@dataclass(frozen=True, slots=True)
class Length:
    """How long a text may be once it is worked out: `Annotated[str, Length(1, 20)]`.

    Args:
        least: characters beside white space.
        most: characters in all.
    """

    least: int
    most: int

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Checked after the text itself."""
        return core_schema.with_info_after_validator_function(self._checked, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """As a form shows it."""
        return {**handler(schema), "minLength": self.least, "maxLength": self.most}

    def _checked(self, value: str, info: ValidationInfo) -> str:
        if is_unworked(value, info):
            return value
        if len(value) > self.most:
            raise PydanticCustomError("string_too_long", "too long")
        if len(value.strip()) < self.least:
            raise PydanticCustomError("string_too_short", "too short")
        return value
