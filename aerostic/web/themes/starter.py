"""What `aerostic theme new` writes: the least that is a theme, with remarks on what to change."""

MANIFEST = """\
schema = 1
name = "{name}"
label = "{label}"
version = "1.0"
extends = "default"
trust = "slots"      # tokens: colours only; slots: texts, too; code: templates, from the operator's disk only
app = ">={app}"
author = ""
license = ""
"""
TOKENS = """\
/* What is left out stays as in the theme that this one extends. docs/themes.md lists the tokens. */

:root {
  --aero-primary: #3d4fb8;
  --aero-primary-fg: #ffffff;
  --aero-link: #3545a6;
  --aero-chart-1: #3d4fb8;
  --aero-radius: 6px;
}

[data-bs-theme="dark"] {
  --aero-primary: #9aa8f5;
  --aero-primary-fg: #0d1440;
  --aero-link: #a9b5f7;
  --aero-chart-1: #9aa8f5;
}
"""
FOOTER = """\
<p>© {{ year }} {{ brand.name }}
{% if links.help %}
 · <a href="{{ links.help }}">Help</a>
{% endif %}
</p>
"""


def starter(name: str, app: str) -> dict[str, bytes]:
    """The files of a new theme.

    Args:
        name: of the theme and its folder.
        app: the product's version.
    """
    label = name.replace("-", " ").title()
    texts = {
        "theme.toml": MANIFEST.format(name=name, label=label, app=app),
        "tokens.css": TOKENS,
        "slots/footer.html": FOOTER,
    }
    return {path: text.encode() for path, text in texts.items()}
