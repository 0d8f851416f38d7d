"""What browsers and mail programs fetch of a brand: its stylesheet and its pictures, under addresses that never change."""

from uuid import UUID

from flask import Flask, Response, abort, g
from sqlalchemy import select

from aerostic.db import service_scope, transaction
from aerostic.tenancy.brands import brand_of_reseller
from aerostic.tenancy.brands.models import SERVICE, BrandFile
from aerostic.web.brands.current import brand_css
from aerostic.web.brands.preview import init_preview
from aerostic.web.themes.files import MEDIA_TYPES
from aerostic.web.themes.theme import digest_of
from aerostic.web.unchanging import unchanging


def init_brand_files(app: Flask) -> None:
    """Mount stylesheets and pictures of brands, and previews of drafts."""
    init_preview(app)
    app.add_url_rule("/brand/<uuid:reseller_id>-<digest>.css", "brand_stylesheet", brand_stylesheet)
    app.add_url_rule("/brand/<uuid:file_id>-<digest>.<any(png, svg):kind>", "brand_file", brand_file)


def brand_stylesheet(reseller_id: UUID, digest: str) -> Response:
    """The stylesheet of a reseller's brand, or of the draft that the person looks at; 404 when it is not this one any more."""
    _only_for(reseller_id)
    brand = g.brand if g.brand.reseller_id == reseller_id else brand_of_reseller(reseller_id)
    css = brand_css(brand).encode()
    if digest_of(css) != digest:
        abort(404)
    return unchanging(css, "text/css; charset=utf-8")


def brand_file(file_id: UUID, digest: str, kind: str) -> Response:
    """A picture of a brand, on its reseller's hosts and the platform's."""
    with transaction(service_scope(SERVICE)) as session:
        file = session.scalar(select(BrandFile).where(BrandFile.id == file_id))
    if file is None or (file.digest, file.kind) != (digest, kind):
        abort(404)
    _only_for(file.reseller_id)
    return unchanging(file.body, MEDIA_TYPES[kind])


def _only_for(reseller_id: UUID) -> None:
    if g.place.reseller_id not in (None, reseller_id):
        abort(404)
