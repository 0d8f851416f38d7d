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
from aerostic.web.themes.rules import RefusedError

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


def design_of(session: Session, reseller_id: UUID, form: Form[Choices], before: Design) -> Design | None:
    """The design that was sent, its new pictures kept; None, and said in the form, when a picture cannot be taken.

    Args:
        before: the design that was edited; its pictures stay when no other ones came.
    """
    files = {name: getattr(before, name) for name in PICTURES if name not in form.value.without}
    for name in PICTURES:
        sent = request.files.get(name)
        if not sent:
            continue
        try:
            kind, body = drawn(sent.read(), name)
        except RefusedError as error:
            finding = error.findings[0]
            form.fail(name, f"{_(finding.text)} {_(finding.remedy)}")
        else:
            files[name] = keep_file(session, reseller_id, kind, body).id
    if not form.valid:
        return None
    return Design(**form.value.model_dump(exclude={"revision", "without", *PICTURES}), **files)
