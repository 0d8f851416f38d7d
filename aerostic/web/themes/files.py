"""The files of a theme: how they are named, where they may be, how many and how large, and that they are what they say."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from aerostic.web.themes import images, svg
from aerostic.web.themes.rules import Finding, RefusedError

Files = Mapping[str, bytes]
MOST_FILES, MOST_BYTES, MOST_FILE_BYTES = 200, 5 * 1024 * 1024, 2 * 1024 * 1024
NAME = re.compile(r"[a-z0-9_-][a-z0-9._-]*")
TOP = frozenset({"theme.toml", "tokens.css", "preview.png", "readme.md", "licence.txt", "license.txt"})
# Folder: how a file in it may end.
FOLDERS = {
    "slots": ("html",),
    "mail": ("html", "txt"),
    "locale": ("toml",),
    "static": ("png", "jpg", "webp", "svg", "woff2"),
    "templates": ("html", "txt"),
}
MAGIC = {"png": rb"\x89PNG\r\n\x1a\n", "jpg": rb"\xff\xd8\xff", "webp": rb"RIFF....WEBP", "woff2": rb"wOF2"}
MEDIA_TYPES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "webp": "image/webp",
    "svg": "image/svg+xml",
    "woff2": "font/woff2",
}


def read_folder(folder: Path) -> tuple[dict[str, bytes], list[Finding]]:
    """The files below a folder. Links are named, not followed; what makes it a module of a package is no part of it."""
    files: dict[str, bytes] = {}
    findings: list[Finding] = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if name == "__init__.py" or "__pycache__" in name:
            continue
        if path.is_symlink():
            findings.append(Finding("file-link", name, 0, "It is a link."))
        elif path.is_file() and len(files) <= MOST_FILES:
            files[name] = path.read_bytes()
    return files, findings


def check(files: Files) -> Iterator[Finding]:
    """Every rule about files that a theme's break."""
    if len(files) > MOST_FILES:
        yield Finding("file-count", "theme.toml", 0, f"The theme has {len(files)} files.")
    if sum(map(len, files.values())) > MOST_BYTES:
        yield Finding("theme-size", "theme.toml", 0, "The theme is too large.")
    for name, data in files.items():
        yield from _check_file(name, data)


def kind_of(name: str) -> str:
    """How a file's name ends."""
    return PurePosixPath(name).suffix.removeprefix(".")


def looks_like(kind: str, data: bytes) -> bool:
    """Whether data begin as files of this kind do."""
    pattern = MAGIC.get(kind)
    return pattern is None or bool(re.match(pattern, data, re.DOTALL))


def _check_file(name: str, data: bytes) -> Iterator[Finding]:
    if not all(NAME.fullmatch(part) for part in name.split("/")):
        yield Finding("file-name", name, 0, "The name has signs that are not taken.")
        return
    folder, inside, _ = name.partition("/")
    if not inside:
        if name not in TOP:
            yield Finding("file-place", name, 0, "There is no such file in a theme.")
    elif folder not in FOLDERS:
        yield Finding("file-place", name, 0, f"There is no folder `{folder}` in a theme.")
    elif kind_of(name) not in FOLDERS[folder]:
        yield Finding("file-type", name, 0, f"Files ending in `.{kind_of(name)}` are not taken in `{folder}`.")
        return
    if len(data) > MOST_FILE_BYTES:
        yield Finding("file-size", name, 0, "The file is too large.")
    elif not looks_like(kind_of(name), data):
        yield Finding("file-magic", name, 0, f"It is no .{kind_of(name)} file inside.")
    else:
        yield from _look_inside(name, data)


def _look_inside(name: str, data: bytes) -> Iterator[Finding]:
    try:
        redrawn(name, data)
    except RefusedError as error:
        yield from error.findings


def redrawn(name: str, data: bytes) -> bytes:
    """A picture or drawing, made anew; anything else as it is.

    Raises:
        RefusedError: it is not what it says, or does more than show something.
    """
    kind = kind_of(name)
    if kind == "svg":
        return svg.clean(data, name)
    return images.redraw(data, kind, name) if kind in images.FORMATS else data
