"""The acts that the core itself records."""

from aerostic.audit.catalogue import ActArea, register_acts
from aerostic.words import N_

CORE_ACTS = (
    ActArea(
        "session",
        N_("Signing in"),
        {
            "started": N_("Signed in"),
            "refused": N_("Could not sign in"),
            "ended": N_("Ended all other sessions"),
            "password_changed": N_("Changed the password"),
            "second_step_on": N_("Turned the second step on"),
            "second_step_off": N_("Turned the second step off"),
            "codes_renewed": N_("Made new recovery codes"),
            "passkey_added": N_("Added a passkey"),
            "passkey_removed": N_("Removed a passkey"),
        },
    ),
    ActArea(
        "member",
        N_("Team"),
        {
            "joined": N_("Joined the team"),
            "changed": N_("Gave a member another role"),
            "removed": N_("Took somebody off the team"),
        },
    ),
    ActArea(
        "invitation",
        N_("Invitations"),
        {
            "sent": N_("Invited somebody"),
            "renewed": N_("Sent an invitation again"),
            "revoked": N_("Took an invitation back"),
        },
    ),
    ActArea("key", N_("API keys"), {"created": N_("Made an API key"), "revoked": N_("Revoked an API key")}),
    ActArea("settings", N_("Settings"), {"changed": N_("Changed the settings of the workspace")}),
    ActArea(
        "plugin",
        N_("Plugins"),
        {
            "enabled": N_("Switched a plugin on"),
            "disabled": N_("Switched a plugin off"),
            "configured": N_("Changed the settings of a plugin"),
        },
    ),
    ActArea(
        "credit",
        N_("Credits"),
        {
            "asked": N_("Asked to move credit"),
            "posted": N_("Moved credit"),
            "declined": N_("Declined to move credit"),
        },
    ),
    ActArea(
        "payment",
        N_("Payments"),
        {
            "recorded": N_("Recorded a bank transfer"),
            "confirmed": N_("Confirmed a bank transfer"),
            "dropped": N_("Gave up a bank transfer"),
            "given_back": N_("Gave a payment back"),
        },
    ),
    ActArea(
        "contact",
        N_("Contacts"),
        {"exported": N_("Exported contacts"), "revealed": N_("Looked at a whole phone and e-mail")},
    ),
    ActArea("brand", N_("Brand"), {"changed": N_("Changed the brand that is shown")}),
    ActArea(
        "domain",
        N_("Domains"),
        {"added": N_("Added a domain"), "verified": N_("Proved a domain"), "removed": N_("Removed a domain")},
    ),
    ActArea(
        "audit",
        N_("Audit log"),
        {
            "downloaded": N_("Downloaded the audit log"),
            "slipped_in": N_("Somebody slipped an act in, around the application; it was not taken"),
        },
    ),
)

for _area in CORE_ACTS:
    register_acts(_area)
