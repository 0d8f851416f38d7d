"""The Graph API's error codes as data: what each means for a message, and what a person can do about it.

Source: support/error-codes (table of December 2025), with later codes as seen in public clients.
"""

from typing import NamedTuple

from aerostic.sdk import N_, ErrorScope, SendResult, Sent

MESSAGE, RECIPIENT, TEMPLATE = ErrorScope.MESSAGE, ErrorScope.RECIPIENT, ErrorScope.TEMPLATE
NUMBER, ACCOUNT = ErrorScope.NUMBER, ErrorScope.ACCOUNT
LONGEST_WAIT = 4096.0


class Rule(NamedTuple):
    """What an error code means.

    Args:
        tries: how often a message is tried before it counts as failed; 0 for errors that are final at once.
        after: seconds before the second try; each later wait is `factor` times longer.
    """

    reason: str
    scope: ErrorScope = MESSAGE
    tries: int = 0
    after: float = 0.0
    factor: float = 2.0


INVALID = N_("The access token is not valid any more: connect the account again.")
PERMISSION = N_("The access token lacks a permission: grant whatsapp_business_messaging and connect the account again.")
REQUEST = N_("WhatsApp did not accept a value of this message: check its content.")
BUSY = N_("WhatsApp is overloaded or away: it is tried again.")
UNREGISTERED = N_("The number is not registered with the Cloud API: register it.")
PARAMETERS = N_("The values do not fit the template: sync templates and check its variables.")

