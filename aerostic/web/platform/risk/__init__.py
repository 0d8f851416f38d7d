"""The platform's risk console: what is noticed as it comes, incidents, who is hot when, decisions, appeals, policy, detectors."""

from aerostic.web.platform.risk import (  # noqa: F401 - they register their routes
    answering,
    decisions,
    detectors,
    heat_map,
    incident,
    incidents,
    models,
    overriding,
    policies,
    policy_form,
    stream,
    trying,
)
from aerostic.web.platform.risk.blueprint import views

__all__ = ["views"]
