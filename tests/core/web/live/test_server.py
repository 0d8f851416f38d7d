"""The live server: who may listen to what, and how a stream goes on and ends."""

import asyncio

import pytest
from flask import Flask
from sqlalchemy import delete

from aerostic.db import new_id, transaction
from aerostic.identity.models import User
from aerostic.identity.sessions import end_sessions
from aerostic.streams import notices
from aerostic.tenancy.models import Member, Tenant
from aerostic.web.live import feed, server
from tests.core.web.live.page import House, cookie_of, make_person, tell, visit
from tests.support.factories import TESTS, make_tenant


@pytest.fixture
def tenant(app: Flask) -> Tenant:
    return make_tenant()


@pytest.fixture
def person(tenant: Tenant) -> User:
    return make_person(tenant.id)


@pytest.fixture
def cookie(app: Flask, tenant: Tenant, person: User) -> str:
    return cookie_of(app, person, tenant.id)


@pytest.fixture
def prefix(settings) -> str:
    return settings.redis_prefix


def test_a_page_hears_what_it_asked_for_and_nothing_else(app, redis, prefix, tenant, cookie):
    mine = f"campaign:{new_id()}"

    async def story(house: House) -> None:
        page = await house.open(cookie, f"{mine},contacts")
        tell(redis, prefix, tenant.id, "campaigns", f"campaign:{new_id()}")
        tell(redis, prefix, tenant.id, "campaigns", mine, "contacts", "messages")
        heard = await page.next()
        assert (heard.name, heard.data) == ("notice", sorted([mine, "contacts"]))

    visit(app, story)


def test_an_answer_is_never_kept_and_never_held_back(app, cookie):
    async def story(house: House) -> None:
        headers = (await house.open(cookie)).answer.headers
        names = ("Content-Type", "Cache-Control", "X-Accel-Buffering")
        assert [headers[name] for name in names] == ["text/event-stream", "no-store", "no"]

    visit(app, story)


def test_another_tenants_notices_never_arrive(app, redis, prefix, tenant, cookie):
    other = make_tenant()

    async def story(house: House) -> None:
        page = await house.open(cookie, "contacts,imports")
        tell(redis, prefix, other.id, "contacts", "imports")
        tell(redis, prefix, tenant.id, "imports")
        assert (await page.next()).data == ["imports"]

    visit(app, story)


@pytest.mark.parametrize("after", ["", "0-1"])
def test_another_tenants_notices_are_not_made_up_for_either(app, redis, prefix, tenant, cookie, after):
    redis.xadd(notices.key(prefix), notices.Notice(tenant.id, {"": frozenset()}).to_fields(), id="0-1")
    tell(redis, prefix, make_tenant().id, "contacts", "imports")
    tell(redis, prefix, tenant.id, "imports")

    async def story(house: House) -> None:
        page = await house.open(cookie, "contacts,imports", after=after)
        assert (await page.next()).data == ["imports"]

    visit(app, story)


def test_what_a_role_may_not_see_is_not_told(app, redis, prefix, tenant):
    agent = make_person(tenant.id, "agent", "joe@shop.example")

    async def story(house: House) -> None:
        page = await house.open(cookie_of(app, agent, tenant.id), "wallets,holds,contacts")
        tell(redis, prefix, tenant.id, "wallets", "holds", permission="wallet.view")
        tell(redis, prefix, tenant.id, "contacts", permission="contacts.view")
        assert (await page.next()).data == ["contacts"]

    visit(app, story)


def test_any_of_a_kind_reaches_the_page_of_each(app, redis, prefix, tenant, cookie):
    async def story(house: House) -> None:
        page = await house.open(cookie, f"contact:{new_id()}")
        tell(redis, prefix, tenant.id, "contact:*")
        assert (await page.next()).data == ["contact:*"]

    visit(app, story)


@pytest.mark.parametrize(
    ("topics", "status"),
    [
        ("contacts", 200),
        ("campaign:0198c2de-0000-7000-8000-000000000001,import:7", 200),
        ("", 422),
        ("contacts,", 422),
        ("Contacts", 422),
        ("contact:*", 422),
        ("a\nevent: forged", 422),
        (",".join(f"contact:{n}" for n in range(100)), 200),
        (",".join(f"contact:{n}" for n in range(101)), 422),
    ],
)
def test_topics_are_checked(app, cookie, topics, status):
    async def story(house: House) -> None:
        assert (await house.ask(cookie, topics)).status == status

    visit(app, story)


