"""The database: models' base, sessions under a scope, row-level security, and `emit()` for events."""

from aerostic.db.base import Identified, Model, TenantOwned, db, first_id, metadata, new_id, utcnow
from aerostic.db.committed import once_committed
from aerostic.db.events import Event, caused_by, emit, emit_rows
from aerostic.db.scopes import Scope, current_scope, platform_scope, reseller_scope, scoped, service_scope, tenant_scope
from aerostic.db.sessions import ask_again, once, transaction
from aerostic.db.streaming import apart

__all__ = [
    "Event",
    "Identified",
    "Model",
    "Scope",
    "TenantOwned",
    "apart",
    "ask_again",
    "caused_by",
    "current_scope",
    "db",
    "emit",
    "emit_rows",
    "first_id",
    "metadata",
    "new_id",
    "once",
    "once_committed",
    "platform_scope",
    "reseller_scope",
    "scoped",
    "service_scope",
    "tenant_scope",
    "transaction",
    "utcnow",
]
