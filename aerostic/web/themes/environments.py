"""Placeholder of the founder, to be replaced by THEMES."""

from flask import Flask
from jinja2 import Environment


def environment_for(app: Flask, theme: str) -> Environment:
    """The environment of a theme."""
    return app.jinja_env