def test_nobody_listens_without_a_session(app, cookie):
    async def story(house: House) -> None:
        for wrong in ("", cookie[:-3] + "xyz", "__Host-session=nonsense"):
            assert (await house.ask(wrong)).status == 401

    visit(app, story)


def test_nobody_listens_without_a_tenant_of_their_own(app, person):
    other = make_tenant()

    async def story(house: House) -> None:
        for chosen in (None, other.id):
            assert (await house.ask(cookie_of(app, person, chosen))).status == 403

    visit(app, story)


def test_a_host_that_is_not_ours_is_refused(app, cookie):
    async def story(house: House) -> None:
        assert (await house.ask(cookie, host="app.evil.example")).status == 421

    visit(app, story)


def test_only_reading_is_possible(app, cookie):
    async def story(house: House) -> None:
        async with house.client.post(f"{house.url}/live", headers={"Cookie": cookie}) as answer:
            assert answer.status == 405

    visit(app, story)


def test_a_person_may_have_five_streams_and_a_place_is_free_again_when_one_ends(app, cookie):
    async def story(house: House) -> None:
        pages = [await house.open(cookie) for _ in range(5)]
        refused = await house.ask(cookie)
        assert (refused.status, refused.headers["Retry-After"]) == (429, "5")
        pages[0].answer.close()
        await house.until(lambda: len(house.server.hub) == 4)
        await house.open(cookie)

    visit(app, story)


def test_a_full_server_says_so(app, cookie, monkeypatch):
    monkeypatch.setattr(server, "MOST_STREAMS", 1)

    async def story(house: House) -> None:
        await house.open(cookie)
        assert (await house.ask(cookie)).status == 503

    visit(app, story)


def test_a_page_that_was_just_drawn_hears_what_happened_before_its_stream_was_open(app, redis, prefix, tenant, cookie):
    async def story(house: House) -> None:
        tell(redis, prefix, tenant.id, "contacts")
        await house.until(lambda: house.server.feed.position != "0-0")
        page = await house.open(cookie)
        assert (await page.next()).data == ["contacts"]

    visit(app, story)


@pytest.mark.parametrize("by", ["last", "after"])
def test_a_page_that_comes_back_is_told_what_it_missed(app, redis, prefix, tenant, cookie, by):
    async def story(house: House) -> None:
        page = await house.open(cookie, "contacts,imports")
        tell(redis, prefix, tenant.id, "contacts")
        last = (await page.next()).id
        page.answer.close()
        tell(redis, prefix, tenant.id, "imports")
        tell(redis, prefix, tenant.id, "imports")
        await house.until(lambda: house.server.feed.position > last)
        heard = await (await house.open(cookie, "contacts,imports", **{by: last})).next()
        assert (heard.name, heard.data) == ("notice", ["imports"])

    visit(app, story)


def test_who_has_missed_nothing_is_told_nothing(app, redis, prefix, tenant, cookie):
    async def story(house: House) -> None:
        tell(redis, prefix, tenant.id, "contacts")
        await house.until(lambda: house.server.feed.position != "0-0")
        page = await house.open(cookie, last=house.server.feed.position)
        tell(redis, prefix, tenant.id, "contacts")
        heard = await page.next()
        assert (heard.name, heard.id) == ("notice", house.server.feed.position)

    visit(app, story)


@pytest.mark.parametrize("last", ["1-0", "99999999999999-0", "nonsense", "-", "1-" + "9" * 400])
def test_who_has_been_away_for_too_long_is_told_to_look_at_everything(app, redis, prefix, tenant, cookie, last):
    async def story(house: House) -> None:
        tell(redis, prefix, tenant.id, "contacts")
        await house.until(lambda: house.server.feed.position != "0-0")
        assert (await (await house.open(cookie, last=last)).next()).name == "resync"

    visit(app, story)


def test_only_the_newest_notices_are_kept(app, redis, prefix, tenant):
    many = [notices.Notice(tenant.id, {"": frozenset(["contacts"])})] * (notices.LENGTH + 500)
    notices.append(redis, prefix, many)
    assert notices.LENGTH <= redis.xlen(notices.key(prefix)) <= notices.LENGTH + 200


def test_a_stream_on_which_nothing_happens_beats(app, cookie, monkeypatch):
    monkeypatch.setattr(server, "BEAT_SECONDS", 0.05)

    async def story(house: House) -> None:
        page = await house.open(cookie)
        assert [(await page.next()).name for _ in range(3)] == ["beat"] * 3

    visit(app, story)


