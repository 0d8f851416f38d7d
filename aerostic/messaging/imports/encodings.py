"""Which characters a file is written in: found out from all of it, a block at a time."""

import codecs
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from aerostic.messaging.imports.verdicts import RefusedFileError

SAMPLE = 64 * 1024
BLOCK = 1024 * 1024
LINE = 1024 * 1024
LONGEST_FILE = 512 * 1024 * 1024
COPY = ".utf-8-copy"
_SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_BINARIES = (b"%PDF", b"\x1f\x8b", b"\x89PNG", b"\xff\xd8\xff", b"SQLite", b"\x7fELF", b"GIF8")
_UTF_16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_CONTROLS = bytes(set(range(32)) - {0, 9, 10, 12, 13, 27})
_MANY = 0.02


def readable(path: Path, encoding: str = "") -> tuple[Path, str]:
    """A file whose lines can be read one by one, and its encoding (`utf-8`, perhaps with a mark in front, or `cp1252`).

    UTF-16, and line ends of old Macintosh computers, are written into a UTF-8 copy beside the file.

    Args:
        encoding: `utf-8`, `utf-16` or `cp1252` when a person chose it.

    Raises:
        RefusedFileError: missing, empty, too large, or no text.
    """
    if not path.is_file():
        raise RefusedFileError("missing")
    if path.stat().st_size > LONGEST_FILE:
        raise RefusedFileError("too_large", limit=LONGEST_FILE // 1024**2)
    with path.open("rb") as file:
        sample = file.read(SAMPLE)
    wide = _wide(sample) or ("utf-16-le" if encoding == "utf-16" else "")
    if not wide:
        _check_text(sample)
    if wide or (b"\r" in sample and b"\n" not in sample):
        return _copy(path, wide or _narrow(path)), "utf-8"
    return path, "cp1252" if encoding == "cp1252" else _narrow(path)


def _wide(sample: bytes) -> str:
    """The UTF-16 of a sample, by its mark or by where its NUL bytes stand; '' when it is none."""
    if sample[:2] in _UTF_16 and sample[:4] != codecs.BOM_UTF32_LE:
        return _UTF_16[sample[:2]]
    half = max(1, len(sample) // 2)
    even, odd = sample[::2].count(0) / half, sample[1::2].count(0) / half
    if odd > 0.3 and even < 0.1:
        return "utf-16-le"
    return "utf-16-be" if even > 0.3 and odd < 0.1 else ""


def _check_text(sample: bytes) -> None:
    if not sample.strip(b"\xef\xbb\xbf \t\r\n\0"):
        raise RefusedFileError("empty")
    if sample.startswith(_SPREADSHEETS):
        raise RefusedFileError("spreadsheet")
    strange = len(sample) - len(sample.translate(None, _CONTROLS))
    if sample.startswith(_BINARIES) or strange > _MANY * len(sample) or sample.count(0) > 0.2 * len(sample):
        raise RefusedFileError("binary")


def _narrow(path: Path) -> str:
    """UTF-8, unless more lines speak against it than for it."""
    mine = others = 0
    with path.open("rb") as file:
        for line in _lines(file):
            if line.isascii():
                continue
            try:
                line.decode()
                mine += 1
            except UnicodeDecodeError:
                others += 1
    return "cp1252" if others > mine else "utf-8"


def _lines(file: BinaryIO) -> Iterator[bytes]:
    return iter(lambda: file.readline(LINE), b"")


def _copy(path: Path, encoding: str) -> Path:
    """Write the file again in UTF-8 with plain line ends; what cannot be read becomes U+FFFD, and so a verdict."""
    target = path.with_name(path.name + COPY)
    partial = target.with_name(target.name + ".part")
    partial.touch(mode=0o600)
    with (
        path.open(encoding=encoding, errors="replace", newline=None) as source,
        partial.open("w", encoding="utf-8", newline="\n") as copy,
    ):
        while block := source.read(BLOCK):
            copy.write(block.removeprefix("\ufeff"))
    partial.replace(target)
    if not target.stat().st_size:
        raise RefusedFileError("empty")
    return target
