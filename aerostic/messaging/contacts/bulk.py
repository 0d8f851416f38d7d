"""Acts on all contacts that a specification means, as work in chunks. Who comes in after the start is left alone."""

from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy.orm import Session

from aerostic import audit
from aerostic.db import utcnow
from aerostic.jobs import work as jobs
from aerostic.jobs.models import Work
from aerostic.jobs.work import Step
from aerostic.messaging.contacts import audience, tags
from aerostic.messaging.contacts.audience import AudienceSpec
from aerostic.messaging.contacts.consent import ConsentEntry, OptOut, record
from aerostic.messaging.contacts.hooks import tell_plugins
from aerostic.messaging.models import Tag
from aerostic.words import N_

CHUNK = 2000
TAG_GONE = N_("The tag was deleted meanwhile. Choose another one.")
Act = Literal["contacts.add_tag", "contacts.remove_tag", "contacts.opt_out"]


class BulkOptions(BaseModel):
    """What is to be done with whom.

    Args:
        tag_id: which tag is put on or taken off.
        source: where the opt-outs come from, in the tenant's words.
    """

    model_config = ConfigDict(extra="forbid")

    spec: AudienceSpec
    tag_id: UUID | None = None
    source: str = ""


def ask(
    session: Session, tenant_id: UUID, act: Act, options: BulkOptions, *, user_id: UUID | None, key: str | None = None
) -> Work:
    """Note the work. See `jobs.work.ask`."""
    if key and (known := jobs.asked(session, tenant_id, key)):
        return known
    counted = audience.count(session, tenant_id, options.spec)
    kept = options.model_dump(mode="json")
    work = jobs.ask(session, tenant_id, act, kept, user_id=user_id, total=counted, key=key)
    _note(session, tenant_id, act, options, counted)
    return work


def do(
    session: Session, tenant_id: UUID, act: Act, options: BulkOptions, ids: list[UUID], user_id: UUID
) -> list[OptOut]:
    """Do it at once with contacts that were chosen one by one. See `apply`."""
    _note(session, tenant_id, act, options, len(ids))
    return apply(session, tenant_id, act, options, ids, user_id)


def apply(
    session: Session, tenant_id: UUID, act: Act, options: BulkOptions, ids: list[UUID], user_id: UUID | None
) -> list[OptOut]:
    """Do it with these contacts. Returns opt-outs, for the hook after the commit.

    Raises:
        WorkError: the tag is gone.
    """
    if act == "contacts.opt_out":
        now, source = utcnow(), f"person:{options.source}" if options.source else "person"
        entries = [ConsentEntry(id_, "withdrawn", source, now, user_id=user_id) for id_ in ids]
        return record(session, tenant_id, entries)
    if options.tag_id is None or session.get(Tag, options.tag_id) is None:
        raise jobs.WorkError(TAG_GONE)
    change = tags.put_on if act == "contacts.add_tag" else tags.take_off
    change(session, tenant_id, options.tag_id, ids)
    return []


def step(session: Session, work: Work) -> Step:
    """One chunk of any of the acts."""
    options = BulkOptions.model_validate(work.options)
    until, last = work.created_at, after(work)
    ids = audience.next_ids(session, work.tenant_id, options.spec, limit=CHUNK, after=last, until=until)
    told = apply(session, work.tenant_id, work.kind, options, ids, work.user_id)  # type: ignore[arg-type]
    move(work, ids)
    tenant_id = work.tenant_id
    return Step(len(ids) == CHUNK, lambda: tell_plugins(tenant_id, told))


def after(work: Work) -> UUID | None:
    """The last contact that was dealt with."""
    return UUID(work.place["after"]) if "after" in work.place else None


def move(work: Work, ids: list[UUID]) -> None:
    """Note that these are done."""
    work.done += len(ids)
    work.total = max(work.total, work.done)
    if ids:
        work.place = {**work.place, "after": str(ids[-1])}


def _note(session: Session, tenant_id: UUID, act: Act, options: BulkOptions, count: int) -> None:
    tag = f"tag:{options.tag_id}" if options.tag_id else ""
    done = {"act": act.partition(".")[2], "contacts": count}
    audit.record(session, audit.Act(tenant_id, "contact.many", tag, after=done, reason=options.source))


KINDS: dict[str, jobs.Take] = dict.fromkeys(("contacts.add_tag", "contacts.remove_tag", "contacts.opt_out"), step)
