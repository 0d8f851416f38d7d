"""A secret reaches its hosts and nothing else: no other workspace, no other host, no journal, log, page or export."""

import base64
import json
import logging
from typing import Any
from uuid import UUID

import psycopg
import pytest
from aerostic_http import hosts, secrets
from aerostic_http.asking import HttpRequest
from flask import Flask

from aerostic.db import new_id
from aerostic.flows import drafts
from aerostic.flows.document import Document
from aerostic.flows.models import FlowRun
from aerostic.flows.needs import check_here
from aerostic.flows.runs import journal
from aerostic.flows.runs.trying import start
from aerostic.flows.runs.waking import wake_due
from aerostic.sdk import tenant_scope, transaction
from tests.plugins.aerostic_http.scenes import TOKEN, ask, failed, keep_secret, secrets_of, went
from tests.plugins.aerostic_http.system import System
from tests.support.factories import make_tenant

PLUGINS = ("http", "logic", "flows")


@pytest.fixture
def tenant(app: Flask) -> UUID:
    return make_tenant(plugins=PLUGINS).id


def signed(url: str, auth: str = "bearer", **more: Any) -> dict[str, Any]:
    return {"url": url, "auth": auth, "secret": "shop", **more}


def flow(url: str, **more: Any) -> Document:
    nodes = [{"id": "in", "kind": "logic.called"}, {"id": "ask", "kind": "http.request", "config": signed(url, **more)}]
    return Document.of({"format": 1, "nodes": nodes, "edges": [{"source": "in", "target": "ask"}]})


def publish(tenant_id: UUID, document: Document) -> UUID:
    with transaction(tenant_scope(tenant_id)) as session:
        made = drafts.create(session, tenant_id, "Orders", document)
        drafts.publish(session, made.id, user_id=None)
        return made.id


@pytest.mark.parametrize(
    ("config", "header", "sent"),
    [
        ({"auth": "bearer"}, "authorization", f"Bearer {TOKEN}"),
        ({"auth": "header", "auth_header": "X-Key"}, "x-key", TOKEN),
        ({"auth": "basic", "user": "ada"}, "authorization", f"Basic {base64.b64encode(f'ada:{TOKEN}'.encode()).decode()}"),
    ],
)  # fmt: skip
def test_it_is_sent_in_the_way_that_was_chosen(tenant: UUID, system: System, config: Any, header: str, sent: str):
    keep_secret(tenant)
    went(ask(tenant, signed(system.url, **config)))
    assert system.asked[0].headers[header] == sent
    with transaction(tenant_scope(tenant)) as session:
        assert secrets.named(session, tenant, "shop").used_at is not None


def test_another_workspace_cannot_use_it(tenant: UUID, system: System):
    keep_secret(tenant)
    other = make_tenant(plugins=PLUGINS).id
    assert failed(ask(other, signed(system.url))).code == "no_secret"
    with transaction(tenant_scope(other)) as session:
        assert secrets.named(session, tenant, "shop") is None
        assert secrets.named(session, other, "shop") is None
    assert system.asked == []


@pytest.mark.parametrize("url", ["http://127.0.0.1.example.com:1/", "https://127.0.0.2/", "{{ vars.url }}"])
def test_it_is_sent_to_its_hosts_alone(tenant: UUID, system: System, url: str):
    keep_secret(tenant, hosts=("127.0.0.1", "*.shop.example"))
    outcome = failed(ask(tenant, signed(url), vars={"url": "https://shop.example.org/"}))
    assert (outcome.code in ("secret_elsewhere", "scheme"), system.asked) == (True, [])
    assert TOKEN not in str(outcome)


def test_where_an_answer_leads_elsewhere_it_is_not_sent_along(tenant: UUID, system: System, app: Flask):
    keep_secret(tenant)
    target = system.url.replace("127.0.0.1", "localhost")
    system.answers[:] = [(302, {"Location": f"{target}/other"}, b""), (200, {}, b"{}")]
    ask(tenant, signed(system.url))
    assert all("authorization" not in one.headers for one in system.asked[1:])


@pytest.mark.parametrize(
    ("patterns", "host", "fits"),
    [
        (["api.example.com"], "api.example.com", True),
        (["api.example.com"], "xapi.example.com", False),
        (["api.example.com"], "api.example.com.evil.example", False),
        (["*.example.com"], "a.b.example.com", True),
        (["*.example.com"], "example.com", False),
        (["*.example.com"], "evilexample.com", False),
    ],
)
def test_a_pattern_means_what_it_says(patterns: list[str], host: str, fits: bool):
    assert hosts.allows(patterns, host) == fits


@pytest.mark.parametrize(
    "typed", ["", "https://x.example", "x.example/a", "x.example:8080", "*", "*.com", "a*b.example", "x..y"]
)
def test_what_is_no_host_is_refused(typed: str):
    with pytest.raises(ValueError):
        hosts.read(typed)
    assert hosts.read("API.example.com, *.b.example.com") == ["api.example.com", "*.b.example.com"]


