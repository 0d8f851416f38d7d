"""`aerostic campaigns ...`, as a person types it."""

from collections.abc import Callable
from uuid import UUID

import pytest
from aerostic_campaigns.cli import campaigns
from click.testing import CliRunner, Result
from flask import Flask

from aerostic.db import tenant_scope, transaction
from aerostic.messaging.models import Template
from aerostic.tenancy.models import Tenant

from .scenes import Scene, make_scene

Run = Callable[..., Result]
VARIABLES = '{"body.0": {"source": "name"}}'


@pytest.fixture
def scene(app: Flask) -> Scene:
    scene = make_scene()
    scene.contacts(2)
    return scene


@pytest.fixture
def run(scene: Scene) -> Run:
    with transaction(tenant_scope(scene.tenant_id)) as session:
        slug = session.get_one(Tenant, scene.tenant_id).slug

    def invoke(command: str, *arguments: str) -> Result:
        return CliRunner().invoke(campaigns, [command, "--tenant", slug, *arguments])

    return invoke


def make(scene: Scene, run: Run) -> str:
    with transaction(tenant_scope(scene.tenant_id)) as session:
        name = session.get_one(Template, scene.template_id).name
    made = run("create", "--name", "Spring", "--template", name, "--variables", VARIABLES)
    assert made.exit_code == 0, made.output
    return made.output.strip()


def test_a_campaign_is_made_looked_at_launched_and_steered(scene: Scene, run: Run) -> None:
    campaign = make(scene, run)
    assert run("preflight", campaign).exit_code == 0
    for command, state in (("launch", "running"), ("pause", "paused"), ("resume", "running"), ("cancel", "cancelled")):
        assert run(command, campaign).exit_code == 0
        assert scene.read(UUID(campaign)).state == state
    assert "Spring: cancelled" in run("show", campaign).output
    assert "cancelled" in run("list").output


def test_a_campaign_that_cannot_start_ends_with_one_and_says_why(scene: Scene, run: Run) -> None:
    campaign = make(scene, run)
    scene.set_template(status="PAUSED")
    looked, launched = run("preflight", campaign), run("launch", campaign)
    assert (looked.exit_code, launched.exit_code) == (1, 1)
    assert "The template is not approved" in launched.output
    assert "Traceback" not in launched.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("create", "--name", "x", "--template", "none"), "no such template"),
        (("show", "01a205f4-5523-73cf-8f22-9c1756f31320"), "no such campaign"),
        (("show", "nonsense"), "is not a valid UUID"),
    ],
)
def test_a_mistake_is_told_in_a_sentence(run: Run, arguments: tuple[str, ...], words: str) -> None:
    result = run(*arguments)
    assert result.exit_code != 0
    assert words in result.output


def test_an_unknown_tenant_is_told(app: Flask) -> None:
    result = CliRunner().invoke(campaigns, ["list", "--tenant", "nobody"])
    assert (result.exit_code, "There is no tenant" in result.output) == (1, True)
