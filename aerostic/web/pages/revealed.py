"""Which contacts this person sees whole just now: those that they gave a reason for, for a few minutes each."""

from time import time
from uuid import UUID

from flask import Flask, session
from flask_babel import gettext as _
from markupsafe import Markup

from aerostic.messaging.contacts.short import short_email, short_phone
from aerostic.messaging.models import Contact
from aerostic.web.pages.access import can
from aerostic.web.pages.formats import phone

PERMISSION, KEY = "contacts.reveal", "revealed"
MINUTES, MOST = 5, 10


def note_revealed(contact_id: UUID) -> None:
    """Show this contact whole from now on, for `MINUTES`."""
    open_now = {name: until for name, until in session.get(KEY, {}).items() if until > time()}
    newest = list(open_now.items())[1 - MOST :]
    session[KEY] = dict(newest) | {str(contact_id): int(time()) + MINUTES * 60}


def is_revealed(contact_id: UUID) -> bool:
    """Whether the person sees this contact whole."""
    return can(PERMISSION) and session.get(KEY, {}).get(str(contact_id), 0) > time()


def contact_phone(contact: Contact) -> Markup:
    """The contact's phone as this person may see it."""
    if not contact.phone or is_revealed(contact.id):
        return phone(contact.phone)
    return veiled_phone(contact.phone)


def contact_email(contact: Contact) -> str:
    """The contact's address as this person may see it."""
    address = contact.email or ""
    return address if not address or is_revealed(contact.id) else short_email(address)


def veiled_phone(e164: str | None) -> Markup:
    """A phone by its country code and last digits."""
    if not e164:
        return phone(e164)
    words = Markup('<bdi dir="ltr" class="text-nowrap" title="{}">{}</bdi>')
    return words.format(_("Shortened, to protect the person"), short_phone(e164))


def init_revealed(app: Flask) -> None:
    """Make them known to every template."""
    app.add_template_filter(veiled_phone)
    app.add_template_filter(contact_phone)
    app.add_template_filter(contact_email)
    app.add_template_test(lambda contact: is_revealed(contact.id), "revealed")
