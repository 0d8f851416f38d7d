"""A tenant with a batch of priced messages whose fates a test decides."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from aerostic.billing import Outcome, Quote, reopen_charges, settle
from aerostic.db import new_id, tenant_scope, transaction
from aerostic.ledger import credit, hold
from aerostic.messaging.models import Message
from aerostic.messaging.outbound import planning
from aerostic.messaging.proof import BatchProof, MessageProof, prove_batch, prove_message
from tests.core.billing.money import RULES
from tests.core.messaging.outbound.support import draft
from tests.support.factories import make_number, make_tenant

PRICE = Quote(25_000, "USD", "test book 1, US marketing")


@dataclass(frozen=True)
class Shop:
    """The batch, and its messages in their order."""

    tenant_id: UUID
    batch_id: UUID
    messages: tuple[UUID, ...]

    def came(self, place: int, *statuses: str) -> None:
        """Tell how far a message came, one status after the other."""
        for status in statuses:
            with transaction(tenant_scope(self.tenant_id)) as session:
                settle(session, self.tenant_id, RULES, [(self.messages[place], Outcome(status))])

    def try_again(self, place: int) -> None:
        """Charge a message once more, as a retry does."""
        with transaction(tenant_scope(self.tenant_id)) as session:
            hold_id = hold(session, self.tenant_id, f"retry:{new_id()}", PRICE.amount, "USD")
            reopen_charges(session, self.tenant_id, hold_id, [self.messages[place]])

    def proof(self, place: int) -> MessageProof:
        """The proof of a message."""
        with transaction(tenant_scope(self.tenant_id)) as session:
            found = prove_message(session, self.tenant_id, self.messages[place])
        assert found is not None
        return found

    def whole(self) -> BatchProof:
        """The proof of all of it."""
        with transaction(tenant_scope(self.tenant_id)) as session:
            found = prove_batch(session, self.tenant_id, self.batch_id)
        assert found is not None
        return found


def make_shop(count: int) -> Shop:
    """A tenant with money, and so many messages planned."""
    tenant = make_tenant()
    number = make_number(tenant.id)
    source_id = new_id()
    with transaction(tenant_scope(tenant.id)) as session:
        credit(session, tenant.id, 10_000_000, "USD", "start")
        batch = planning.open_batch(
            session, tenant_id=tenant.id, number_id=number.id, source="campaigns", source_id=source_id
        )
        batch.hold_id = hold(session, tenant.id, f"batch:{source_id}", PRICE.amount * count, "USD")
        drafts = [draft(f"+1650{i:07d}", f"{source_id}:{i}") for i in range(count)]
        planning.plan(session, batch, drafts, lambda _: PRICE)
        messages = session.scalars(select(Message.id).where(Message.batch_id == batch.id).order_by(Message.id))
        return Shop(tenant.id, batch.id, tuple(messages))
