"""A sheet of paper that is written on from the reader's side: what is at the start is at the right in Arabic."""

import io
from typing import Literal
from unicodedata import bidirectional

from fpdf import FPDF
from fpdf.svg import SVGObject
from PIL import Image

from aerostic.web.invoices.fonts import FACES, WEIGHTS, face

PNG = b"\x89PNG"
Side = Literal["start", "end"]
MARGIN, WIDTH = 20.0, 170.0
INK, GREY = (16, 24, 32), (95, 105, 115)
LATIN = {"direction": "ltr"}
ARABIC = {"direction": "rtl", "script": "arab", "language": "ara"}


class Sheet:
    """One A4 page. Lengths are millimetres from the margin at the start.

    Args:
        rtl: whether its language is written from right to left.
        title: of the file.
    """

    def __init__(self, *, rtl: bool, title: str) -> None:
        self.rtl = rtl
        self._pdf = FPDF(format="A4")
        self._pdf.set_title(title)
        for name in FACES:
            for style in WEIGHTS:
                self._pdf.add_font(name, style, face(name, style))
        self._pdf.set_fallback_fonts(["arabic", "latin"])
        self._pdf.set_margin(MARGIN)
        self._pdf.set_auto_page_break(False)
        self._pdf.add_page()

    def write(
        self,
        text: str,
        y: float,
        *,
        x: float = 0,
        width: float = WIDTH,
        size: float = 10,
        bold: bool = False,
        side: Side = "start",
        colour: tuple[int, int, int] = INK,
        leading: float = 5.2,
    ) -> float:
        """Write a text in a box, over as many lines as it needs; returns where the next may begin."""
        self._pdf.set_font("arabic" if self.rtl else "latin", "B" if bold else "", size)
        # A line of Latin letters is read from the left, whatever the page's direction: a house number stays behind its street.
        self._pdf.set_text_shaping(True, **(ARABIC if any(map(_is_rtl, text)) else LATIN))
        self._pdf.set_text_color(*colour)
        self._pdf.set_xy(self._left(x, width), y)
        align = "L" if (side == "start") != self.rtl else "R"
        self._pdf.multi_cell(width, leading, text, align=align, new_x="LMARGIN", new_y="NEXT")
        return float(self._pdf.get_y())

    def rule(self, y: float, colour: tuple[int, int, int] = (210, 215, 220), thick: float = 0.2) -> None:
        """A line from margin to margin."""
        self._pdf.set_draw_color(*colour)
        self._pdf.set_line_width(thick)
        self._pdf.line(MARGIN, y, MARGIN + WIDTH, y)

    def band(self, colour: tuple[int, int, int], height: float) -> None:
        """A band of colour along the top edge."""
        self._pdf.set_fill_color(*colour)
        self._pdf.rect(0, 0, 210, height, style="F")

    def picture(self, body: bytes, y: float, height: float, width: float) -> bool:
        """A picture at the start, at most so large; whether it could be drawn."""
        try:
            fitting = min(width, height * _ratio(body))
            self._pdf.image(io.BytesIO(body), self._left(0, fitting), y, fitting, alt_text="")
        except Exception:  # there are more ways to draw a logo than to read one, and none may keep a document back
            return False
        return True

    def bytes(self) -> bytes:
        """The file."""
        return bytes(self._pdf.output())

    def _left(self, x: float, width: float) -> float:
        return MARGIN + (WIDTH - x - width if self.rtl else x)


def _is_rtl(letter: str) -> bool:
    return bidirectional(letter) in ("R", "AL")


def _ratio(body: bytes) -> float:
    """How much wider than high a PNG or SVG is."""
    if body.startswith(PNG):
        width, height = Image.open(io.BytesIO(body)).size
    else:
        _x, _y, width, height = SVGObject(body).viewbox
    return float(width / height)
