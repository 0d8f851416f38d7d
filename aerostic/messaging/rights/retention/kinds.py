"""The kinds of data of messaging that a tenant may keep for a time of its own, in bounds that the platform sets."""

from aerostic.messaging.rights.retention import people, refused, talks
from aerostic.registry import RetentionKind
from aerostic.words import N_

YEAR = 365
TEN_YEARS = 10 * YEAR
MONTH = 30

KINDS = (
    RetentionKind(
        "messaging.contents",
        N_("What messages say"),
        N_("Days after a message. When it was sent, how far it came and what it cost stays."),
        least=MONTH,
        most=TEN_YEARS,
        count=talks.count_contents,
        step=talks.forget_some_contents,
    ),
    RetentionKind(
        "messaging.conversations",
        N_("Conversations"),
        N_("Days after the last message. What was said goes with them, and to whom; counts and charges stay."),
        least=MONTH,
        most=TEN_YEARS,
        count=talks.count_conversations,
        step=talks.forget_some_conversations,
    ),
    RetentionKind(
        "messaging.silent_contacts",
        N_("Contacts without a message"),
        N_("Days after they were added or changed. Who has written to you, or was written to, stays."),
        least=MONTH,
        most=TEN_YEARS,
        count=people.count_silent,
        step=people.remove_some_silent,
    ),
    RetentionKind(
        "messaging.refused_rows",
        N_("Refused rows of imports"),
        N_("Days after the import. After that there is no file of errors any more."),
        least=1,
        most=YEAR,
        default=MONTH,
        for_ever=False,
        count=refused.count_rows,
        step=refused.remove_some_rows,
    ),
    RetentionKind(
        "messaging.rejected_webhooks",
        N_("Webhooks that could not be used"),
        N_("Days after they came."),
        least=7,
        most=YEAR,
        default=MONTH,
        for_ever=False,
        count=refused.count_webhooks,
        step=refused.remove_some_webhooks,
    ),
)
