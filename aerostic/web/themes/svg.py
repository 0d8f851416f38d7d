"""SVG drawings, written anew from the elements and attributes that draw; refused where they could do more.

A drawing is also only ever served for `<img>`, where scripts do not run, with headers that forbid them once more.
"""

import re
from html import escape
from xml.parsers.expat import ExpatError, ParserCreate

import tinycss2

from aerostic.web.themes.rules import Finding, RefusedError
from aerostic.words import N_

DRAWING = (
    "svg g defs symbol use title desc path rect circle ellipse line polyline polygon text tspan"
    " linearGradient radialGradient stop clipPath mask pattern"
)
# Whatever runs, fetches, animates or leads elsewhere makes the drawing suspect; other strangers are only left out.
DOING = (
    "script foreignobject iframe object embed image style a animate animatemotion animatetransform set handler"
    " audio video canvas link feimage"
)
PRESENTING = (
    "id class x y x1 y1 x2 y2 cx cy r rx ry fx fy d points width height viewBox preserveAspectRatio transform version"
    " fill fill-opacity fill-rule stroke stroke-width stroke-linecap stroke-linejoin stroke-miterlimit stroke-opacity"
    " stroke-dasharray stroke-dashoffset opacity offset stop-color stop-opacity gradientUnits gradientTransform"
    " spreadMethod clip-path clip-rule mask maskUnits patternUnits patternTransform color font-family font-size"
    " font-weight font-style letter-spacing text-anchor dominant-baseline dx dy role aria-label display visibility"
)
ELEMENTS, SUSPECT, ATTRIBUTES = (frozenset(names.split()) for names in (DRAWING, DOING, PRESENTING))
NAMESPACE = "http://www.w3.org/2000/svg"
INSIDE = re.compile(r"#[A-Za-z_][\w.-]*")
FETCHES = re.compile(r"url\s*\(\s*(?!['\"]?#)|javascript:|data:|expression\s*\(|@import", re.IGNORECASE)
DEEPEST, MOST_BYTES = 40, 512 * 1024


def clean(data: bytes, name: str = "logo.svg") -> bytes:
    """The drawing, written anew.

    Args:
        data: the file.
        name: of the file, for what is said about it.

    Raises:
        RefusedError: it is no SVG, or holds something that does more than draw.
    """
    writer = _Writer(name)
    if len(data) > MOST_BYTES:
        raise RefusedError([Finding("file-size", name, 0, N_("The drawing is too large."))])
    try:
        writer.parser.Parse(data, True)
    except ExpatError as error:
        raise RefusedError([Finding("svg-unsafe", name, error.lineno, N_("It is no well-formed SVG."))]) from error
    if not writer.root_seen:
        writer.refuse(N_("It is no SVG."))
    if writer.findings:
        raise RefusedError(writer.findings)
    return "".join(writer.parts).encode()


class _Writer:
    """Takes what the parser reads, and writes what may stay."""

    def __init__(self, name: str) -> None:
        self.parts: list[str] = []
        self.findings: list[Finding] = []
        self.root_seen = False
        self._name = name
        self._depth = 0
        self._left_out = 0
        self.parser = ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = lambda *_: self.refuse(N_("A document type is not taken."))
        self.parser.EntityDeclHandler = lambda *_: self.refuse(N_("Entities are not taken."))
        self.parser.ProcessingInstructionHandler = lambda *_: self.refuse(N_("Processing instructions are not taken."))

    def refuse(self, text: str) -> None:
        """Say what is wrong in the line that is being read."""
        self.findings.append(Finding("svg-unsafe", self._name, self.parser.CurrentLineNumber, text))

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        self._depth += 1
        if self._depth > DEEPEST:
            self.refuse(N_("It is nested too deeply."))
        if local.lower() in SUSPECT:
            self.refuse(f"<{local}> is not taken.")
        if not self.root_seen:
            self.root_seen = local == "svg"
        if self._left_out or local not in ELEMENTS or not self.root_seen:
            self._left_out += 1
            return
        kept = self._attributes(attributes)
        if self._depth == 1:
            kept["xmlns"] = NAMESPACE
        self.parts.append(f"<{local}" + "".join(f' {key}="{escape(value)}"' for key, value in kept.items()) + ">")

    def _end(self, name: str) -> None:
        self._depth -= 1
        if self._left_out:
            self._left_out -= 1
        else:
            self.parts.append(f"</{name.rpartition(':')[2]}>")

    def _text(self, text: str) -> None:
        if not self._left_out:
            self.parts.append(escape(text))

    def _attributes(self, given: dict[str, str]) -> dict[str, str]:
        kept: dict[str, str] = {}
        for name, value in given.items():
            local = name.rpartition(":")[2]
            if local.lower().startswith("on"):
                self.refuse(f"The attribute `{local}` is not taken.")
            elif local == "href":
                if INSIDE.fullmatch(value):
                    kept["href"] = value
                else:
                    self.refuse(N_("A reference to something outside of the drawing is not taken."))
            elif FETCHES.search(value):
                self.refuse(f"The value of `{local}` is not taken.")
            elif local == "style":
                kept.update(_from_style(value))
            elif name in ATTRIBUTES:
                kept[name] = value
        return kept


def _from_style(style: str) -> dict[str, str]:
    """Declarations of a style attribute as attributes: pages forbid style attributes, and drawing programs write them."""
    parsed = tinycss2.parse_blocks_contents(style, skip_comments=True, skip_whitespace=True)
    return {
        node.lower_name: tinycss2.serialize(node.value).strip()
        for node in parsed
        if node.type == "declaration" and node.lower_name in ATTRIBUTES
    }
