"""Mail on its way: through a real server on the loopback address, encrypted, once, again after what may pass."""

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import default
from pathlib import Path

import psycopg
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask
from pydantic import SecretStr

from aerostic.db import new_id, tenant_scope, transaction
from aerostic.mail import outbox, sending
from aerostic.mail.models import Mail
from aerostic.mail.outbox import Letter
from aerostic.registry import runtime
from tests.support.factories import TESTS
from tests.support.ports import free_ports

BEA = "bea@shop.example"


class Server:
    """A mail server: what it took, what it was told, and what it says to the next ones."""

    def __init__(self) -> None:
        self.taken: list[Envelope] = []
        self.logins: list[tuple[bytes, bytes]] = []
        self.says: list[str] = []

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.says:
            return self.says.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.taken.append(envelope)
        return "250 OK"

    def __call__(self, server, session, envelope, mechanism, data) -> AuthResult:
        self.logins.append((data.login, data.password))
        return AuthResult(success=data.password == b"p@ss")

    def messages(self) -> list[Message]:
        return [message_from_bytes(envelope.content, EmailMessage, policy=default) for envelope in self.taken]


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of `localhost`, with its key in the same file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, now - timedelta(1), now + timedelta(1))
    alternative = x509.SubjectAlternativeName([x509.DNSName("localhost")])
    made = builder.add_extension(alternative, critical=False).sign(key, hashes.SHA256())
    form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    path = tmp_path_factory.mktemp("tls") / "localhost.pem"
    path.write_bytes(key.private_bytes(*form) + made.public_bytes(form[0]))
    return path


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def listen(server: Server, certificate: Path, app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator:
    """Starts the server and points the application at it."""
    running: list[Controller] = []

    def start(scheme: str = "smtp", login: str = "ann:p%40ss@", query: str = "", **options) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        wanted = {"tls_context": context, "require_starttls": True, "auth_required": True, "authenticator": server}
        if scheme == "smtps":
            wanted = {"ssl_context": context, "auth_require_tls": False, "authenticator": server}
        wanted |= options
        port = free_ports(1)
        controller = Controller(server, "localhost", port, server_hostname="localhost", **wanted)
        controller.start()
        running.append(controller)
        point(app, monkeypatch, f"{scheme}://{login}localhost:{port}{query}")

    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    yield start
    for controller in running:
        controller.stop()


def point(app: Flask, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setattr(runtime().settings, "smtp_url", SecretStr(url))
    monkeypatch.setattr(runtime().settings, "mail_from", "post@house.example")


def post(**values: str) -> None:
    defaults = {"recipient": BEA, "subject": "Hello", "text": "Plain.", "html": "<p>Rich.</p>", "sender": "House"}
    with transaction(TESTS) as session:
        outbox.post(session, Letter(**{**defaults, **values}), kind="test")


def mails() -> list[Mail]:
    with transaction(TESTS) as session:
        return session.query(Mail).order_by(Mail.id).all()


def make_due() -> None:
    with transaction(TESTS) as session:
        session.query(Mail).update({"due_at": datetime.now(UTC)})


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_mail_goes_out_once_encrypted_with_both_its_bodies(listen, server, scheme):
    listen(scheme)
    post(subject="Grüße", reply_to="help@house.example")
    sending.send_due()
    sending.send_due()
    (message,) = server.messages()
    assert (message["From"], message["To"], message["Subject"]) == ("House <post@house.example>", BEA, "Grüße")
    assert message["Reply-To"] == "help@house.example"
    assert message["Message-ID"] == f"<{mails()[0].id}@house.example>"
    assert message.get_body(("plain",)).get_content().strip() == "Plain."
    assert message.get_body(("html",)).get_content().strip() == "<p>Rich.</p>"
    assert server.logins == [(b"ann", b"p@ss")]
    assert [(mail.state, mail.attempts) for mail in mails()] == [("sent", 1)]


def test_a_name_with_a_line_break_makes_no_header(listen, server):
    listen()
    post(subject="Join Evil\r\nBcc: all@shop.example", sender="Evil\nX-Header: yes\x00")
    sending.send_due()
    (message,) = server.messages()
    assert message["Subject"] == "Join Evil Bcc: all@shop.example"
    assert message["From"].addresses[0].display_name == "Evil X-Header: yes"
    assert (message["Bcc"], message["X-Header"]) == (None, None)
    assert server.taken[0].rcpt_tos == [BEA]


def test_an_address_that_is_two_goes_nowhere(listen, server):
    listen()
    post(recipient="bea@shop.example, all@shop.example")
    post(recipient="bea@shop.example\r\nBcc: all@shop.example")
    sending.send_due()
    assert server.taken == []
    assert [(mail.state, mail.error) for mail in mails()] == [("failed", "malformed")] * 2


def test_a_recipient_the_server_does_not_know_has_failed(listen, server):
    listen()
    server.says = ["550 No such user bea@shop.example"]
    post()
    post(recipient="cid@shop.example")
    sending.send_due()
    assert [(mail.state, mail.error) for mail in mails()] == [("failed", "550"), ("sent", "")]


def test_what_may_pass_is_tried_again_with_growing_pauses_and_fails_in_the_end(listen, server):
    listen()
    post()
    pauses = []
    for _ in range(6):
        server.says = ["451 Come back later"]
        before = datetime.now(UTC)
        sending.send_due()
        pauses.append(round((mails()[0].due_at - before).total_seconds() / 60))
        make_due()
    assert pauses == [1, 5, 30, 120, 480, 480]
    assert [(mail.state, mail.attempts, mail.error) for mail in mails()] == [("failed", 6, "451")]
    sending.send_due()
    assert server.taken == []


def test_no_mail_is_to_blame_when_the_server_is_away(app: Flask, monkeypatch):
    point(app, monkeypatch, "smtp://localhost:9")
    post()
    sending.send_due()
    assert [(mail.state, mail.attempts) for mail in mails()] == [("waiting", 0)]


def test_a_password_is_given_to_nobody_without_encryption(listen, server):
    listen(tls_context=None, require_starttls=False, auth_required=False, auth_require_tls=False)
    post()
    sending.send_due()
    assert (server.logins, server.taken) == ([], [])
    assert [mail.state for mail in mails()] == ["waiting"]


def test_a_certificate_of_somebody_else_is_not_trusted(listen, server, monkeypatch):
    listen()
    monkeypatch.delenv("SSL_CERT_FILE")
    post()
    sending.send_due()
    assert (server.logins, server.taken) == ([], [])


def test_a_relay_next_door_may_do_without_encryption(listen, server):
    listen(login="", query="?tls=none", tls_context=None, require_starttls=False, auth_required=False)
    post()
    sending.send_due()
    assert [mail.state for mail in mails()] == ["sent"]


def test_without_a_server_mail_is_kept_and_stays_when_there_is_one(listen, server, app: Flask):
    post()
    sending.send_due()
    assert [mail.state for mail in mails()] == ["kept"]
    listen()
    sending.send_due()
    assert server.taken == []


def test_the_outbox_holds_no_plain_text_and_a_tenant_cannot_read_it(app: Flask, admin: "psycopg.Connection"):
    tenant = new_id()
    with transaction(tenant_scope(tenant)) as session:
        letter = Letter(BEA, "Secret subject", "Secret text", "Secret html", "House")
        outbox.post(session, letter, kind="test", tenant_id=tenant)
        assert session.query(Mail).count() == 0
    row = admin.execute("SELECT mail::text FROM mail").fetchone()[0]
    assert not any(word in row or word.encode().hex() in row for word in (BEA, "Secret"))


def test_after_a_month_only_the_fact_is_left(app: Flask):
    post()
    with transaction(TESTS) as session:
        session.query(Mail).update({"created_at": datetime.now(UTC) - timedelta(days=29)})
    sending.forget_old()
    assert outbox.letter_of(mails()[0]).subject == "Hello"
    with transaction(TESTS) as session:
        session.query(Mail).update({"created_at": datetime.now(UTC) - timedelta(days=31)})
    sending.forget_old()
    assert outbox.letter_of(mails()[0]) is None
