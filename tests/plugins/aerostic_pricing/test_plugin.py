"""The plugin in a running application."""

from flask import Flask


def test_every_tenant_has_the_rate_card(app: Flask) -> None:
    view = app.extensions["aerostic"].registry.view(frozenset())
    assert [rule.name for rule in view.billing_rules] == ["pricing.card", "refunds.outcomes"]
