"""The jobs of mail: sending what is due, forgetting what is old."""

from smtplib import SMTP

import structlog

from aerostic.db import service_scope, transaction
from aerostic.mail import outbox, smtp
from aerostic.mail.smtp import AwayError, RefusedError
from aerostic.registry import Schedule, runtime

log = structlog.get_logger(__name__)
SERVICE = service_scope("mail")
AT_ONCE = 200
SEND = "aerostic.mail.sending.send_due"


def send_due() -> None:
    """Send what waits, over one connection. Safe to run twice at once: each mail is taken by one of them."""
    settings = runtime().settings
    if not outbox.can_send():
        return
    with transaction(SERVICE) as session:
        if not outbox.is_due(session):
            return
    try:
        with smtp.connected(settings.smtp_url.get_secret_value()) as server:
            for _ in range(AT_ONCE):
                if not _send_next(server, settings.mail_from):
                    return
    except AwayError as error:
        log.warning("the mail server is away", error=str(error))


def forget_old() -> None:
    """See `outbox.forget`."""
    with transaction(SERVICE) as session:
        outbox.forget(session)


def _send_next(server: SMTP, sender: str) -> bool:
    with transaction(SERVICE) as session:
        mail = outbox.take(session)
    if mail is None:
        return False
    letter = outbox.letter_of(mail)
    try:
        if letter is None:
            raise RefusedError("forgotten", for_good=True)
        smtp.send(server, sender, mail.id, letter)
    except RefusedError as error:
        with transaction(SERVICE) as session:
            outbox.note_refused(session, mail.id, str(error), for_good=error.for_good)
        return True
    with transaction(SERVICE) as session:
        outbox.note_sent(session, mail.id)
    return True


SCHEDULES = (Schedule("mail.send", send_due, 30), Schedule("mail.forget", forget_old, 3600))
