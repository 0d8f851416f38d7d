"""No route lets anybody into another tenant: whatever is asked with its ids, at its host, or with what speaks for others.

Each call is made by somebody who has just signed in: one that ends sessions would spoil those that follow. Of the tenant that
is tried, every text bears a mark: what bears it was read. Its rows have to be afterwards as they were.
"""

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from flask import Flask
from pydantic import SecretStr

from aerostic.audit.sealing import seal_pending
from aerostic.registry import runtime
from aerostic.testing.api import ApiClient, api_client
from aerostic.testing.people import Client
from tests.core.web.crossing.calls import Call, bodies, calls, queries, sent
from tests.core.web.crossing.headers import bare
from tests.core.web.crossing.people import nobody, platform_staff
from tests.core.web.crossing.world import World, make_world

HTML = {"Accept": "text/html"}
API = "/api/"
ADMIN = "admin.localhost"
# Where those are sent who have not signed in, or have no workspace at this host; and the platform's people, from any home.
AWAY = ("/sign-in", "/workspaces", "/overview")
# What everybody may ask for, whoever they are: the ways in and out, what pages are drawn with, and how the house is.
OPEN = frozenset(
    {
        "again.show",
        "api_document.show",
        "brand_file",
        "forgotten.ask",
        "healthz",
        "linked.enter",
        "linked.sent",
        "linked.show",
        "metrics",
        "passkey_entry.enter",
        "passkey_entry.options",
        "readyz",
        "second_step.show",
        "signing_in.enter",
        "signing_in.leave",
        "signing_in.show",
        "support.enter",
        "support.leave",
    }
)
# A provider that does not answer: the tenant's own, made up.
AWAY_PROVIDER = 502
# What a row of the tests is no good for: what these show was read from a file, or drawn from many facts.
UNFIT = frozenset(
    {
        "brand_stylesheet",
        "conversations.file",
        "flows_app.published_drawn",
        "import_columns.save",
        "import_columns.show",
        "import_preview.show",
        "import_run.refused",
        "platform_payments.invoice",
        "topup.invoice",
        "work.fetch",
    }
)
# Where somebody may write down what they like, another's ids too: the name of a tag, and a filter, which finds one's own;
# and the log of what was written.
TYPED = frozenset({"tag", "campaigns__campaign", "audit_pending", "audit_entry"})
# What leads on to another page: a draft to where it is made, a payment to its provider, a subject to its message.
LEADING_ON = frozenset({"campaigns_app.show", "import_run.show", "platform_ledger_transfers.subject", "topup.pay"})
Who = Callable[[World, World], Client]
# Who tries it, and whether they have business of their own there: the others get nothing at all but what is open.
WHO: dict[str, tuple[Who, bool]] = {
    "owner": (lambda mine, _: mine.person(), True),
    "owner at the other's host": (lambda mine, other: mine.person(other.host), False),
    "owner whose session names the other": (lambda mine, other: mine.person(tenant_id=other.owner.tenant_id), False),
    "owner at the platform's": (lambda mine, _: mine.person(ADMIN), False),
    "staff": (lambda mine, _: mine.staff(), True),
    "staff at the other's host": (lambda mine, other: mine.staff(other.host), False),
    "staff at the platform's": (lambda mine, _: mine.staff(ADMIN), False),
    "nobody": (lambda mine, _: nobody(mine.app), False),
    "nobody at the other's host": (lambda mine, other: nobody(mine.app, other.host), False),
    "nobody at the platform's": (lambda mine, _: nobody(mine.app, ADMIN), False),
    "nobody at the API's": (lambda mine, _: nobody(mine.app, "api.localhost"), False),
    "owner at the API's": (lambda mine, _: mine.person("api.localhost"), False),
}
# Every person of a workspace may see and change what is the person's own, and choose a workspace, wherever there are pages.
OWN = ("profile.", "own_", "workspaces.")


