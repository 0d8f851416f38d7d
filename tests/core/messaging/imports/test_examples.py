"""The bad example that ships with the project."""

from pathlib import Path

import pytest

from aerostic.messaging.imports.verdicts import ROWS
from tests.core.messaging.imports.support import imported, verdicts
from tests.support.factories import make_tenant

EXAMPLES = Path(__file__).parents[4] / "examples"


@pytest.mark.usefixtures("app")
def test_the_bad_example_shows_every_verdict_but_a_suppression() -> None:
    tenant = make_tenant(country="GB")
    job = imported(tenant.id, EXAMPLES / "bad.csv")
    assert {code for _, code, _ in verdicts(tenant.id, job)} == set(ROWS) - {"suppressed", "erased"}
    assert (job.state, job.created, job.refused) == ("finished", 4, 20)
