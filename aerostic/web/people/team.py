"""The team: who works here, and as what."""

from collections.abc import Mapping
from typing import Literal
from uuid import UUID

from flask import Blueprint, abort, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.db import tenant_scope, transaction, utcnow
from aerostic.identity import second_steps
from aerostic.identity.invitations import open_invitations
from aerostic.identity.models import User
from aerostic.identity.permissions import CORE
from aerostic.identity.team import team
from aerostic.tenancy import members
from aerostic.tenancy.brands.finding import brand_of_reseller
from aerostic.tenancy.current import current_tenant
from aerostic.tenancy.members import MemberError, grantable
from aerostic.tenancy.models import ROLES, Member
from aerostic.web.pages.access import allowed, current_workspace, tenant_view
from aerostic.web.pages.forms import Form
from aerostic.web.pages.render import render, toast
from aerostic.web.pages.tables import Column, Filter, TableSpec, TableState, fetch
from aerostic.web.people import mailing
from aerostic.web.people.outbox import is_open
from aerostic.web.people.resetting import Why, reset
from aerostic.web.people.roles import role_texts, role_titles

views = Blueprint("team", __name__)
COLORS = {"owner": "primary", "admin": "info"}


class Position(BaseModel):
    """What somebody is to be here."""

    role: Literal[ROLES]  # type: ignore[valid-type]


@views.get("/team")
@allowed("members.view")
def index() -> ResponseReturnValue:
    """Members, and invitations that nobody has answered."""
    tenant_id = current_tenant()
    state = TableState.read(_table(), request.args)
    with transaction(tenant_scope(tenant_id)) as session:
        page = fetch(session, state, team(tenant_id))
        invitations = open_invitations(session, tenant_id)
        names = select(User.id, User.name).where(User.id.in_({row.invited_by for row in invitations}))
        return render(
            "people/team.html",
            state=state,
            page=page,
            invitations=invitations,
            names={row.id: row.name for row in session.execute(names)},
            roles=role_titles(),
            colors=COLORS,
            may_give=grantable(g.role),
            now=utcnow(),
            outbox=is_open(),
        )


@views.get("/team/roles")
@allowed("members.view")
def matrix() -> ResponseReturnValue:
    """What each role may do, in the core and in the plugins that are on."""
    known = {**CORE, **tenant_view().permissions}
    return render("people/roles.html", permissions=_by_area(known), roles=role_titles(), texts=role_texts())


@views.route("/team/<uuid:member_id>", methods=["GET", "POST"])
@allowed("members.edit")
def show(member_id: UUID) -> ResponseReturnValue:
    """One member, and their role."""
    tenant_id = current_tenant()
    with transaction(tenant_scope(tenant_id)) as session:
        found = session.execute(team(tenant_id).where(Member.id == member_id)).one_or_none() or abort(404)
    member, user = found
    form = Form(Position, request.form if request.method == "POST" else None, initial={"role": member.role})
    if form.valid:
        try:
            with transaction(tenant_scope(tenant_id)) as session:
                members.change_role(session, tenant_id, member_id, form.value.role, by_role=g.role)
        except MemberError as error:
            form.fail("role", _(str(error)))
        else:
            toast(_("%(name)s has a new role.", name=user.name))
            return redirect("/team", 303)
    return _member(member, user, form)


@views.post("/team/<uuid:member_id>/second-step")
@allowed("members.edit")
def reset_step(member_id: UUID) -> ResponseReturnValue:
    """Take the second step of somebody away who works in this workspace alone."""
    tenant_id = current_tenant()
    with transaction(tenant_scope(tenant_id)) as session:
        found = session.execute(team(tenant_id).where(Member.id == member_id)).one_or_none() or abort(404)
    member, user = found
    form = Form(Why, request.form)
    if not form.valid:
        return _member(member, user, Form(Position, initial={"role": member.role}), form)
    with transaction(second_steps.SCOPE) as session:
        if not _may_reset(session, member, user):
            abort(403)
        reset(session, user, brand_of_reseller(current_workspace().reseller_id), form.value.reason)
    mailing.wake()
    toast(_("%(name)s signs in with the password alone now, and has been told.", name=user.name))
    return redirect("/team", 303)


@views.post("/team/<uuid:member_id>/remove")
@allowed("members.edit")
def remove(member_id: UUID) -> ResponseReturnValue:
    """Take somebody off the team."""
    try:
        with transaction(tenant_scope(current_tenant())) as session:
            members.remove(session, current_tenant(), member_id, by_role=g.role)
    except LookupError:
        abort(404)
    except MemberError as error:
        toast(_(str(error)), "danger")
    else:
        toast(_("Taken off the team."))
    return redirect("/team", 303)


def _member(member: Member, user: User, form: Form[Position], why: Form[Why] | None = None) -> ResponseReturnValue:
    with transaction(second_steps.SCOPE) as session:
        may_reset = second_steps.has_second_step(session, user.id) and _may_reset(session, member, user)
    page = render(
        "people/member.html",
        form=form,
        member=member,
        user=user,
        options=role_options(grantable(g.role) if member.role in grantable(g.role) else (member.role,)),
        may_reset=may_reset,
        why=why or Form(Why),
    )
    return page, max(form.status, why.status if why else 200)


def _may_reset(session: Session, member: Member, user: User) -> bool:
    """Not one's own (that takes the password), not of who works elsewhere, too, nor by an admin of an owner."""
    others = user.id != current_user.user.id and member.role in grantable(g.role)
    return others and second_steps.works_only_in(session, user, member.tenant_id)


def role_options(roles: tuple[str, ...]) -> list[tuple[str, str]]:
    """Roles to choose from, each with what it is for."""
    titles, texts = role_titles(), role_texts()
    return [(role, f"{titles[role]}: {texts[role]}") for role in titles if role in roles]


def _table() -> TableSpec:
    return TableSpec(
        "team",
        Member.id,
        [
            Column("name", _("Name"), User.name),
            Column("role", _("Role"), Member.role),
            Column("created", _("Since"), Member.created_at, extra=True),
        ],
        filters=[
            Filter(
                "role",
                _("Role"),
                lambda value: Member.role == value if value in ROLES else None,
                list(role_titles().items()),
            )
        ],
        search=lambda q: User.name.icontains(q, autoescape=True),
        order="name",
        placeholder=_("Search by name"),
    )


def _by_area(permissions: Mapping[str, object]) -> dict[str, list[object]]:
    """Permissions by the first part of their names, in the order in which they come."""
    found: dict[str, list[object]] = {}
    for name, permission in permissions.items():
        found.setdefault(name.partition(".")[0], []).append(permission)
    return found
