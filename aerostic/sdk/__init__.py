"""The one package of Aerostic that a plugin imports. What stands here keeps working within a plugin API version."""

from aerostic.audit import Act
from aerostic.audit import record as record_act
from aerostic.audit.catalogue import ActArea, register_acts
from aerostic.billing import NoPriceError, Used, close_hold, quote, used
from aerostic.billing.contract import BillingRule, Chargeable, ChargeInfo, Outcome, Quote, Settlement
from aerostic.billing.models import Charge
from aerostic.billing.payments.contract import (
    Happened,
    PaymentError,
    PaymentEvent,
    PaymentProvider,
    PaymentRequest,
    ProviderError,
    SignatureError,
    Started,
)
from aerostic.db import (
    Event,
    Model,
    Scope,
    TenantOwned,
    apart,
    db,
    emit,
    emit_rows,
    first_id,
    new_id,
    platform_scope,
    reseller_scope,
    service_scope,
    tenant_scope,
    transaction,
    utcnow,
)
from aerostic.db.privacy import Privacy
from aerostic.db.rls import Protection
from aerostic.detection.contract import Detector, SeriesDetector
from aerostic.jobs.queues import enqueue
from aerostic.ledger import InsufficientFundsError, hold
from aerostic.ledger.balances import wallet_balance
from aerostic.messaging.contacts import audience
from aerostic.messaging.contacts.audience import AudienceRow, AudienceSpec
from aerostic.messaging.contacts.phones import PhoneError
from aerostic.messaging.contacts.phones import canonical as canonical_phone
from aerostic.messaging.contacts.phones import normalise as normalise_phone
from aerostic.messaging.contacts.search import matching as contact_search
from aerostic.messaging.contacts.tags import all_tags
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
from aerostic.messaging.models import Batch, ChannelAccount, ChannelNumber, Contact, ContactImport, Message, Template
from aerostic.messaging.outbound import batches
from aerostic.messaging.outbound.batches import BatchStateError, Progress, cancel_planned
from aerostic.messaging.outbound.planning import REPLY, open_batch, plan, send_now
from aerostic.messaging.outbound.writing import Draft
from aerostic.messaging.spreadsheets import BOM as CSV_START
from aerostic.messaging.spreadsheets import guarded as guarded_cell
from aerostic.messaging.spreadsheets import written as csv_lines
from aerostic.messaging.templates.data import data_of
from aerostic.messaging.templates.preview import preview as template_preview
from aerostic.registry import (
    BlueprintIn,
    ConsolePages,
    DashboardCard,
    EventHandler,
    NavigationItem,
    OnboardingStep,
    OpenedIncident,
    PageAction,
    Permission,
    PersonData,
    Plugin,
    RetentionKind,
    RetentionStep,
    Schedule,
    TemplateUse,
    hookimpl,
)
from aerostic.sdk import automation, contacts, messages, people
from aerostic.sdk.commands import in_app, reseller_named, tenant_named
from aerostic.security.columns import Encrypted, open_rows, sealed
from aerostic.security.errors import KeyMissingError, SealError
from aerostic.security.providers import KeyProvider, Wrapped
from aerostic.security.vault import blind_index
from aerostic.streams.catalogue import EventType
from aerostic.streams.catalogue import register as register_event_type
from aerostic.streams.metering import metered, stored
from aerostic.tenancy.current import current_tenant
from aerostic.tenancy.models import Reseller, Tenant
from aerostic.tenancy.plugins import load_settings, save_settings, tenants_with, view_for
from aerostic.web.pages.access import allowed, can, current_workspace
from aerostic.web.pages.charts import Chart, Series
from aerostic.web.pages.formats import MICRO, clock, money, number
from aerostic.web.pages.forms import Form
from aerostic.web.pages.render import render, toast
from aerostic.web.pages.revealed import is_revealed
from aerostic.web.pages.tables import Column, Filter, Page, TableSpec, TableState, fetch, period_filters
from aerostic.web.reseller.brand import own_reseller
from aerostic.words import N_

__all__ = [
    "CSV_START",
    "MICRO",
    "N_",
    "REPLY",
    "Account",
    "AccountEvent",
    "Act",
    "ActArea",
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
    "Chart",
    "Column",
    "ConsolePages",
    "Contact",
    "ContactImport",
    "DashboardCard",
    "Detector",
    "Draft",
    "Encrypted",
    "ErrorScope",
    "Event",
    "EventHandler",
    "EventType",
    "Filter",
    "Form",
    "Happened",
    "InboundMessage",
    "InsufficientFundsError",
    "KeyMissingError",
    "KeyProvider",
    "Message",
    "Model",
    "NavigationItem",
    "NoPriceError",
    "NumberData",
    "OnboardingStep",
    "OpenedIncident",
    "Outbound",
    "Outcome",
    "Page",
    "PageAction",
    "PaymentError",
    "PaymentEvent",
    "PaymentProvider",
    "PaymentRequest",
    "Permission",
    "PersonData",
    "PhoneError",
    "Plugin",
    "PreferenceChange",
    "Privacy",
    "Progress",
    "Protection",
    "ProviderError",
    "Quote",
    "Reseller",
    "RetentionKind",
    "RetentionStep",
    "Schedule",
    "Scope",
    "SealError",
    "SendResult",
    "Sender",
    "Sent",
    "Series",
    "SeriesDetector",
    "Settlement",
    "SignatureError",
    "Started",
    "StatusUpdate",
    "TableSpec",
    "TableState",
    "Template",
    "TemplateData",
    "TemplateEvent",
    "TemplateUse",
    "Tenant",
    "TenantOwned",
    "Unrecognised",
    "Used",
    "Variable",
    "WebhookItem",
    "Wrapped",
    "all_tags",
    "allowed",
    "apart",
    "audience",
    "automation",
    "batches",
    "blind_index",
    "can",
    "cancel_planned",
    "canonical_phone",
    "clock",
    "close_hold",
    "contact_search",
    "contacts",
    "csv_lines",
    "current_tenant",
    "current_workspace",
    "data_of",
    "db",
    "emit",
    "emit_rows",
    "enqueue",
    "fetch",
    "first_id",
    "guarded_cell",
    "hold",
    "hookimpl",
    "in_app",
    "is_revealed",
    "load_settings",
    "messages",
    "metered",
    "money",
    "new_id",
    "normalise_phone",
    "number",
    "open_batch",
    "open_rows",
    "own_reseller",
    "people",
    "period_filters",
    "plan",
    "platform_scope",
    "quote",
    "record_act",
    "register_acts",
    "register_event_type",
    "render",
    "reseller_named",
    "reseller_scope",
    "save_settings",
    "sealed",
    "send_now",
    "service_scope",
    "stored",
    "template_preview",
    "tenant_named",
    "tenant_scope",
    "tenants_with",
    "toast",
    "transaction",
    "used",
    "utcnow",
    "view_for",
    "wallet_balance",
]
