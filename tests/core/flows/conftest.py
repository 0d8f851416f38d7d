"""Flows made of the small nodes of these tests."""

from collections.abc import Iterator

import pytest
from flask import Flask

from aerostic.flows.runs.plans import plans
from aerostic.registry.tenant_view import TenantView
from tests.core.flows.nodes import KINDS, Try
from tests.core.flows.shop import Shop


@pytest.fixture
def shop(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """A shop whose flows know the nodes of these tests, and no others."""
    monkeypatch.setattr(TenantView, "flow_nodes", KINDS, raising=False)
    plans.cache_clear()
    Try.calls.clear()
    yield Shop()
    plans.cache_clear()
