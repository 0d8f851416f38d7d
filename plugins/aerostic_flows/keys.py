"""Ids made of what a form or a program says is new, so that sending it twice makes one thing."""

from uuid import UUID, uuid5


def flow_id_of(tenant_id: UUID, key: str) -> UUID | None:
    """The id of the flow that a key stands for; None without one."""
    return uuid5(tenant_id, f"flow:{key}") if key else None
