"""What is answered in words: to refusals, and where something is away."""

from aerostic.flows.hooks.contract import Answer
from aerostic.web.refusals import Refusal


def text(status: int, words: str, wait: int = 0) -> Answer:
    """An answer in plain words.

    Args:
        wait: seconds after which to come again; 0 where that would not help.
    """
    again = {"Retry-After": str(wait)} if wait else {}
    return Answer(status, {"Content-Type": "text/plain; charset=utf-8", **again}, words.encode())


def refused(refusal: Refusal) -> Answer:
    """The answer to what is refused."""
    return text(refusal.status, str(refusal), refusal.wait)
