"""Themes in memory for tests: one that keeps the rules, and changes to it."""

import io
import zipfile
from collections.abc import Mapping

from PIL import Image

from aerostic.web.themes.checking import check
from aerostic.web.themes.theme import Theme, build

TOKENS = """\
:root { --aero-primary: #7a1f5c; --aero-primary-fg: #fff; }
[data-bs-theme="dark"] { --aero-primary: #e79ccb; --aero-primary-fg: #2b0a20; }
"""


def manifest(name: str = "plum", **values: str) -> bytes:
    """A theme.toml; values are TOML already."""
    keys = {"schema": "1", "name": f'"{name}"', "label": '"Plum"', "version": '"1.0"', "trust": '"slots"', **values}
    return "".join(f"{key} = {value}\n" for key, value in keys.items()).encode()


def png(width: int = 8, height: int = 8) -> bytes:
    """A picture."""
    out = io.BytesIO()
    Image.new("RGBA", (width, height), "#7a1f5c").save(out, "PNG")
    return out.getvalue()


def files(name: str = "plum", changes: Mapping[str, bytes | None] | None = None, **values: str) -> dict[str, bytes]:
    """The files of a theme that keeps the rules, with changes; None takes a file away."""
    whole: dict[str, bytes | None] = {
        "theme.toml": manifest(name, **values),
        "tokens.css": TOKENS.encode(),
        "slots/footer.html": b"<p>{{ brand.name }}</p>",
        "static/img/logo.svg": b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h8v8z"/></svg>',
        **(changes or {}),
    }
    return {path: data for path, data in whole.items() if data is not None}


def theme(name: str = "plum", changes: Mapping[str, bytes | None] | None = None, **values: str) -> Theme:
    """A theme that was read."""
    given = files(name, changes, **values)
    found, findings = check(name, given)
    assert found is not None, findings
    return build(found, given)


def rules(changes: Mapping[str, bytes | None] | None = None, *, uploaded: bool = False, **values: str) -> list[str]:
    """The rules that a theme with these changes breaks, each once; warnings are left out."""
    findings = check("plum", files(changes=changes, **values), uploaded=uploaded)[1]
    return sorted({finding.rule for finding in findings if not finding.warning})


def archive(entries: Mapping[str, bytes]) -> bytes:
    """A ZIP with these entries."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in entries.items():
            packed.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()
