"""How long a contact may still be answered in free words, in few words and on a colour."""

from dataclasses import dataclass
from datetime import timedelta

from flask_babel import gettext as _

from aerostic.db import utcnow
from aerostic.messaging.conversations.listing import Row
from aerostic.messaging.models import Conversation

SOON = timedelta(hours=4)
VERY_SOON = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Window:
    """A 24-hour window. `left` is None once it is closed, or was never open."""

    left: timedelta | None

    @classmethod
    def of(cls, conversation: Conversation | Row) -> "Window":
        """The window of a conversation now."""
        left = conversation.window_until - utcnow() if conversation.window_until else timedelta()
        return cls(left if left > timedelta() else None)

    @property
    def open(self) -> bool:
        """Whether free words may be sent."""
        return self.left is not None

    @property
    def color(self) -> str:
        """Of the chip."""
        if self.left is None:
            return "secondary"
        return "danger" if self.left < VERY_SOON else "warning" if self.left < SOON else "success"

    @property
    def words(self) -> str:
        """On the chip."""
        if self.left is None:
            return str(_("Window closed"))
        return str(_("%(time)s left", time=self.short))

    @property
    def short(self) -> str:
        """Where little room is."""
        if self.left is None:
            return str(_("Closed"))
        minutes = int(self.left.total_seconds()) // 60
        if minutes >= 60:
            return str(_("%(hours)s h", hours=minutes // 60))
        return str(_("%(minutes)s min", minutes=max(minutes, 1)))
