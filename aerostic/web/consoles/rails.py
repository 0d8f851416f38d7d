"""The rails of the two consoles: the platform's, on admin hosts, and a reseller's."""

from collections.abc import Sequence

from flask import Flask, request

from aerostic.registry import NavigationItem
from aerostic.words import N_

PLATFORM = (
    NavigationItem(N_("Overview"), "/overview", "layout-dashboard"),
    NavigationItem(N_("Resellers"), "/resellers", "building-store"),
    NavigationItem(N_("Workspaces"), "/tenants", "building"),
    NavigationItem(N_("Credits"), "/credits", "coins"),
    NavigationItem(N_("Ledger"), "/ledger", "scale"),
    NavigationItem(N_("Reconciliation"), "/reconciliation", "switch-horizontal"),
    NavigationItem(N_("Queues and consumers"), "/queues", "stack"),
    NavigationItem(N_("Mail"), "/outbox", "mail"),
)
RESELLER = (
    NavigationItem(N_("Workspaces"), "/reseller", "building"),
    NavigationItem(N_("Credits"), "/reseller/credits", "coins"),
    NavigationItem(N_("Brand"), "/reseller/brand", "palette"),
    NavigationItem(N_("Domains"), "/reseller/domains", "world"),
)


def console_navigation(area: str) -> Sequence[tuple[NavigationItem, bool]]:
    """The entries of a console, each with whether this page belongs to it."""
    items = PLATFORM if area == "admin" else RESELLER
    fitting = [item.path for item in items if request.path == item.path or request.path.startswith(item.path + "/")]
    here = max(fitting, key=len, default="")
    return [(item, item.path == here) for item in items]


def init_consoles(app: Flask) -> None:
    """Let the consoles' layout draw its rail."""
    app.add_template_global(console_navigation)
