"""The events that the core itself emits."""

from aerostic.streams.catalogue import EventType, register

MESSAGE = {
    "message_id": "our message",
    "number_id": "the sending or receiving number",
    "contact_id": "the contact, if known",
    "conversation_id": "the conversation it belongs to, if any",
}
SIGN_IN = {
    "account": "whose: a keyed digest of the address; '' where it is not known",
    "factor": "by what: password, totp, recovery or passkey",
    "origin": "where from: a keyed digest of the network address",
}
SOURCE = {"source": "what planned it: the plugin's name, or person", "source_id": "which one"}
STATUS = MESSAGE | {"batch_id": "the batch it was planned in, if any", "source": SOURCE["source"]}

CORE_EVENTS = (
    EventType("message.accepted", "The provider took a message and gave it an id.", STATUS),
    EventType("message.sent", "The provider passed a message on to the recipient's network.", STATUS),
    EventType("message.delivered", "A message reached the recipient's device.", STATUS),
    EventType("message.read", "The recipient opened a message.", STATUS),
    EventType(
        "message.failed",
        "A message will not arrive.",
        STATUS | {"code": "the provider's error code"},
    ),
    EventType(
        "message.unknown", "Whether the provider took a message cannot be told yet; it is not sent again.", STATUS
    ),
    EventType(
        "message.received",
        "A contact wrote to a number.",
        MESSAGE | {"kind": "text, image, button, ..."},
        "conversations.view",
    ),
    EventType(
        "conversation.changed",
        "A person took a conversation over from bots, handed it back to them, or answered in it.",
        {"conversation_id": "which", "handled_by": "bot or person"},
        "conversations.view",
    ),
    EventType(
        "batch.changed",
        "A batch was started, paused, resumed or cancelled.",
        {"batch_id": "which", "state": "its new state", "reason": "why, as a code or a sentence"} | SOURCE,
    ),
    EventType("batch.finished", "Nothing of a batch is left to send.", {"batch_id": "which"} | SOURCE),
    EventType(
        "incident.opened",
        "An incident was found that concerns the tenant, or one that was open has come to concern it.",
        {
            "incident_id": "which",
            "opened_at": "when the first of its signals was",
            "families": "the kinds of evidence in it that concern the tenant",
            "score": "of its strongest signal so far",
            "subjects": "how many keys, numbers, addresses, accounts and others it is about so far",
        },
        "security.view",
    ),
    EventType(
        "mitigation.began",
        "Something of the tenant is held back, because it looks like abuse.",
        {
            "decision_id": "which decision",
            "subject_kind": "what it is about: tenant, user, key, number or template",
            "action": "what is done: slow, challenge, pause, disable, block or freeze",
            "families": "the kinds of evidence",
            "until": "when it ends by itself, if nothing more is noticed",
        },
        "security.view",
    ),
    EventType(
        "contact.opted_out",
        "A contact wants no more marketing.",
        {"contact_id": "who", "source": "how we know"},
        "contacts.view",
    ),
    EventType(
        "contact.opted_in",
        "A contact agreed to marketing.",
        {"contact_id": "who", "source": "how we know"},
        "contacts.view",
    ),
    EventType(
        "contact.tagged",
        "A tag was put on contacts that did not wear it. Of many at once, each event tells of at most 200.",
        {"tag_id": "which tag", "contact_ids": "who wears it now"},
        "contacts.view",
    ),
    EventType(
        "contact.imported",
        "Contacts came with an import. Each event tells of at most 200.",
        {"import_id": "which", "new": "whether they were new, or known already", "contact_ids": "who"},
        "contacts.view",
    ),
    EventType(
        "contact.merged",
        "Two contacts were one person; what belonged to the one is the other's now.",
        {"contact_id": "who stays", "merged_id": "who is gone"},
        "contacts.view",
    ),
    EventType(
        "import.progressed",
        "An import has taken some more of its rows.",
        {"import_id": "which", "rows": "rows taken or refused so far"},
        "contacts.view",
    ),
    EventType(
        "import.finished",
        "An import of contacts came to its end.",
        {
            "import_id": "which",
            "state": "finished or refused",
            "created": "new contacts",
            "updated": "contacts that were known",
            "refused": "rows not taken",
        },
        "contacts.view",
    ),
    EventType(
        "template.status_changed",
        "The provider approved, rejected, paused or disabled a template.",
        {"template_id": "which", "status": "new status", "previous": "status before", "reason": "the provider's code"},
        "templates.view",
    ),
    EventType(
        "template.category_changed",
        "The provider moved a template to another category, and so to another price.",
        {"template_id": "which", "category": "new category", "previous": "category before"},
        "templates.view",
    ),
    EventType(
        "template.quality_changed",
        "Recipients' feedback changed a template's quality.",
        {"template_id": "which", "quality": "new quality", "previous": "quality before"},
        "templates.view",
    ),
    EventType(
        "number.changed",
        "Quality, messaging limit, throughput or standing of a number changed.",
        {"number_id": "which", "field": "what changed", "value": "new value", "previous": "value before"},
        "channels.view",
    ),
    EventType(
        "account.changed",
        "The provider reported something about a tenant's business account.",
        {"account_id": "which", "kind": "the provider's event", "code": "its code, if any"},
        "channels.view",
    ),
    EventType(
        "wallet.low",
        "A wallet fell below its owner's threshold.",
        {"account_id": "the wallet", "balance": "micro-credits left", "threshold": "micro-credits"},
        "wallet.view",
    ),
    EventType(
        "hold.closed",
        "Nothing is held any more for a charge.",
        {
            "hold_id": "which",
            "captured": "micro-credits paid",
            "refunded": "micro-credits given back after a failure",
            "released": "micro-credits given back unspent",
        },
        "wallet.view",
    ),
    EventType(
        "work.changed",
        "Work that a person asked for has gone on, or come to its end.",
        {
            "work_id": "which",
            "kind": "what kind of work",
            "state": "queued, running, done, failed or cancelled",
            "done": "how much is done",
            "total": "of how much; 0 when that is not known",
        },
    ),
    EventType(
        "audit.checkpointed",
        "The platform signed where an audit chain stands.",
        {"body": "the exact text that was signed", "signature": "Ed25519, in hexadecimal digits"},
        "audit.view",
    ),
    EventType(
        "audit.broken",
        "An audit chain is not whole any more: somebody went around the application.",
        {"chain": "a tenant's id, or platform", "seq": "where", "kind": "what is off, as a code"},
    ),
    EventType(
        "signin.succeeded",
        "Somebody signed in. An event of the platform.",
        SIGN_IN | {"user_id": "who", "new_device": "whether they never signed in with this device before"},
    ),
    EventType(
        "signin.failed",
        "Somebody tried to sign in, and was wrong. An event of the platform.",
        SIGN_IN | {"network": "the network that the try came from: the address without its last part"},
    ),
    EventType(
        "webhook.rejected",
        "A webhook that was taken could not be understood; it is kept for a person to look at.",
        {"channel": "which channel", "rejection_id": "the recorded rejection", "reason": "why, as a code"},
        "channels.view",
    ),
)

for _event_type in CORE_EVENTS:
    register(_event_type)
