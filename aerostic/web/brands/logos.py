"""Logos that people send: drawn anew as PNG, or cleaned as SVG, whatever they came as."""

from aerostic.web.themes import images, svg
from aerostic.web.themes.files import looks_like
from aerostic.web.themes.rules import Finding, RefusedError
from aerostic.words import N_

MOST_BYTES = 2 * 1024 * 1024
LARGEST = {"logo": 1200, "logo_dark": 1200, "mark": 256}


def drawn(data: bytes, use: str) -> tuple[str, bytes]:
    """What is kept of a picture: its kind, `png` or `svg`, and the file.

    Args:
        data: what was sent.
        use: logo, logo_dark or mark.

    Raises:
        RefusedError: it is too large, no picture of a kind we take, or one that does more than show something.
    """
    if len(data) > MOST_BYTES:
        raise RefusedError([Finding("file-size", use, 0, N_("The file is larger than 2 MB."))])
    kind = next((kind for kind in images.FORMATS if looks_like(kind, data)), "svg")
    if kind == "svg":
        return kind, svg.clean(data, use)
    return "png", images.redraw(data, kind, use, LARGEST[use], to="png")
