"""Masking: the one place where personal data and secrets are taken out of text before anyone reads it.

`mask()` works on a finished text (a log line, a traceback, an error page), `mask_fields()` on a structured event before it
is rendered, by the names of its keys. What is replaced leaves something useful behind: last digits, and a keyed pseudonym
that is the same wherever the same person appears (`<ph:9f3ab2c1..1234>`, `<em:5d0c7e11>`).
"""

from aerostic.security.masking.fields import mask_fields
from aerostic.security.masking.pseudonyms import configure
from aerostic.security.masking.text import LIMIT, mask

__all__ = ["LIMIT", "configure", "mask", "mask_fields"]
