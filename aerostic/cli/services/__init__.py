"""Private servers for an installation that has none: PostgreSQL and Valkey from their wheels, under `var/`."""

from aerostic.cli.services.postgres import Postgres
from aerostic.cli.services.secrets import Secrets, load_secrets
from aerostic.cli.services.valkey import Valkey

__all__ = ["Postgres", "Secrets", "Valkey", "load_secrets"]
