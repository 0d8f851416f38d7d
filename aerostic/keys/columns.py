"""Every encrypted column of core and plugins, and the statements that go along one."""

from dataclasses import dataclass

from sqlalchemy import Table, TextClause, text

from aerostic.db import metadata
from aerostic.security.columns import SUFFIX, Encrypted

PAGE = 1_000


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """An encrypted column.

    Args:
        table: its table's name.
        column: its own name in the database.
        owned: whether the rows name a tenant; else they are the platform's.
    """

    table: str
    column: str
    owned: bool

    @property
    def name(self) -> str:
        """What its values are bound to."""
        return self.column.removesuffix(SUFFIX)

    @property
    def place(self) -> str:
        """What it is called in reports."""
        return f"{self.table}.{self.name}"

    def page(self, *, one_tenant: bool) -> TextClause:
        """The next rows behind `:after`, in the order of their ids: id, owner, and the ciphertext where a key of `:keys`
        made it. The inner select is what PostgreSQL walks by the primary key, however few of the rows are wanted."""
        return text(
            f"SELECT id, tenant_id, CASE WHEN substring(sealed FROM 2 FOR 4) = ANY(:keys) THEN sealed END AS sealed"
            f" FROM (SELECT id, {self._owner} AS tenant_id, {self.column} AS sealed FROM {self.table}"
            f" WHERE id > :after{self._only(one_tenant)} ORDER BY id LIMIT {PAGE}) AS page"
        )

    def swap(self) -> TextClause:
        """Puts new ciphertexts in place of old ones. What somebody has written or is writing meanwhile is left alone, and no
        lock is waited for, so that no writer is ever in a deadlock with it."""
        return text(
            f"UPDATE {self.table} AS t SET {self.column} = free.new FROM (SELECT o.id, n.new FROM {self.table} AS o"
            " JOIN (SELECT id, decode(old, 'hex') AS old, decode(new, 'hex') AS new FROM json_to_recordset(CAST(:rows AS json))"
            f" AS r(id uuid, old text, new text)) AS n ON n.id = o.id AND n.old = o.{self.column}"
            " FOR NO KEY UPDATE OF o SKIP LOCKED) AS free WHERE t.id = free.id RETURNING t.id"
        )

    def counts(self, *, one_tenant: bool) -> TextClause:
        """How many values each key made."""
        return text(
            f"SELECT substring({self.column} FROM 2 FOR 4) AS key, count(*) FROM {self.table}"
            f" WHERE {self.column} IS NOT NULL{self._only(one_tenant)} GROUP BY 1"
        )

    @property
    def _owner(self) -> str:
        return "tenant_id" if self.owned else "CAST(NULL AS uuid)"

    def _only(self, one_tenant: bool) -> str:
        return " AND tenant_id = :tenant_id" if one_tenant else ""


def sealed_columns(*, of_platform: bool = True) -> list[SealedColumn]:
    """All encrypted columns of the loaded models; those whose rows never name a tenant only with `of_platform`."""
    found = [
        SealedColumn(table.name, column.name, owned)
        for table in metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, Encrypted) and ((owned := _owned(table)) or of_platform)
    ]
    return sorted(found, key=lambda column: column.place)


def _owned(table: Table) -> bool:
    return "tenant_id" in table.columns
