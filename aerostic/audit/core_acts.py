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
            "second_step_reset": N_("Took somebody's second step away"),
            "codes_renewed": N_("Made new recovery codes"),
            "passkey_added": N_("Added a passkey"),
            "passkey_removed": N_("Removed a passkey"),
        },
    ),
    ActArea(
        "impersonation",
        N_("Support"),
        {
            "started": N_("Began to work in a workspace that is not theirs"),
            "ended": N_("Ended working in a workspace that is not theirs"),
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
    ActArea(
        "key",
        N_("API keys"),
        {
            "created": N_("Made an API key"),
            "changed": N_("Changed an API key"),
            "rotated": N_("Gave an API key a new secret"),
            "revoked": N_("Revoked an API key"),
        },
    ),
    ActArea("settings", N_("Settings"), {"changed": N_("Changed the settings of the workspace")}),
    ActArea(
        "retention",
        N_("Data and retention"),
        {
            "changed": N_("Changed how long data is kept"),
            "applied": N_("Let go data that is not kept any longer"),
        },
    ),
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
        {
            "created": N_("Added a contact"),
            "changed": N_("Changed a contact"),
            "tagged": N_("Changed the tags of a contact"),
            "answered": N_("Wrote down what a contact agreed to"),
            "many": N_("Changed many contacts at once"),
            "exported": N_("Exported contacts"),
            "revealed": N_("Looked at a whole phone and e-mail"),
            "data_taken": N_("Took along everything that is kept of a contact"),
            "erased": N_("Erased a contact"),
        },
    ),
    ActArea(
        "tag",
        N_("Tags"),
        {"created": N_("Made a tag"), "renamed": N_("Renamed a tag"), "deleted": N_("Deleted a tag")},
    ),
    ActArea(
        "import",
        N_("Imports"),
        {"started": N_("Started an import"), "discarded": N_("Discarded a file that was to be imported")},
    ),
    ActArea("work", N_("Work"), {"cancelled": N_("Stopped work that was going on")}),
    ActArea(
        "conversation",
        N_("Conversations"),
        {"taken_over": N_("Took a conversation over"), "handed_back": N_("Handed a conversation back to the bots")},
    ),
    ActArea("flow_limit", N_("Limits of flows"), {"changed": N_("Changed how far flows may go")}),
    ActArea(
        "flow",
        N_("Flows"),
        {
            "created": N_("Made a flow"),
            "published": N_("Published a flow"),
            "paused": N_("Paused a flow"),
            "deleted": N_("Deleted a flow"),
            "run_retried": N_("Let a run go on that had failed"),
            "run_cancelled": N_("Cancelled a run"),
            "hook_revealed": N_("Looked at the secret of a webhook"),
            "hook_rotated": N_("Gave a webhook a new secret"),
        },
    ),
    ActArea(
        "mitigation",
        N_("Protection"),
        {
            "began": N_("Held back something that looked like abuse"),
            "ended": N_("Stopped holding something back"),
        },
    ),
    ActArea(
        "incident",
        N_("Incidents"),
        {
            "opened": N_("Found an incident"),
            "joined": N_("Found that the workspace is concerned by an incident"),
            "closed": N_("Closed an incident after it was quiet"),
        },
    ),
    ActArea("template", N_("Templates"), {"fetched": N_("Fetched templates that had changed")}),
    ActArea(
        "number",
        N_("Numbers"),
        {"connected": N_("Connected an account"), "restarted": N_("Let a stopped number send again")},
    ),
    ActArea(
        "tenant",
        N_("Workspace"),
        {
            "viewed": N_("Looked at the workspace in the platform's console"),
            "suspended": N_("Suspended the workspace"),
            "resumed": N_("Let the workspace work again"),
        },
    ),
    ActArea(
        "risk",
        N_("Risk"),
        {
            "appealed": N_("Appealed against an action"),
            "granted": N_("Granted an appeal"),
            "refused": N_("Refused an appeal"),
            "lifted": N_("Lifted an action"),
            "judged": N_("Said whether an action was right"),
            "overridden": N_("Limited what may be done about somebody"),
            "override_ended": N_("Ended such a limit"),
            "policy_saved": N_("Saved a version of the policy"),
            "policy_activated": N_("Let a version of the policy act"),
            "policy_shadowed": N_("Let a version of the policy decide in the shadow"),
            "policy_unshadowed": N_("Took a version of the policy out of the shadow"),
            "incident_assigned": N_("Gave an incident to somebody"),
            "incident_acknowledged": N_("Began to look at an incident"),
            "incident_closed": N_("Closed an incident"),
            "incident_reopened": N_("Opened an incident again"),
        },
    ),
    ActArea(
        "forest",
        N_("Anomaly models"),
        {"chosen": N_("Chose the model that judges"), "asked": N_("Asked for a new model to be trained")},
    ),
    ActArea("reseller", N_("Resellers"), {"terms": N_("Changed the terms of a reseller")}),
    ActArea(
        "letter",
        N_("Dead letters"),
        {"replayed": N_("Had events handled again"), "discarded": N_("Discarded events that could not be handled")},
    ),
    ActArea("consumer", N_("Consumers"), {"forgotten": N_("Forgot a consumer that was gone")}),
    ActArea("brand", N_("Brand"), {"changed": N_("Changed the brand that is shown")}),
    ActArea(
        "domain",
        N_("Domains"),
        {"added": N_("Added a domain"), "verified": N_("Proved a domain"), "removed": N_("Removed a domain")},
    ),
    ActArea(
        "encryption",
        N_("Encryption keys"),
        {
            "rotated": N_("Made a new data key"),
            "rewrapped": N_("Wrapped the data keys under a new root key"),
            "reencrypted": N_("Encrypted everything anew under the active data key"),
            "retired": N_("Destroyed a data key that nothing was encrypted with any more"),
            "erased": N_("Destroyed the data keys of a workspace, and with them its data"),
        },
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
