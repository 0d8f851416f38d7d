"""Recipients as a spreadsheet, read as they are written so that memory stays bounded."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from aerostic.sdk import CSV_START, TableState, apart, csv_lines, guarded_cell, tenant_scope, transaction

from ..context import get
from ..verdicts import VERDICTS
from .messages import WORDS, messages_query, messages_table, outcome
from .phones import masked
from .skipped import skipped_query, skipped_table

CHUNK = 1_000
MICRO = 1_000_000


@apart
def lines(tenant_id: UUID, campaign_id: UUID, args: Any, *, skipped: bool, phones: bool) -> Iterator[str]:
    """The rows that an address asks for, all pages of them, as CSV.

    Args:
        skipped: those without a message.
        phones: write phones out; else masked.
    """
    with transaction(tenant_scope(tenant_id)) as session:
        campaign = get(session, campaign_id)
        spec = skipped_table(session, campaign) if skipped else messages_table(session, campaign, [])
        query = skipped_query(campaign) if skipped else messages_query(campaign)
        state = TableState.read(spec, args)
        yield CSV_START + csv_lines([_skipped_head() if skipped else _head()])
        chosen = query.where(*state.conditions()).order_by(spec.key).execution_options(yield_per=CHUNK)
        for rows in session.execute(chosen).partitions():
            yield csv_lines(_skipped(row, phones) if skipped else _sent(row, phones) for row in rows)


def _head() -> list[str]:
    names = (_("Name"), _("Phone"), _("State"), _("Code"), _("Why"))
    times = (_("Sent"), _("Delivered"), _("Read"), _("Failed"), _("Replied"))
    return [*names, *times, _("Cost"), _("Currency"), _("Money")]


def _skipped_head() -> list[str]:
    return [_("Name"), _("Phone"), _("Country"), _("Code"), _("Why"), _("Detail")]


def _sent(row: Any, phones: bool) -> list[str]:
    times = (row.accepted_at, row.delivered_at, row.read_at, row.failed_at, row.replied_at)
    return [
        *_person(row.Contact, phones),
        _(WORDS[outcome(row.state, row.status)]),
        str(row.error_code or ""),
        guarded_cell(_(row.error) if row.error else ""),
        *(time.isoformat() if time else "" for time in times),
        str(Decimal(row.amount) / MICRO) if row.amount is not None else "",
        row.currency or "",
        row.charge or "",
    ]


def _skipped(row: Any, phones: bool) -> list[str]:
    return [*_person(row.Contact, phones), row.market, row.verdict, _(VERDICTS[row.verdict]), guarded_cell(row.detail)]


def _person(contact: Any, phones: bool) -> list[str]:
    if contact is None:
        return [_("Erased"), ""]
    phone = contact.phone or ""
    return [guarded_cell(contact.name), phone if phones else masked(phone)]
