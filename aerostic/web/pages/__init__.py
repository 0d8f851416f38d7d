"""What all pages share: rendering in a theme, access, forms, tables, navigation, languages, assets, security headers."""

from flask import Flask

from aerostic.web.pages.access import init_access
from aerostic.web.pages.assets import init_assets
from aerostic.web.pages.charts import init_charts
from aerostic.web.pages.chat_text import init_chat_text
from aerostic.web.pages.formats import init_formats
from aerostic.web.pages.language import init_language
from aerostic.web.pages.navigation import init_navigation
from aerostic.web.pages.render import init_rendering
from aerostic.web.pages.revealed import init_revealed


def init_pages(app: Flask) -> None:
    """Give templates what pages share."""
    init_rendering(app)
    init_assets(app)
    init_language(app)
    init_formats(app)
    init_revealed(app)
    init_chat_text(app)
    init_charts(app)
    init_access(app)
    init_navigation(app)
