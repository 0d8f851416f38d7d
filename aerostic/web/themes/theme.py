"""A theme that was read and keeps the rules."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from aerostic.web.themes import overrides, wording
from aerostic.web.themes.files import MEDIA_TYPES, Files, kind_of
from aerostic.web.themes.manifest import Manifest
from aerostic.web.themes.slots import slot_name
from aerostic.web.themes.tokens import FILE as TOKENS
from aerostic.web.themes.tokens import Tokens
from aerostic.web.themes.tokens import read as read_tokens

STATIC = "static/"


@dataclass(frozen=True, slots=True)
class Static:
    """A file that browsers fetch. Its digest is part of its address, so an address never changes what it means."""

    data: bytes
    media_type: str
    digest: str


@dataclass(frozen=True, slots=True)
class Theme:
    """What pages need of a theme.

    Args:
        statics: by path below `static/`.
        slots: sources by place and language; language '' where none was named.
        words: by language and by the product's word.
        templates: sources by the name that pages ask for.
    """

    manifest: Manifest
    tokens: Tokens
    statics: Mapping[str, Static]
    slots: Mapping[tuple[str, str], str]
    words: Mapping[str, Mapping[str, str]]
    templates: Mapping[str, str]

    @property
    def name(self) -> str:
        """Its name."""
        return self.manifest.name


Chain = tuple[Theme, ...]


def build(manifest: Manifest, files: Files) -> Theme:
    """The theme of files that keep the rules."""
    return Theme(
        manifest,
        read_tokens(files.get(TOKENS, b"").decode())[0],
        {path.removeprefix(STATIC): _static(path, data) for path, data in files.items() if path.startswith(STATIC)},
        {name: files[path].decode() for path in files if (name := slot_name(path))},
        {
            language: wording.read(path, data)[0]
            for path, data in files.items()
            if path.startswith("locale/") and (language := wording.language_of(path))
        },
        overrides.templates_of(files),
    )


def digest_of(data: bytes) -> str:
    """What names contents in an address."""
    return hashlib.sha256(data).hexdigest()[:16]


def _static(path: str, data: bytes) -> Static:
    return Static(data, MEDIA_TYPES[kind_of(path)], digest_of(data))
