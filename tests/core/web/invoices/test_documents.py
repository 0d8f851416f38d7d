"""Invoices as PDF: downloaded by who may see the wallet, in the reader's language, with letters of Arabic and German."""

import io
import re

import pytest
from flask import Flask
from flask_babel import force_locale
from fontTools.ttLib import TTFont

from aerostic.billing.invoices.models import Invoice
from aerostic.billing.payments.contract import Happened
from aerostic.db import transaction
from aerostic.tenancy.brands import platform_brand
from aerostic.testing.people import new_tenant, sign_in
from aerostic.web.invoices.drawing import drawn
from aerostic.web.invoices.fonts import face
from tests.core.billing.payments.till import paid, tell
from tests.core.web.platform.test_consoles import staff
from tests.support.factories import TESTS

PAGE = {"Accept": "text/html"}
HOST = "app.localhost"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63f8cfc0f01f0005"
    "0001ff5689b6c60000000049454e44ae426082"
)
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 3'><rect width='9' height='3'/></svg>"


def the_invoices() -> list[Invoice]:
    with transaction(TESTS) as session:
        return list(session.query(Invoice).order_by(Invoice.id))


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", pdf))


def test_the_wallet_offers_invoice_and_credit_note_and_gives_them_as_pdf(app: Flask) -> None:
    payment = paid()
    tell(payment, Happened.REFUNDED)
    viewer = sign_in(app, payment.tenant_id, "viewer", HOST)
    page = viewer.get("/wallet/payments", headers=PAGE).text
    for invoice in the_invoices():
        assert f"/wallet/invoices/{invoice.id}.pdf" in page and invoice.name in page
        answer = viewer.get(f"/wallet/invoices/{invoice.id}.pdf")
        assert (answer.status_code, answer.mimetype, pages(answer.data)) == (200, "application/pdf", 1)
        assert f'filename="{invoice.name}.pdf"' in answer.headers["Content-Disposition"]


def test_documents_of_others_are_not_there(app: Flask) -> None:
    payment = paid()
    (invoice,) = the_invoices()
    assert sign_in(app, new_tenant(), "owner", HOST).get(f"/wallet/invoices/{invoice.id}.pdf").status_code == 404
    assert sign_in(app, payment.tenant_id, "agent", HOST).get(f"/wallet/invoices/{invoice.id}.pdf").status_code == 403


def test_the_platforms_staff_have_them_too(app: Flask) -> None:
    payment = paid()
    (invoice,) = the_invoices()
    platform = staff(app, "platform", "admin.localhost")
    assert (
        f"/tenants/{payment.tenant_id}/invoices/{invoice.id}.pdf"
        in platform.get(f"/tenants/{payment.tenant_id}/payments", headers=PAGE).text
    )
    assert platform.get(f"/tenants/{payment.tenant_id}/invoices/{invoice.id}.pdf").data.startswith(b"%PDF")
    assert platform.get(f"/tenants/{new_tenant()}/invoices/{invoice.id}.pdf").status_code == 404


@pytest.mark.parametrize("language", ["en", "de", "ar"])
@pytest.mark.parametrize("logo", [None, PNG, SVG, SVG.replace(b"viewBox", b"x"), b"x"])
def test_it_is_drawn_in_each_language_with_or_without_a_logo(app: Flask, language: str, logo: bytes | None) -> None:
    paid()
    (invoice,) = the_invoices()
    invoice.facts = invoice.facts | {
        "buyer": "مدرسة الميناء – Müller & Söhne",
        "seller_address": "Große Straße 1\nBerlin",
    }
    with app.test_request_context("/"), force_locale(language):
        assert pages(drawn(invoice, platform_brand(), logo, "Karte")) == 1


@pytest.mark.parametrize(
    ("name", "letters"), [("latin", "äöüßÄÖÜ€éłřşğ₹АЯΩ–“"), ("arabic", "ابتثجحخدذرزسشصضطظعغفقكلمنهويىءةأإآؤئ٠٩،؟")]
)
@pytest.mark.parametrize("style", ["", "B"])
def test_the_fonts_have_the_letters(app: Flask, name: str, letters: str, style: str) -> None:
    with TTFont(io.BytesIO(face(name, style).read_bytes())) as font:
        assert [letter for letter in letters if ord(letter) not in font.getBestCmap()] == []
