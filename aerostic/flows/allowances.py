"""The limits of a workspace: chosen by its people, below the ceilings that the platform's operator sets."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from uuid import UUID

from sqlalchemy.orm import Session

from aerostic import audit
from aerostic.db import once_committed
from aerostic.flows.limit_models import FlowLimit
from aerostic.flows.limits import Limits
from aerostic.registry import runtime
from aerostic.tenancy.remembered import Remembered
from aerostic.words import N_

NAMES = tuple(one.name for one in fields(Limits))
MICRO = 1_000_000
known: Remembered[Limits] = Remembered("flow-limits")
UNKNOWN = N_("There is no limit of this name.")
TOO_LOW = N_("A limit is a whole number of at least 1; one of money may be 0.")
TOO_HIGH = N_("The platform allows less. Choose a lower limit, or ask its operator.")


class AllowanceError(ValueError):
    """A limit cannot be set so; says why. `limit` is which, `most` what the platform allows."""

    def __init__(self, message: str, limit: str, most: int = 0) -> None:
        super().__init__(message)
        self.limit, self.most = limit, most


def ceilings() -> Limits:
    """What no workspace may go beyond: the platform's settings."""
    settings = runtime().settings
    return Limits(
        steps=settings.flow_steps,
        visits=settings.flow_visits,
        depth=settings.flow_depth,
        chain=settings.flow_chain,
        spend=settings.flow_spend * MICRO,
        contact_spend=settings.flow_contact_spend * MICRO,
        tenant_spend=settings.flow_tenant_spend * MICRO,
    )


def usual() -> Limits:
    """What holds in a workspace that has chosen nothing."""
    return _below(asdict(Limits()))


def limits_of(session: Session, tenant_id: UUID) -> Limits:
    """The limits that hold in a workspace. Remembered for a minute; a change reaches every process within a second."""
    return known.get(tenant_id, lambda: limits_now(session, tenant_id))


def set_limits(session: Session, tenant_id: UUID, **chosen: int | None) -> Limits:
    """Change limits of a workspace; those that are not named stay. Runs that go on have them from their next step on.

    Args:
        chosen: by the names of `Limits`, money in micro-credits; None for what holds without a choice.

    Raises:
        AllowanceError: nothing is changed.
    """
    for error in refusals(chosen):
        raise error
    row = session.get(FlowLimit, tenant_id, with_for_update=True) or FlowLimit(tenant_id=tenant_id)
    before = {name: getattr(row, name) for name in chosen}
    for name, value in chosen.items():
        setattr(row, name, value)
    session.add(row)
    session.flush()
    changed = {name: value for name, value in chosen.items() if value != before[name]}
    if changed:
        was = {name: before[name] for name in changed}
        audit.record(session, audit.Act(tenant_id, "flow_limit.changed", f"tenant:{tenant_id}", was, changed))
        once_committed(session, known.forget)
    return limits_now(session, tenant_id)


def refusals(chosen: Mapping[str, int | None]) -> list[AllowanceError]:
    """Why limits cannot be set so, one error for each that cannot."""
    most = asdict(ceilings())
    found = {name: _refused(name, value, most) for name, value in chosen.items()}
    return [AllowanceError(why, name, most.get(name, 0)) for name, why in found.items() if why]


def limits_now(session: Session, tenant_id: UUID) -> Limits:
    """The same as the database has it: for who looks at them, or changes them."""
    row, wanted = session.get(FlowLimit, tenant_id), asdict(Limits())
    chosen = {name: getattr(row, name) for name in NAMES} if row else {}
    return _below({**wanted, **{name: value for name, value in chosen.items() if value is not None}})


def _below(wanted: dict[str, int]) -> Limits:
    """Limits as far as the platform allows them."""
    most = asdict(ceilings())
    return Limits(**{name: min(value, most[name]) for name, value in wanted.items()})


def _refused(name: str, value: int | None, most: Mapping[str, int]) -> str:
    """Why a limit cannot be set so; '' where it can."""
    if name not in most:
        return UNKNOWN
    if value is None:
        return ""
    if value < (0 if name.endswith("spend") else 1):
        return TOO_LOW
    return TOO_HIGH if value > most[name] else ""
