"""Putting mail into the outbox, and what becomes of it there."""

from dataclasses import asdict, dataclass, field
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from aerostic.db import utcnow
from aerostic.mail.models import Mail
from aerostic.registry import runtime
from aerostic.security.errors import KeyDestroyedError

# After each refusal that may pass, so long until the next try; after the last one the mail has failed.
PAUSES = (*(timedelta(minutes=n) for n in (1, 5, 30)), *(timedelta(hours=n) for n in (2, 8)))
KEPT_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail as it is written: plain text, and the same in HTML. `sender` is a name, `reply_to` an address or ''."""

    recipient: str = field(repr=False)
    subject: str = field(repr=False)
    text: str = field(repr=False)
    html: str = field(repr=False)
    sender: str
    reply_to: str = ""


def post(
    session: Session, letter: Letter, *, kind: str, tenant_id: UUID | None = None, reseller_id: UUID | None = None
) -> None:
    """Put a mail into the outbox, in the session's transaction. Without a mail server it is kept there to be read.

    Args:
        letter: the mail.
        kind: what it is about, in one word.
        tenant_id: for which workspace it was written; None for none.
        reseller_id: whose brand it bears; None for the platform's.
    """
    values = asdict(letter)
    recipient = values.pop("recipient")
    state = "waiting" if can_send() else "kept"
    mail = Mail(tenant_id=tenant_id, reseller_id=reseller_id, kind=kind, state=state)
    mail.recipient, mail.content = recipient, values
    session.add(mail)
    session.flush()


def can_send() -> bool:
    """Whether a mail server is set."""
    return bool(runtime().settings.smtp_url.get_secret_value())


def letter_of(mail: Mail) -> Letter | None:
    """What a mail says; None once that is gone, or its tenant was erased."""
    try:
        return Letter(recipient=mail.recipient or "", **mail.content) if mail.content else None
    except KeyDestroyedError:
        return None


def recipient_of(mail: Mail) -> str:
    """The address that a mail goes to; '' where its tenant was erased."""
    try:
        return mail.recipient or ""
    except KeyDestroyedError:
        return ""


def is_due(session: Session) -> bool:
    """Whether a mail waits for its turn to be sent."""
    return session.scalar(select(Mail.id).where(*_due()).limit(1)) is not None


def take(session: Session) -> Mail | None:
    """The mail that has waited longest. It counts as tried from here on: who dies with it in hand has tried, too."""
    mail = session.scalar(select(Mail).where(*_due()).order_by(Mail.due_at).limit(1).with_for_update(skip_locked=True))
    if mail:
        mail.due_at = utcnow() + PAUSES[min(mail.attempts, len(PAUSES) - 1)]
        mail.attempts += 1
    return mail


def note_sent(session: Session, mail_id: UUID) -> None:
    """The mail server has taken it."""
    session.execute(update(Mail).where(Mail.id == mail_id).values(state="sent", sent_at=utcnow(), error=""))


def note_refused(session: Session, mail_id: UUID, error: str, *, for_good: bool) -> None:
    """The mail server did not take it.

    Args:
        error: why, as a code.
        for_good: that will not change: the mail has failed. Else it is tried again, five times in all.
    """
    mail = session.get_one(Mail, mail_id)
    mail.error = error
    if for_good or mail.attempts > len(PAUSES):
        mail.state = "failed"


def forget(session: Session) -> None:
    """Drop what mails say once a month has passed."""
    old = Mail.content_sealed.is_not(None), Mail.created_at < utcnow() - KEPT_FOR
    session.execute(update(Mail).where(*old).values(content_sealed=None))


def _due() -> tuple[ColumnElement[bool], ...]:
    return Mail.state == "waiting", Mail.due_at <= utcnow()
