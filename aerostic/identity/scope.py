"""The scope of signing in, which belongs to no workspace."""

from aerostic.db import service_scope

SIGN_IN = service_scope("sign-in")
