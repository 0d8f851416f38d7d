"""What contacts agreed to: a history that only grows, and the present state that follows from it.

The latest entry by the time it was *given* decides, so events that arrive late or twice change nothing; of two at the same
moment the withdrawal counts. An entry of category `all` also speaks for marketing.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from aerostic import audit
from aerostic.db import Event, ask_again, emit_rows, new_id

# What a transaction has asked about people, to be asked again once it has changed that.
ANSWERS = "people"
Category = Literal["marketing", "all"]
State = Literal["granted", "withdrawn"]


class ConsentEntry(NamedTuple):
    """What one contact said.

    Args:
        source: where: a code, or a code, a colon and words of the tenant's (`stop_word`, `import:shop fair`).
        given_at: when the person said it, not when we heard.
        user_id: who of the tenant's people wrote it down, if anybody.
    """

    contact_id: UUID
    state: State
    source: str
    given_at: datetime
    category: Category = "marketing"
    user_id: UUID | None = None


class OptOut(NamedTuple):
    """A contact that has just become unreachable for a category: the arguments of the hook `contact_opted_out`."""

    contact_id: UUID
    category: Category


LOCK = text("SELECT id FROM contact WHERE tenant_id = :tenant AND id = ANY(:ids) ORDER BY id FOR UPDATE")
ADD = text("""
    INSERT INTO consent (id, tenant_id, contact_id, category, state, source, user_id, given_at, created_at)
    SELECT n.id, :tenant, n.contact_id, n.category, n.state, n.source, n.user_id, n.given_at, now()
    FROM unnest(CAST(:ids AS uuid[]), CAST(:contacts AS uuid[]), CAST(:categories AS text[]), CAST(:states AS text[]),
                CAST(:sources AS text[]), CAST(:users AS uuid[]), CAST(:times AS timestamptz[]))
         AS n (id, contact_id, category, state, source, user_id, given_at)
    WHERE NOT EXISTS (
        SELECT 1 FROM consent c
        WHERE c.tenant_id = :tenant AND c.contact_id = n.contact_id AND c.given_at = n.given_at
          AND c.category = n.category AND c.state = n.state AND c.source = n.source)
""")
LATEST = """
    WITH latest AS (
        SELECT DISTINCT ON (c.contact_id, covers) c.contact_id, covers, c.state, c.source
        FROM consent c CROSS JOIN (VALUES ('marketing'), ('all')) AS v (covers)
        WHERE c.tenant_id = :tenant AND c.contact_id = ANY(:ids) AND c.category IN (covers, 'all')
        ORDER BY c.contact_id, covers, c.given_at DESC, (c.state = 'withdrawn') DESC, c.id DESC)
"""
SET_STATE = text(
    LATEST
    + """
    UPDATE contact SET marketing = latest.state, updated_at = now() FROM latest
    WHERE latest.covers = 'marketing' AND contact.tenant_id = :tenant AND contact.id = latest.contact_id
      AND contact.marketing <> latest.state
    RETURNING contact.id, latest.state, latest.source
""")  # fmt: skip
SUPPRESS = text(
    LATEST
    + """
    INSERT INTO suppression (id, tenant_id, phone_index, category, reason, source, created_at)
    SELECT uuidv7(), :tenant, contact.phone_index, latest.covers, 'opted_out', latest.source, now()
    FROM latest JOIN contact ON contact.tenant_id = :tenant AND contact.id = latest.contact_id
    WHERE latest.state = 'withdrawn' AND contact.phone_index IS NOT NULL
    ORDER BY contact.phone_index, latest.covers
    ON CONFLICT (tenant_id, phone_index, category) DO NOTHING
""")  # fmt: skip
LIFT = text(
    LATEST
    + """
    DELETE FROM suppression s USING latest, contact
    WHERE latest.state = 'granted' AND contact.tenant_id = :tenant AND contact.id = latest.contact_id
      AND s.tenant_id = :tenant AND s.phone_index = contact.phone_index AND s.category = latest.covers
      AND s.reason = 'opted_out'
""")  # fmt: skip
# Of a row of `contact`: whether it must not get a message of the category that is asked for.
IS_BLOCKED = """
    ((:marketing AND contact.marketing = 'withdrawn')
     OR EXISTS (SELECT 1 FROM suppression s
                WHERE s.tenant_id = :tenant AND s.phone_index = contact.phone_index
                  AND (s.category = 'all' OR s.category = :category))
     OR (SELECT c.state = 'withdrawn' FROM consent c
         WHERE c.tenant_id = :tenant AND c.contact_id = contact.id AND c.category = 'all'
         ORDER BY c.given_at DESC, (c.state = 'withdrawn') DESC LIMIT 1))
