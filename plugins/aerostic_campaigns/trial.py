"""Sending one message of a campaign to a colleague, to see it on a phone before anybody else does."""

from uuid import UUID

from aerostic.sdk import (
    REPLY,
    AudienceRow,
    PhoneError,
    audience,
    new_id,
    normalise_phone,
    send_now,
    tenant_scope,
    transaction,
)

from .context import Context, get, load
from .launch import SOURCE
from .variables import key_of
from .verdicts import PROBLEMS, VERDICTS, CampaignError


def send_test(tenant_id: UUID, campaign_id: UUID, to: str, like: UUID | None = None) -> UUID:
    """Send the campaign's message to one phone, at its usual price. Returns the message's id.

    Args:
        to: an international phone number.
        like: the contact whose values fill the template; without one, the fixed texts and the template's samples do.

    Raises:
        CampaignError: the number, the template or a value does not allow it.
        NoPriceError, InsufficientFundsError: nothing was sent.
    """
    try:
        phone = normalise_phone(to)
    except PhoneError:
        raise CampaignError("invalid_phone", VERDICTS["invalid_phone"]) from None
    with transaction(tenant_scope(tenant_id)) as session:
        context = load(session, get(session, campaign_id))
        if context.template.status != "APPROVED":
            raise CampaignError("template_not_approved", PROBLEMS["template_not_approved"])
        rows = audience.load(session, tenant_id, [like]) if like else []
        try:
            content = context.channel.template_content(context.data, _values(context, rows))
        except ValueError as error:
            raise CampaignError("invalid_variable", str(error)) from None
        return send_now(
            session,
            tenant_id=tenant_id,
            number_id=context.number.id,
            contact_id=None,
            to=phone.e164,
            user_id=None,
            content=content,
            category=context.category,
            market=phone.country,
            priority=REPLY,
            key=f"campaign:{campaign_id}:test:{new_id()}",
            source=SOURCE,
            template=context.template,
        ).id


def _values(context: Context, rows: list[AudienceRow]) -> list[str]:
    by_key = {source.key: source for source in context.mapped[0]}
    values = []
    for variable in context.channel.variables(context.data):
        source = by_key.get(key_of(variable))
        if rows and source:
            values.append(source.fill(rows[0]))
        else:
            values.append(source.value if source and source.kind == "constant" else variable.sample)
    return values
