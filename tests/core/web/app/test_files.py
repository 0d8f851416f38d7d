"""Files that people sent: shown where that is harmless, saved otherwise, never run, and only to who may read."""

import pytest
from aerostic_emulator import seed
from aerostic_emulator.state import Media

from aerostic.db import tenant_scope, transaction
from aerostic.messaging.conversations import media
from aerostic.messaging.models import ChannelAccount, Message
from tests.core.messaging.conversations.talk import Talk
from tests.core.messaging.outbound.support import CREDENTIALS, sending
from tests.core.web.app.conversations import visit
from tests.support.factories import make_tenant

PICTURE = b"\xff\xd8\xff\xe0 a picture"


@pytest.fixture
def talk(app):
    """Somebody talks with a number at an emulator."""
    with sending() as where:
        with transaction(tenant_scope(where.tenant_id)) as session:
            settings = session.query(ChannelAccount).one().settings
        made = Talk.begin()
        with made.scope() as session:
            account = session.merge(made.account)
            account.credentials, account.settings = CREDENTIALS, settings
        made.emulator = where.emulator
        yield made


def sent(talk: Talk, kind: str, mime_type: str, data: bytes = PICTURE, **part) -> str:
    """A file that the contact sent. Returns its address here."""
    world = talk.emulator.world
    made = Media(world.state.new_id(), seed.PHONE_ID, mime_type, data, "digest", world.clock.now())
    world.state.media[made.id] = made
    talk.hear({"type": kind, kind: {"id": made.id, "mime_type": mime_type, **part}})
    with talk.scope() as session:
        message = session.query(Message).order_by(Message.id.desc()).first()
    return f"/conversations/files/{message.id}"


def test_a_picture_is_shown_and_kept_from_doing_anything_else(app, talk):
    address = sent(talk, "image", "image/jpeg")
    answer = visit(app, talk.tenant_id).get(address)
    assert (answer.status_code, answer.data, answer.content_type) == (200, PICTURE, "image/jpeg")
    assert answer.headers["Content-Disposition"].startswith("inline")
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert (answer.headers["X-Content-Type-Options"], answer.headers["Cache-Control"]) == (
        "nosniff",
        "private, max-age=3600",
    )


@pytest.mark.parametrize("kind", ["text/html", "image/svg+xml", "application/pdf", "text/plain"])
def test_what_could_run_is_only_saved(app, talk, kind):
    address = sent(talk, "document", kind, b"<script>", filename='or"der\r\n.html')
    answer = visit(app, talk.tenant_id).get(address)
    assert answer.content_type == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''or%22der%0D%0A.html"


def test_a_file_that_is_too_large_or_gone_is_refused_with_the_reason(app, talk, monkeypatch):
    address = sent(talk, "image", "image/jpeg")
    client = visit(app, talk.tenant_id)
    monkeypatch.setattr(media, "MOST_BYTES", 4)
    large = client.get(address)
    assert (large.status_code, large.mimetype, "is larger than" in large.text) == (404, "text/plain", True)
    talk.emulator.world.state.media.clear()
    assert client.get(address).status_code == 404


def test_a_message_without_a_file_has_none(app, talk):
    talk.hear("hello")
    with talk.scope() as session:
        message = session.query(Message).one()
    assert visit(app, talk.tenant_id).get(f"/conversations/files/{message.id}").text == "This message has no file."


def test_another_workspaces_file_is_not_there(app, talk):
    address = sent(talk, "image", "image/jpeg")
    assert visit(app, make_tenant().id).get(address).status_code == 404
