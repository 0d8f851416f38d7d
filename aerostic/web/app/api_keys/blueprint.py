"""The blueprint of these pages."""

from flask import Blueprint

views = Blueprint("api_keys", __name__)
