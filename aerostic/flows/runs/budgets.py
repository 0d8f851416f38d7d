"""What flows spend in a day, for one contact and for everybody, counted where it is spent.

A contact's counter is exact: the very step raises it, and not beyond its limit, whoever else is at it. The workspace's is one row
for all of its runs. The steps only read it; it is raised when the stretch of steps is over, right before the transaction ends,
so that no run waits for another one's steps. What is spent at the same moment may go beyond the limit by that much.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from aerostic.db import new_id, tenant_scope, transaction
from aerostic.flows.contract import Effect
from aerostic.flows.limits import LimitError, Limits
from aerostic.flows.plan import Step

TODAY = "(clock_timestamp() AT TIME ZONE tenant.zone)::date"
SPENT = text(f"""
    SELECT amount FROM flow_spend JOIN tenant ON tenant.id = flow_spend.tenant_id
    WHERE tenant.id = :tenant AND day = {TODAY} AND contact_id IS NOT DISTINCT FROM CAST(:contact AS uuid)
""")
ADD = text(f"""
    INSERT INTO flow_spend (id, tenant_id, day, contact_id, amount)
    SELECT :id, tenant.id, {TODAY}, CAST(:contact AS uuid), :amount FROM tenant
    WHERE tenant.id = :tenant AND :amount <= :most
    ON CONFLICT (tenant_id, day, contact_id) DO UPDATE SET amount = flow_spend.amount + excluded.amount
    WHERE flow_spend.amount + excluded.amount <= :most
    RETURNING amount
""")
FORGET = text("DELETE FROM flow_spend WHERE day < current_date - 32")
WITHOUT_END = 2**62


class Purse:
    """What one run may spend today, while it goes on within one transaction.

    Args:
        session: the run's own transaction.
    """

    def __init__(self, session: Session, tenant_id: UUID, contact_id: UUID | None, limits: Limits) -> None:
        self.limits = limits
        self._session, self._tenant, self._contact = session, tenant_id, contact_id
        self._spent = 0

    def charge(self, step: Step, amount: int) -> None:
        """Count what a step spends, in micro-credits; without the run's transaction, in one of its own.

        Raises:
            LimitError: a budget is used up; nothing is counted.
        """
        if amount <= 0:
            return
        outside = step.node.effect is Effect.OUTSIDE
        with self._transaction(outside=outside) as session:
            used = self._used(session, None) + self._spent + amount
            if used > self.limits.tenant_spend:
                raise LimitError("tenant_spend", self.limits.tenant_spend, step.id, used)
            if self._contact and not self._add(session, self._contact, amount, self.limits.contact_spend):
                used = self._used(session, self._contact) + amount
                raise LimitError("contact_spend", self.limits.contact_spend, step.id, used)
            if outside:
                self._add(session, None, amount, WITHOUT_END)
            else:
                self._spent += amount

    def close(self) -> None:
        """Count for the workspace what was spent in the run's transaction. Afterwards nothing is spent in it."""
        if self._spent:
            self._add(self._session, None, self._spent, WITHOUT_END)
            self._spent = 0

    @contextmanager
    def _transaction(self, *, outside: bool) -> Iterator[Session]:
        if not outside:
            yield self._session
            return
        with transaction(tenant_scope(self._tenant)) as session:
            yield session

    def _used(self, session: Session, contact_id: UUID | None) -> int:
        return session.scalar(SPENT, {"tenant": self._tenant, "contact": contact_id}) or 0

    def _add(self, session: Session, contact_id: UUID | None, amount: int, most: int) -> bool:
        values = {"id": new_id(), "tenant": self._tenant, "contact": contact_id, "amount": amount, "most": most}
        return session.scalar(ADD, values) is not None


def forget(session: Session) -> None:
    """Drop the counters of days that nobody asks for any more."""
    session.execute(FORGET)
