"""The brand of a host, or of a tenant's mail, with all that its theme adds."""

from dataclasses import replace
from uuid import UUID

from flask import current_app
from sqlalchemy.orm import Session

from aerostic.tenancy.brands import Brand, brand_for_tenant, brand_of_reseller
from aerostic.tenancy.brands.colours import luminance, normal
from aerostic.web.brands.look import DARK_ENOUGH, shades
from aerostic.web.places import Place
from aerostic.web.themes.catalogue import catalogue
from aerostic.web.themes.chains import tokens_of
from aerostic.web.themes.serving import static_address, stylesheet_address
from aerostic.web.themes.texts import words_of
from aerostic.web.themes.theme import digest_of

KEY = "aerostic.brands"
Dressed = dict[UUID | None, tuple[Brand, Brand]]


def brand_of(place: Place) -> Brand:
    """The brand that a host's pages bear: its reseller's, or the platform's."""
    return _dressed(brand_of_reseller(place.reseller_id))


def brand_for(session: Session, tenant_id: UUID) -> Brand:
    """The brand of a tenant's mail and exports. The session's scope must reach the tenant."""
    return _dressed(brand_for_tenant(session, tenant_id))


def dress(brand: Brand) -> Brand:
    """The brand with its theme's stylesheet, colours for mail, and words; the theme's logo where it has none itself."""
    chain = catalogue().chain(brand.theme)
    base = tokens_of(chain)
    colours = shades(brand.look, base).tokens().over(base).light
    css = brand_css(brand)
    own = f"/brand/{brand.reseller_id}-{digest_of(css.encode())}.css" if css else ""
    logo, dark = brand.logo_url, brand.logo_dark_url
    if not logo:
        logo, dark = static_address(chain, "img/logo.svg"), static_address(chain, "img/logo-dark.svg")
    return replace(
        brand,
        logo_url=logo,
        logo_dark_url=dark or logo,
        rail_logo_url=(dark or logo) if luminance(normal(colours["sidebar-bg"])) < DARK_ENOUGH else logo,
        favicon_url=brand.favicon_url or static_address(chain, "img/mark.svg"),
        theme=chain[0].name,
        stylesheets=tuple(address for address in (stylesheet_address(chain), own) if address),
        primary=colours["primary"],
        primary_fg=colours["primary-fg"],
        wording=words_of(chain),
    )


def brand_css(brand: Brand) -> str:
    """The stylesheet of what the reseller chose itself; '' when it left everything to the theme."""
    return shades(brand.look, tokens_of(catalogue().chain(brand.theme))).tokens().css()


def _dressed(brand: Brand) -> Brand:
    """`dress`, done once for each brand that was found."""
    done: Dressed = current_app.extensions.setdefault(KEY, {})
    before = done.get(brand.reseller_id)
    if before is None or (before[0] is not brand and before[0] != brand):
        before = done[brand.reseller_id] = (brand, dress(brand))
    return before[1]
