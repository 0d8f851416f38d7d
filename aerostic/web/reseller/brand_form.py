"""The form of a brand: what is typed, the pictures that come along, and the design they make."""

from typing import Any
from uuid import UUID

from flask import request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from aerostic.tenancy.brands.brand import Look
from aerostic.tenancy.brands.design import Design
from aerostic.tenancy.brands.editing import keep_file
from aerostic.web.brands.logos import LARGEST, drawn
from aerostic.web.brands.look import Shades, shades
from aerostic.web.pages.forms import Form
from aerostic.web.themes.catalogue import catalogue
from aerostic.web.themes.chains import tokens_of
from aerostic.web.themes.manifest import Option
from aerostic.web.themes.rules import RefusedError
from aerostic.web.themes.texts import options_of

PICTURES = tuple(LARGEST)


class Choices(Design):
    """What the form sends beside pictures: the design, the draft it was made from, and pictures to take away."""

    revision: int = 0
    without: tuple[str, ...] = ()


def brand_form(data: "MultiDict[str, str] | None", initial: dict[str, Any]) -> Form[Choices]:
    """The form, with what the rules of colours say about what was sent."""
    form = Form(Choices, data, initial=initial)
    for field, text in form.errors.items():
        form.errors[field] = _(text)  # rules of the lower layers speak English
    if form.valid:
        for field, text in look_of(form.value).problems.items():
            form.fail(field, _(text))
    return form


def look_of(design: Design) -> Shades:
    """The tokens that a design sets over its theme."""
    look = Look(design.primary, design.accent, design.sidebar, design.radius, design.font)
    return shades(look, tokens_of(catalogue().chain(design.theme)))


def option_fields(theme: str) -> dict[str, Option]:
    """The options of a theme, by the name of their field."""
    return {f"option_{key}": option for key, option in options_of(catalogue().chain(theme)).items()}


def _options(form: Form[Choices], before: Design) -> dict[str, str]:
    """What was sent of the theme's options; those of a theme that was only just chosen are not on the page yet."""
    if form.value.theme != before.theme:
        return {}
    found = {}
    for name, option in option_fields(before.theme).items():
        value = request.form.get(name, "").strip()
        if not option.takes(value):
            form.fail(name, _("This is not right. Check it."))
        elif value != option.default:
            found[name.removeprefix("option_")] = value
    return found


def design_of(session: Session, reseller_id: UUID, form: Form[Choices], before: Design) -> Design | None:
    """The design that was sent, its new pictures kept; None, and said in the form, when a picture cannot be taken.

    Args:
        before: the design that was edited; its pictures stay when no other ones came.
    """
    sent = form.value  # not to be had any more once something is said to be wrong
    options = _options(form, before)
    files = {name: getattr(before, name) for name in PICTURES if name not in sent.without}
    for name in PICTURES:
        picture = request.files.get(name)
        if not picture:
            continue
        try:
            kind, body = drawn(picture.read(), name)
        except RefusedError as error:
            finding = error.findings[0]
            form.fail(name, f"{_(finding.text)} {_(finding.remedy)}")
        else:
            files[name] = keep_file(session, reseller_id, kind, body).id
    if not form.valid:
        return None
    values = sent.model_dump(exclude={"revision", "without", "options", *PICTURES})
    return Design(**values, **files, options=options)
