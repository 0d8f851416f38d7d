"""A brand as pages, mail and exports see it: plain values, nothing of the database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

PRIMARY, PRIMARY_FG = "#0b6e63", "#ffffff"


@dataclass(frozen=True, slots=True)
class Link:
    """An address of the brand's own. The title is translated where it is shown."""

    name: Literal["terms", "privacy", "imprint", "help"]
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Look:
    """What a reseller chose of colours (hex), radius (pixels) and font (by name). What is empty comes from the theme."""

    primary: str = ""
    accent: str = ""
    sidebar: str = ""
    radius: int | None = None
    font: str = ""


@dataclass(frozen=True, slots=True)
class Brand:
    """What a page or a mail shows of the house it comes from. Empty texts are left out.

    Args:
        name: of the product, everywhere a product is named.
        short_name: for narrow places; the name where it is empty.
        logo_url, logo_dark_url, favicon_url: paths on any of our hosts; the dark one is for dark grounds.
        rail_logo_url: the logo for the rail in light mode, whose colour may be dark there, too.
        theme: name of the theme its pages are drawn with.
        look: what its stylesheet is made of.
        options: what the reseller set of its theme's options.
        stylesheets: paths, in the order in which a page links them.
        primary, primary_fg: the colour of buttons and of what stands on them, hex, for mail.
        support_email: whom people write to.
        links: terms, privacy, imprint, help: those that it has.
        legal: who runs this, as plain text for footers of pages and mail.
        locale: language where neither person nor workspace chose one.
        host: where its people sign in; '' for the platform's own host.
        reseller_id: whose brand it is; None for the platform's.
        wording: words that replace the product's, by language and by the product's word.
    """

    name: str
    short_name: str = ""
    logo_url: str = ""
    logo_dark_url: str = ""
    rail_logo_url: str = ""
    favicon_url: str = ""
    theme: str = "default"
    look: Look = Look()
    options: Mapping[str, str] = field(default_factory=dict)
    stylesheets: tuple[str, ...] = ()
    primary: str = PRIMARY
    primary_fg: str = PRIMARY_FG
    support_email: str = ""
    links: tuple[Link, ...] = ()
    legal: str = ""
    locale: str = ""
    host: str = ""
    reseller_id: UUID | None = None
    wording: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
