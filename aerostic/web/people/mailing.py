"""Mail to people: written from templates in a brand's theme, put into the outbox, and sent by a job."""

from typing import Any
from uuid import UUID

from flask import current_app
from redis.exceptions import RedisError
from sqlalchemy.orm import Session

from aerostic.db import once_committed
from aerostic.jobs.queues import enqueue
from aerostic.mail import outbox
from aerostic.mail.outbox import Letter
from aerostic.mail.sending import SEND
from aerostic.tenancy.brands import Brand
from aerostic.web.pages.language import in_language
from aerostic.web.sites import site
from aerostic.web.themes.environments import environment_for
from aerostic.web.themes.texts import mail_slot


def post(
    session: Session, kind: str, brand: Brand, recipient: str, *, language: str, tenant_id: UUID | None, **context: Any
) -> None:
    """Write a mail and put it into the outbox; once that is committed, call `wake`.

    Args:
        kind: of the templates `mail/<kind>.txt`, which has the subject, too, and `mail/<kind>.html`. Those of a plugin are
            called `<plugin>.<name>`, and stand in its folder as `<plugin>/mail/<name>.txt` and `.html`.
        brand: whose mail it is.
        recipient: the address it goes to.
        language: of whom it goes to.
        tenant_id: for which workspace it is written; None for none.
        context: what the templates want beside `brand`, `site` and the theme's own texts.
    """
    with in_language(language):
        letter = _write(kind, brand, recipient, context)
    outbox.post(session, letter, kind=kind, tenant_id=tenant_id, reseller_id=brand.reseller_id)


def wake() -> None:
    """Have the outbox looked at now. Where that cannot be asked for, it is looked at twice a minute anyway."""
    if not outbox.can_send():
        return
    try:
        enqueue(SEND)
    except RedisError:
        return


def wake_when_committed(session: Session) -> None:
    """`wake`, once the session's transaction is committed; not where it is rolled back."""
    once_committed(session, wake)


def _write(kind: str, brand: Brand, recipient: str, context: dict[str, Any]) -> Letter:
    environment = environment_for(current_app._get_current_object(), brand.theme)  # type: ignore[attr-defined]
    values = {
        "brand": brand,
        "site": site(brand.host),
        "header": mail_slot(brand, "header.html"),
        "footer": mail_slot(brand, "footer.html"),
        "footer_text": mail_slot(brand, "footer.txt"),
        **context,
    }
    plugin, dot, name = kind.rpartition(".")
    template = f"{plugin}/mail/{name}" if dot else f"mail/{kind}"
    plain = environment.get_template(f"{template}.txt")
    subject = "".join(plain.blocks["subject"](plain.new_context(values)))
    return Letter(
        recipient=recipient,
        subject=subject.strip(),
        text=plain.render(values).strip() + "\n",
        html=environment.get_template(f"{template}.html").render(values),
        sender=brand.name,
        reply_to=brand.support_email,
    )
