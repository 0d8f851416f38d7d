"""Mail about what was done about a workspace."""

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from aerostic.detection.models import RiskAppeal, RiskDecision
from aerostic.detection.people.appeals import GRANTED
from aerostic.identity.models import User
from aerostic.tenancy.models import Tenant
from aerostic.web.brands.current import brand_for
from aerostic.web.pages.language import in_language
from aerostic.web.people import mailing
from aerostic.web.risk.words import action
from aerostic.web.sites import site


def tell_answer(session: Session, appeal: RiskAppeal) -> None:
    """Write to who appealed what was answered; once that is committed, call `mailing.wake`. Nobody where the person is gone."""
    user = session.get(User, appeal.user_id) if appeal.user_id else None
    if user is None or not user.active:
        return
    decision = session.get_one(RiskDecision, appeal.decision_id)
    brand = brand_for(session, appeal.tenant_id)
    language = user.locale or brand.locale
    with in_language(language):
        what = _(action(decision.action).title)
    mailing.post(
        session,
        "appeal",
        brand,
        user.email or "",
        language=language,
        tenant_id=appeal.tenant_id,
        name=user.name,
        workspace=session.get_one(Tenant, appeal.tenant_id).name,
        what=what,
        granted=appeal.outcome == GRANTED,
        answer=appeal.answer,
        address=f"{site(brand.host)}/security/actions/{decision.id}",
    )
