"""People of a frozen audience who got no message, as a table: who, and why."""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from aerostic.sdk import Column, Contact, Filter, TableSpec, contact_search

from ..models import Campaign, Recipient
from ..verdicts import VERDICTS


def skipped_table(session: Session, campaign: Campaign) -> TableSpec:
    """The table of one campaign."""
    columns = [
        Column("person", _("Person"), Recipient.contact_id),
        Column("country", _("Country"), extra=True),
        Column("why", _("Why")),
    ]
    verdicts = [(code, _(words)) for code, words in VERDICTS.items()]
    return TableSpec(
        "skipped",
        Recipient.contact_id,
        columns,
        [Filter("verdict", _("Why"), lambda v: Recipient.verdict == v if v in VERDICTS else None, verdicts)],
        search=lambda words: contact_search(session, campaign.tenant_id, words),
        order="person",
        placeholder=_("Name or phone"),
    )


def skipped_query(campaign: Campaign) -> Select[*tuple[Any, ...]]:
    """One row a person: contact, verdict, what it is about, and the market."""
    return (
        select(Contact, Recipient.verdict, Recipient.detail, Recipient.market)
        .select_from(Recipient)
        .join(Contact, Contact.id == Recipient.contact_id)
        .where(Recipient.campaign_id == campaign.id, Recipient.verdict != "")
    )
