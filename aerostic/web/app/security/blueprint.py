"""The blueprint of these pages."""

from flask import Blueprint

views = Blueprint("security", __name__)
