"""The weekend's discount."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from aerostic.sdk import (
    Chargeable,
    ChargeInfo,
    Outcome,
    Quote,
    Settlement,
    Tenant,
    load_settings,
    quote,
    tenant_scope,
    transaction,
    utcnow,
    view_for,
)

SATURDAY = 5


@dataclass(frozen=True)
class WeekendDiscount:
    """Takes the tenant's percentage off what the rules after this one ask, on Saturdays and Sundays of its zone."""

    now: Callable[[], datetime] = utcnow
    name: str = "loyalty.weekend"

    def quote(self, chargeable: Chargeable) -> Quote | None:
        """The reduced price of a marketing message at the weekend, rounded up; else the next rule answers."""
        if chargeable.category != "marketing":
            return None
        tenant_id = chargeable.tenant_id
        with transaction(tenant_scope(tenant_id)) as session:
            percent = load_settings(session, tenant_id, "loyalty").weekend_percent
            zone = ZoneInfo(session.get_one(Tenant, tenant_id).zone)
            rules = view_for(session, tenant_id).billing_rules
        if not percent or self.now().astimezone(zone).weekday() < SATURDAY:
            return None
        later = rules[[rule.name for rule in rules].index(self.name) + 1 :]
        full = quote(later, chargeable)
        amount = -(-full.amount * (100 - percent) // 100)
        # What is taken off is the reseller's to give, as far as its share reaches.
        share = max(0, full.share - (full.amount - amount))
        return Quote(amount, full.currency, f"{self.name} -{percent}%: {full.source}", share)

    def on_outcome(self, charge: ChargeInfo, outcome: Outcome) -> Settlement | None:
        """Settling is the price list's."""
        return None
