"""What verifying came to, told to the person who asked."""

from flask_babel import gettext as _
from flask_babel import ngettext

from aerostic.audit.verifying import Report
from aerostic.audit.walking import KINDS
from aerostic.web.pages.formats import number
from aerostic.web.pages.render import toast


def tell(report: Report) -> None:
    """Say on the next page that the log is whole, or what is off first, and where."""
    if report.sound:
        count, words = report.entries, number(report.entries)
        toast(ngettext("One entry: the log is whole.", "%(count)s entries: the log is whole.", count, count=words))
        return
    first = report.findings[0]
    toast(
        _("The log is not whole. Entry %(seq)s: %(what)s", seq=number(first.seq), what=_(KINDS[first.kind])), "danger"
    )
