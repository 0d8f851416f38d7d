"""Who sees a page: sent to sign in, sent to choose a workspace, told whom to ask, or let in."""

import pytest
from flask import Flask

from aerostic.testing.people import Client, new_tenant, sign_in

PAGE = {"Accept": "text/html"}
HOST = "app.localhost"


def test_who_is_not_signed_in_is_sent_there_and_back(app: Flask):
    client = Client(app, app.response_class, use_cookies=True)
    answer = client.get("/wallet?kind=hold", headers=PAGE)
    assert (answer.status_code, answer.location) == (303, "/sign-in?next=%2Fwallet%3Fkind%3Dhold")


def test_a_part_of_a_page_sends_the_whole_browser(app: Flask):
    client = Client(app, app.response_class, use_cookies=True)
    answer = client.get("/wallet", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/sign-in?next=%2Fwallet")


@pytest.mark.parametrize(("role", "status"), [("owner", 200), ("viewer", 200), ("agent", 403)])
def test_the_role_decides(app: Flask, role, status):
    assert sign_in(app, new_tenant(), role, HOST).get("/wallet", headers=PAGE).status_code == status


def test_a_console_is_for_its_own_people(app: Flask):
    owner = sign_in(app, new_tenant(), "owner", HOST)
    assert owner.get("/reseller", headers=PAGE).status_code == 403
    owner.host = "admin.localhost"
    assert owner.get("/overview", headers=PAGE).status_code in (303, 403)


def test_a_page_of_one_area_is_not_there_in_another(app: Flask):
    owner = sign_in(app, new_tenant(), "owner", HOST)
    assert owner.get("/overview", headers=PAGE).status_code == 404
    owner.host = "api.localhost"
    assert owner.get("/wallet").status_code == 404
