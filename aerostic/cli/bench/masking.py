"""`bench masking`: what the masker finds and leaves of a labelled corpus, and how fast, beside five usual regular expressions.

The seeds are made for the run: neither the rules nor their tests have seen these lines.
"""

from collections.abc import Callable, Iterable
from random import SystemRandom
from statistics import median
from time import process_time
from typing import Any

from aerostic.cli.bench import naive_masking
from aerostic.security.masking import LIMIT, mask
from aerostic.testing.corpus import Line, Score, hard, harmless, ordinary, score
from aerostic.testing.corpus.hostile import PIECES

FIRST_SEED = 1_000_000  # tests tune on seeds below
Mask = Callable[[str], str]


def run(*, count: int = 4_000, rounds: int = 5) -> dict[str, Any]:
    """Measure, and return the figures as the command prints them.

    Args:
        count: lines of each of the three parts of the corpus.
        rounds: corpora, each masked by ours and by the reference in turn; medians of the rates are reported.
    """
    seed = SystemRandom().randrange(FIRST_SEED, 2**31)
    corpora = [_corpus(seed + number, count) for number in range(rounds)]
    for line in _all(_corpus(seed - 1, count)):  # numbering plans are loaded when they are met first
        mask(line.text)
    rates = [(_rate(mask, corpus), _rate(naive_masking.mask, corpus)) for corpus in corpora]
    return {
        "name": "masking",
        "value": round(median(ours for ours, _ in rates)),
        "unit": "lines of the corpus masked in a CPU second",
        "lines_per_cpu_second": round(median(ours for ours, _ in rates)),
        **_found(mask, corpora),
        "worst_ms": round(max(_slowest(mask), key=lambda found: found[0])[0], 1),
        "reference": round(median(theirs for _, theirs in rates)),
        "naive": _found(naive_masking.mask, corpora),
        "seed": seed,
    }


def _corpus(seed: int, count: int) -> tuple[list[Line], list[Line], list[Line]]:
    return ordinary(seed, count), hard(seed, count), harmless(seed, count)


def _all(corpus: Iterable[list[Line]]) -> Iterable[Line]:
    return (line for part in corpus for line in part)


def _rate(function: Mask, corpus: Iterable[list[Line]]) -> float:
    """Lines a CPU second, each seen for the first time."""
    texts = [line.text for line in _all(corpus)]
    began = process_time()
    for text in texts:
        function(text)
    return len(texts) / (process_time() - began)


def _found(function: Mask, corpora: list[tuple[list[Line], list[Line], list[Line]]]) -> dict[str, Any]:
    ours: list[Score] = [score(function, (line for corpus in corpora for line in corpus[part])) for part in range(3)]
    return {
        "recall": round(ours[0].recall, 5),
        "recall_hard": round(ours[1].recall, 5),
        "false_positive_rate": round(ours[2].false_positive_rate, 5),
        "collateral": round((ours[0].lost + ours[1].lost) / (ours[0].lines + ours[1].lines), 5),
    }


def _slowest(function: Mask) -> Iterable[tuple[float, str]]:
    """The time of each hostile text of 16 kB, the best of three (another program may have had the processor), in ms."""
    for piece in PIECES:
        text = (piece * LIMIT)[:LIMIT]
        yield min(_once(function, text) for _ in range(3)), piece


def _once(function: Mask, text: str) -> float:
    began = process_time()
    function(text)
    return (process_time() - began) * 1_000
