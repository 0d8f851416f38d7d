"""Marks texts that are translated where they are shown, not where they are written."""


def N_(text: str) -> str:  # noqa: N802 - the usual name, which the extraction of texts looks for
    """The same text; its being marked brings it into the catalogues of translations."""
    return text