@pytest.mark.parametrize("auth", ["bearer", "basic"])
def test_an_answer_that_sends_it_back_is_kept_without_it(tenant: UUID, system: System, auth: str):
    keep_secret(tenant)
    basic = base64.b64encode(f":{TOKEN}".encode()).decode()
    system.answer({"you": {"sent": f"Bearer {TOKEN}", "basic": basic}, "fine": 1}, X_Request_Id=f"for {TOKEN}")
    said = went(ask(tenant, signed(system.url, auth)))
    kept = went(ask(tenant, signed(system.url, auth, keep=[{"variable": "all"}])))
    assert TOKEN not in str(said) + str(kept) and json.dumps(TOKEN)[1:-1] not in str(said)
    assert kept.values["all"]["you"]["sent"] == "Bearer [secret]"
    assert (auth == "basic") == (basic not in str(said) + str(kept))


def test_it_stands_nowhere_but_in_its_own_row(
    tenant: UUID, system: System, admin: "psycopg.Connection[Any]", caplog: pytest.LogCaptureFixture
):
    """Not in the journal, the run, the flow and its export, the audit log, or a line of the log; in its row it is sealed."""
    keep_secret(tenant)
    system.answer({"phone": "+16505550177", "token": TOKEN})
    with caplog.at_level(logging.DEBUG):
        flow_id = publish(tenant, flow(system.url, keep=[{"variable": "said"}]))
        with transaction(tenant_scope(tenant)) as session:
            run_id = start(session, flow_id, values={}).id
        assert wake_due() == 1
    with transaction(tenant_scope(tenant)) as session:
        run = session.get(FlowRun, run_id)
        steps = journal.read(session, run)
        document = Document.of(session.get(drafts.Flow, flow_id).draft).text().decode()
    assert (run.state, [one.node for one in steps]) == ("ended", ["in", "ask"])
    assert steps[1].output["values"]["said"]["phone"] == "+16505550177"
    assert TOKEN not in str(steps) + document + caplog.text
    assert '"secret": "shop"' in document
    tables = [name for (name,) in admin.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
    for name in tables:
        rows = str(admin.execute(f'SELECT t::text FROM "{name}" t').fetchall())
        # What an answer told of a person is sealed, too.
        assert not any(one in rows or one.encode().hex() in rows for one in (TOKEN, "+16505550177")), name


def test_a_flow_whose_secret_is_not_there_cannot_be_published(tenant: UUID, system: System):
    document = flow(system.url)
    with transaction(tenant_scope(tenant)) as session:
        (problem,) = check_here(session, tenant, document)
    assert (problem.code, problem.node, problem.field, problem.about) == ("secret_missing", "ask", "secret", "shop")
    with pytest.raises(drafts.NotReadyError) as caught:
        publish(tenant, document)
    assert [one.code for one in caught.value.problems] == ["secret_missing"]
    keep_secret(tenant)
    publish(tenant, document)


def test_one_that_a_published_flow_uses_is_not_deleted(tenant: UUID, system: System):
    secret = keep_secret(tenant)
    flow_id = publish(tenant, flow(system.url))
    with transaction(tenant_scope(tenant)) as session:
        assert secrets.users(session, tenant) == {"shop": ["Orders"]}
        with pytest.raises(secrets.SecretError):
            secrets.delete(session, session.merge(secret))
        drafts.pause(session, flow_id)
        secrets.delete(session, session.merge(secret))
    assert secrets_of(tenant) == []


def test_what_is_done_with_secrets_is_written_down_without_them(tenant: UUID, admin: "psycopg.Connection[Any]"):
    secret = keep_secret(tenant)
    with transaction(tenant_scope(tenant)) as session:
        secret = session.merge(secret)
        secrets.change(session, secret, ["a.example.com"], "another-value-1", None)
        secrets.delete(session, secret)
    rows = admin.execute("SELECT body FROM audit_pending WHERE tenant_id = %s ORDER BY position", [tenant]).fetchall()
    acts = [json.loads(body)["action"] for (body,) in rows]
    assert acts == [f"http_secret.{verb}" for verb in ("added", "changed", "replaced", "deleted")]
    assert TOKEN[4:] not in str(rows) and "another-value" not in str(rows)


def test_a_workspace_has_each_name_once_and_not_too_many(tenant: UUID):
    keep_secret(tenant)
    with pytest.raises(secrets.SecretError, match="name already"):
        keep_secret(tenant)
    with transaction(tenant_scope(tenant)) as session:
        for number in range(secrets.MOST - 1):
            secrets.add(session, tenant, f"s{number}", TOKEN, ["x.example.com"], new_id())
    with pytest.raises(secrets.SecretError, match="at most"):
        keep_secret(tenant, "more")


def test_nothing_shows_its_value_by_chance(tenant: UUID):
    assert TOKEN not in repr(keep_secret(tenant))
    assert [need.name for need in HttpRequest().requires(HttpRequest.Config(**signed("https://x.example")))] == ["shop"]
