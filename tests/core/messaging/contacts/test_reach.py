"""One person in one statement says the same as the whole audience does."""

from datetime import UTC, datetime

import pytest

from aerostic.db import new_id, tenant_scope, transaction
from aerostic.messaging.contacts import audience
from aerostic.messaging.contacts.consent import blocked, opt_in, opt_out
from aerostic.messaging.contacts.people import Person, find_or_create
from aerostic.messaging.contacts.reach import expect, reach
from tests.support.factories import make_contact, make_tenant
from tests.support.statements import statements

pytestmark = pytest.mark.usefixtures("app")
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
SAID = {
    "nothing": lambda *_: None,
    "no marketing": lambda *who: opt_out(*who, source="tests", at=NOON),
    "marketing": lambda *who: opt_in(*who, source="tests", at=NOON),
    "no messages": lambda *who: opt_out(*who, source="tests", at=NOON, category="all"),
}


@pytest.mark.parametrize("said", SAID)
@pytest.mark.parametrize("category", ["marketing", "UTILITY", "service"])
def test_it_says_what_others_say(said: str, category: str) -> None:
    tenant = make_tenant()
    with transaction(tenant_scope(tenant.id)) as session:
        named = [Person("+16505550100", "US.13491208655302741918", "ada", "Ada"), Person(None, "US.2", "", "Bo")]
        for contact_id in (*find_or_create(session, tenant.id, named), make_contact(tenant.id).id):
            SAID[said](session, tenant.id, contact_id)
            session.flush()
            (row,) = audience.load(session, tenant.id, [contact_id])
            refused = contact_id in blocked(session, tenant.id, [contact_id], category)
            found = reach(session, tenant.id, contact_id, category)
            assert found == (row.phone, row.user_id, row.country, row.marketing, refused)


def test_nobody_is_reached_who_is_not_there() -> None:
    tenant, other = make_tenant(), make_tenant()
    contact = make_contact(other.id)
    with transaction(tenant_scope(tenant.id)) as session:
        assert [reach(session, tenant.id, id_, "utility") for id_ in (new_id(), contact.id)] == [None, None]


def test_those_who_are_expected_are_asked_for_together_and_again_once_one_of_them_has_said_no() -> None:
    tenant = make_tenant()
    ids = [make_contact(tenant.id).id for _ in range(3)]
    with transaction(tenant_scope(tenant.id)) as session:
        alone = [reach(session, tenant.id, id_, "service") for id_ in ids]
        expect(session, ids)
        with statements() as told:
            assert [reach(session, tenant.id, id_, "service") for id_ in ids] == alone
        assert len(told) == 1
        opt_out(session, tenant.id, ids[1], source="tests", at=NOON, category="all")
        found = [reach(session, tenant.id, id_, "service") for id_ in ids]
    assert [one and one.blocked for one in found] == [False, True, False]


def test_those_who_are_expected_later_are_asked_for_then() -> None:
    tenant = make_tenant()
    first, second = (make_contact(tenant.id).id for _ in range(2))
    with transaction(tenant_scope(tenant.id)) as session:
        expect(session, [first])
        assert reach(session, tenant.id, first, "service") is not None
        expect(session, [second])
        with statements() as told:
            found = [reach(session, tenant.id, id_, "service") for id_ in (second, first)]
        assert (None in found, len(told)) == (False, 1)
