"""How well a masker does on lines of the corpus."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from aerostic.testing.corpus.lines import Line, leaks


@dataclass(slots=True)
class Score:
    """Counts, and one example of each form that went wrong.

    Attributes:
        secrets: labelled secrets seen.
        missed: of these, still to be read.
        lines: lines seen.
        touched: harmless lines that were changed.
        lost: lines of which a word that has to stay readable went away.
    """

    secrets: int = 0
    missed: int = 0
    lines: int = 0
    touched: int = 0
    lost: int = 0
    forms: Counter[str] = field(default_factory=Counter)
    examples: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def recall(self) -> float:
        """The part of the secrets that is gone."""
        return 1 - self.missed / max(1, self.secrets)

    @property
    def false_positive_rate(self) -> float:
        """The part of the lines, all of them harmless, that was changed."""
        return self.touched / max(1, self.lines)


def score(mask: Callable[[str], str], lines: Iterable[Line]) -> Score:
    """Mask every line and count."""
    result = Score()
    for line in lines:
        masked = mask(line.text)
        missed = sum(leaks(secret, masked) for secret in line.secrets)
        touched = not line.secrets and masked != line.text
        lost = any(word not in masked for word in line.keep)
        result.lines += 1
        result.secrets += len(line.secrets)
        result.missed += missed
        result.touched += touched
        result.lost += lost
        if missed or touched or lost:
            result.forms[line.form] += max(missed, 1)
            result.examples.setdefault(line.form, (line.text, masked))
    return result
