"""The languages the product speaks, and a mark for texts that are translated where they are shown, not where they are
written.
"""

# Arabic also proves layouts from right to left. A test holds the catalogues to completeness.
LOCALES = {"en": "English", "de": "Deutsch", "ar": "العربية"}


def N_(text: str) -> str:  # noqa: N802 - the usual name, which the extraction of texts looks for
    """The same text; its being marked brings it into the catalogues of translations."""
    return text
