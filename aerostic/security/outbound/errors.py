"""Why an address is not asked, or its answer not taken. No text holds anything of the address, of headers or of the answer."""

from prometheus_client import Counter

from aerostic.words import N_

refused = Counter("aerostic_outbound_refused", "Requests to configured addresses that came to nothing.", ["reason"])


class OutboundError(ValueError):
    """A request came to nothing. Its text says what to do, and is translated where it is shown; `reason` is one word."""

    def __init__(self, reason: str, text: str) -> None:
        super().__init__(text)
        self.reason = reason


class AddressError(OutboundError):
    """The address, or one it leads to, is not one that may be asked, or the request is not one that may be made."""


class NoAnswerError(OutboundError):
    """Nobody answered, not in time, or nobody who could prove to be that host. Another try may go well."""


class AnswerError(OutboundError):
    """What came back cannot be taken."""


KINDS: dict[str, tuple[type[OutboundError], str]] = {
    "scheme": (AddressError, N_("An address begins with https:// and the name of a host.")),
    "spelling": (
        AddressError,
        N_("This address is written in an unusual way. Write it as https://www.example.org/path."),
    ),
    "userinfo": (AddressError, N_("Leave name and password out of the address. They belong into a header.")),
    "port": (AddressError, N_("This port cannot be asked. Use 443, or one from 1024 on.")),
    "private": (AddressError, N_("The address leads into a private network.")),
    "redirects": (AddressError, N_("The address leads on to others too often. Enter the last one of them.")),
    "downgrade": (AddressError, N_("The address leads on to one without https. Ask its owner for a secure one.")),
    "request": (AddressError, N_("This method or one of these headers cannot be sent. Leave it out.")),
    "unknown": (NoAnswerError, N_("The host of the address is not known.")),
    "unreachable": (NoAnswerError, N_("The host does not answer. Check the address, or try again later.")),
    "certificate": (NoAnswerError, N_("The host's certificate is not valid for this name. Ask its owner to renew it.")),
    "slow": (NoAnswerError, N_("The answer took too long. Try again later.")),
    "large": (AnswerError, N_("The answer is too large. Ask for less at once.")),
    "broken": (AnswerError, N_("The answer broke off or cannot be read. Try again later.")),
}


def refusal(reason: str) -> OutboundError:
    """The error for a reason, which is counted."""
    refused.labels(reason).inc()
    kind, text = KINDS[reason]
    return kind(reason, text)
