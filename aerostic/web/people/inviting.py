"""Inviting people to the workspace, sending an invitation again, taking it back."""

from typing import Literal
from uuid import UUID

from flask import Blueprint, abort, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from pydantic import BaseModel
from sqlalchemy.orm import Session

from aerostic.db import tenant_scope, transaction
from aerostic.identity import invitations
from aerostic.identity.invitations import InvitationError, NewInvitation
from aerostic.mail.outbox import can_send
from aerostic.tenancy.current import current_tenant
from aerostic.tenancy.members import MemberError, grantable
from aerostic.tenancy.models import ROLES
from aerostic.web.brands.current import brand_for
from aerostic.web.pages.access import allowed, current_workspace
from aerostic.web.pages.forms import Form
from aerostic.web.pages.language import locale
from aerostic.web.pages.render import render, toast
from aerostic.web.people import mailing
from aerostic.web.people.fields import Email
from aerostic.web.people.team import role_options
from aerostic.web.sites import site

views = Blueprint("inviting", __name__)


class Wish(BaseModel):
    """Who is asked, to be what."""

    email: Email
    role: Literal[ROLES]  # type: ignore[valid-type]


@views.route("/team/invite", methods=["GET", "POST"])
@allowed("members.edit")
def invite() -> ResponseReturnValue:
    """Ask somebody to join, by mail."""
    form = Form(Wish, request.form if request.method == "POST" else None, initial={"role": "agent"})
    if form.valid and _send(form):
        _told(form.value.email)
        return redirect("/team", 303)
    return render("people/invite.html", form=form, options=role_options(grantable(g.role))), form.status


@views.post("/team/invitations/<uuid:invitation_id>/again")
@allowed("members.edit")
def again(invitation_id: UUID) -> ResponseReturnValue:
    """Send it again, with a new link."""
    try:
        with transaction(tenant_scope(current_tenant())) as session:
            made = invitations.renew(session, current_tenant(), invitation_id, by_role=g.role)
            _post(session, made)
    except LookupError:
        abort(404)
    except MemberError as error:
        toast(_(str(error)), "danger")
        return redirect("/team", 303)
    _told(made.row.email or "")
    return redirect("/team", 303)


@views.post("/team/invitations/<uuid:invitation_id>/revoke")
@allowed("members.edit")
def revoke(invitation_id: UUID) -> ResponseReturnValue:
    """Take it back."""
    try:
        with transaction(tenant_scope(current_tenant())) as session:
            invitations.revoke(session, current_tenant(), invitation_id, by_role=g.role)
    except LookupError:
        abort(404)
    except MemberError as error:
        toast(_(str(error)), "danger")
    else:
        toast(_("The invitation is taken back; its link is dead."))
    return redirect("/team", 303)


def _send(form: Form[Wish]) -> bool:
    wish = form.value
    try:
        with transaction(tenant_scope(current_tenant())) as session:
            made = invitations.invite(
                session,
                current_tenant(),
                email=wish.email,
                role=wish.role,
                invited_by=current_user.user.id,
                by_role=g.role,
            )
            _post(session, made)
    except InvitationError as error:
        form.fail("email", _(str(error)))
    except MemberError as error:
        form.fail("role", _(str(error)))
    return form.valid


def _post(session: Session, made: NewInvitation) -> None:
    workspace = current_workspace()
    brand = brand_for(session, workspace.id)
    mailing.post(
        session,
        "invitation",
        brand,
        made.row.email or "",
        language=locale(),
        tenant_id=workspace.id,
        person=current_user.user.name,
        workspace=workspace.name,
        expires=made.row.expires_at,
        address=f"{site(brand.host)}/invites/{made.token}",
    )


def _told(email: str) -> None:
    """Have it sent, and say so; where nothing can be sent, say where it is kept."""
    mailing.wake()
    if can_send():
        toast(_("An invitation is on its way to %(address)s.", address=email))
    else:
        toast(
            _("The invitation to %(address)s is kept in the outbox: no mail server is set.", address=email), "warning"
        )
