"""The audit chain: who did what, sealed so that no entry can be changed, removed, moved or slipped in without being found."""

from aerostic.audit.actors import SYSTEM, Actor, acting, current_actor
from aerostic.audit.acts import Act
from aerostic.audit.recording import record, record_sealed

__all__ = ["SYSTEM", "Act", "Actor", "acting", "current_actor", "record", "record_sealed"]
