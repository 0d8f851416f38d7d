"""What browsers fetch of a theme: its stylesheet and its static files, under addresses that change with the contents."""

from flask import Flask, Response, abort, g, has_request_context

from aerostic.web.themes.catalogue import catalogue
from aerostic.web.themes.chains import tokens_of
from aerostic.web.themes.manifest import ROOT
from aerostic.web.themes.theme import Chain, digest_of
from aerostic.web.unchanging import unchanging

STYLESHEET = "tokens.css"


def init_serving(app: Flask) -> None:
    """Mount the files of themes."""
    app.add_url_rule("/t/<theme>/<digest>/<path:path>", "theme_file", theme_file)
    app.add_template_global(theme_static)


def current_theme() -> str:
    """The theme of this request. Consoles of the platform have the product's own."""
    if not has_request_context() or "place" not in g or g.place.area == "admin":
        return ROOT
    return str(g.brand.theme)


def theme_static(path: str) -> str:
    """The address of a file below `static/` of this request's theme, or of one that it builds on.

    Raises:
        LookupError: none of them has it.
    """
    address = static_address(catalogue().chain(current_theme()), path)
    if not address:
        raise LookupError(f"No theme in the chain of {current_theme()!r} has static/{path}.")
    return address


def static_address(chain: Chain, path: str) -> str:
    """The address of a file below `static/` of the first theme that has it; '' where none does."""
    found = next(((theme, theme.statics[path]) for theme in chain if path in theme.statics), None)
    return f"/t/{found[0].name}/{found[1].digest}/{path}" if found else ""


def stylesheet(chain: Chain) -> str:
    """Fonts and tokens of a chain over the product's own; '' for `default`, whose tokens are part of the page bundle."""
    themes = chain[:-1]
    fonts = "".join(
        f'@font-face{{font-family:"{font.family}";font-weight:{font.weight};font-display:swap;'
        f'src:url("/t/{theme.name}/{theme.statics[font.file].digest}/{font.file}") format("woff2")}}\n'
        for theme in reversed(themes)
        for font in theme.manifest.fonts
    )
    return fonts + tokens_of(themes).css()


def stylesheet_address(chain: Chain) -> str:
    """Where the stylesheet of a chain is; '' when it has none."""
    css = stylesheet(chain)
    return f"/t/{chain[0].name}/{digest_of(css.encode())}/{STYLESHEET}" if css else ""


def theme_file(theme: str, digest: str, path: str) -> Response:
    """A file of a theme. 404 for a theme that this host does not show, and for contents that are not those of the address."""
    chain = catalogue().chain(current_theme())
    found = next((link for link in chain if link.name == theme), None)
    if found is None:
        abort(404)
    if path == STYLESHEET and found is chain[0]:
        css = stylesheet(chain).encode()
        if digest_of(css) == digest:
            return unchanging(css, "text/css; charset=utf-8")
    static = found.statics.get(path)
    if static is None or static.digest != digest:
        abort(404)
    return unchanging(static.data, static.media_type)
