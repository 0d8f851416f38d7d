"""The fonts of documents: cut once out of variable ones that come as packages, since cutting takes seconds."""

import os
from importlib.resources import as_file, files
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

from aerostic.registry import runtime

FACES = {
    "latin": ("fontpkg_noto_sans", "NotoSans[wdth,wght].ttf"),
    "arabic": ("fontpkg_noto_sans_arabic", "NotoSansArabic[wdth,wght].ttf"),
}
WEIGHTS = {"": 400, "B": 700}
# Latin of Europe and Vietnam, Greek, Cyrillic, punctuation, currencies; Arabic. What else a name may have is left blank.
RANGES = ((0x20, 0x24F), (0x384, 0x45F), (0x490, 0x4FF), (0x1EA0, 0x1EF9), (0x2000, 0x20CF), (0x600, 0x6FF))


def face(name: str, style: str) -> Path:
    """The file of one of our faces in a style, `` or `B`; kept in the folder of the settings."""
    package, file = FACES[name]
    source = files(package) / "files" / file
    with as_file(source) as path:
        kept = runtime().settings.var / "fonts" / f"{name}-{WEIGHTS[style]}-{path.stat().st_size}.ttf"
        if not kept.exists():
            _cut(path, kept, WEIGHTS[style])
    return kept


def _cut(source: Path, target: Path, weight: int) -> None:
    with TTFont(source) as font:
        subsetter = Subsetter(Options(notdef_outline=True))
        subsetter.populate(unicodes=[code for first, last in RANGES for code in range(first, last + 1)])
        subsetter.subset(font)
        cut = instantiateVariableFont(font, {"wght": weight, "wdth": 100}, inplace=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_suffix(f".{os.getpid()}")
        cut.save(part)
    part.rename(target)
