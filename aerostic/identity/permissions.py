"""What roles may do. Core permissions stand here; plugins declare theirs with `register_permissions`."""

from aerostic.registry import Permission, TenantView
from aerostic.words import N_

EVERYBODY = frozenset({"owner", "admin", "marketer", "agent", "viewer"})
STAFF = frozenset({"owner", "admin"})
WRITERS = frozenset({"owner", "admin", "marketer"})
ANSWERERS = frozenset({"owner", "admin", "marketer", "agent"})

CORE = {
    permission.name: permission
    for permission in (
        Permission("contacts.view", N_("See contacts"), EVERYBODY, support=True),
        Permission("contacts.edit", N_("Import and change contacts"), WRITERS, support=True),
        Permission("contacts.reveal", N_("See a contact's whole phone and e-mail, giving a reason"), ANSWERERS),
        Permission("contacts.export", N_("Export contacts with whole phone numbers"), STAFF),
        Permission("contacts.erase", N_("Erase contacts for good"), STAFF),
        Permission("conversations.view", N_("Read conversations"), EVERYBODY, support=True),
        Permission("conversations.reply", N_("Answer people"), ANSWERERS),
        Permission("templates.view", N_("See templates"), EVERYBODY, support=True),
        Permission("templates.sync", N_("Fetch templates from the provider"), WRITERS, support=True),
        Permission("wallet.view", N_("See the wallet and its statement"), STAFF | {"marketer", "viewer"}, support=True),
        Permission("wallet.topup", N_("Top up the wallet"), STAFF),
        Permission("channels.view", N_("See numbers and their quality"), EVERYBODY, support=True),
        Permission("channels.edit", N_("Connect numbers"), STAFF),
        Permission("members.view", N_("See who works here"), EVERYBODY, support=True),
        Permission("members.edit", N_("Invite people and change roles"), STAFF),
        Permission("plugins.edit", N_("Switch plugins on and off"), STAFF),
        Permission("audit.view", N_("See who did what, and take the proof along"), STAFF),
        Permission("security.view", N_("See what was noticed about the workspace, and what was done"), STAFF),
        Permission("security.appeal", N_("Appeal against what was done about the workspace"), STAFF),
        Permission("settings.edit", N_("Change the settings of the workspace"), STAFF),
    )
}


def permissions_of(role: str, view: TenantView, *, support: bool = False) -> frozenset[str]:
    """What a role may do: of the core's permissions and those of the plugins that are on. An unknown role may do nothing.

    Args:
        support: only what is for support, too.
    """
    known = {**view.permissions, **CORE}
    mine = {name: permission for name, permission in known.items() if role in permission.roles}
    return frozenset(name for name, permission in mine.items() if permission.support or not support)
