"""The page with the standings."""

from flask import Blueprint, render_template
from sqlalchemy import desc, func, select

from aerostic.sdk import current_tenant, tenant_scope, transaction

from .models import Points

pages = Blueprint("loyalty_app", __name__, template_folder="templates", static_folder="static")
TOP = 100


@pages.get("/")
def standings() -> str:
    """The contacts with most points."""
    tenant_id = current_tenant()
    total = func.sum(Points.points).label("total")
    query = select(Points.contact_id, total).group_by(Points.contact_id).order_by(desc(total), Points.contact_id)
    with transaction(tenant_scope(tenant_id)) as session:
        rows = session.execute(query.limit(TOP)).all()
    return render_template("loyalty/standings.html", rows=rows)
