"""The CSV that ships with the demo: 2,000 people who can be written to, and one of each kind that cannot."""

from pathlib import Path

from aerostic_campaigns.preflight import preflight
from flask import Flask

from aerostic.db import tenant_scope, transaction
from aerostic.messaging.imports.options import ImportOptions
from aerostic.messaging.imports.running import run, start
from aerostic.messaging.models import ContactImport

from .scenes import make_scene

EXAMPLE = Path(__file__).parents[3] / "examples" / "contacts.csv"


def test_the_example_reaches_two_thousand_people_and_explains_the_others(app: Flask) -> None:
    scene = make_scene(money=1_000_000_000)
    with transaction(tenant_scope(scene.tenant_id)) as session:
        import_id = start(session, scene.tenant_id, "contacts.csv", EXAMPLE, ImportOptions(region="DE")).id
    run(import_id, scene.tenant_id)
    with transaction(tenant_scope(scene.tenant_id)) as session:
        job = session.get_one(ContactImport, import_id)
        assert (job.state, job.created, job.refused) == ("finished", 2055, 13)
    report = preflight(scene.tenant_id, scene.campaign())
    assert report.sendable == 2_000
    assert report.verdicts == {"no_consent": 25, "opted_out": 12, "missing_variable": 10, "blocked_market": 8}
