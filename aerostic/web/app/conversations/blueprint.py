"""The blueprint of these pages."""

from flask import Blueprint

views = Blueprint("conversations", __name__)
