"""A labelled corpus of log lines: what a masker has to take out, and what it has to leave.

Made anew from a seed, so that a masker is tuned on some seeds and judged on others. `ordinary` are the forms that a log of
this product has every day, `hard` the obfuscated, split, national and nameless ones, `harmless` lines hold nothing, but
look as if they did.
"""

from aerostic.testing.corpus.hard import hard
from aerostic.testing.corpus.harmless import harmless
from aerostic.testing.corpus.lines import Line, Secret, leaks
from aerostic.testing.corpus.ordinary import ordinary
from aerostic.testing.corpus.scoring import Score, score

__all__ = ["Line", "Score", "Secret", "hard", "harmless", "leaks", "ordinary", "score"]