"""
BLOCKED = text(f"SELECT id FROM contact WHERE tenant_id = :tenant AND id = ANY(:ids) AND {IS_BLOCKED}")


def record(session: Session, tenant_id: UUID, entries: Sequence[ConsentEntry]) -> list[OptOut]:
    """Write entries into the history and bring state, suppressions and events after them.

    Entries about contacts the scope does not show are left out. After the commit, the caller calls the tenant hook
    `contact_opted_out` with each result.
    """
    if not entries:
        return []
    before = {"tenant": tenant_id, "ids": list({entry.contact_id for entry in entries})}
    # Locked by a statement of its own: the next ones then see what a transaction committed that we waited for.
    known = set(session.scalars(LOCK, before))
    entries = [entry for entry in entries if entry.contact_id in known]
    add(session, tenant_id, entries)
    return refresh(session, tenant_id, list(known), {e.contact_id for e in entries if e.category == "all"})


def write_down(session: Session, tenant_id: UUID, entry: ConsentEntry) -> list[OptOut]:
    """`record` what somebody of the tenant heard from one contact; it stands in the audit log, too."""
    said = {"state": entry.state, "category": entry.category, "given_at": entry.given_at}
    audit.record(session, audit.Act(tenant_id, "contact.answered", f"contact:{entry.contact_id}", after=said))
    return record(session, tenant_id, [entry])


def add(session: Session, tenant_id: UUID, entries: Sequence[ConsentEntry]) -> None:
    """Write entries into the history, and nothing else: for new contacts whose state says the same already."""
    if entries:
        session.execute(ADD, {"tenant": tenant_id, **_columns(entries)})


def refresh(
    session: Session, tenant_id: UUID, contact_ids: Sequence[UUID], everything: set[UUID] | None = None
) -> list[OptOut]:
    """Make state and suppressions of contacts follow from their history, and announce what changed.

    Args:
        everything: of these contacts an opt-out is one of category `all`.
    """
    values = {"tenant": tenant_id, "ids": list(contact_ids)}
    changed = session.execute(SET_STATE, values).all()
    session.execute(SUPPRESS, values)
    session.execute(LIFT, values)
    ask_again(session, ANSWERS)
    emit_rows(session, [_event(tenant_id, *row) for row in changed])
    whole = everything or set()
    return [OptOut(id_, "all" if id_ in whole else "marketing") for id_, state, _ in changed if state == "withdrawn"]


def opt_out(
    session: Session, tenant_id: UUID, contact_id: UUID, *, source: str, at: datetime, category: Category = "marketing"
) -> list[OptOut]:
    """A contact wants no more messages of a category. Returns what to tell the tenant hook after the commit."""
    return record(session, tenant_id, [ConsentEntry(contact_id, "withdrawn", source, at, category)])


def opt_in(
    session: Session, tenant_id: UUID, contact_id: UUID, *, source: str, at: datetime, category: Category = "marketing"
) -> None:
    """A contact agreed, and takes an earlier opt-out of the category back. `all` takes back every opt-out."""
    record(session, tenant_id, [ConsentEntry(contact_id, "granted", source, at, category)])


def blocked(session: Session, tenant_id: UUID, contact_ids: Sequence[UUID], category: str) -> set[UUID]:
    """Which contacts must not get a message of this template category now (`marketing`, `utility`, ...)."""
    name = category.lower()
    values = {"tenant": tenant_id, "ids": list(contact_ids), "category": name, "marketing": name == "marketing"}
    return set(session.scalars(BLOCKED, values))


def _columns(entries: Sequence[ConsentEntry]) -> dict[str, list[object]]:
    return {
        "ids": [new_id() for _ in entries],
        "contacts": [entry.contact_id for entry in entries],
        "categories": [entry.category for entry in entries],
        "states": [entry.state for entry in entries],
        "sources": [entry.source for entry in entries],
        "users": [entry.user_id for entry in entries],
        "times": [entry.given_at for entry in entries],
    }


def _event(tenant_id: UUID, contact_id: UUID, state: str, source: str) -> Event:
    kind = "contact.opted_out" if state == "withdrawn" else "contact.opted_in"
    # What follows the colon is somebody's words, and events hold codes only.
    data = {"contact_id": str(contact_id), "source": source.partition(":")[0]}
    return Event(kind, tenant_id, str(contact_id), data)
