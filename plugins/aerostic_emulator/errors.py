"""Graph API errors: the table of codes and the envelope they travel in.

Source: support/error-codes. `path` says where a code is seen: "S" in the HTTP answer, "A" in a `failed` status
webhook, "SA" in both.
"""

import secrets
from dataclasses import dataclass
from typing import Any

HREF = "https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes"
MISSING_OBJECT = 33


@dataclass(frozen=True, slots=True)
class Code:
    """One row of the error table."""

    number: int
    http: int
    path: str
    title: str
    details: str


_ROWS = (
    Code(0, 401, "S", "AuthException", "We were unable to authenticate the app user."),
    Code(1, 400, "S", "API Unknown", "Invalid request or possible server error."),
    Code(2, 503, "S", "API Service", "Temporary due to downtime or due to being overloaded."),
    Code(3, 500, "S", "API Method", "Capability or permissions issue."),
    Code(4, 400, "S", "API Too Many Calls", "The app has reached its API call rate limit."),
    Code(10, 403, "S", "API Permission Denied", "Permission is either not granted or has been removed."),
    Code(33, 400, "S", "Parameter value is not valid", "The business phone number has been deleted."),
    Code(100, 400, "S", "Invalid parameter", "One or more parameters are unsupported or misspelled."),
    Code(190, 401, "S", "Invalid OAuth access token", "The access token has expired or is invalid."),
    Code(200, 403, "S", "API Permission", "Permission is either not granted or has been removed."),
    Code(368, 403, "S", "Temporarily blocked for policies violations", "The account has been restricted."),
    Code(80007, 400, "S", "Rate limit issues", "The WhatsApp Business Account has reached its rate limit."),
    Code(
        130429,
        400,
        "SA",
        "Rate limit hit",
        "Message failed to send because there were too many messages sent "
        "from this phone number in a short period of time",
    ),
    Code(
        130472,
        400,
        "A",
        "User's number is part of an experiment",
        "Failed to send message because this user's phone number is part of an experiment",
    ),
    Code(
        130497,
        403,
        "SA",
        "Business account is restricted from messaging users in this country",
        "The business account is restricted from messaging users in certain countries.",
    ),
    Code(130501, 400, "S", "Message type is not currently supported", "This type cannot be sent to a group."),
    Code(131000, 500, "SA", "Something went wrong", "Message failed to send due to an unknown error."),
    Code(131005, 403, "S", "Access denied", "Permission is either not granted or has been removed."),
    Code(131008, 400, "S", "Required parameter is missing", "The request is missing a required parameter."),
    Code(131009, 400, "SA", "Parameter value is not valid", "One or more parameter values are invalid."),
    Code(131016, 500, "SA", "Service unavailable", "A service is temporarily unavailable."),
    Code(131021, 400, "S", "Recipient cannot be sender", "Sender and recipient phone number is the same."),
    Code(131026, 400, "A", "Message undeliverable", "Message Undeliverable."),
    Code(
        131030,
        400,
        "S",
        "Recipient phone number not in allowed list",
        "Recipient phone number not in allowed list: Add recipient phone number to recipient list and try again.",
    ),
    Code(131031, 403, "SA", "Business Account locked", "Business account has been locked."),
    Code(131035, 400, "A", "Message failed due to data retention limits", "The number uses no storage."),
    Code(131036, 400, "A", "Message failed due to data retention limits", "The number uses local storage."),
    Code(131037, 400, "S", "Display name approval needed", "The display name of this number is not approved."),
    Code(
        131042,
        400,
        "A",
        "Business eligibility payment issue",
        "Message failed to send because there were one or more errors related to your payment method.",
    ),
    Code(
        131045, 500, "SA", "Incorrect certificate", "Message failed to send due to a phone number registration error."
    ),
    Code(
        131047,
        400,
        "A",
        "Re-engagement message",
        "Message failed to send because more than 24 hours have passed since the customer last replied to this number.",
    ),
    Code(
        131048,
        400,
        "SA",
        "Spam rate limit hit",
        "Message failed to send because there are restrictions on how "
        "many messages can be sent from this phone number.",
    ),
    Code(
        131049,
        400,
        "A",
        "This message was not delivered to maintain healthy ecosystem engagement.",
        "In order to maintain a healthy ecosystem engagement, the message failed to be delivered.",
    ),
    Code(
        131050,
        400,
        "A",
        "Unable to deliver the message. This recipient has chosen to stop receiving marketing "
        "messages on WhatsApp from your business",
        "The recipient has stopped marketing messages of this business.",
    ),
    Code(131051, 400, "SA", "Unsupported message type", "Unsupported message type."),
    Code(131052, 400, "A", "Media download error", "Unable to download the media sent by the user."),
    Code(131053, 400, "A", "Media upload error", "Unable to upload the media used in the message."),
    Code(131055, 400, "S", "Method not allowed", "Only marketing template messages are supported."),
    Code(
        131056,
        400,
        "SA",
        "(Business Account, Consumer Account) pair rate limit hit",
        "Message failed to send "
        "because there were too many messages sent from this number to the same phone number in a short period.",
    ),
    Code(131057, 500, "S", "Account in maintenance mode", "Business Account is in maintenance mode."),
    Code(131059, 400, "S", "Invalid cursor", "The paging cursor is not valid; restart without it."),
    Code(131061, 400, "S", "Template needs the Marketing Messages API", "The template has a maximum price."),
    Code(131062, 400, "S", "Recipient type not supported", "Business-scoped user ids cannot receive this message."),
    Code(131063, 400, "S", "Marketing templates disabled", "Marketing templates are disabled on Cloud API."),
    Code(131064, 400, "SA", "Messaging limit reached", "The limit was lowered after category violations."),
    Code(
        132000,
        400,
        "S",
        "Number of parameters does not match the expected number of params",
        "The number of variable parameter values does not match the template.",
    ),
    Code(
        132001,
        404,
        "S",
        "Template name does not exist in the translation",
        "The template does not exist in the specified language or the template has not been approved.",
    ),
    Code(132005, 400, "S", "Translated text too long", "The translated text is too long."),
    Code(132007, 400, "S", "Template content policy violated", "Template content violates a WhatsApp policy."),
    Code(132008, 400, "S", "Parameter format mismatch", "A parameter does not have the expected format."),
    Code(
        132012,
        400,
        "S",
        "Parameter format does not match format in the created template",
        "Variable parameter values formatted incorrectly.",
    ),
    Code(132015, 400, "SA", "Template is paused", "Template is paused due to low quality."),
    Code(132016, 400, "S", "Template is disabled", "Template has been paused too many times and is disabled."),
    Code(132018, 400, "S", "Template parameters are invalid", "The parameters of the template are invalid."),
    Code(132068, 400, "S", "Flow is blocked", "Flow is in blocked state."),
    Code(132069, 400, "S", "Flow is throttled", "Flow is in throttled state."),
    Code(133000, 500, "S", "Incomplete deregistration", "A previous deregistration attempt failed."),
    Code(133004, 503, "S", "Server temporarily unavailable", "Server is temporarily unavailable."),
    Code(133005, 400, "S", "Two step verification PIN mismatch", "Two-step verification PIN incorrect."),
    Code(133006, 400, "S", "Phone number re-verification needed", "The number must be verified first."),
    Code(133008, 400, "S", "Too many PIN guesses", "Too many PIN guesses; try again in 600 seconds."),
    Code(133009, 400, "S", "PIN guessed too fast", "The PIN was entered too fast; try again in 60 seconds."),
    Code(133010, 400, "S", "Phone number not registered", "Phone number not registered on the platform."),
    Code(133015, 400, "S", "Please wait before registering", "The number was just deleted; wait 5 minutes."),
    Code(133016, 400, "S", "Account register deregister rate limit", "Too many register or deregister calls."),
    Code(134011, 400, "S", "Payments terms not accepted", "The payments terms of service are not accepted."),
    Code(134100, 400, "S", "Only marketing messages supported", "The template is not a marketing template."),
    Code(134101, 500, "S", "Template is syncing", "The template is still syncing; try again in 10 minutes."),
    Code(134102, 400, "S", "Template unavailable", "The template cannot be used by the Marketing Messages API."),
    Code(135000, 400, "SA", "Generic user error", "Message failed to send because of an unknown parameter error."),
    Code(137000, 400, "A", "Identity key mismatch", "The identity key hash does not match the user's."),
    Code(139100, 400, "S", "Some users could not be blocked", "One or more users could not be blocked."),
    Code(139102, 400, "S", "Blocklist concurrent update", "The block list is being changed elsewhere."),
    Code(2388019, 400, "S", "Message template limit exceeded", "The account has reached its template limit."),
    Code(2388023, 400, "S", "Template name is blocked", "The name of a deleted template is blocked for 30 days."),
    Code(2388024, 400, "S", "Content in this language already exists", "A template of that name and language exists."),
    Code(2388040, 400, "S", "Character limit exceeded", "A field is longer than its limit."),
    Code(2388047, 400, "S", "Message header format is incorrect", "The header is not valid."),
    Code(2388072, 400, "S", "Message body format is incorrect", "The body is not valid."),
    Code(2388073, 400, "S", "Message footer format is incorrect", "The footer is not valid."),
    Code(2388293, 400, "S", "Too many variables", "There are too many variables for the length of the text."),
    Code(2388299, 400, "S", "Leading or trailing variable", "Variables can't be at the start or end of the text."),
)
CODES = {row.number: row for row in _ROWS}


