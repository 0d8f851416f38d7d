"""On whose behalf the database is asked. Without a scope, row-level security shows nothing.

The scope is a context variable; the engine hands it to PostgreSQL at the begin of every transaction, as settings that end
with that transaction, so a pooled connection never carries one over.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria


@dataclass(frozen=True, slots=True)
class Scope:
    """One of: a tenant, a reseller, a named service of ours that works across tenants, or the platform's own people."""

    tenant_id: UUID | None = None
    reseller_id: UUID | None = None
    service: str = ""
    platform: str = ""

    def settings(self) -> dict[str, str]:
        """The values the policies read; '' where this scope has none."""
        return {
            "tenant": str(self.tenant_id) if self.tenant_id else "",
            "reseller": str(self.reseller_id) if self.reseller_id else "",
            "service": self.service,
            "platform": "on" if self.platform else "",
        }


NOTHING = Scope()
_current: ContextVar[Scope] = ContextVar("aerostic_scope", default=NOTHING)


def current_scope() -> Scope:
    """The scope that the next transaction will begin with."""
    return _current.get()


def tenant_scope(tenant_id: UUID) -> Scope:
    """See and change the rows of one tenant."""
    return Scope(tenant_id=tenant_id)


def reseller_scope(reseller_id: UUID) -> Scope:
    """See what policies show to the reseller: its own rows, and of its tenants what is meant for it."""
    return Scope(reseller_id=reseller_id)


def service_scope(name: str) -> Scope:
    """Act as one of our batch services over the tables whose policies name it."""
    return Scope(service=name)


def platform_scope(reason: str) -> Scope:
    """See across tenants, for people of the platform and for start-up work.

    Args:
        reason: why; goes to the audit log.
    """
    if not reason:
        raise ValueError("platform_scope needs a reason")
    return Scope(platform=reason)


@contextmanager
def scoped(scope: Scope) -> Iterator[Scope]:
    """Begin transactions with `scope` inside the block. One that is already open keeps the scope it began with."""
    token = _current.set(scope)
    try:
        yield scope
    finally:
        _current.reset(token)


@event.listens_for(Session, "do_orm_execute")
def _only_tenant(state: ORMExecuteState) -> None:
    """The ORM's own filter: a convenience for query plans, never the guarantee (text and Core statements pass it by)."""
    from aerostic.db.base import TenantOwned

    tenant_id = _current.get().tenant_id
    if tenant_id and state.is_select and not state.is_column_load and not state.is_relationship_load:
        state.statement = state.statement.options(
            with_loader_criteria(TenantOwned, lambda cls: cls.tenant_id == tenant_id, include_aliases=True)
        )
