"""What roles may do. Core permissions stand here; plugins declare theirs with `register_permissions`."""

from aerostic.registry import Permission, TenantView

EVERYBODY = frozenset({"owner", "admin", "marketer", "agent", "viewer"})
STAFF = frozenset({"owner", "admin"})
WRITERS = frozenset({"owner", "admin", "marketer"})
ANSWERERS = frozenset({"owner", "admin", "marketer", "agent"})

CORE = {
    permission.name: permission
    for permission in (
        Permission("contacts.view", "See contacts", EVERYBODY),
        Permission("contacts.edit", "Import and change contacts", WRITERS),
        Permission("conversations.reply", "Answer people", ANSWERERS),
        Permission("templates.view", "See templates", EVERYBODY),
        Permission("templates.sync", "Fetch templates from the provider", WRITERS),
        Permission("wallet.view", "See the wallet and its statement", STAFF | {"marketer", "viewer"}),
        Permission("channels.edit", "Connect numbers", STAFF),
        Permission("members.edit", "Invite people and change roles", STAFF),
        Permission("plugins.edit", "Switch plugins on and off", STAFF),
    )
}


def permissions_of(role: str, view: TenantView) -> frozenset[str]:
    """What a role may do: of the core's permissions and those of the plugins that are on. An unknown role may do nothing."""
    known = {**view.permissions, **CORE}
    return frozenset(name for name, permission in known.items() if role in permission.roles)