class NotFound(Exception):  # noqa: N818 - it becomes a 404
    """The control API knows no such thing."""


class GraphError(Exception):
    """A refusal that becomes a Graph error envelope (support/error-codes)."""

    def __init__(self, code: int, details: str | None = None, *, subcode: int | None = None, message: str = "") -> None:
        """Refuse with `code`; its default title and details come from the table."""
        row = CODES.get(code, CODES[131000])
        super().__init__(code)
        self.code = code
        self.http = row.http
        self.message = message or f"(#{code}) {row.title}"
        self.details = details or row.details
        self.subcode = subcode

    def body(self) -> dict[str, Any]:
        """Return the error envelope."""
        error: dict[str, Any] = {"message": self.message, "type": "OAuthException", "code": self.code}
        if self.code >= 1000:
            error["error_data"] = {"messaging_product": "whatsapp", "details": self.details}
        if self.subcode is not None:
            error["error_subcode"] = self.subcode
        if self.http >= 500:
            error["is_transient"] = True
        error["fbtrace_id"] = "A" + secrets.token_urlsafe(16)
        return {"error": error}


def missing_object(method: str, node: str) -> GraphError:
    """Return Graph's answer for an id that is unknown or belongs to someone else: code 100, subcode 33."""
    text = (
        f"Unsupported {method.lower()} request. Object with ID '{node}' does not exist, cannot be loaded due to "
        "missing permissions, or does not support this operation"
    )
    return GraphError(100, subcode=MISSING_OBJECT, message=text)


def missing_parameter(name: str) -> GraphError:
    """Return Graph's answer for a required top-level parameter that is absent."""
    return GraphError(100, message=f"(#100) The parameter {name} is required.")


def status_error(code: int) -> dict[str, Any]:
    """Return the error object of a `failed` status webhook (webhooks/reference/messages/status)."""
    row = CODES.get(code, CODES[131000])
    data = {"details": row.details}
    return {"code": code, "title": row.title, "message": row.title, "error_data": data, "href": HREF}
