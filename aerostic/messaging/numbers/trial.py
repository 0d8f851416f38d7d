"""Sending one template from a number to a phone of one's own, to see that it works."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from aerostic.messaging.accounts import line_of
from aerostic.messaging.contacts.phones import PhoneError, normalise
from aerostic.messaging.models import ChannelNumber, Template
from aerostic.messaging.outbound.planning import REPLY, send_now
from aerostic.messaging.templates.data import data_of
from aerostic.words import N_

SOURCE = "test"
REFUSALS = {
    "phone": N_("This is no phone number. Write it with its country code, such as +49 151 12345678."),
    "template": N_("This template cannot be sent from this number: choose an approved one."),
}


class TrialError(Exception):
    """Nothing was sent; `code` is one of `REFUSALS`, or `values`."""

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(message or REFUSALS[code])
        self.code = code


def send_test(
    session: Session,
    number: ChannelNumber,
    template_id: UUID,
    to: str,
    *,
    key: UUID,
    values: Sequence[str] | None = None,
    country: str = "",
) -> UUID:
    """Send a template to one phone, at its usual price. Returns the message's id; the same key gives the same message.

    Args:
        to: a phone number as a person writes it; `country` is that of one without a country code.
        values: what fills the template; None for its samples.

    Raises:
        TrialError: nothing was sent; says why.
        ChannelError: the number's channel is switched off.
        NoPriceError, InsufficientFundsError: nothing was sent; the message tells what to do.
    """
    try:
        phone = normalise(to, country)
    except PhoneError:
        raise TrialError("phone") from None
    template = session.get(Template, template_id)
    if template is None or template.status != "APPROVED" or template.account_id != number.account_id:
        raise TrialError("template")
    samples = [str(place.get("sample", "")) for place in template.variables]
    channel = line_of(session, number.account_id).channel
    try:
        content = channel.template_content(data_of(template), list(samples if values is None else values))
    except ValueError as error:
        raise TrialError("values", str(error)) from None
    return send_now(
        session,
        tenant_id=number.tenant_id,
        number_id=number.id,
        contact_id=None,
        to=phone.e164,
        user_id=None,
        content=content,
        category=template.category.lower(),
        market=phone.country,
        priority=REPLY,
        key=f"test:{number.id}:{key}",
        source=SOURCE,
        template=template,
    ).id
