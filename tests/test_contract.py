"""The contract suite over our own plugins, on this run's servers."""

import pytest

from aerostic.settings import Settings
from aerostic.testing.contract.test_detectors import *  # noqa: F403
from aerostic.testing.contract.test_flow_nodes import *  # noqa: F403
from aerostic.testing.contract.test_gate import *  # noqa: F403
from aerostic.testing.contract.test_imports import *  # noqa: F403
from aerostic.testing.contract.test_imports import strangers
from aerostic.testing.contract.test_metadata import *  # noqa: F403
from aerostic.testing.contract.test_names import *  # noqa: F403
from aerostic.testing.contract.test_tables import *  # noqa: F403


@pytest.fixture(scope="session")
def aerostic_settings(settings: Settings) -> Settings:
    """Those of our own tests, instead of the kit's servers."""
    return settings


@pytest.fixture(scope="session")
def aerostic_database(migrated_database: str) -> None:
    """The database of our own tests."""


def test_the_rule_on_imports_is_seen_to_fail() -> None:
    source = (
        "import aerostic.ledger, aerostic_campaigns.launch\nfrom aerostic import sdk, web\nfrom aerostic.sdk import x"
    )
    assert strangers(source, {"aerostic_campaigns"}) == ["aerostic.ledger", "aerostic.web", "aerostic_campaigns.launch"]
