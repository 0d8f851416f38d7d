"""Resetting somebody's second step, whose phone is lost: asked for with a reason, and told to the person by mail."""

from typing import Annotated

from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from aerostic.identity.models import User
from aerostic.identity.second_steps import reset_second_step
from aerostic.tenancy.brands import Brand
from aerostic.web.pages.language import locale
from aerostic.web.people import notices
from aerostic.web.sites import site
from aerostic.words import N_

RESET = N_(
    "Your second step was taken away, and you were signed out everywhere. Sign in with your password, and set it up anew."
)


class Why(BaseModel):
    """Why somebody's second step is taken away."""

    reason: Annotated[str, Field(min_length=5, max_length=300)]


def reset(session: Session, user: User, brand: Brand, reason: str) -> None:
    """Do it, and write to the person; once that is committed, call `mailing.wake`.

    Args:
        session: in the scope of `identity.second_steps`.
        brand: whose mail it is.
    """
    language, address = user.locale or brand.locale or locale(), f"{site(brand.host)}/profile/second-step"
    notices.post(session, user, RESET, brand, language=language, address=address)
    reset_second_step(session, user.id, reason)
