"""The events that the core itself emits."""

from aerostic.streams.catalogue import EventType, register

MESSAGE = {
    "message_id": "our message",
    "number_id": "the sending or receiving number",
    "contact_id": "the contact, if known",
    "conversation_id": "the conversation it belongs to, if any",
}
SOURCE = {"source": "what planned it: the plugin's name, or person", "source_id": "which one"}
STATUS = MESSAGE | {"batch_id": "the batch it was planned in, if any"}

CORE_EVENTS = (
    EventType("message.accepted", "The provider took a message and gave it an id.", STATUS),
    EventType("message.sent", "The provider passed a message on to the recipient's network.", STATUS),
    EventType("message.delivered", "A message reached the recipient's device.", STATUS),
    EventType("message.read", "The recipient opened a message.", STATUS),
    EventType(
        "message.failed",
        "A message will not arrive.",
        STATUS
        | {"code": "the provider's error code", "reason": "our class of the error: permanent, retryable or account"},
    ),
    EventType(
        "message.unknown", "Whether the provider took a message cannot be told yet; it is not sent again.", STATUS
    ),
    EventType("message.received", "A contact wrote to a number.", MESSAGE | {"kind": "text, image, button, ..."}),
    EventType(
        "conversation.changed",
        "A person took a conversation over from bots, handed it back to them, or answered in it.",
        {"conversation_id": "which", "handled_by": "bot or person"},
    ),
    EventType(
        "batch.changed",
        "A batch was started, paused, resumed or cancelled.",
        SOURCE | {"batch_id": "which", "state": "its new state", "reason": "why, as a code or a sentence"},
    ),
    EventType("batch.finished", "Every message of a batch has an outcome.", SOURCE | {"counts": "messages by status"}),
    EventType(
        "contact.opted_out", "A contact wants no more marketing.", {"contact_id": "who", "source": "how we know"}
    ),
    EventType("contact.opted_in", "A contact agreed to marketing.", {"contact_id": "who", "source": "how we know"}),
    EventType(
        "contact.merged",
        "Two contacts were one person; what belonged to the one is the other's now.",
        {"contact_id": "who stays", "merged_id": "who is gone"},
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
    ),
    EventType(
        "template.status_changed",
        "The provider approved, rejected, paused or disabled a template.",
        {"template_id": "which", "status": "new status", "previous": "status before", "reason": "the provider's code"},
    ),
    EventType(
        "template.category_changed",
        "The provider moved a template to another category, and so to another price.",
        {"template_id": "which", "category": "new category", "previous": "category before"},
    ),
    EventType(
        "template.quality_changed",
        "Recipients' feedback changed a template's quality.",
        {"template_id": "which", "quality": "new quality", "previous": "quality before"},
    ),
    EventType(
        "number.changed",
        "Quality, messaging limit, throughput or standing of a number changed.",
        {"number_id": "which", "field": "what changed", "value": "new value", "previous": "value before"},
    ),
    EventType(
        "account.changed",
        "The provider reported something about a tenant's business account.",
        {"account_id": "which", "kind": "the provider's event", "code": "its code, if any"},
    ),
    EventType(
        "wallet.low",
        "A wallet fell below its owner's threshold.",
        {"account_id": "the wallet", "balance": "micro-credits left", "threshold": "micro-credits"},
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
    ),
    EventType(
        "webhook.rejected",
        "A webhook that was taken could not be understood; it is kept for a person to look at.",
        {"channel": "which channel", "rejection_id": "the recorded rejection", "reason": "why, as a code"},
    ),
)

for _event_type in CORE_EVENTS:
    register(_event_type)
