"""The rail: the core's pages and those of the plugins that are on, by permission."""

from dataclasses import dataclass
from uuid import UUID

from flask import Flask, g, request

from aerostic.registry import NavigationItem, PageAction
from aerostic.web.pages.access import can, tenant_view
from aerostic.words import N_

GROUPS = {
    "": "",
    "engage": N_("Engage"),
    "automate": N_("Automate"),
    "insight": N_("Insight"),
    "account": N_("Account"),
}
CORE = (
    NavigationItem(N_("Home"), "/", "home", ""),
    NavigationItem(N_("Conversations"), "/conversations", "messages", "engage", "conversations.view", 10),
    NavigationItem(N_("Contacts"), "/contacts", "users", "engage", "contacts.view", 20),
    NavigationItem(N_("Templates"), "/templates", "template", "engage", "templates.view", 40),
    NavigationItem(N_("Wallet"), "/wallet", "wallet", "account", "wallet.view", 10),
    NavigationItem(N_("Numbers"), "/numbers", "phone", "account", "channels.view", 20),
    NavigationItem(N_("Team"), "/team", "users-group", "account", "members.view", 30),
    NavigationItem(N_("Plugins"), "/plugins", "puzzle", "account", "plugins.edit", 40),
    NavigationItem(N_("Security"), "/security", "shield-check", "account", "security.view", 42),
    NavigationItem(N_("Audit log"), "/audit", "history", "account", "audit.view", 45),
    NavigationItem(N_("Settings"), "/settings", "settings", "account", "settings.edit", 50),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the rail on one page."""

    item: NavigationItem
    current: bool


def navigation() -> list[tuple[str, list[Entry]]]:
    """The rail of this page: groups with their heading and entries; nothing outside of a workspace."""
    if g.get("tenant_id") is None:
        return []
    items = [*CORE, *tenant_view().navigation_items(g.tenant_id)]
    seen = [item for item in items if not item.permission or can(item.permission)]
    here = _longest(request.path, [item.path for item in seen])
    groups: list[tuple[str, list[Entry]]] = []
    for name, heading in GROUPS.items():
        own = sorted((item for item in seen if item.group == name), key=lambda item: (item.order, item.title))
        if own:
            groups.append((heading, [Entry(item, item.path == here) for item in own]))
    return groups


def page_actions(page: str, subject: UUID | None = None) -> list[PageAction]:
    """What plugins offer to go on to from a page of the core, for this person."""
    offered = tenant_view().page_actions(g.tenant_id, page, subject)
    return sorted((one for one in offered if not one.permission or can(one.permission)), key=lambda one: one.order)


def _longest(path: str, candidates: list[str]) -> str:
    """The entry that this page belongs to: the one whose path begins the page's, the longest of them."""
    fitting = [c for c in candidates if path == c or (c != "/" and path.startswith(c.rstrip("/") + "/"))]
    return max(fitting, key=len, default="")


def init_navigation(app: Flask) -> None:
    """Let layouts draw the rail, and pages what one can go on to."""
    app.add_template_global(navigation)
    app.add_template_global(page_actions)
