"""The rails of the two consoles: the platform's, on admin hosts, and a reseller's."""

from collections.abc import Iterator, Sequence

from flask import Flask, request

from aerostic.registry import NavigationItem, runtime
from aerostic.registry.declarations import Console
from aerostic.web.consoles.mounting import prefix
from aerostic.words import N_

PLATFORM = (
    NavigationItem(N_("Overview"), "/overview", "layout-dashboard", order=10),
    NavigationItem(N_("Resellers"), "/resellers", "building-store", order=20),
    NavigationItem(N_("Workspaces"), "/tenants", "building", order=30),
    NavigationItem(N_("Risk"), "/risk", "shield-check", order=35),
    NavigationItem(N_("Credits"), "/credits", "coins", order=40),
    NavigationItem(N_("Ledger"), "/ledger", "scale", order=42),
    NavigationItem(N_("Reconciliation"), "/reconciliation", "switch-horizontal", order=44),
    NavigationItem(N_("Audit log"), "/audit-log", "history", order=46),
    NavigationItem(N_("Queues and consumers"), "/queues", "stack", order=50),
    NavigationItem(N_("Mail"), "/outbox", "mail", order=60),
)
RESELLER = (
    NavigationItem(N_("Workspaces"), "/reseller", "building", order=10),
    NavigationItem(N_("Credits"), "/reseller/credits", "coins", order=20),
    NavigationItem(N_("Brand"), "/reseller/brand", "palette", order=30),
    NavigationItem(N_("Domains"), "/reseller/domains", "world", order=40),
    NavigationItem(N_("Access"), "/reseller/access", "shield-lock", order=50),
)


def console_navigation(area: str) -> Sequence[tuple[NavigationItem, bool]]:
    """The entries of a console, each with whether this page belongs to it."""
    items = [*PLATFORM, *_of_plugins("platform")] if area == "admin" else [*RESELLER, *_of_plugins("reseller")]
    items.sort(key=lambda item: item.order)
    fitting = [item.path for item in items if f"{request.path}/".startswith(item.path.rstrip("/") + "/")]
    here = max(fitting, key=len, default="")
    return [(item, item.path == here) for item in items]


def _of_plugins(console: Console) -> Iterator[NavigationItem]:
    for declared in runtime().registry.declared("register_console_pages"):
        pages = declared.value
        if pages.console == console:
            yield NavigationItem(pages.title, f"{prefix(console, declared.plugin)}/", pages.icon, order=pages.order)


def init_consoles(app: Flask) -> None:
    """Let the consoles' layout draw its rail."""
    app.add_template_global(console_navigation)
