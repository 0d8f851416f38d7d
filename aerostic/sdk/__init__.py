"""The one package of Aerostic that a plugin imports. What stands here keeps working within a plugin API version."""

from aerostic.billing import NoPriceError, close_hold, quote
from aerostic.billing.contract import BillingRule, Chargeable, ChargeInfo, Outcome, Quote, Settlement
from aerostic.billing.models import Charge
from aerostic.db import (
    Event,
    Model,
    TenantOwned,
    db,
    emit,
    emit_rows,
    new_id,
    platform_scope,
    service_scope,
    tenant_scope,
    transaction,
    utcnow,
)
from aerostic.db.rls import Protection
from aerostic.ledger import InsufficientFundsError, hold
from aerostic.ledger.balances import wallet_balance
from aerostic.messaging.contacts import audience
from aerostic.messaging.contacts.audience import AudienceRow, AudienceSpec
from aerostic.messaging.contacts.phones import PhoneError
from aerostic.messaging.contacts.phones import canonical as canonical_phone
from aerostic.messaging.contacts.phones import normalise as normalise_phone
from aerostic.messaging.contract import (
    Account,
    AccountEvent,
    Channel,
    ChannelError,
    ErrorScope,
    InboundMessage,
    NumberData,
    Outbound,
    PreferenceChange,
    Sender,
    SendResult,
    Sent,
    StatusUpdate,
    TemplateData,
    TemplateEvent,
    Unrecognised,
    Variable,
    WebhookItem,
)
from aerostic.messaging.models import Batch, ChannelAccount, ChannelNumber, Message, Template
from aerostic.messaging.outbound import batches
from aerostic.messaging.outbound.batches import BatchStateError, Progress, cancel_planned
from aerostic.messaging.outbound.planning import REPLY, Draft, open_batch, plan, send_now
from aerostic.registry import BlueprintIn, EventHandler, Permission, Plugin, Schedule, hookimpl
from aerostic.sdk.commands import in_app, tenant_named
from aerostic.security.columns import Encrypted, open_rows, sealed
from aerostic.security.vault import blind_index
from aerostic.streams.catalogue import EventType
from aerostic.streams.catalogue import register as register_event_type
from aerostic.tenancy.current import current_tenant
from aerostic.tenancy.models import Tenant
from aerostic.tenancy.plugins import load_settings, save_settings, tenants_with, view_for

__all__ = [
    "REPLY",
    "Account",
    "AccountEvent",
    "AudienceRow",
    "AudienceSpec",
    "Batch",
    "BatchStateError",
    "BillingRule",
    "BlueprintIn",
    "Channel",
    "ChannelAccount",
    "ChannelError",
    "ChannelNumber",
    "Charge",
    "ChargeInfo",
    "Chargeable",
    "Draft",
    "Encrypted",
    "ErrorScope",
    "Event",
    "EventHandler",
    "EventType",
    "InboundMessage",
    "InsufficientFundsError",
    "Message",
    "Model",
    "NoPriceError",
    "NumberData",
    "Outbound",
    "Outcome",
    "Permission",
    "PhoneError",
    "Plugin",
    "PreferenceChange",
    "Progress",
    "Protection",
    "Quote",
    "Schedule",
    "SendResult",
    "Sender",
    "Sent",
    "Settlement",
    "StatusUpdate",
    "Template",
    "TemplateData",
    "TemplateEvent",
    "Tenant",
    "TenantOwned",
    "Unrecognised",
    "Variable",
    "WebhookItem",
    "audience",
    "batches",
    "blind_index",
    "cancel_planned",
    "canonical_phone",
    "close_hold",
    "current_tenant",
    "db",
    "emit",
    "emit_rows",
    "hold",
    "hookimpl",
    "in_app",
    "load_settings",
    "new_id",
    "normalise_phone",
    "open_batch",
    "open_rows",
    "plan",
    "platform_scope",
    "quote",
    "register_event_type",
    "save_settings",
    "sealed",
    "send_now",
    "service_scope",
    "tenant_named",
    "tenant_scope",
    "tenants_with",
    "transaction",
    "utcnow",
    "view_for",
    "wallet_balance",
]
