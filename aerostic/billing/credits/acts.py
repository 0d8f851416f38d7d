"""Doing things with credits: every act is written down with who did it and why, and posted once, at once or when approved."""

from dataclasses import asdict
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from aerostic import audit
from aerostic.billing.credits.contract import Act, CreditError, Person
from aerostic.billing.credits.models import CreditRequest
from aerostic.billing.credits.posting import check_funds, post
from aerostic.db import utcnow
from aerostic.ledger import InvalidTransferError, KeyReusedError
from aerostic.registry import runtime
from aerostic.tenancy.models import Reseller, Tenant
from aerostic.words import N_

MICRO = 1_000_000
OWN = N_("You have asked for this yourself. Somebody else has to approve it.")
NOT_YOURS = N_("The platform's people have asked for this. One of them has to approve it.")
DECIDED = N_("This was declined before. Ask for it again if it should happen after all.")
GIVEN = N_("This was approved before. Take the credits back if they should not be there.")


def ask(session: Session, act: Act, person: Person) -> CreditRequest:
    """Do something with credits, or, where it is much, have it wait for a second person. The same again changes nothing.

    Returns:
        The act as it is written down: approved, which is done, or waiting.

    Raises:
        LookupError: this scope has no such workspace, or it is another reseller's.
        InvalidTransferError: the workspace has another currency.
        InsufficientFundsError: who gives has less.
        KeyReusedError: the id belongs to another act.
    """
    _check_workspace(session, act)
    waits = act.kind != "clawback" and act.amount > threshold(session, act.reseller_id, person)
    row = {**asdict(act), "side": person.side, "asked_by": person.user_id, "asked_at": utcnow()}
    if not waits:
        row |= {"state": "approved", "decided_at": row["asked_at"]}
    new = insert(CreditRequest).values(row).on_conflict_do_nothing().returning(CreditRequest.id)
    is_new = session.scalar(new) is not None
    found = session.get(CreditRequest, act.id)
    if found is None or any(getattr(found, name) != value for name, value in asdict(act).items()):
        raise KeyReusedError(str(act.id))
    if is_new and waits:
        check_funds(session, found)
        _note(session, found, "asked")
    elif is_new:
        post(session, found)
        _note(session, found, "posted")
    return found


def approve(session: Session, request_id: UUID, person: Person) -> CreditRequest:
    """Let a waiting act happen. Approving again changes nothing.

    Raises:
        LookupError: this scope has no such act.
        CreditError: the person may not, or it was declined.
        InsufficientFundsError: who gives has less by now; it waits on.
    """
    request = _locked(session, request_id)
    if request.state == "declined":
        raise CreditError(DECIDED)
    if request.state == "waiting":
        if request.asked_by == person.user_id:
            raise CreditError(OWN)
        _check_side(request, person)
        _decide(session, request, person, "approved")
        post(session, request)
        _note(session, request, "posted")
    return request


def decline(session: Session, request_id: UUID, person: Person) -> CreditRequest:
    """Have a waiting act not happen; who asked for it may take it back so. Declining again changes nothing.

    Raises:
        LookupError: this scope has no such act.
        CreditError: the person may not, or it has happened.
    """
    request = _locked(session, request_id)
    if request.state == "approved":
        raise CreditError(GIVEN)
    if request.state == "waiting":
        _check_side(request, person)
        _decide(session, request, person, "declined")
        _note(session, request, "declined")
    return request


def may_approve(request: CreditRequest, person: Person) -> bool:
    """Whether somebody is a second person to a waiting act."""
    return request.asked_by != person.user_id and (person.side == "platform" or request.side == person.side)


def threshold(session: Session, reseller_id: UUID | None, person: Person) -> int:
    """What somebody may give at once, in micro-credits; more needs a second person."""
    own = select(Reseller.approval_above).where(Reseller.id == reseller_id)
    limit = session.scalar(own) if person.side == "reseller" else None
    return runtime().settings.credit_approval * MICRO if limit is None else limit


def _note(session: Session, request: CreditRequest, verb: str) -> None:
    """A workspace sees in its own log what was posted; what is only asked for is between those who give."""
    chain = request.tenant_id if verb == "posted" else None
    after = {"kind": request.kind, "amount": request.amount, "currency": request.currency}
    target = f"tenant:{request.tenant_id}" if request.tenant_id else f"reseller:{request.reseller_id}"
    audit.record(session, audit.Act(chain, f"credit.{verb}", target, after=after))


def _check_workspace(session: Session, act: Act) -> None:
    if act.tenant_id is None:
        return
    tenant = session.get(Tenant, act.tenant_id)
    if tenant is None or tenant.reseller_id != act.reseller_id:
        raise LookupError("no such workspace")
    if tenant.currency != act.currency:
        raise InvalidTransferError(f"The wallet of this workspace is kept in {tenant.currency}.")


def _check_side(request: CreditRequest, person: Person) -> None:
    if person.side != "platform" and request.side != person.side:
        raise CreditError(NOT_YOURS)


def _locked(session: Session, request_id: UUID) -> CreditRequest:
    request = session.get(CreditRequest, request_id, with_for_update=True)
    if request is None:
        raise LookupError("no such request")
    return request


def _decide(session: Session, request: CreditRequest, person: Person, state: str) -> None:
    request.state, request.decided_by, request.decided_at = state, person.user_id, utcnow()
    session.flush()
