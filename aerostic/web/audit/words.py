"""Acts in words, and what they are done to."""

from flask_babel import gettext as _

from aerostic.audit.catalogue import words_of
from aerostic.words import N_

THINGS = {
    "user": N_("Person"),
    "invitation": N_("Invitation"),
    "key": N_("API key"),
    "plugin": N_("Plugin"),
    "campaign": N_("Campaign"),
    "contact": N_("Contact"),
    "tag": N_("Tag"),
    "import": N_("Import"),
    "work": N_("Work"),
    "conversation": N_("Conversation"),
    "account": N_("Account"),
    "number": N_("Number"),
    "payment": N_("Payment"),
    "tenant": N_("Workspace"),
    "reseller": N_("Reseller"),
    "domain": N_("Domain"),
    "decision": N_("Action"),
    "incident": N_("Incident"),
    "policy": N_("Policy"),
    "flow": N_("Flow"),
    "flow_run": N_("Run"),
    "http_secret": N_("Secret"),
}


def action(name: str) -> str:
    """What was done."""
    return str(_(words_of(name)))


def thing(kind: str) -> str:
    """What it was done to."""
    return str(_(THINGS[kind])) if kind in THINGS else kind
