"""SVG drawings: what draws stays, what is strange goes, what could do more is refused."""

import pytest

from aerostic.web.themes.rules import RefusedError
from aerostic.web.themes.svg import clean

NS = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'


def test_a_drawing_is_written_anew_without_what_only_its_program_needs():
    given = (
        f'<?xml version="1.0"?><!-- made by hand --><svg {NS} viewBox="0 0 8 8" data-own="1"><metadata><x>1</x></metadata>'
        '<defs><linearGradient id="a"><stop offset="1" stop-color="#fff"/></linearGradient></defs>'
        '<path style="fill:#123456;-own:1" d="M0 0h8"/><use xlink:href="#a" fill="url(#a)"/><text>a &lt; b</text></svg>'
    )
    assert clean(given.encode()).decode() == (
        '<svg viewBox="0 0 8 8" xmlns="http://www.w3.org/2000/svg"><defs><linearGradient id="a">'
        '<stop offset="1" stop-color="#fff"></stop></linearGradient></defs>'
        '<path fill="#123456" d="M0 0h8"></path><use href="#a" fill="url(#a)"></use><text>a &lt; b</text></svg>'
    )


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        "<SCRIPT/>",
        "<metadata><script/></metadata>",
        "<style>@import url(https://evil.example)</style>",
        '<a href="#x"><path/></a>',
        "<foreignObject><p/></foreignObject>",
        '<image href="https://evil.example/x.png"/>',
        '<animate attributeName="href" to="javascript:alert(1)"/>',
        '<path onload="alert(1)"/>',
        '<use href="https://evil.example/x.svg#a"/>',
        '<use xlink:href="data:image/svg+xml;base64,AAAA"/>',
        '<path fill="url(https://evil.example/x)"/>',
        '<path style="fill:url( //evil.example )"/>',
        "<g>" * 60 + "</g>" * 60,
    ],
)
def test_what_does_more_than_draw_is_refused(inside):
    with pytest.raises(RefusedError) as refused:
        clean(f"<svg {NS}>{inside}</svg>".encode())
    assert {finding.rule for finding in refused.value.findings} == {"svg-unsafe"}


@pytest.mark.parametrize(
    "given",
    [
        b"",
        b"<html/>",
        b"not xml",
        b"<svg><path></svg>",
        b'<!DOCTYPE svg [<!ENTITY a "b">]><svg>&a;</svg>',
        b'<?xml-stylesheet href="x"?><svg/>',
    ],
)
def test_what_is_no_plain_svg_is_refused(given):
    with pytest.raises(RefusedError):
        clean(given)
