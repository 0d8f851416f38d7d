"""A new password by mail: nobody learns who has an account, and a link is good once."""

import re

import pytest
from flask import Flask

from aerostic.db import transaction, utcnow
from aerostic.identity.people import create_user, sign_in
from aerostic.jobs.queues import DEFAULT, queue
from aerostic.mail.models import Mail
from aerostic.mail.outbox import letter_of
from aerostic.tenancy.models import Host, Member
from aerostic.testing.people import Client
from tests.support.factories import TESTS, make_reseller, make_tenant

PAGE = {"Accept": "text/html"}
ANN, OLD, NEW = "ann@shop.example", "correct horse battery", "a new one, longer"


@pytest.fixture
def client(app: Flask) -> Client:
    return Client(app, app.response_class, use_cookies=True)


@pytest.fixture
def ann(app: Flask):
    return make_person()


def make_person(email: str = ANN, **values):
    with transaction(TESTS) as session:
        user = create_user(session, email=email, name="Ann", password=OLD, **values)
        session.add(Member(tenant_id=make_tenant(plugins=()).id, user_id=user.id, role="owner"))
    return user


def ask(client: Client, email: str = ANN):
    return client.post_form("/sign-in/forgot", {"email": email})


def letters() -> list:
    """What the jobs that wait write."""
    for job in queue(DEFAULT).jobs:
        job.perform()
        job.delete()
    with transaction(TESTS) as session:
        return [(mail.recipient, letter_of(mail)) for mail in session.query(Mail).order_by(Mail.id)]


def link_of(letter) -> str:
    return re.search(r"https?://[\w.:]+(/sign-in/reset/\S+)", letter.text)[1]


def test_a_link_comes_by_mail_and_a_new_password_signs_in(client, ann):
    assert ask(client, " Ann@Shop.example").location == "/sign-in/forgot?sent=1"
    ((recipient, letter),) = letters()
    assert (recipient, letter.subject) == (ANN, "Your new password on Aerostic")
    link = link_of(letter)
    assert client.get(link, headers=PAGE).status_code == 200
    assert client.post_form(link, {"password": NEW}).location == "/"
    assert client.get("/", headers=PAGE).status_code == 200
    assert sign_in(ANN, NEW).id == ann.id
    assert client.get(link, headers=PAGE).status_code == 404


def test_an_unknown_address_is_answered_the_same_and_asks_for_the_same_work(client, ann):
    answers = [ask(client, email) for email in (ANN, "nobody@shop.example")]
    assert len({(answer.status_code, answer.location, answer.data) for answer in answers}) == 1
    assert len(queue(DEFAULT).jobs) == 2
    assert [recipient for recipient, _ in letters()] == [ANN]


def test_no_address_stands_in_a_job(client, ann):
    ask(client)
    (job,) = queue(DEFAULT).jobs
    assert ANN not in str((job.args, job.kwargs, job.description))


def test_a_wrong_password_keeps_the_link_good(client, ann):
    ask(client)
    link = link_of(letters()[0][1])
    answer = client.post_form(link, {"password": "short-one"})
    assert answer.status_code == 422 and "short-one" not in answer.text
    assert client.post_form(link, {"password": NEW}).status_code == 303


def test_a_password_that_is_easily_guessed_keeps_the_link_good(client, ann):
    ask(client)
    link = link_of(letters()[0][1])
    answer = client.post_form(link, {"password": "password12"})
    assert answer.status_code == 422 and "This password is easy to guess" in answer.text
    assert client.post_form(link, {"password": NEW}).status_code == 303


def test_what_is_no_address_is_told(client):
    answer = ask(client, "ann")
    assert answer.status_code == 422 and 'value="ann"' in answer.text


def test_an_address_is_written_to_three_times_in_a_quarter_of_an_hour(client, ann):
    answers = {ask(client).location for _ in range(5)}
    assert answers == {"/sign-in/forgot?sent=1"}
    assert len(letters()) == 3


def test_a_visitor_who_asks_too_often_waits(client):
    answers = [ask(client, f"{n}@shop.example") for n in range(21)]
    assert [answer.status_code for answer in answers] == [303] * 20 + [429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 900


def test_platform_staff_are_written_to_from_their_own_host_only(client):
    make_person("root@platform.example", staff="platform")
    ask(client, "root@platform.example")
    assert letters() == []
    client.host = "admin.localhost"
    ask(client, "root@platform.example")
    ((_, letter),) = letters()
    assert "http://admin.localhost:8800/sign-in/reset/" in letter.text


def test_the_mail_bears_the_brand_of_the_host_and_leads_back_to_it(client, ann):
    reseller = make_reseller(name="Northwind")
    with transaction(TESTS) as session:
        session.add(Host(name="reset.northwind.example", reseller_id=reseller.id, verified_at=utcnow()))
    client.host = "reset.northwind.example"
    ask(client)
    ((_, letter),) = letters()
    assert (letter.sender, letter.subject) == ("Northwind", "Your new password on Northwind")
    assert "https://reset.northwind.example/sign-in/reset/" in letter.text
    assert "aerostic" not in (letter.text + letter.html).lower()


def test_the_mail_speaks_the_persons_language(client):
    make_person(locale="de")
    ask(client)
    assert 'lang="de"' in letters()[0][1].html
