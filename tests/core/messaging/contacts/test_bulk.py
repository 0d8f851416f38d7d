"""Acts on all contacts that a specification means, as work."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text

from aerostic.db import new_id, platform_scope, tenant_scope, transaction, utcnow
from aerostic.jobs import work as jobs
from aerostic.jobs.models import Work
from aerostic.jobs.queues import IMPORTS, queue
from aerostic.messaging.contacts import bulk, tags
from aerostic.messaging.contacts.audience import AudienceSpec
from aerostic.messaging.contacts.bulk import BulkOptions
from aerostic.messaging.models import Consent, Contact
from aerostic.messaging.work import RUN, enqueue_work, run_work, tend_work
from tests.support.factories import make_contact, make_tenant

pytestmark = pytest.mark.usefixtures("app")


def asked(tenant_id: UUID, act: Any, **options: Any) -> Work:
    with transaction(tenant_scope(tenant_id)) as session:
        tag = tags.tag_named(session, tenant_id, "vip")
        given = BulkOptions(**{"spec": AudienceSpec(), "tag_id": tag.id, **options})
        return bulk.ask(session, tenant_id, act, given, user_id=new_id())


def state_of(work: Work) -> Work:
    with transaction(tenant_scope(work.tenant_id)) as session:
        return session.get_one(Work, work.id)


def wearing(tenant_id: UUID) -> int:
    with transaction(tenant_scope(tenant_id)) as session:
        return sum(tag.contacts for tag in tags.counted(session, tenant_id))


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "CHUNK", 2)


def test_a_tag_is_put_on_all_who_are_meant_and_taken_off_again() -> None:
    tenant = make_tenant()
    for country in ("BR", "BR", "BR", "US"):
        make_contact(tenant.id, country=country)
    work = asked(tenant.id, "contacts.add_tag", spec=AudienceSpec(countries=["BR"]))
    run_work(str(work.id), str(tenant.id))
    done = state_of(work)
    assert (done.state, done.done, done.total, wearing(tenant.id)) == ("done", 3, 3, 3)
    assert done.finished_at is not None
    run_work(str(asked(tenant.id, "contacts.remove_tag").id), str(tenant.id))
    assert wearing(tenant.id) == 0


def test_who_comes_in_after_the_start_is_left_alone() -> None:
    tenant = make_tenant()
    make_contact(tenant.id)
    work = asked(tenant.id, "contacts.add_tag")
    make_contact(tenant.id)
    run_work(str(work.id), str(tenant.id))
    assert wearing(tenant.id) == 1


def test_opting_out_is_written_into_the_history_with_who_did_it() -> None:
    tenant = make_tenant()
    contact = make_contact(tenant.id)
    work = asked(tenant.id, "contacts.opt_out", source="asked by post")
    run_work(str(work.id), str(tenant.id))
    with transaction(tenant_scope(tenant.id)) as session:
        entry = session.scalars(select(Consent)).one()
        assert (entry.contact_id, entry.state, entry.source) == (contact.id, "withdrawn", "person:asked by post")
        assert entry.user_id == work.user_id
        assert session.get_one(Contact, contact.id).marketing == "withdrawn"


def test_work_goes_on_where_a_worker_died(monkeypatch: pytest.MonkeyPatch) -> None:
    tenant = make_tenant()
    for _ in range(5):
        make_contact(tenant.id)
    work = asked(tenant.id, "contacts.add_tag")
    told = iter([None])

    def die_after_the_first(*_: Any) -> None:
        if next(told, "dead") == "dead":
            raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(bulk, "tell_plugins", die_after_the_first)
        run_work(str(work.id), str(tenant.id))
    half = state_of(work)
    assert (half.state, half.done) == ("running", 4)
    run_work(str(work.id), str(tenant.id))
    done = state_of(work)
    assert (done.state, done.done, wearing(tenant.id)) == ("done", 5, 5)


def test_a_step_that_fails_leaves_no_trace_and_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    tenant = make_tenant()
    make_contact(tenant.id)
    work = asked(tenant.id, "contacts.add_tag")
    with monkeypatch.context() as patch:
        patch.setattr(bulk, "move", lambda *_: 1 / 0)
        run_work(str(work.id), str(tenant.id))
    failed = state_of(work)
    assert (failed.state, failed.error, failed.done, wearing(tenant.id)) == ("failed", jobs.UNEXPECTED, 0, 0)


def test_a_tag_that_is_gone_ends_the_work() -> None:
    tenant = make_tenant()
    make_contact(tenant.id)
    work = asked(tenant.id, "contacts.add_tag", tag_id=new_id())
    run_work(str(work.id), str(tenant.id))
    assert (state_of(work).state, state_of(work).error) == ("failed", bulk.TAG_GONE)


def test_cancelled_work_does_nothing_more() -> None:
    tenant = make_tenant()
    make_contact(tenant.id)
    work = asked(tenant.id, "contacts.add_tag")
    with transaction(tenant_scope(tenant.id)) as session:
        jobs.cancel(session, tenant.id, work.id)
    run_work(str(work.id), str(tenant.id))
    assert (state_of(work).state, wearing(tenant.id)) == ("cancelled", 0)


def test_asking_twice_with_one_key_is_asking_once() -> None:
    tenant = make_tenant()
    with transaction(tenant_scope(tenant.id)) as session:
        options = BulkOptions(spec=AudienceSpec())
        first = bulk.ask(session, tenant.id, "contacts.opt_out", options, user_id=None, key="k")
        again = bulk.ask(session, tenant.id, "contacts.opt_out", options, user_id=None, key="k")
    assert first.id == again.id


def test_forgotten_work_is_woken_and_young_work_is_not() -> None:
    tenant = make_tenant()
    young, old = asked(tenant.id, "contacts.add_tag"), asked(tenant.id, "contacts.add_tag")
    with transaction(tenant_scope(tenant.id)) as session:
        session.get_one(Work, old.id).moved_at = utcnow() - 2 * jobs.PATIENCE
    tend_work()
    assert [(job.func_name, job.args) for job in queue(IMPORTS).jobs] == [(RUN, [str(old.id), str(tenant.id)])]
    enqueue_work(young)
    assert len(queue(IMPORTS).jobs) == 2


def test_every_step_is_announced_with_ids_and_numbers_only() -> None:
    tenant = make_tenant()
    for _ in range(3):
        make_contact(tenant.id)
    work = asked(tenant.id, "contacts.add_tag")
    run_work(str(work.id), str(tenant.id))
    with transaction(platform_scope("tests")) as session:
        found = session.scalars(text("SELECT data FROM outbox WHERE type = 'work.changed' ORDER BY position")).all()
    said = [(data["work_id"], data["state"], data["done"], data["total"]) for data in found]
    assert said == [(str(work.id), "running", 2, 3), (str(work.id), "done", 3, 3)]
