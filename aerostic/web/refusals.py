"""Refusals of what answers before Flask: webhooks, and the machine-learning service."""

from uuid import UUID

RETRY_SECONDS = 5


class Refusal(Exception):  # noqa: N818 - an answer, not an error of ours
    """An answer other than 200, with what the sender should know.

    Args:
        wait: seconds after which to come again; 0 where that would not help.
        reason: what detectors are told of it, where the status says something else.
        tenant_id: whose endpoint was asked, where that is known.
    """

    def __init__(
        self, status: int, text: str, wait: int = 0, *, reason: str = "", tenant_id: UUID | None = None
    ) -> None:
        super().__init__(text)
        self.status, self.wait, self.reason, self.tenant_id = status, wait, reason, tenant_id
