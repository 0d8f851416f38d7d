"""A tenant that is ready for a campaign."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from aerostic_campaigns.editing import Details, create
from aerostic_campaigns.models import Campaign, Recipient

from aerostic.db import tenant_scope, transaction
from aerostic.ledger import credit
from aerostic.messaging.models import Template
from aerostic.sdk import AudienceSpec
from tests.support.factories import make_account, make_contact, make_number, make_template, make_tenant

NAME = {"body.0": {"source": "name"}}


@dataclass
class Scene:
    """A tenant with an account, a number and a template."""

    tenant_id: UUID
    account_id: UUID
    number_id: UUID
    template_id: UUID

    def contact(self, phone: str, **values: Any) -> UUID:
        """A German contact who agreed to marketing."""
        return make_contact(self.tenant_id, phone, **{"country": "DE", **values}).id

    def contacts(self, count: int) -> list[UUID]:
        """Some of them."""
        return [self.contact(f"+4915112{n:06d}") for n in range(count)]

    def campaign(self, **values: Any) -> UUID:
        """A campaign for all contacts that greets by name."""
        details = {
            "name": "Spring",
            "number_id": self.number_id,
            "template_id": self.template_id,
            "audience": AudienceSpec(),
            "variables": NAME,
        }
        return create(self.tenant_id, Details(**{**details, **values}))

    def read(self, campaign_id: UUID) -> Campaign:
        """The campaign as it stands."""
        with transaction(tenant_scope(self.tenant_id)) as session:
            return session.get_one(Campaign, campaign_id)

    def verdicts(self, campaign_id: UUID) -> dict[UUID, str]:
        """Who of the frozen audience has no message, and why."""
        with transaction(tenant_scope(self.tenant_id)) as session:
            found = session.query(Recipient).filter_by(campaign_id=campaign_id)
            return {row.contact_id: row.verdict for row in found}

    def set_template(self, **values: Any) -> None:
        """Change the template."""
        with transaction(tenant_scope(self.tenant_id)) as session:
            template = session.get_one(Template, self.template_id)
            for name, value in values.items():
                setattr(template, name, value)


def make_scene(money: int = 100_000_000, **number: Any) -> Scene:
    """A tenant with so many micro-credits."""
    tenant = make_tenant(zone="Europe/Berlin", country="DE")
    account = make_account(tenant.id)
    scene = Scene(
        tenant.id, account.id, make_number(tenant.id, account, **number).id, make_template(tenant.id, account).id
    )
    if money:
        with transaction(tenant_scope(tenant.id)) as session:
            credit(session, tenant.id, money, "USD", "start")
    return scene
