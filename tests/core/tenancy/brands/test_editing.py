"""Work on a brand: drafts that are nobody else's, versions, going back; and where a brand is found."""

from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from aerostic.db import reseller_scope, tenant_scope, transaction, utcnow
from aerostic.tenancy.brands import brand_for_tenant, brand_of_reseller
from aerostic.tenancy.brands.design import Design
from aerostic.tenancy.brands.editing import (
    ConflictError,
    NothingToPublishError,
    keep_file,
    publish,
    roll_back,
    save_draft,
    versions,
)
from aerostic.tenancy.brands.models import BrandDraft, BrandFile, BrandVersion
from aerostic.tenancy.models import Host
from tests.support.factories import TESTS, make_reseller, make_tenant

pytestmark = pytest.mark.usefixtures("app")


def save(reseller_id: UUID, revision: int = 0, **values: object) -> int:
    with transaction(reseller_scope(reseller_id)) as session:
        return save_draft(session, reseller_id, Design.model_validate({"name": "Tern", **values}), revision).revision


def show(reseller_id: UUID) -> None:
    with transaction(reseller_scope(reseller_id)) as session:
        publish(session, reseller_id)


def test_a_reseller_without_a_brand_shows_its_own_name_and_the_platform_its_own(app: Flask):
    assert brand_of_reseller(make_reseller(name="Plover").id).name == "Plover"
    assert (brand_of_reseller(None).name, brand_of_reseller(None).reseller_id) == ("Aerostic", None)


def test_a_draft_is_shown_once_it_is_published():
    reseller = make_reseller(name="Plover")
    save(reseller.id, name="Tern", support_email="help@tern.example", privacy_url="https://tern.example/p")
    assert brand_of_reseller(reseller.id).name == "Plover"
    show(reseller.id)
    brand = brand_of_reseller(reseller.id)
    assert (brand.name, brand.support_email, [(link.name, link.url) for link in brand.links]) == (
        "Tern",
        "help@tern.example",
        [("privacy", "https://tern.example/p")],
    )


def test_going_back_shows_the_earlier_version_and_makes_it_the_draft():
    reseller = make_reseller()
    for revision, name in enumerate(("One", "Two")):
        save(reseller.id, revision, name=name)
        show(reseller.id)
    with transaction(reseller_scope(reseller.id)) as session:
        roll_back(session, reseller.id, 1)
    with transaction(reseller_scope(reseller.id)) as session:
        found = [(version.number, version.current) for version in versions(session, reseller.id)]
        draft = session.scalar(select(BrandDraft))
    assert (found, draft.design["name"], brand_of_reseller(reseller.id).name) == ([(2, False), (1, True)], "One", "One")


def test_two_people_do_not_undo_each_other():
    reseller = make_reseller()
    assert save(reseller.id) == 1
    with pytest.raises(ConflictError):
        save(reseller.id, 0, name="Late")
    assert save(reseller.id, 1, name="In time") == 2


def test_there_has_to_be_something_to_publish():
    reseller = make_reseller()
    with pytest.raises(NothingToPublishError):
        show(reseller.id)
    save(reseller.id)
    with pytest.raises(NothingToPublishError), transaction(reseller_scope(reseller.id)) as session:
        roll_back(session, reseller.id, 7)


def test_nothing_changes_before_the_transaction_is_committed():
    reseller = make_reseller(name="Plover")
    save(reseller.id)
    with pytest.raises(RuntimeError), transaction(reseller_scope(reseller.id)) as session:
        publish(session, reseller.id)
        raise RuntimeError
    assert brand_of_reseller(reseller.id).name == "Plover"


def test_a_tenants_mail_bears_the_brand_of_its_reseller():
    reseller = make_reseller()
    save(reseller.id, primary="#123456")
    show(reseller.id)
    ours, others = make_tenant(reseller_id=reseller.id), make_tenant()
    for tenant, name in ((ours, "Tern"), (others, "Aerostic")):
        with transaction(tenant_scope(tenant.id)) as session:
            assert brand_for_tenant(session, tenant.id).name == name


def test_links_in_mail_lead_to_the_first_verified_host():
    reseller = make_reseller()
    with transaction(TESTS) as session:
        session.add(Host(name="new.tern.example", reseller_id=reseller.id))
        session.add(Host(name="chat.tern.example", reseller_id=reseller.id, verified_at=utcnow()))
    assert brand_of_reseller(reseller.id).host == "chat.tern.example"


@pytest.mark.parametrize("model", [BrandDraft, BrandVersion, BrandFile])
def test_no_reseller_or_tenant_sees_anothers_brand(model):
    reseller, other = make_reseller(), make_reseller()
    save(reseller.id)
    show(reseller.id)
    with transaction(reseller_scope(reseller.id)) as session:
        keep_file(session, reseller.id, "png", b"picture")
    for scope, count in (
        (reseller_scope(reseller.id), 1),
        (reseller_scope(other.id), 0),
        (tenant_scope(make_tenant(reseller_id=reseller.id).id), 0),
    ):
        with transaction(scope) as session:
            assert len(session.scalars(select(model)).all()) == count


def test_a_file_is_kept_once_and_only_while_something_shows_it():
    reseller = make_reseller()
    with transaction(reseller_scope(reseller.id)) as session:
        first = keep_file(session, reseller.id, "png", b"one")
        assert keep_file(session, reseller.id, "png", b"one").id == first.id
    save(reseller.id, logo=first.id)
    with transaction(reseller_scope(reseller.id)) as session:
        second, third = (keep_file(session, reseller.id, "png", body) for body in (b"two", b"three"))
        kept = set(session.scalars(select(BrandFile.id)))
    assert (kept, second.id in kept) == ({first.id, third.id}, False)
    assert brand_of_reseller(reseller.id).logo_url == ""
    show(reseller.id)
    assert brand_of_reseller(reseller.id).logo_url == f"/brand/{first.id}-{first.digest}.png"
