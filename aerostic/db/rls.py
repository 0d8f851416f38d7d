"""Row-level security: who sees the rows of a table, declared on its model and written by its migration.

The policies read the settings of aerostic/db/scopes.py. An unset setting comes back as '', hence `NULLIF`; the sub-select
makes PostgreSQL read it once a statement instead of once a row.
"""

from collections.abc import Iterator
from dataclasses import dataclass

TENANT = "(SELECT NULLIF(current_setting('aerostic.tenant', true), '')::uuid)"
RESELLER = "(SELECT NULLIF(current_setting('aerostic.reseller', true), '')::uuid)"
SERVICE = "(SELECT current_setting('aerostic.service', true))"
PLATFORM = "(SELECT current_setting('aerostic.platform', true)) = 'on'"

OF_RESELLER = f"tenant_id IN (SELECT t.id FROM tenant t WHERE t.reseller_id = {RESELLER})"


@dataclass(frozen=True, slots=True)
class Protection:
    """Which scopes reach the rows of a table. The platform's people always do.

    Args:
        tenant: the column that holds the owning tenant; '' when no tenant reaches the table.
        also: a boolean SQL expression that may use `{tenant}` and `{reseller}`; '' when there is none.
        services: the named services that work on it across tenants.
        insert_only_for_all: anyone with a scope may add rows of its own (to an outbox), and only the services read or
            delete them.
        write: where not all who see a row may write it: who may, beside the platform's people, as in `also`.
    """

    tenant: str = "tenant_id"
    also: str = ""
    services: tuple[str, ...] = ()
    insert_only_for_all: bool = False
    write: str = ""

    def condition(self) -> str:
        """The policy's expression."""
        parts = [PLATFORM]
        if self.tenant and not self.insert_only_for_all:
            parts.append(f"{self.tenant} = {TENANT}")
        if self.services:
            names = ", ".join(f"'{name}'" for name in self.services)
            parts.append(f"{SERVICE} IN ({names})")
        # Last, since it may look at other tables: PostgreSQL stops at the first part that is true.
        if self.also:
            parts.append(self.also.format(tenant=TENANT, reseller=RESELLER))
        return " OR ".join(f"({part})" for part in parts)

    def statements(self, table: str) -> Iterator[str]:
        """The DDL that puts this protection on `table`, replacing what was there."""
        yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
        yield f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"
        yield f"DROP POLICY IF EXISTS scope ON {table}"
        yield f"CREATE POLICY scope ON {table} USING ({self.condition()})"
        if self.insert_only_for_all:
            own = f"tenant_id IS NULL OR tenant_id = {TENANT} OR {SERVICE} <> '' OR {OF_RESELLER}"
            yield f"DROP POLICY IF EXISTS announce ON {table}"
            yield f"CREATE POLICY announce ON {table} FOR INSERT WITH CHECK ({own})"
        yield f"DROP POLICY IF EXISTS write ON {table}"
        if self.write:
            allowed = f"{PLATFORM} OR ({self.write.format(tenant=TENANT, reseller=RESELLER)})"
            yield f"CREATE POLICY write ON {table} AS RESTRICTIVE USING (true) WITH CHECK ({allowed})"