@pytest.fixture(autouse=True)
def _real(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation that can send mail: without, everybody on this machine may look at what was not sent."""
    monkeypatch.setattr(runtime().settings, "smtp_url", SecretStr("smtp://mail.example"))


def ask(client: Client, call: Call, ids: World) -> Any:
    """Send a call, filled with ids of a world."""
    if isinstance(client, ApiClient):
        sending = {"json": bodies(ids).get(call.endpoint), "query_string": queries(ids).get(call.endpoint)}
        return client.open(call.path, method=call.method, headers={"Idempotency-Key": call.endpoint}, **sending)
    if call.method == "GET":
        return client.get(call.path, query_string=sent(ids), headers=HTML)
    return client.post_form(call.path, sent(ids))


def turned_away(answer: Any) -> bool:
    """Whether somebody was refused, or sent to sign in or to choose a workspace."""
    sent_away = answer.status_code in (302, 303) and answer.location.startswith(AWAY)
    return sent_away or answer.status_code in (401, 403, 404)


def shows(answer: Any, world: World) -> bool:
    """Whether an answer has anything of a world."""
    mark = world.owner.mark
    return mark.encode() in answer.data or mark in str(answer.headers)


def broken(answer: Any) -> bool:
    """Whether the application failed."""
    return answer.status_code >= 500 and answer.status_code != AWAY_PROVIDER


def troubles(answer: Any, call: Call, other: World) -> Iterator[str]:
    """What is wrong with an answer to somebody who has no business with a world."""
    if shows(answer, other):
        yield f"{call}: shows what is another's"
    if broken(answer):
        yield f"{call}: {answer.status_code}"
    yield from (f"{call}: {words}" for words in bare(answer))


def pages(app: Flask, named: World) -> list[Call]:
    """All calls but those of the API."""
    return [call for call in calls(app, named) if not call.path.startswith(API)]


def programs(app: Flask, named: World) -> list[Call]:
    """The API's."""
    return [call for call in calls(app, named) if call.path.startswith(API)]


@pytest.mark.parametrize("who", WHO)
def test_nobody_gets_into_another_tenant_by_a_page(app: Flask, admin: "psycopg.Connection[Any]", who: str) -> None:
    client, welcome = WHO[who]
    direct = who == "owner"  # of a workspace that pays the platform itself: more pages are theirs
    mine, other = make_world(app, "mine", direct=direct), make_world(app, "stranger", direct=direct)
    seal_pending()
    before, found = other.standing(admin), []
    for call in pages(app, other):
        answer = ask(client(mine, other), call, other)
        found += troubles(answer, call, other)
        closed = call.named or not (welcome or call.endpoint.startswith(OWN))
        if closed and call.endpoint not in OPEN and not turned_away(answer):
            found.append(f"{call}: {answer.status_code} {answer.location or ''}")
    assert found == []
    assert other.standing(admin) == before


def test_no_program_gets_into_another_tenant(app: Flask, admin: "psycopg.Connection[Any]") -> None:
    mine, other = make_world(app, "mine"), make_world(app, "stranger")
    program = api_client(app, mine.owner.tenant_id)
    before, found = other.standing(admin), []
    for call in programs(app, other):
        answer = ask(program, call, other)
        found += troubles(answer, call, other)
        if call.named and not turned_away(answer):
            found.append(f"{call}: {answer.status_code}")
    assert found == []
    assert other.standing(admin) == before


def test_nothing_of_ones_own_is_tied_to_what_is_anothers(app: Flask, admin: "psycopg.Connection[Any]") -> None:
    mine, other = make_world(app, "mine", direct=True), make_world(app, "stranger", direct=True)
    program = api_client(app, mine.owner.tenant_id)
    seal_pending()
    before, found = other.standing(admin), []
    for call in calls(app, mine):
        answer = ask(program if call.path.startswith(API) else mine.person(), call, other)
        found += [] if call.endpoint in UNFIT else troubles(answer, call, other)
    assert found == []
    assert other.standing(admin) == before
    assert mine.mentions(admin, other.ids()) <= TYPED


def test_a_key_is_good_for_nothing_but_the_api(app: Flask) -> None:
    world = make_world(app, "mine")
    program = api_client(app, world.owner.tenant_id)
    for host in ("app.localhost", ADMIN, world.host):
        program.host = host
        got = {call.endpoint for call in calls(app, world) if shows(ask(program, call, world), world)}
        assert got == set()


def test_to_those_whose_it_is_it_is_all_there(app: Flask) -> None:
    """Else the refusals above would say nothing."""
    seen, found = set(), []
    for world in (make_world(app, "direct", direct=True), make_world(app, "resold")):
        clients = [world.person(), world.staff(), platform_staff(app), api_client(app, world.owner.tenant_id)]
        for call in calls(app, world):
            if call.method == "GET":
                answers = [ask(client, call, world) for client in clients]
                seen |= {call.endpoint for answer in answers if answer.status_code == 200}
                found += [f"{call}: {words}" for answer in answers for words in bare(answer)]
    looked_up = {call.endpoint for call in calls(app, world) if call.named and call.method == "GET"}
    assert looked_up - seen == (UNFIT & looked_up) | LEADING_ON
    assert found == []
