"""Placeholder of the founder, to be replaced by THEMES."""

from aerostic.tenancy.brands import Brand
from aerostic.web.places import Place


def brand_of(place: Place) -> Brand:
    """The brand of a host."""
    return Brand()
