"""Placeholder of the founder, to be replaced by THEMES."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Brand:
    """A brand."""

    name: str = "Aerostic"
    logo_url: str = ""
    logo_dark_url: str = ""
    favicon_url: str = ""
    theme: str = "default"
    stylesheets: tuple[str, ...] = ()
    support_email: str = ""
    locale: str = ""
