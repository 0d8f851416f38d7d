"""The brand of a host, ready for its pages."""

from aerostic.tenancy.brands import Brand, brand_of_reseller
from aerostic.web.places import Place


def brand_of(place: Place) -> Brand:
    """The brand that a host's pages bear: its reseller's, or the platform's."""
    return brand_of_reseller(place.reseller_id)
