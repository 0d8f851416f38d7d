"""Rendering: every page in the theme of its host."""

from typing import Any

from flask import Flask, current_app, flash, g, get_flashed_messages
from jinja2 import Environment

from aerostic.web.themes.environments import environment_for
from aerostic.web.themes.serving import current_theme


def render(template: str, /, **context: Any) -> str:
    """A page, or a part of one, in the theme of this request.

    Args:
        template: its name, such as `app/home.html` or `<plugin>/page.html`.
        context: what it is rendered with, beside `brand`, `g`, `request`, `session` and `current_user`.
    """
    current_app.update_template_context(context)
    context["brand"] = g.brand
    return _environment().get_template(template).render(context)


def toast(text: str, kind: str = "success") -> None:
    """Say something on the next page. `kind` is `success`, `info`, `warning` or `danger`; errors stay until dismissed."""
    flash(text, kind)


def _environment() -> Environment:
    return environment_for(current_app._get_current_object(), current_theme())  # type: ignore[attr-defined]


def init_rendering(app: Flask) -> None:
    """Let layouts show what was said."""
    app.add_template_global(get_flashed_messages, "toasts")
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.add_extension("jinja2.ext.do")
