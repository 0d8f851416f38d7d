"""What stands on an invoice or a credit note, and where."""

from flask_babel import get_locale
from flask_babel import gettext as _

from aerostic.billing.invoices.issuing import Facts
from aerostic.billing.invoices.models import Invoice
from aerostic.tenancy.brands import Brand
from aerostic.web.invoices.sheet import GREY, WIDTH, Sheet
from aerostic.web.pages.formats import country, day, money

HALF = WIDTH / 2
AMOUNT = 45.0


def drawn(invoice: Invoice, brand: Brand, logo: bytes | None, way: str) -> bytes:
    """The document as PDF, in the language of who reads it.

    Args:
        brand: gives its colour.
        logo: a PNG or SVG, where there is one.
        way: how it was paid, in words.
    """
    facts = Facts(**invoice.facts)
    note = invoice.kind == "credit_note"
    title = _("Credit note") if note else _("Invoice")
    locale = get_locale()
    sheet = Sheet(rtl=bool(locale and locale.text_direction == "rtl"), title=f"{title} {invoice.name}")
    colour = _rgb(brand.primary)
    sheet.band(colour, 3)
    if not (logo and sheet.picture(logo, 16, 12, 60)):
        sheet.write(facts.brand, 17, size=18, bold=True, colour=colour, width=HALF, leading=9)
    sheet.write(title, 17, size=18, bold=True, x=HALF, width=HALF, side="end", leading=9)
    sheet.write(invoice.name, 26, x=HALF, width=HALF, side="end", colour=GREY)
    _parties(sheet, facts, 44)
    y = _dates(sheet, invoice, facts, way, 80)
    _sums(sheet, facts, y + 8, note)
    return sheet.bytes()


def _parties(sheet: Sheet, facts: Facts, y: float) -> None:
    tax = _("Tax number: %(number)s", number=facts.seller_tax_id) if facts.seller_tax_id else ""
    sides = (
        (0.0, _("From"), facts.seller, [*facts.seller_address.splitlines(), tax]),
        (HALF, _("To"), facts.buyer, [country(facts.buyer_country) if facts.buyer_country else ""]),
    )
    for x, label, name, lines in sides:
        below = sheet.write(label, y, x=x, width=HALF - 5, size=8.5, colour=GREY)
        below = sheet.write(name, below, x=x, width=HALF - 5, bold=True)
        for line in filter(None, lines[:6]):
            below = sheet.write(line, below, x=x, width=HALF - 5)


def _dates(sheet: Sheet, invoice: Invoice, facts: Facts, way: str, y: float) -> float:
    rows = [(_("Date"), day(invoice.issued_at))]
    if facts.of:
        rows.append((_("For invoice"), facts.of))
    rows += [(_("Paid by"), way), (_("Reference"), facts.reference)]
    sheet.rule(y - 3)
    for label, value in rows:
        sheet.write(label, y, width=40, colour=GREY)
        y = sheet.write(value, y, x=42, width=WIDTH - 42, size=8.5 if len(value) > 60 else 10)
    return y


def _sums(sheet: Sheet, facts: Facts, y: float, note: bool) -> None:
    sheet.write(_("Description"), y, size=8.5, colour=GREY, width=WIDTH - AMOUNT)
    y = sheet.write(_("Amount"), y, size=8.5, colour=GREY, x=WIDTH - AMOUNT, width=AMOUNT, side="end") + 1
    sheet.rule(y)
    text = _("Credit for messages, given back") if note else _("Credit for messages, prepaid")
    y = _row(sheet, text, money(facts.net, facts.currency), y + 2) + 2
    sheet.rule(y)
    tax = _("Tax, %(percent)s %%", percent=facts.tax_percent)
    y = _row(sheet, tax, money(facts.tax, facts.currency), y + 2)
    total = _("Total given back") if note else _("Total, paid")
    _row(sheet, total, money(facts.gross, facts.currency), y + 2, bold=True)


def _row(sheet: Sheet, text: str, amount: str, y: float, *, bold: bool = False) -> float:
    sheet.write(amount, y, x=WIDTH - AMOUNT, width=AMOUNT, side="end", bold=bold)
    return sheet.write(text, y, width=WIDTH - AMOUNT, bold=bold)


def _rgb(colour: str) -> tuple[int, int, int]:
    value = int(colour.removeprefix("#"), 16)
    return value >> 16, value >> 8 & 255, value & 255
