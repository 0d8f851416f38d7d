"""Pictures, drawn anew: what came along with one, and what only looks like one, does not get past here."""

import io
import warnings

from PIL import Image, UnidentifiedImageError

from aerostic.web.themes.rules import Finding, RefusedError
from aerostic.words import N_

LARGEST = 4000  # pixels of a side
TOO_WIDE = N_("A side has more than 4000 pixels.")
FORMATS = {"png": "PNG", "webp": "WEBP", "jpg": "JPEG"}


def redraw(data: bytes, kind: str, name: str, largest: int = LARGEST, to: str = "") -> bytes:
    """The picture, decoded and encoded again, scaled down to `largest` pixels a side.

    Args:
        data: the file.
        kind: png, webp or jpg.
        name: of the file, for what is said about it.
        largest: pixels.
        to: the kind it becomes; the one it has when left out.

    Raises:
        RefusedError: it cannot be decoded as `kind`, or is larger than any picture we take.
    """
    to = to or kind
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=[FORMATS[kind]]) as image:
                if max(image.size) > LARGEST:
                    raise RefusedError([Finding("image-broken", name, 0, TOO_WIDE)])
                image.load()
                drawn = image.convert("RGB" if to == "jpg" else "RGBA")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Warning, Image.DecompressionBombError) as error:
        raise RefusedError([Finding("image-broken", name, 0, N_("The picture cannot be read."))]) from error
    drawn.thumbnail((largest, largest))
    out = io.BytesIO()
    drawn.save(out, FORMATS[to], optimize=True)
    return out.getvalue()
