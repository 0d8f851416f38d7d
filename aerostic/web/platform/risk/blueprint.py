"""The blueprint of these pages, and the scope that they look through."""

from flask import Blueprint

from aerostic.db import platform_scope

views = Blueprint("platform_risk", __name__)
CONSOLE = platform_scope("risk console")
