"""A shop with the small nodes of these tests."""

from tests.core.flows.test_runs import _kinds, shop  # noqa: F401
