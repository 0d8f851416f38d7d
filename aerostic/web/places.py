"""Where a request came in."""

from dataclasses import dataclass
from uuid import UUID

from aerostic.registry.declarations import Area


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request came in. `reseller_id` is set on a reseller's own host."""

    area: Area
    host: str
    reseller_id: UUID | None = None
