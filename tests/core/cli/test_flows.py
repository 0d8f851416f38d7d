"""`aerostic flow` tells what runs did, and does what a person decides."""

from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select, text

from aerostic.cli.flows import flow as command
from aerostic.db import platform_scope, tenant_scope, transaction
from aerostic.flows import drafts
from aerostic.flows.runs.waking import wake_due
from aerostic.tenancy.models import Tenant
from tests.core.flows.conftest import shop  # noqa: F401
from tests.core.flows.nodes import Try
from tests.core.flows.shop import Shop
from tests.core.flows.test_engine import flow

PHONE = "+16505557788"
LAST = text("SELECT body FROM audit_entry WHERE tenant_id = :tenant ORDER BY seq DESC LIMIT 1")


def ran(shop: Shop, *arguments: Any, fails: bool = False) -> str:  # noqa: F811
    """What a command prints."""
    with transaction(platform_scope("tests")) as session:
        slug = session.scalars(select(Tenant.slug).where(Tenant.id == shop.id)).one()
    result = CliRunner().invoke(command, [*map(str, arguments), "--tenant", slug])
    assert (result.exit_code != 0) == fails, result.output
    return result.output


@pytest.fixture
def failed(app: Flask, shop: Shop) -> Any:  # noqa: F811
    """A run whose last step failed."""
    choose = ("c", "choose", {"value": f"call {PHONE}", "ways": []})
    shop.publish(flow(("a", "heard", {}), choose, ("o", "try", {"fails": 1, "how": "fail"}), edges="a>c c.other>o"))
    shop.writes("hello")
    wake_due()
    (run,) = shop.runs()
    return run


def test_a_trace_is_masked_unless_somebody_says_what_for(shop: Shop, failed: Any):  # noqa: F811
    told = ran(shop, "trace", failed.id)
    assert ("down: It is down." in told, PHONE in told) == (True, False)
    assert PHONE in ran(shop, "trace", failed.id, "--reveal", "the customer asked")
    with transaction(tenant_scope(shop.id)) as session:
        last = session.scalar(LAST, {"tenant": shop.id})
    assert "contact.revealed" in last and "the customer asked" in last


def test_dead_letters_are_listed_retried_and_given_up(shop: Shop, failed: Any):  # noqa: F811
    assert str(failed.id) in ran(shop, "letters", "--reason", "down")
    assert ran(shop, "letters", "--reason", "other") == ""
    assert ran(shop, "retry", failed.id) == f"{failed.id} goes on\n"
    assert ran(shop, "retry-many") == "0 go on\n"
    assert ran(shop, "cancel", failed.id) == f"{failed.id} is given up\n"
    assert "This run is over" in ran(shop, "retry", failed.id, fails=True)
    assert "no such run" in ran(shop, "cancel", shop.id, fails=True)


def test_many_go_on_at_once(shop: Shop, failed: Any):  # noqa: F811
    assert ran(shop, "retry-many", "--flow", failed.flow_id) == "1 go on\n"


def test_a_replay_prints_both_paths_side_by_side(shop: Shop, failed: Any):  # noqa: F811
    calls = list(Try.calls)
    with transaction(tenant_scope(shop.id)) as session:
        draft = flow(
            ("a", "heard", {}), ("c", "choose", {"value": "x", "ways": ["x"]}), ("e", "end", {}), edges="a>c c.x>e"
        )
        drafts.save(session, failed.flow_id, draft, 1)
    told = ran(shop, "replay", failed.id, "--draft").splitlines()
    assert [" ".join(line.split()) for line in told if line[4:6] not in ("- ", "+ ")] == [
        "as recorded replayed",
        "1 a next 1 a next",
        "~ 2 c other 2 c x",
        "< 3 o failed",
        "> 3 e done",
        "ended",
    ]
    assert ran(shop, "replay", failed.id, "--version", 1, "--from", 2).splitlines()[-1] == "failed: It is down."
    assert ("no version 7" in ran(shop, "replay", failed.id, "--version", 7, fails=True), Try.calls) == (True, calls)
