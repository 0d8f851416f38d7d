"""Themes as ZIP files: unpacked in memory, and only when nothing in the archive wants to be somewhere or something else."""

import io
import re
import stat
import zipfile
from collections.abc import Iterator

from aerostic.web.themes.files import MOST_BYTES, MOST_FILES
from aerostic.web.themes.manifest import FILE as MANIFEST
from aerostic.web.themes.rules import Finding, RefusedError

ARCHIVES = re.compile(rb"PK\x03\x04|\x1f\x8b|7z\xbc\xaf|Rar!|BZh|\xfd7zXZ")
NESTED = (".zip", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar", ".tar", ".jar")
ENCRYPTED = 0x1


def unpack(data: bytes) -> dict[str, bytes]:
    """The files in a theme's ZIP, by their name inside of the theme.

    Raises:
        RefusedError: it is no ZIP, or one that breaks rules; nothing of it was written anywhere.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if findings := list(_check(entries)):
                raise RefusedError(findings)
            files = _read(archive, [entry for entry in entries if not entry.is_dir()])
    except (zipfile.BadZipFile, NotImplementedError, EOFError, zipfile.zlib.error) as error:  # type: ignore[attr-defined]
        raise RefusedError([Finding("zip-unreadable", "", 0, "It is no ZIP file that can be read.")]) from error
    return _without_top(files)


def pack(name: str, files: dict[str, bytes]) -> bytes:
    """A ZIP of a theme, the same for the same files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(files):
            archive.writestr(zipfile.ZipInfo(f"{name}/{path}"), files[path], zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _check(entries: list[zipfile.ZipInfo]) -> Iterator[Finding]:
    if len(entries) > MOST_FILES * 2 or sum(entry.file_size for entry in entries) > MOST_BYTES:
        yield Finding("zip-bomb", "", 0, "There is too much in it.")
    seen: set[str] = set()
    for entry in entries:
        name, mode = entry.orig_filename, entry.external_attr >> 16
        if not _inside(name):
            yield Finding("zip-path", name, 0, "The name leads out of the theme.")
        if name.lower() in seen:
            yield Finding("zip-duplicate", name, 0, "The name is there twice.")
        seen.add(name.lower())
        if entry.flag_bits & ENCRYPTED:
            yield Finding("zip-encrypted", name, 0, "It is encrypted.")
        if mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
            yield Finding("zip-link", name, 0, "It is a link, or no file at all.")
        if name.lower().endswith(NESTED):
            yield Finding("zip-nested", name, 0, "It is an archive.")


def _inside(name: str) -> bool:
    parts = name.removesuffix("/").split("/")
    strange = "\\" in name or ":" in name or "\0" in name
    return bool(name) and not strange and not any(part in ("", ".", "..") for part in parts)


def _read(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> dict[str, bytes]:
    """The contents. Sizes that are announced may be lies, so what comes out is counted, too."""
    files: dict[str, bytes] = {}
    left = MOST_BYTES
    for entry in entries:
        with archive.open(entry) as file:
            data = file.read(left + 1)
        left -= len(data)
        if left < 0:
            raise RefusedError([Finding("zip-bomb", entry.filename, 0, "More comes out than may.")])
        if ARCHIVES.match(data):
            raise RefusedError([Finding("zip-nested", entry.filename, 0, "It is an archive inside.")])
        files[entry.filename] = data
    return files


def _without_top(files: dict[str, bytes]) -> dict[str, bytes]:
    """The same without the theme's own folder, if everything is in one."""
    tops = {name.partition("/")[0] for name in files}
    if MANIFEST in files or len(tops) != 1:
        return files
    return {name.partition("/")[2]: data for name, data in files.items()}
