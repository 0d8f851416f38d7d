"""Why somebody of an audience gets no message, and why a campaign cannot start: stable codes, and what to do."""

from collections.abc import Mapping
from types import MappingProxyType

from aerostic.sdk import N_

VERDICTS: Mapping[str, str] = MappingProxyType(
    {
        "unreachable": N_("Has neither a phone number nor a WhatsApp user id. Add one to the contact."),
        "invalid_phone": N_("The phone number is not a valid international one. Correct it on the contact."),
        "suppressed": N_("The number is on the suppression list. Only the person can undo that."),
        "opted_out": N_("Withdrew consent to this kind of message. Only the person can give it again."),
        "no_consent": N_("Consent to marketing is not recorded. Ask for it, or import it with its source and time."),
        "blocked_market": N_(
            "WhatsApp delivers no marketing to this country. Use a utility template or another channel."
        ),
        "duplicate": N_(
            "The same person is in the audience twice under two ways to write the number. Merge the contacts."
        ),
        "missing_variable": N_("The template needs a value that the contact lacks. Fill it in, or set a fall-back."),
        "invalid_variable": N_("A value does not fit the template. Shorten or correct it on the contact."),
        "limit": N_("Beyond the number of people this account may write to within 24 hours. Send to them tomorrow."),
        "no_price": N_("Nobody has set a price for this country and category. Ask your provider to add it."),
        "template_not_approved": N_("The template is not approved. Choose an approved one."),
        "changed": N_("Left the audience, or was changed, while the campaign was being launched."),
        "cancelled": N_("The campaign was cancelled before this message was planned."),
    }
)
PROBLEMS: Mapping[str, str] = MappingProxyType(
    {
        "template_not_approved": N_("The template is not approved. Choose an approved one or wait for the review."),
        "template_elsewhere": N_(
            "Template and number belong to different accounts. Choose a number of the template's account."
        ),
        "category_changed": N_(
            "WhatsApp moved the template to another category. Look at consent and cost, then launch again."
        ),
        "number_not_connected": N_("The number is not connected. Reconnect it in WhatsApp Manager."),
        "account_blocked": N_("The WhatsApp account is blocked. See its page for the reason."),
        "unmapped_variable": N_(
            "A place in the template has no source. Choose a field, the name or a fixed text for each."
        ),
        "nobody": N_("Nobody would get a message. Look at the reasons, or change the audience."),
        "currencies": N_("The markets are priced in more than one currency. Make one campaign for each."),
        "balance": N_("The wallet does not hold the cost of the campaign. Top it up, or choose a smaller audience."),
    }
)
INCOMPLETE = N_("The campaign is not complete yet. Choose its template and its number first.")


class CampaignError(Exception):
    """Something a person asked of a campaign cannot be done; the message says why and what to do.

    Args:
        code: stable, for programs.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
