"""The webhooks of a flow as its page shows them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from aerostic.sdk.automation import Document, Kinds, hook_address, hooks_of, old_secret_until
from aerostic.sdk.flows import HookTrigger

from .outline import title_of


@dataclass(frozen=True, slots=True)
class Hooked:
    """A webhook.

    Args:
        id: None where it has no address yet: the node has not been published.
        title: of its node.
        old_until: how long the secret before is or was good.
        secret: where it is shown.
    """

    id: UUID | None
    title: str
    address: str = ""
    old_until: datetime | None = None
    secret: str = field(default="", repr=False)

    @property
    def since(self) -> str:
        """Which secret it has by now: another text after each change."""
        return since(self.old_until)


def since(old_until: datetime | None) -> str:
    """What a page says about the secret that it was made with, so that it is changed once."""
    return old_until.isoformat() if old_until else ""


def hooked(
    session: Session, flow_id: UUID, documents: list[Document], kinds: Kinds, secrets: Mapping[UUID, str]
) -> Iterator[Hooked]:
    """The webhooks of nodes that a flow has.

    Args:
        documents: what is published, and the draft.
        secrets: those that are shown, by the webhook's id.
    """
    nodes = [node for document in documents for node in document.nodes]
    called = {node.id: title_of(node, kinds) for node in nodes if isinstance(kinds.get(node.kind), HookTrigger)}
    known = {hook.node: hook for hook in hooks_of(session, flow_id)}
    for id_, title in called.items():
        hook = known.get(id_)
        if hook is None:
            yield Hooked(None, title)
        else:
            yield Hooked(hook.id, title, hook_address(hook), old_secret_until(hook), secrets.get(hook.id, ""))
