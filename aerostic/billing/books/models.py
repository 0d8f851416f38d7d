"""The table of reports: each time the books were verified."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from aerostic.db import Identified, Model, utcnow
from aerostic.db.privacy import Privacy
from aerostic.db.rls import Protection


class LedgerReport(Identified, Model):
    """One verifying of the books that was asked for: by whom (None: by the clock), what it looked at, and what was off.

    Until `finished_at` is set, it waits or runs. `findings` are those of `aerostic.ledger.verify`, by their fields.
    """

    __tablename__ = "ledger_report"
    __table_args__ = (Index("ix_ledger_report_asked_at", "asked_at"),)
    __protection__ = Protection(tenant="", services=("cron",))
    __privacy__ = Privacy(public=("findings",))

    asked_at: Mapped[datetime] = mapped_column(default=utcnow)
    asked_by: Mapped[UUID | None]
    finished_at: Mapped[datetime | None]
    milliseconds: Mapped[int] = mapped_column(default=0, server_default="0")
    accounts: Mapped[int] = mapped_column(default=0, server_default="0")
    transfers: Mapped[int] = mapped_column(default=0, server_default="0")
    entries: Mapped[int] = mapped_column(default=0, server_default="0")
    holds: Mapped[int] = mapped_column(default=0, server_default="0")
    findings: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
