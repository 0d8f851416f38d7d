"""Telling detectors what was planned: one observation for a reply, or for a slice of a batch, once it is committed."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from aerostic.messaging.bodies import Body
from aerostic.messaging.conversations.kinds import body_of
from aerostic.messaging.outbound.writing import Draft, Way, Written
from aerostic.messaging.templates.preview import outline
from aerostic.messaging.values import mapping
from aerostic.streams.observed import fingerprint, observe_after, quietly

# What plans them, in the words of the catalogue; others go by their own name.
SOURCES = {"flow": "flows"}
# Where a message that is no batch's says on whose account it is.
WHOSE = ("api_key_id", "run", "user_id")


def planned(
    session: Session,
    way: Way,
    drafts: Sequence[Draft],
    written: Written,
    *,
    cost: int = 0,
    balance: int = -1,
    source_id: UUID | None = None,
) -> None:
    """Tell of messages that were written.

    Args:
        drafts: what was to be written; the text is that of the first.
        cost: micro-credits that are held for them.
        balance: micro-credits that are left in the wallet; less than 0 where nobody knows.
        source_id: of a batch.
    """
    if not written.ids:
        return
    with quietly("messages.planned"):
        first = drafts[0]
        observe_after(
            session,
            "messages.planned",
            way.tenant_id,
            number=str(way.number_id),
            source=SOURCES.get(way.source, way.source),
            source_id=str(source_id or _whose(first.details)),
            batch=str(way.batch_id or ""),
            template=str(first.template.id) if first.template else "",
            count=len(written.ids),
            new=written.new,
            cost=cost,
            balance=max(balance, -1),
            **fingerprint(" ".join(_words(first))).fields(),
        )


def _whose(details: Mapping[str, Any]) -> str:
    return str(next((details[name] for name in WHOSE if name in details), ""))


def _words(draft: Draft) -> Iterator[str]:
    """What everybody reads who gets it."""
    body = _body(draft)
    yield from (body.header, body.text, body.footer)
    for button in body.buttons:
        yield button.text
        if button.kind == "url":
            yield button.value


def _body(draft: Draft) -> Body:
    if draft.template and draft.content.get("type") == "template":
        return outline(mapping(draft.content.get("template")), draft.template.components)
    return body_of(draft.content)
