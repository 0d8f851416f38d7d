"""The pages of campaigns."""

from flask import Blueprint

blueprint = Blueprint("campaigns_app", __name__, template_folder="../templates")
