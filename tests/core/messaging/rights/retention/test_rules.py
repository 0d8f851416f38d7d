"""Rules: what a tenant keeps, changed within bounds, with a day to think it over."""

from datetime import timedelta

import orjson
import pytest

from aerostic.audit.sealing import seal_pending
from aerostic.db import tenant_scope, transaction, utcnow
from aerostic.messaging.rights.retention.kinds import KINDS
from aerostic.messaging.rights.retention.rules import GRACE, change, kept
from tests.core.audit.acts import chain
from tests.support.factories import make_tenant

pytestmark = pytest.mark.usefixtures("app")
CONTENTS, ROWS = "messaging.contents", "messaging.refused_rows"


def days(tenant_id):
    with transaction(tenant_scope(tenant_id)) as session:
        return {one.kind.name: one.days for one in kept(session, tenant_id)}


def set_days(tenant_id, **wanted):
    with transaction(tenant_scope(tenant_id)) as session:
        change(session, tenant_id, {f"messaging.{name}": value for name, value in wanted.items()})


def test_without_rules_the_defaults_of_the_platform_hold():
    assert days(make_tenant(plugins=()).id) == {
        "messaging.contents": None,
        "messaging.conversations": None,
        "messaging.silent_contacts": None,
        "messaging.refused_rows": 30,
        "messaging.rejected_webhooks": 30,
        "flows.runs": 90,
    }


def test_a_rule_is_kept_for_one_tenant_alone():
    mine, theirs = make_tenant().id, make_tenant().id
    set_days(mine, contents=90)
    set_days(mine, contents=365, refused_rows=7)
    assert (days(mine)[CONTENTS], days(mine)[ROWS], days(theirs)[CONTENTS], days(theirs)[ROWS]) == (365, 7, None, 30)
    set_days(mine, contents=None)
    assert (days(mine)[CONTENTS], days(mine)[ROWS]) == (None, 7)


@pytest.mark.parametrize(
    ("kind", "wanted"), [("contents", 29), ("contents", 3651), ("refused_rows", None), ("contents", 0)]
)
def test_what_is_out_of_bounds_is_refused(kind, wanted):
    tenant_id = make_tenant().id
    before = days(tenant_id)
    with pytest.raises(ValueError, match=kind):
        set_days(tenant_id, **{kind: wanted})
    assert days(tenant_id) == before


def test_a_change_is_audited_and_the_same_again_is_none():
    tenant_id = make_tenant().id
    for _ in range(2):
        set_days(tenant_id, contents=90, refused_rows=30)
    seal_pending()
    bodies = [orjson.loads(entry.body) for entry in chain(tenant_id)]
    told = [(body["action"], body["before"], body["after"]) for body in bodies]
    assert told == [("retention.changed", {CONTENTS: None}, {CONTENTS: 90})]


def test_a_changed_rule_does_nothing_for_a_day():
    tenant_id, now = make_tenant().id, utcnow()
    set_days(tenant_id, contents=90)
    with transaction(tenant_scope(tenant_id)) as session:
        rule = next(one for one in kept(session, tenant_id) if one.kind.name == CONTENTS)
    later = now + GRACE + timedelta(seconds=30)
    assert (rule.before(now), rule.before(later)) == (None, later - timedelta(days=90))


def test_every_kind_has_bounds_that_hold_its_default():
    assert [kind.name for kind in KINDS if not (kind.least <= kind.most and kind.allows(kind.default))] == []
