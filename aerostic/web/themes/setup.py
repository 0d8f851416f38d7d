"""Themes in an application."""

from flask import Flask

from aerostic.registry.runtime import KEY as RUNTIME
from aerostic.web.themes import catalogue, environments, serving, texts


def init_themes(app: Flask) -> None:
    """Find the themes, and let pages be drawn with them. After languages, whose texts themes may replace."""
    app.extensions[catalogue.KEY] = catalogue.Catalogue(catalogue.find_folders(app.extensions[RUNTIME].settings.var))
    app.extensions[environments.KEY] = environments.Environments(app)
    serving.init_serving(app)
    texts.init_texts(app)