def test_what_happens_in_quick_succession_is_told_together(app, redis, prefix, tenant, cookie, monkeypatch):
    async def story(house: House) -> None:
        page = await house.open(cookie, "contacts,imports")
        monkeypatch.setattr(server, "CALM_SECONDS", 0.5)
        tell(redis, prefix, tenant.id, "contacts")
        assert (await page.next()).data == ["contacts"]
        tell(redis, prefix, tenant.id, "contacts")
        tell(redis, prefix, tenant.id, "imports")
        assert (await page.next()).data == ["contacts", "imports"]

    visit(app, story)


def test_a_slow_page_is_told_once_what_happened_often(app, redis, prefix, tenant, cookie):
    async def story(house: House) -> None:
        page = await house.open(cookie, "contacts,imports")
        [stream] = house.server.hub
        for _ in range(1000):
            stream.offer(notices.Notice(tenant.id, {"": frozenset(["contacts"])}))
        stream.offer(notices.Notice(tenant.id, {"": frozenset(["imports"])}))
        assert (await page.next()).data == ["contacts", "imports"]

    visit(app, story)


@pytest.fixture
def short_rounds(monkeypatch):
    monkeypatch.setattr(server, "CHECK_SECONDS", 0.05)


def test_a_removed_members_stream_ends(app, tenant, person, cookie, short_rounds):
    async def story(house: House) -> None:
        page = await house.open(cookie)
        with transaction(TESTS) as session:
            session.execute(delete(Member).where(Member.user_id == person.id))
        assert await page.ends()
        assert (await house.ask(cookie)).status == 403

    visit(app, story)


def test_ended_sessions_end_their_streams(app, person, cookie, short_rounds):
    async def story(house: House) -> None:
        page = await house.open(cookie)
        with transaction(TESTS) as session:
            end_sessions(session, person.id)
        assert await page.ends()

    visit(app, story)


def test_a_role_that_changes_changes_what_is_told(app, redis, prefix, tenant, person, cookie, short_rounds):
    async def story(house: House) -> None:
        page = await house.open(cookie, "wallets,contacts")
        with transaction(TESTS) as session:
            session.query(Member).update({"role": "agent"})
        [stream] = house.server.hub
        await house.until(lambda: "wallet.view" not in stream.visitor.permissions)
        tell(redis, prefix, tenant.id, "wallets", permission="wallet.view")
        tell(redis, prefix, tenant.id, "contacts")
        assert (await page.next()).data == ["contacts"]

    visit(app, story)


def test_people_are_looked_at_in_turn_and_once_for_all_their_tabs(app, tenant, cookie, monkeypatch):
    seen: list[str] = []
    ask = server.visitor_of
    monkeypatch.setattr(server, "visitor_of", lambda app, card: (seen.append(card.headers[0][1]), ask(app, card))[1])

    async def story(house: House) -> None:
        joe = cookie_of(app, make_person(tenant.id, "viewer", "joe@shop.example"), tenant.id)
        for each in (cookie, cookie, joe):
            await house.open(each)
        seen.clear()
        monkeypatch.setattr(server, "CHECK_SECONDS", 0.2)
        checks = asyncio.create_task(house.server._keep_checking())
        await house.until(lambda: len(seen) == 2)
        checks.cancel()
        assert set(seen) == {cookie, joe}

    visit(app, story)


def test_without_its_redis_no_page_looks_live(app, redis, prefix, tenant, cookie, monkeypatch):
    monkeypatch.setattr(feed, "PAUSE_SECONDS", 0.05)
    monkeypatch.setattr(feed, "BLOCK_MS", 100)

    async def story(house: House) -> None:
        page = await house.open(cookie)
        redis.delete(notices.key(prefix))
        redis.set(notices.key(prefix), "not a stream")
        assert await page.ends()
        assert (await house.ask(cookie)).status == 503
        redis.delete(notices.key(prefix))
        await house.until(lambda: house.server.feed.up)
        page = await house.open(cookie, after=page.last)
        tell(redis, prefix, tenant.id, "contacts")
        assert (await page.next()).data == ["contacts"]

    visit(app, story)


def test_an_application_that_cannot_tell_who_it_is_lets_nobody_in(app, cookie, monkeypatch):
    def fail(*_: object) -> None:
        raise OSError

    async def story(house: House) -> None:
        monkeypatch.setattr(server, "visitor_of", fail)
        assert (await house.ask(cookie)).status == 503

    visit(app, story)
