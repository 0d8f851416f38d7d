"""The blueprint of these pages."""

from flask import Blueprint

views = Blueprint("numbers", __name__)
