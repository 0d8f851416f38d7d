"""theme.toml: what a theme says about itself."""

import re
import tomllib
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from aerostic.tenancy.brands.design import is_plain
from aerostic.web.themes.rules import Finding

FILE = "theme.toml"
ROOT = "default"
NAME = r"[a-z][a-z0-9-]{1,30}"
VERSION = r"\d+(\.\d+){0,2}"
LINE = re.compile(r"\(at line (\d+)")
Trust = Literal["tokens", "slots", "code"]


class BundledFont(BaseModel):
    """A font that comes with the theme, under a licence that allows it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    family: Annotated[str, Field(pattern=r"^[A-Za-z0-9 -]{1,40}$")]
    file: Annotated[str, Field(pattern=r"^font/[a-z0-9._-]+\.woff2$")]
    weight: Annotated[str, Field(pattern=r"^[1-9]00( [1-9]00)?$")] = "400"
    licence: Annotated[str, Field(min_length=1, max_length=60)]


class Option(BaseModel):
    """A text, choice or switch that a reseller may set; slots read it as `options.<key>`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: Literal["text", "select", "boolean"]
    label: Annotated[str, Field(min_length=1, max_length=60)]
    help: Annotated[str, Field(max_length=200)] = ""
    default: Annotated[str, Field(max_length=500)] = ""
    max_length: Annotated[int, Field(ge=1, le=500)] = 200
    choices: tuple[str, ...] = ()

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The choices as a form wants them."""
        return [(choice, choice) for choice in self.choices]

    def takes(self, value: str) -> bool:
        """Whether a reseller may set this value. Switches are `yes` or empty."""
        if self.type == "text":
            return len(value) <= self.max_length and is_plain(value)
        return value in (("yes", "") if self.type == "boolean" else self.choices)


class Manifest(BaseModel):
    """The keys of theme.toml.

    Args:
        extends: the theme that gives what this one does not have; empty in `default` alone.
        app: the versions of the product it was made for, such as `>=0.1,<2`.
        resellers: short names of those who may choose it; everybody when empty.
        overrides: hashes of the product's templates that the theme's own were made from, by name.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    format: Literal[1] = Field(alias="schema")
    name: Annotated[str, Field(pattern=f"^{NAME}$")]
    label: Annotated[str, Field(min_length=1, max_length=60)]
    version: Annotated[str, Field(pattern=f"^{VERSION}$")]
    extends: Annotated[str, Field(pattern=f"^({NAME})?$")] = ROOT
    trust: Trust = "tokens"
    app: Annotated[str, Field(pattern=rf"^((>=|<=|<|>|==)\s*{VERSION}(\s*,\s*|$))*$")] = ""
    author: Annotated[str, Field(max_length=100)] = ""
    license: Annotated[str, Field(max_length=60)] = ""
    modes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
    rtl: bool = True
    fonts: tuple[BundledFont, ...] = ()
    options: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,30}$")], Option] = {}
    resellers: tuple[str, ...] = ()
    overrides: dict[str, str] = {}

    def fits(self, version: str) -> bool:
        """Whether the theme was made for this version of the product."""
        ours = _numbers(version)
        for part in filter(None, (part.strip() for part in self.app.split(","))):
            sign, wanted = part.rstrip("0123456789."), _numbers(part.lstrip("<>= "))
            if not {
                ">=": ours >= wanted,
                "<=": ours <= wanted,
                "<": ours < wanted,
                ">": ours > wanted,
                "==": ours == wanted,
            }[sign.strip()]:
                return False
        return True


def read(data: bytes) -> tuple[Manifest | None, list[Finding]]:
    """The manifest in a theme.toml, or what is wrong with it."""
    try:
        text = data.decode()
        return Manifest.model_validate(tomllib.loads(text)), []
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        line = LINE.search(str(error))
        return None, [Finding("manifest-syntax", FILE, int(line[1]) if line else 0, f"It cannot be read: {error}.")]
    except ValidationError as error:
        return None, [_finding(text, [str(part) for part in item["loc"]], item["msg"]) for item in error.errors()]


def _finding(text: str, path: list[str], message: str) -> Finding:
    rule = "manifest-name" if path == ["name"] else "manifest-value"
    return Finding(rule, FILE, line_of(text, path[-1] if path else ""), f"`{'.'.join(path)}`: {message}.")


def line_of(text: str, key: str) -> int:
    """The line of a TOML text that sets a key; 0 when none does."""
    sets = re.compile(rf'\s*(\[.*\b)?"?{re.escape(key)}"?\s*[=\]]')
    return next((number for number, line in enumerate(text.splitlines(), 1) if sets.match(line)), 0)


def _numbers(version: str) -> tuple[int, ...]:
    numbers = tuple(int(part) for part in version.split(".")[:3])
    return numbers + (0,) * (3 - len(numbers))
