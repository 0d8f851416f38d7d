"""Where a brand is found: by the reseller of a host, and by the tenant for mail and exports, never by some request's host."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.db import service_scope, transaction
from aerostic.registry import runtime
from aerostic.tenancy.brands import colours
from aerostic.tenancy.brands.brand import PRIMARY, Brand, Link, Look
from aerostic.tenancy.brands.design import Design
from aerostic.tenancy.brands.models import SERVICE, BrandFile, BrandVersion
from aerostic.tenancy.models import Host, Reseller, Tenant
from aerostic.tenancy.remembered import Remembered
from aerostic.words import N_

INKS = ("#ffffff", "#101820", "#000000")
brands: Remembered[Brand] = Remembered("brands")


def platform_brand() -> Brand:
    """The platform's own, on its own hosts and for tenants without a reseller."""
    return Brand(name=runtime().settings.brand_name)


def brand_of_reseller(reseller_id: UUID | None) -> Brand:
    """The published brand of a reseller, remembered for a minute; without one, its name. The platform's for None."""
    if reseller_id is None:
        return platform_brand()
    return brands.get(reseller_id, lambda: _read(reseller_id))


def brand_for_tenant(session: Session, tenant_id: UUID) -> Brand:
    """The brand that a tenant's mail, exports and invoices bear. The session's scope must reach the tenant."""
    return brand_of_reseller(session.scalar(select(Tenant.reseller_id).where(Tenant.id == tenant_id)))


def brand_of_design(session: Session, reseller_id: UUID, design: Design) -> Brand:
    """The brand that a design describes; of a draft, too. The session's scope must reach the reseller's rows."""
    files = {
        row.id: f"/brand/{row.id}-{row.digest}.{row.kind}"
        for row in session.execute(
            select(BrandFile.id, BrandFile.digest, BrandFile.kind).where(
                BrandFile.reseller_id == reseller_id, BrandFile.id.in_(design.files())
            )
        )
    }
    logo, dark, mark = (files.get(file, "") if file else "" for file in (design.logo, design.logo_dark, design.mark))
    primary = design.primary or PRIMARY
    return Brand(
        name=design.name,
        short_name=design.short_name,
        logo_url=logo,
        logo_dark_url=dark or logo,
        favicon_url=mark,
        theme=design.theme,
        options=design.options,
        look=Look(design.primary, design.accent, design.sidebar, design.radius, design.font),
        primary=primary,
        primary_fg=colours.foreground([primary], INKS) or INKS[0],
        support_email=design.support_email,
        links=_links(design),
        legal=design.legal,
        locale=design.locale,
        host=_host(session, reseller_id),
        reseller_id=reseller_id,
    )


def _read(reseller_id: UUID) -> Brand:
    with transaction(service_scope(SERVICE)) as session:
        current = BrandVersion.reseller_id == reseller_id, BrandVersion.current
        values = session.scalar(select(BrandVersion.design).where(*current))
        if values is None:
            # Without a brand of its own a reseller still shows its name, not the platform's.
            values = {"name": session.scalar(select(Reseller.name).where(Reseller.id == reseller_id)) or ""}
        return brand_of_design(session, reseller_id, Design.model_validate(values))


def _links(design: Design) -> tuple[Link, ...]:
    every = (
        Link("terms", N_("Terms"), design.terms_url),
        Link("privacy", N_("Privacy"), design.privacy_url),
        Link("imprint", N_("Legal notice"), design.imprint_url),
        Link("help", N_("Help"), design.help_url),
    )
    return tuple(link for link in every if link.url)


def _host(session: Session, reseller_id: UUID) -> str:
    verified = Host.reseller_id == reseller_id, Host.verified_at.is_not(None)
    return session.scalar(select(Host.name).where(*verified).order_by(Host.verified_at).limit(1)) or ""
