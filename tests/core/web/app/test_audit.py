"""The page of a workspace's audit log: looked through, verified, taken along."""

import json
from pathlib import Path

import pytest
from flask import Flask

from aerostic.audit import Act, Actor, record, sink, verifier
from aerostic.audit.sealing import seal_pending
from aerostic.audit.signing import public_keys
from aerostic.db import tenant_scope, transaction
from aerostic.testing.people import Client, new_tenant, sign_in
from tests.core.audit.acts import chain, seal

PAGE = {"Accept": "text/html"}
HOST = "app.localhost"
LOG = "/audit"


@pytest.fixture
def tenant(app: Flask):
    sink.sink().unlink(missing_ok=True)
    return new_tenant(("campaigns",))


@pytest.fixture
def owner(app: Flask, tenant) -> Client:
    return sign_in(app, tenant, "owner", HOST)


def act(tenant, action, target="", actor="u1", **values):
    with transaction(tenant_scope(tenant)) as session:
        record(session, Act(tenant, action, target, **values), Actor("user", actor, address="192.0.2.7"))
    seal_pending()


def text_of(owner, **args) -> str:
    return owner.get(LOG, headers=PAGE, query_string=args).text


def test_entries_are_told_in_words_with_what_changed_the_latest_first(owner, tenant):
    act(tenant, "settings.changed", f"tenant:{tenant}", before={"zone": "UTC"}, after={"zone": "Asia/Dubai"})
    act(tenant, "acme.frobbed", reason="for fun")
    text = text_of(owner, cols="what,who,target,created,address,seq")
    assert text.index("acme.frobbed") < text.index("Changed the settings of the workspace")
    for words in ("<bdi>UTC</bdi> → <bdi>Asia/Dubai</bdi>", "for fun", "192.0.2.7", "not signed yet"):
        assert words in text


@pytest.mark.parametrize(
    ("args", "shown"),
    [
        ({"who": "system"}, [1]),
        ({"area": "key"}, [2]),
        ({"area": "nothing"}, [1, 2, 3]),
        ({"target": "key:1"}, [2]),
        ({"since": "2020-01-01"}, [1, 2, 3]),
        ({"until": "2020-01-01"}, []),
        ({"since": "2999-01-01"}, []),
    ],
)
def test_the_log_is_narrowed_by_who_what_target_and_period(owner, tenant, args, shown):
    seal_pending()
    before = len(chain(tenant))
    seal(tenant, 1)
    act(tenant, "key.created", "key:1")
    act(tenant, "settings.changed")
    text = text_of(owner, **args, cols="what,seq", per=25)
    numbers = [n - before for n in range(before + 1, before + 4) if f"<bdi>{n}</bdi>" in text]
    assert numbers == shown


def test_pages_of_the_log_follow_each_other(owner, tenant):
    seal_pending()
    seal(tenant, 60)
    text, pages = text_of(owner), 1
    while 'rel="next"' in text:
        after = text.split('rel="next" href="/audit?after=')[1].split('"')[0]
        text, pages = text_of(owner, after=after), pages + 1
    assert pages == 3


@pytest.mark.parametrize("role", ["marketer", "agent", "viewer"])
def test_only_owners_and_admins_see_it(app, tenant, role):
    client = sign_in(app, tenant, role, HOST)
    assert client.get(LOG, headers=PAGE).status_code == 403
    assert client.post_form(f"{LOG}/download").status_code == 403


def test_another_workspace_sees_nothing_of_it(app, owner, tenant):
    act(tenant, "settings.changed", reason="ours alone")
    other = new_tenant()
    stranger = sign_in(app, other, "owner", HOST)
    assert "ours alone" not in text_of(stranger)
    assert "ours alone" not in stranger.post_form(f"{LOG}/download").text


def test_a_download_is_verified_by_the_program_that_the_page_gives(owner, tenant, tmp_path: Path):
    seal_pending()
    seal(tenant, 5)
    answer = owner.post_form(f"{LOG}/download")
    log, program = tmp_path / "audit.jsonl", owner.get(f"{LOG}/verifier.py").data
    log.write_bytes(answer.data)
    said = verifier.verify(str(log), *public_keys().values(), "")
    last = len(chain(tenant))
    assert said == f"{last} entries of {tenant}: whole, and signed up to entry {last}"
    assert program == Path(verifier.__file__).read_bytes()
    assert json.loads(answer.data.splitlines()[-2])["body"].count("audit.downloaded") == 1


def test_verifying_says_that_the_log_is_whole_or_where_it_is_not(owner, tenant, admin):
    seal_pending()
    seal(tenant, 2)
    owner.post_form(f"{LOG}/verify")
    assert "the log is whole" in text_of(owner)
    last = len(chain(tenant))
    admin.execute("UPDATE audit_entry SET body = replace(body, 'Grace', 'Grave') WHERE seq = %s", (last,))
    owner.post_form(f"{LOG}/verify")
    assert f"Entry {last}: This is not what was written here" in text_of(owner)
