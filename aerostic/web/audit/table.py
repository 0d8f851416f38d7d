"""The table of an audit log: by who, what, target and period, the newest first."""

from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import ColumnElement

from aerostic.audit import core_acts  # noqa: F401 - puts the core's acts into words
from aerostic.audit.catalogue import areas
from aerostic.audit.models import AuditEntry
from aerostic.db import first_id
from aerostic.web.pages.tables import Column, Filter, TableSpec, period_filters


def audit_table(people: Sequence[tuple[str, str]], more: Sequence[Filter] = ()) -> TableSpec:
    """The table.

    Args:
        people: who may have acted, to choose from: `user:<id>` and a name.
        more: further filters, in front.
    """
    return TableSpec(
        "audit",
        AuditEntry.id,
        [
            Column("what", _("Act")),
            Column("who", _("By")),
            Column("target", _("Concerns"), extra=True),
            # An id begins with the moment it was made at.
            Column("created", _("When"), AuditEntry.id, extra=True),
            Column("address", _("Address"), extra=True, shown=False),
            Column("seq", _("Number"), numeric=True, extra=True),
        ],
        filters=[
            *more,
            Filter("who", _("By"), lambda value: AuditEntry.actor == value, [*people, ("system", _("By itself"))]),
            Filter("area", _("What"), _of_area, [(area.name, _(area.title)) for area in areas()]),
            Filter("target", _("Concerns"), lambda value: AuditEntry.target == value, kind="text", more=True),
            *period_filters(AuditEntry.id, first_id),
        ],
    )


def _of_area(value: str) -> ColumnElement[bool] | None:
    return AuditEntry.area == value if value in {area.name for area in areas()} else None
