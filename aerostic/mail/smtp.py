"""Speaking to a mail server."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import UUID

from aerostic.db import utcnow
from aerostic.mail.outbox import Letter

SECONDS = 20
PORTS = {"smtp": 587, "smtps": 465}
PERMANENT = 500


class AwayError(Exception):
    """The mail server cannot be reached, or does not let us in. No mail is to blame."""


class RefusedError(Exception):
    """The mail server does not take this mail. The text is a code; `for_good` says that asking again is no use."""

    def __init__(self, code: str, *, for_good: bool) -> None:
        super().__init__(code)
        self.for_good = for_good


@contextmanager
def connected(url: str) -> Iterator[smtplib.SMTP]:
    """A connection to the server of a URL: encrypted from the start (smtps), or before anything is said (smtp).

    `smtp://...?tls=none` leaves encryption out, for a relay on the same machine or a private network; no password is ever
    given to such a one.

    Raises:
        AwayError: it is not there, its certificate is not good, or it does not take the password.
    """
    try:
        server = _connect(url)
    except (OSError, smtplib.SMTPException) as error:
        raise AwayError(_code(error)) from None
    try:
        yield server
    finally:
        try:
            server.quit()
        except (OSError, smtplib.SMTPException):
            server.close()


def send(server: smtplib.SMTP, sender: str, mail_id: UUID, letter: Letter) -> None:
    """Hand over one mail.

    Args:
        server: a connection.
        sender: the address it comes from.
        mail_id: makes its Message-ID, by which a recipient's server knows one that comes twice.
        letter: what it says.

    Raises:
        RefusedError: this mail is not taken.
        AwayError: the connection is gone.
    """
    try:
        message = compose(sender, mail_id, letter)
    except ValueError:
        raise RefusedError("malformed", for_good=True) from None
    try:
        server.send_message(message, sender, [letter.recipient])
    except smtplib.SMTPServerDisconnected as error:
        raise AwayError(_code(error)) from None
    except smtplib.SMTPNotSupportedError:
        raise RefusedError("address", for_good=True) from None
    except smtplib.SMTPException as error:
        code = _number(error)
        raise RefusedError(_code(error), for_good=code >= PERMANENT) from None
    except OSError as error:
        raise AwayError(_code(error)) from None


def compose(sender: str, mail_id: UUID, letter: Letter) -> EmailMessage:
    """The mail as it goes over the wire: plain text with the HTML beside it.

    Raises:
        ValueError: an address is none.
    """
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(_line(letter.sender), addr_spec=sender)
    message["To"] = Address(addr_spec=letter.recipient)
    if letter.reply_to:
        message["Reply-To"] = Address(addr_spec=letter.reply_to)
    message["Subject"] = _line(letter.subject)
    message["Date"] = format_datetime(utcnow())
    message["Message-ID"] = f"<{mail_id}@{sender.rpartition('@')[2]}>"
    # Out-of-office notes are not wanted as an answer.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    return message


def _connect(url: str) -> smtplib.SMTP:
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    context = ssl.create_default_context()
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=context)
    else:
        server = smtplib.SMTP(host, port, timeout=SECONDS)
    try:
        if parse_qs(parts.query).get("tls") == ["none"]:
            return server
        if parts.scheme == "smtp":
            server.starttls(context=context)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
    except BaseException:
        server.close()
        raise
    return server


def _line(text: str) -> str:
    """One line, whatever somebody called their workspace: a header ends where its line does."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _number(error: smtplib.SMTPException) -> int:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return min((code for code, _ in error.recipients.values()), default=0)
    return error.smtp_code if isinstance(error, smtplib.SMTPResponseException) else 0


def _code(error: Exception) -> str:
    """What went wrong, without the server's words."""
    number = _number(error) if isinstance(error, smtplib.SMTPException) else 0
    return str(number or type(error).__name__)