RULES: dict[int, Rule] = {
    # Access
    0: Rule(INVALID, ACCOUNT),
    3: Rule(PERMISSION, ACCOUNT),
    10: Rule(PERMISSION, ACCOUNT),
    190: Rule(INVALID, ACCOUNT),
    131005: Rule(PERMISSION, ACCOUNT),
    33: Rule(N_("The number does not exist or was removed from the account: sync numbers."), ACCOUNT),
    368: Rule(N_("The account is blocked for a policy violation: see WhatsApp Manager."), ACCOUNT),
    131031: Rule(N_("The account is locked: see WhatsApp Manager."), ACCOUNT),
    131037: Rule(N_("The number's display name is not approved yet: request a name in WhatsApp Manager."), ACCOUNT),
    131042: Rule(N_("There is a problem with the account's payment method: settle it in WhatsApp Manager."), ACCOUNT),
    131045: Rule(UNREGISTERED, ACCOUNT),
    133010: Rule(UNREGISTERED, ACCOUNT),
    133006: Rule(N_("The number has to be verified before it is registered."), ACCOUNT),
    133005: Rule(N_("The two-step PIN is wrong: enter it again."), ACCOUNT),
    133008: Rule(N_("Too many wrong PINs: wait, then enter it again."), ACCOUNT),
    133009: Rule(N_("The PIN was entered too fast: wait, then enter it again."), ACCOUNT),
    133016: Rule(N_("Too many registrations of this number: wait 72 hours."), ACCOUNT),
    134011: Rule(N_("The terms of payments have to be accepted in WhatsApp Manager."), ACCOUNT),
    134102: Rule(N_("The Marketing Messages API is not available to this account."), ACCOUNT),
    131048: Rule(
        N_("Too many people blocked or reported the number: pause campaigns and improve their audience."), ACCOUNT
    ),
    131064: Rule(N_("The account's messaging is limited after template category violations."), ACCOUNT),
    131063: Rule(N_("Marketing templates are switched off on the Cloud API for this account."), ACCOUNT),
    # Pace
    4: Rule(N_("The app's call limit is reached: it goes on slower."), ACCOUNT, 50, 30),
    80007: Rule(N_("The account's call limit is reached: it goes on slower."), ACCOUNT, 50, 30),
    130429: Rule(N_("The number's throughput is reached: it goes on slower."), NUMBER, 50, 2),
    131056: Rule(N_("Too many messages to this person in a short time: it is tried again later."), RECIPIENT, 7, 1, 4),
    131057: Rule(N_("The number's throughput is being upgraded: it goes on in a minute."), NUMBER, 10, 60, 1),
    # The service
    1: Rule(BUSY, MESSAGE, 3, 5),
    2: Rule(BUSY, NUMBER, 10, 5),
    131000: Rule(N_("WhatsApp reported an unknown error."), MESSAGE, 3, 5),
    131016: Rule(BUSY, NUMBER, 10, 5),
    133000: Rule(N_("The number is still being deregistered: it is tried again."), NUMBER, 5, 60),
    133004: Rule(BUSY, NUMBER, 10, 5),
    133015: Rule(N_("The number was just deleted: it is tried again in five minutes."), NUMBER, 3, 300, 1),
    134101: Rule(N_("The template is being prepared for marketing messages: it is tried again."), TEMPLATE, 3, 600, 1),
    2494100: Rule(N_("WhatsApp maintains this number: it is tried again."), NUMBER, 5, 60),
    # The recipient
    130472: Rule(N_("WhatsApp keeps marketing from this person as part of an experiment: do not try again.")),
    130497: Rule(N_("WhatsApp does not let this account write to the recipient's country.")),
    131021: Rule(N_("Sender and recipient are the same number.")),
    131026: Rule(N_("Not deliverable: the number is not on WhatsApp, or its app is too old.")),
    131030: Rule(N_("A test number reaches only recipients on its list: add this one in the app's settings.")),
    131035: Rule(N_("The account's data-retention setting does not allow this message.")),
    131036: Rule(N_("The account's data-retention setting does not allow this message.")),
    131047: Rule(N_("More than 24 hours have passed since the person wrote: send a template.")),
    131049: Rule(N_("WhatsApp held this marketing message back for the person's sake: not before 24 hours again.")),
    131050: Rule(N_("The person has stopped marketing messages from this business.")),
    131062: Rule(N_("This message needs a phone number: the person is known by a user id only.")),
    137000: Rule(N_("The recipient's identity has changed: verify it before sending.")),
    # Our request
    100: Rule(REQUEST),
    131008: Rule(N_("A required value of this message is missing: check its content.")),
    131009: Rule(REQUEST),
    131051: Rule(N_("WhatsApp does not support this type of message.")),
    131052: Rule(N_("The media could not be fetched from WhatsApp.")),
    131053: Rule(N_("WhatsApp could not use the media: check its type, size and address.")),
    131055: Rule(N_("Only marketing templates go through the Marketing Messages API.")),
    131059: Rule(N_("WhatsApp lost its place in a list: try again.")),
    131061: Rule(N_("A template with a price limit goes through the Marketing Messages API only.")),
    134100: Rule(N_("Only marketing templates go through the Marketing Messages API.")),
    130501: Rule(N_("Groups take text, media and templates only.")),
    135000: Rule(REQUEST),
    # The template
    132000: Rule(PARAMETERS, TEMPLATE),
    132001: Rule(N_("The template does not exist in this language or is not approved: sync templates."), TEMPLATE),
    132005: Rule(N_("The text is too long once its values are filled in: shorten them.")),
    132007: Rule(N_("The template's content violates a policy: see WhatsApp Manager."), TEMPLATE),
    132008: Rule(PARAMETERS),
    132012: Rule(PARAMETERS),
    132015: Rule(N_("The template is paused for low quality: wait until it is released, or edit it."), TEMPLATE),
    132016: Rule(N_("The template is disabled for good: use another one."), TEMPLATE),
    132018: Rule(PARAMETERS),
    132068: Rule(N_("The template's flow is blocked: repair it in WhatsApp Manager."), TEMPLATE),
    132069: Rule(N_("The template's flow is slowed down by WhatsApp: wait, then try again."), TEMPLATE),
    # Submitting a template
    2388019: Rule(N_("The account has as many templates as it may have: delete some."), ACCOUNT),
    2388040: Rule(N_("A text of the template is too long: shorten it."), TEMPLATE),
    2388047: Rule(N_("The template's header is not as it has to be: check its format and variables."), TEMPLATE),
    2388072: Rule(N_("The template's body is not as it has to be: check its format and variables."), TEMPLATE),
    2388073: Rule(N_("The template's footer is not as it has to be: it may have no variables."), TEMPLATE),
    2388293: Rule(N_("The template has too many variables for its text: write more words around them."), TEMPLATE),
    2388299: Rule(N_("The template begins or ends with a variable: put words before and behind it."), TEMPLATE),
}
PERMISSIONS = range(200, 300)
UNKNOWN_REFUSAL = Rule(N_("WhatsApp refused the message with a code that is not known here."))
UNKNOWN_TROUBLE = Rule(N_("WhatsApp is in trouble: it is tried again."), NUMBER, 5, 5)


def rule_of(code: int, *, transient: bool = False) -> Rule:
    """The rule of a code; for one that is not in the table, by whether the answer calls itself passing."""
    if code in PERMISSIONS:
        return RULES[10]
    return RULES.get(code) or (UNKNOWN_TROUBLE if transient else UNKNOWN_REFUSAL)


def reason_of(code: int) -> str:
    """What a person reads about a code that came in a status webhook."""
    return rule_of(code).reason


def refusal(code: int, attempt: int, *, transient: bool = False) -> SendResult:
    """The result of a send that was answered with an error code.

    Args:
        attempt: how many times this message has been tried, this one included.
        transient: the answer's `is_transient`, or a 5xx: what decides about codes not in the table.
    """
    rule = rule_of(code, transient=transient)
    if attempt >= rule.tries:
        return SendResult(Sent.FAILED, code=code, reason=rule.reason, scope=rule.scope)
    wait = min(rule.after * rule.factor ** max(0, attempt - 1), LONGEST_WAIT)
    return SendResult(Sent.RETRY, code=code, reason=rule.reason, after=wait, scope=rule.scope)
