"""A reseller's brand: a draft with a live preview, publishing, going back."""

from uuid import UUID

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session

from aerostic.db import reseller_scope, transaction
from aerostic.tenancy.brands.brand import Brand
from aerostic.tenancy.brands.design import Design
from aerostic.tenancy.brands.editing import (
    ConflictError,
    NothingToPublishError,
    draft_of,
    publish,
    roll_back,
    save_draft,
    versions,
)
from aerostic.tenancy.brands.finding import brand_of_design
from aerostic.tenancy.models import Reseller
from aerostic.web.brands.current import dress
from aerostic.web.brands.preview import preview_token
from aerostic.web.pages.access import staff_only
from aerostic.web.pages.forms import Form
from aerostic.web.pages.render import render, toast
from aerostic.web.reseller.brand_form import PICTURES, Choices, brand_form, design_of, look_of, option_fields
from aerostic.web.themes.catalogue import catalogue
from aerostic.web.themes.chains import tokens_of
from aerostic.words import LOCALES

views = Blueprint("reseller_brand", __name__)
HERE = "reseller_brand.show"


@views.get("/reseller/brand")
@staff_only("reseller")
def show() -> ResponseReturnValue:
    """The draft, how it looks, and what was published."""
    reseller_id = own_reseller()
    with transaction(reseller_scope(reseller_id)) as session:
        design, revision = _edited(session, reseller_id)
        return _page(session, brand_form(None, _initial(design, revision)), design)


@views.post("/reseller/brand")
@staff_only("reseller")
def save() -> ResponseReturnValue:
    """Save the draft; with `publish` among the fields, show it to everybody, too."""
    reseller_id = own_reseller()
    with transaction(reseller_scope(reseller_id)) as session:
        before, revision = _edited(session, reseller_id)
        form = brand_form(request.form, _initial(before, revision))
        _check_theme(session, form)
        design = design_of(session, reseller_id, form, before) if form.valid else None
        if design is None:
            return _page(session, form, before), form.status
        try:
            save_draft(session, reseller_id, design, form.value.revision)
        except ConflictError:
            form.fail(
                "", _("Somebody else has saved this brand meanwhile. Reload the page, then make your changes again.")
            )
            return _page(session, form, before), form.status
        if "publish" in request.form:
            publish(session, reseller_id, current_user.user.id)
    toast(_("Published. Pages and mail bear it from now on.") if "publish" in request.form else _("Draft saved."))
    return redirect(url_for(HERE), 303)


@views.post("/reseller/brand/look")
@staff_only("reseller")
def look() -> ResponseReturnValue:
    """How what is typed would look: a part of the page, for every change."""
    reseller_id = own_reseller()
    with transaction(reseller_scope(reseller_id)) as session:
        before, revision = _edited(session, reseller_id)
        form = brand_form(request.form, _initial(before, revision))
        design = before  # while something is wrong; what it is stands below the preview
        if form.valid:
            design = form.value.model_copy(update={name: getattr(before, name) for name in PICTURES})
        return render("reseller/brand_look.html", form=form, **_look(session, reseller_id, design))


@views.post("/reseller/brand/versions/<int:number>")
@staff_only("reseller")
def show_again(number: int) -> ResponseReturnValue:
    """Go back to an earlier version."""
    reseller_id = own_reseller()
    try:
        with transaction(reseller_scope(reseller_id)) as session:
            roll_back(session, reseller_id, number)
    except NothingToPublishError:
        abort(404)
    toast(_("Version %(number)s is shown again.", number=number))
    return redirect(url_for(HERE), 303)


def own_reseller() -> UUID:
    """The reseller whose staff this is."""
    reseller_id: UUID | None = current_user.user.reseller_id
    return reseller_id or abort(403)


def _edited(session: Session, reseller_id: UUID) -> tuple[Design, int]:
    """The draft with its revision, else a first one."""
    draft = draft_of(session, reseller_id)
    if draft:
        return Design.model_validate(draft.design), draft.revision
    return Design(name=session.get_one(Reseller, reseller_id).name), 0


def _initial(design: Design, revision: int) -> dict[str, object]:
    set_already = {f"option_{key}": value for key, value in design.options.items()}
    defaults = {name: option.default for name, option in option_fields(design.theme).items()}
    return {**design.model_dump(), **defaults, **set_already, "revision": revision}


def _page(session: Session, form: Form[Choices], design: Design) -> str:
    reseller_id = own_reseller()
    reseller = session.get_one(Reseller, reseller_id)
    published = versions(session, reseller_id)
    current = next((version for version in published if version.current), None)
    return render(
        "reseller/brand.html",
        form=form,
        design=design,
        themes=[(theme.name, theme.manifest.label) for theme in catalogue().for_reseller(reseller.slug)],
        options=option_fields(design.theme),
        locales=list(LOCALES.items()),
        versions=published,
        waiting=current is None or Design.model_validate(current.design) != design,
        preview=preview_token(current_user.user.id, reseller_id),
        **_look(session, reseller_id, design),
    )


def _look(session: Session, reseller_id: UUID, design: Design) -> dict[str, object]:
    brand: Brand = dress(brand_of_design(session, reseller_id, design))
    found = look_of(design)
    whole = found.tokens().over(tokens_of(catalogue().chain(design.theme)))
    return {"shown": brand, "modes": whole.modes(), "hints": found.hints}


def _check_theme(session: Session, form: Form[Choices]) -> None:
    if form.valid:
        slug = session.get_one(Reseller, own_reseller()).slug
        if form.value.theme not in {theme.name for theme in catalogue().for_reseller(slug)}:
            form.fail("theme", _("Choose one of those that are offered."))
