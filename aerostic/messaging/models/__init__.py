"""The tables of messaging."""

from aerostic.messaging.models.channels import ChannelAccount, ChannelNumber, Lane, WebhookRejection
from aerostic.messaging.models.contacts import (
    Consent,
    Contact,
    ContactField,
    ContactIdentifier,
    ContactImport,
    ContactTag,
    ImportedContact,
    ImportVerdict,
    Suppression,
    Tag,
)
from aerostic.messaging.models.messages import Batch, Conversation, Message
from aerostic.messaging.models.reconciliation import ReconciliationDifference
from aerostic.messaging.models.rights import ContactErasure, RetentionRule
from aerostic.messaging.models.templates import Template, TemplateChange

__all__ = [
    "Batch",
    "ChannelAccount",
    "ChannelNumber",
    "Consent",
    "Contact",
    "ContactErasure",
    "ContactField",
    "ContactIdentifier",
    "ContactImport",
    "ContactTag",
    "Conversation",
    "ImportVerdict",
    "ImportedContact",
    "Lane",
    "Message",
    "ReconciliationDifference",
    "RetentionRule",
    "Suppression",
    "Tag",
    "Template",
    "TemplateChange",
    "WebhookRejection",
]
