"""How Sphinx makes a site of these pages: Markdown through MyST, and the theme that comes with Sphinx."""

project = "Aerostic"
extensions = ["myst_parser"]
html_theme = "alabaster"
html_theme_options = {"description": "WhatsApp marketing on a plugin core", "page_width": "1100px"}
myst_heading_anchors = 3
html_show_copyright = False
