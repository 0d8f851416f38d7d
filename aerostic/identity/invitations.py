"""Asking people to join a workspace, and what becomes of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from aerostic.audit import Act, current_actor, record
from aerostic.db import transaction, utcnow
from aerostic.identity.emails import checked_email
from aerostic.identity.models import Invitation, User
from aerostic.identity.people import create_user, find_user
from aerostic.identity.scope import SIGN_IN
from aerostic.identity.tokens import digest_of, new_token
from aerostic.security.vault import blind_index
from aerostic.tenancy.members import check_grant
from aerostic.tenancy.models import Member, Tenant
from aerostic.words import N_

COLUMN = "invitation.email"
GOOD_FOR = timedelta(days=7)
MEMBER_ALREADY = N_("Somebody with this address works here already.")
INVITED_ALREADY = N_("This address has an invitation already. Send that one again, or take it back first.")
ACCOUNT_ALREADY = N_("This address has an account already. Sign in with it, then open the invitation again.")
USED = N_("This invitation was used or taken back. Ask for a new one.")
FOR_ANOTHER = N_("This invitation is for another address. Sign in with that one.")
OPEN = Invitation.accepted_at.is_(None), Invitation.revoked_at.is_(None)


class InvitationError(ValueError):
    """The invitation cannot be made or used; the text says why, and what to do."""


@dataclass(frozen=True, slots=True)
class NewInvitation:
    """An invitation with the secret of its link, which is sent now and kept nowhere."""

    row: Invitation
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation that can be accepted. `known` says that its address has an account."""

    id: UUID
    tenant_id: UUID
    tenant: str
    reseller_id: UUID | None
    email: str = field(repr=False)
    role: str
    known: bool


def invite(
    session: Session, tenant_id: UUID, *, email: str, role: str, invited_by: UUID, by_role: str
) -> NewInvitation:
    """Ask somebody to join.

    Args:
        invited_by, by_role: who asks, and with which role.

    Raises:
        EmailError: no address.
        InvitationError: the address works here, or is asked already.
        MemberError: who asks may not give this role.
    """
    email = checked_email(email)
    check_grant(by_role, role)
    if find_user(session, email):  # of the tenant's own people: nobody else is seen in its scope
        raise InvitationError(MEMBER_ALREADY)
    index = blind_index(tenant_id, COLUMN, email)
    before = session.scalar(select(Invitation).where(Invitation.email_index == index, *OPEN).with_for_update())
    if before and before.expires_at > utcnow():
        raise InvitationError(INVITED_ALREADY)
    if before:
        before.revoked_at = utcnow()
        session.flush()
    token, digest = new_token()
    row = Invitation(
        tenant_id=tenant_id,
        email=email,
        email_index=index,
        role=role,
        digest=digest,
        invited_by=invited_by,
        expires_at=utcnow() + GOOD_FOR,
    )
    session.add(row)
    try:
        session.flush()
    except IntegrityError:
        raise InvitationError(INVITED_ALREADY) from None
    _note(session, row, "sent")
    return NewInvitation(row, token)


def renew(session: Session, tenant_id: UUID, invitation_id: UUID, *, by_role: str) -> NewInvitation:
    """The same invitation with a new link, good for another week; the old link is dead.

    Raises:
        LookupError: the tenant has no such open invitation.
        MemberError: as for `invite`.
    """
    row = _locked(session, tenant_id, invitation_id)
    check_grant(by_role, row.role)
    token, row.digest = new_token()
    row.expires_at = utcnow() + GOOD_FOR
    _note(session, row, "renewed")
    return NewInvitation(row, token)


def revoke(session: Session, tenant_id: UUID, invitation_id: UUID, *, by_role: str) -> None:
    """Take an invitation back.

    Raises:
        LookupError, MemberError: as for `renew`.
    """
    row = _locked(session, tenant_id, invitation_id)
    check_grant(by_role, row.role)
    row.revoked_at = utcnow()
    _note(session, row, "revoked")


def open_invitations(session: Session, tenant_id: UUID) -> Sequence[Invitation]:
    """Those that nobody has accepted or taken back, the newest first; expired ones too."""
    return session.scalars(
        select(Invitation).where(Invitation.tenant_id == tenant_id, *OPEN).order_by(Invitation.id.desc())
    ).all()


def find_invited(token: str) -> Invited | None:
    """The invitation of a link; None when it is unknown, used, taken back or expired."""
    with transaction(SIGN_IN) as session:
        row = session.scalar(select(Invitation).where(Invitation.digest == digest_of(token), *OPEN))
        if row is None or row.expires_at <= utcnow():
            return None
        tenant = session.get_one(Tenant, row.tenant_id)
        email = row.email or ""
        known = find_user(session, email) is not None
        return Invited(row.id, tenant.id, tenant.name, tenant.reseller_id, email, row.role, known)


def accept_as_new(invited: Invited, *, name: str, password: str) -> User:
    """Join with a new account.

    Raises:
        InvitationError: it was used or taken back meanwhile, or the address has an account now.
        PasswordError: the password cannot be taken.
    """
    with transaction(SIGN_IN) as session:
        _use(session, invited)
        try:
            user = create_user(session, email=invited.email, name=name, password=password)
        except IntegrityError:
            raise InvitationError(ACCOUNT_ALREADY) from None
        _join(session, invited, user)
        return user


def accept(invited: Invited, user: User) -> None:
    """Join with an account that there is; it has to be the invited one's.

    Raises:
        InvitationError: it was used or taken back meanwhile, or is for somebody else.
    """
    if user.email != invited.email:
        raise InvitationError(FOR_ANOTHER)
    with transaction(SIGN_IN) as session:
        _use(session, invited)
        own = Member.tenant_id == invited.tenant_id, Member.user_id == user.id
        if session.scalar(select(Member.id).where(*own)) is None:
            _join(session, invited, user)


def _join(session: Session, invited: Invited, user: User) -> None:
    session.add(Member(tenant_id=invited.tenant_id, user_id=user.id, role=invited.role))
    actor = replace(current_actor(), kind="user", id=str(user.id))
    record(session, Act(invited.tenant_id, "member.joined", f"user:{user.id}", after={"role": invited.role}), actor)


def _note(session: Session, row: Invitation, verb: str) -> None:
    after = {"email": row.email, "role": row.role}
    record(session, Act(row.tenant_id, f"invitation.{verb}", f"invitation:{row.id}", after=after))


def _use(session: Session, invited: Invited) -> None:
    """Mark it as used; of two at once, one only."""
    own = update(Invitation).where(Invitation.id == invited.id, Invitation.expires_at > utcnow(), *OPEN)
    if session.execute(own.values(accepted_at=utcnow())).rowcount != 1:  # type: ignore[attr-defined]
        raise InvitationError(USED)


def _locked(session: Session, tenant_id: UUID, invitation_id: UUID) -> Invitation:
    own = Invitation.tenant_id == tenant_id, Invitation.id == invitation_id
    row = session.scalar(select(Invitation).where(*own, *OPEN).with_for_update())
    if row is None:
        raise LookupError("no such invitation")
    return row
