"""What is typed about a key: its name, where it is good, and how often."""

import re
from typing import Annotated

from flask_babel import gettext as _
from pydantic import AfterValidator, BaseModel, Field

from aerostic.identity.keys import LONGEST_NAME, MOST_NETWORKS, Limits
from aerostic.registry import runtime
from aerostic.security.addresses import networks

BETWEEN = re.compile(r"[\s,;]+")


def _networks(typed: str) -> str:
    """One network a line, in their usual form."""
    found = []
    for text in filter(None, BETWEEN.split(typed)):
        try:
            found += networks([text])
        except ValueError:
            raise ValueError(
                _("%(text)s is no address. Write 203.0.113.7, 203.0.113.0/24 or 2001:db8::/48.", text=text)
            ) from None
    if len(found) > MOST_NETWORKS:
        raise ValueError(_("At most %(count)s addresses. Put those of one network together.", count=MOST_NETWORKS))
    return "\n".join(dict.fromkeys(found))


def _not_above(value: int) -> int:
    if value > most():
        raise ValueError(_("At most %(count)s.", count=most()))
    return value


def most() -> int:
    """Requests a minute that any key may make."""
    return runtime().settings.api_per_minute


class Described(BaseModel):
    """A key's name and limits. An empty `allowed` is everywhere, an empty `per_minute` as many as any key may make."""

    name: Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]
    allowed: Annotated[str, Field(max_length=4000), AfterValidator(_networks)] = ""
    per_minute: Annotated[int, Field(ge=1), AfterValidator(_not_above)] | None = None

    def limits(self) -> Limits:
        """As keys have them."""
        return Limits(self.allowed.split(), self.per_minute)
