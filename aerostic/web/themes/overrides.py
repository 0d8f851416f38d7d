"""Templates of themes that the operator trusts: which of the product's they may replace, and whether those have changed."""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from jinja2 import Environment, TemplateSyntaxError

from aerostic.web.themes.manifest import Manifest
from aerostic.web.themes.rules import Finding

FOLDER = "templates/"
PRODUCT = Path(__file__).parents[1] / "templates"
# Security, consent, money, mail and the consoles look the same in every theme; mail has slots.
PROTECTED = (
    *("app/wallet/", "audit/", "layouts/console.html", "mail/", "parts/support_bar.html", "people/", "platform/"),
    *("reseller/", "security/", "support/"),
)
parser = Environment(autoescape=True, extensions=["jinja2.ext.i18n", "jinja2.ext.do"])


def templates_of(files: Mapping[str, bytes]) -> dict[str, str]:
    """A theme's templates by the name that pages ask for."""
    return {
        path.removeprefix(FOLDER): data.decode(errors="replace")
        for path, data in files.items()
        if path.startswith(FOLDER)
    }


def is_protected(name: str) -> bool:
    """Whether a template is the product's own in every theme: those above, and the mail of plugins."""
    return name.startswith(PROTECTED) or name.split("/")[1:2] == ["mail"]


def check(files: Mapping[str, bytes], manifest: Manifest) -> Iterator[Finding]:
    """Every rule that a theme's templates break."""
    for name, source in templates_of(files).items():
        path = FOLDER + name
        if is_protected(name):
            yield Finding("template-protected", path, 0, "Themes do not replace this template.")
        try:
            parser.parse(source)
        except TemplateSyntaxError as error:
            yield Finding("template-syntax", path, error.lineno, f"{error.message}.")
        now = product_hash(name)
        if now and manifest.overrides.get(name) != now:
            yield Finding("template-changed", path, 0, f"The product's template has the hash {now} now.")


def product_hash(name: str) -> str:
    """The hash of the product's own template; '' where it has none of this name."""
    path = PRODUCT / name
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12] if path.is_file() else ""
